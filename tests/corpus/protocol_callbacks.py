"""A flood of callbacks to functions that the grader never lent."""

TITLE = "a flood of callbacks"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import json, os, struct

def sigmoid(z):
    for _ in range(100_000):
        for callback in (0, -1, 1 << 70, "print", None, [0]):
            text = json.dumps({"callback": callback, "arguments": {"t": [{"s": "x"}]}}).encode()
            for number in range(3, 64):
                try:
                    if os.fstat(number).st_mode & 0o170000 == 0o140000:
                        os.write(number, b"LC1\\n" + struct.pack("<II", len(text), 0) + text)
                except OSError:
                    return z
    return z
'''}
