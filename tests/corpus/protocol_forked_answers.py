"""A process that was forked keeps the socket and goes on to send answers while others are graded."""

TITLE = "a fork that keeps the channel and answers later"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import json, os, struct, time

kept = []

def sigmoid(z):
    if not kept:
        for number in range(3, 64):
            try:
                if os.fstat(number).st_mode & 0o170000 == 0o140000:
                    kept.append(os.dup(number))
            except OSError:
                pass
        if os.fork() == 0:
            for number in range(1, 400):
                text = json.dumps({"id": number, "value": {"f": "0x1p-1"}, "failure": None, "outputs": []}).encode()
                for copy in kept:
                    try:
                        os.write(copy, b"LC1\\n" + struct.pack("<II", len(text), 0) + text)
                    except OSError:
                        pass
                time.sleep(0.01)
            os._exit(0)
    return z
'''}
