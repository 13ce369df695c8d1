"""A process that leaves its session and parent, closes its descriptors, and waits for the next submission."""

TITLE = "a daemon that outlives its submission"
KIND = "processes"
MUST = "full marks"
BASE = "right"
LAST = '''
import os, time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 256)
        begin = time.monotonic()
        while time.monotonic() - begin < 120:
            time.sleep(0.2)
            for place in ("__CLASS__", "../../..", "/tmp"):
                try:
                    open(place + "/corpus-left", "w").close()
                except OSError:
                    pass
        os._exit(0)
    os._exit(0)
'''
