"""Programs in the background: nohup, setsid, and the shell's ampersand."""

TITLE = "background programs that outlive"
KIND = "processes"
MUST = "full marks"
BASE = "right"
LAST = '''
import subprocess, sys

for command in (["setsid", "nohup", "sleep", "120"], ["sh", "-c", "(sleep 120 &) ; exec sleep 0"],
                [sys.executable, "-c", "import time; time.sleep(120)"]):
    try:
        subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                         stderr=subprocess.DEVNULL)
    except OSError as error:
        print(error)
'''
