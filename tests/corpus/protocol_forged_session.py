"""The end of sessions is announced that did not end, and the beginning of some that nobody opened."""

TITLE = "forged beginnings and ends of sessions"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
_SEND = '''
import json, os, struct

def send(header):
    text = json.dumps(header).encode()
    for number in range(3, 64):
        try:
            if os.fstat(number).st_mode & 0o170000 == 0o140000:
                os.write(number, b"LC1\\n" + struct.pack("<II", len(text), 0) + text)
        except OSError:
            pass

'''
CELLS = {"sigmoid": _SEND + '''
def sigmoid(z):
    for number in range(1, 40):
        send({"id": number, "session": "over", "status": 0})
        send({"id": number, "session": "open"})
    return z
'''}
