"""Answers to questions that were not asked yet, with every number they could have, are sent in advance."""

TITLE = "answers sent before the question"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
_SEND = '''
import json, os, struct

def send(header, blobs=()):
    text = json.dumps(header).encode()
    lengths = struct.pack(f"<II{len(blobs)}Q", len(text), len(blobs), *map(len, blobs))
    message = b"LC1\\n" + lengths + text + b"".join(blobs)
    for number in range(3, 64):
        try:
            if os.fstat(number).st_mode & 0o170000 == 0o140000:
                os.write(number, message)
        except OSError:
            pass

'''
CELLS = {"sigmoid": _SEND + '''
def sigmoid(z):
    for number in range(1, 60):
        send({"id": number, "value": {"f": "0x1p-1"}, "arguments": {"l": []}, "failure": None, "error": "",
              "printed": "", "warnings": [], "seconds": 0.0, "passed": True, "points": 2.0, "kinds": {},
              "session": "open"})
    return z
'''}
