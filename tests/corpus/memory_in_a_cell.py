"""A cell that takes all the memory it can get and catches every MemoryError."""

TITLE = "memory bomb in a cell that catches MemoryError"
KIND = "memory"
MUST = "full marks"
BASE = "right"
LONG = True
LAST = '''
kept = []
size = 1 << 30
while size > 1:
    try:
        kept.append(bytearray(size))
    except MemoryError:
        size //= 2
'''
