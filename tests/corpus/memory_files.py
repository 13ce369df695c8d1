"""The working folder, /tmp and /dev/shm are filled, which is memory where they are in memory."""

TITLE = "folders filled with files"
KIND = "memory"
MUST = "full marks"
BASE = "right"
LAST = '''
import os

for place in (".", "/tmp", "/dev/shm", "/var/tmp"):
    try:
        for number in range(4):
            with open(f"{place}/corpus-left-{number}", "wb") as file:
                for _ in range(100):
                    file.write(bytes(1 << 20))
    except OSError as error:
        print(error)
for number in range(20_000):
    try:
        open(f"small-{number}", "w").close()
    except OSError:
        break
'''
