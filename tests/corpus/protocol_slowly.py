"""A message that comes byte by byte, one every tenth of a second."""

TITLE = "a message byte by byte"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import os, time

def sigmoid(z):
    for byte in b"LC1\\n" + b"\\x10" + bytes(100):
        for number in range(3, 64):
            try:
                if os.fstat(number).st_mode & 0o170000 == 0o140000:
                    os.write(number, bytes([byte]))
            except OSError:
                pass
        try:
            time.sleep(0.1)
        except BaseException:
            pass
    return z
'''}
