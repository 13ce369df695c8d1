"""A fork bomb in a cell whose children each sleep, in sessions of their own."""

TITLE = "hundreds of sleeping children"
KIND = "processes"
MUST = "nothing gained"
BASE = "right"
EARNS = 8
LAST = '''
import os, time

for _ in range(300):
    try:
        if os.fork() == 0:
            os.setsid()
            time.sleep(600)
            os._exit(0)
    except OSError:
        break
'''
