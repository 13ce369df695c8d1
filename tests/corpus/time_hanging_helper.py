"""The function waits for a thread, a lock, a pipe and a child that never come back."""

TITLE = "waiting for what never comes"
KIND = "time"
MUST = "only its question lost"
BASE = "right"
LONG = True
CELLS = {"sigmoid": '''
import os, threading

lock = threading.Lock()
lock.acquire()

def sigmoid(z):
    reader, writer = os.pipe()
    thread = threading.Thread(target=os.read, args=(reader, 1))
    thread.start()
    while True:
        try:
            thread.join()
            lock.acquire()
        except BaseException:
            pass
'''}
