"""A message that announces exabytes, billions of blobs, or a header of four gigabytes."""

TITLE = "messages that announce exabytes"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import os, struct

calls = []

def sigmoid(z):
    calls.append(1)
    lies = [struct.pack("<IIQ", 10, 1, 1 << 62), struct.pack("<II", 0xFFFFFFFF, 0), struct.pack("<II", 2, 0xFFFFFFFF)]
    for number in range(3, 256):
        try:
            os.write(number, b"LC1\\n" + lies[len(calls) % 3] + b"{}")
        except OSError:
            pass
    return z
'''}
