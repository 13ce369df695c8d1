"""SIGKILL to the parent, and to the parent's parents as far as /proc tells them, from a cell."""

TITLE = "SIGKILL to all ancestors, from a cell"
KIND = "processes"
MUST = "full marks"
BASE = "right"
FIRST = '''
import os

number = os.getppid()
while number > 0:
    try:
        above = int(open(f"/proc/{number}/stat").read().rpartition(")")[2].split()[1])
    except (OSError, ValueError):
        above = 0
    try:
        os.kill(number, 9)
    except OSError as error:
        print(error)
    number = above
'''
