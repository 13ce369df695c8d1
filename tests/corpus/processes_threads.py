"""Thousands of threads, and some that never end."""

TITLE = "threads that never end"
KIND = "processes"
MUST = "full marks"
BASE = "right"
LAST = '''
import threading, time

for _ in range(3000):
    try:
        threading.Thread(target=time.sleep, args=(600,)).start()
    except RuntimeError:
        break
'''
