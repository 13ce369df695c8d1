"""The environment of this process and of every other that can be seen is printed."""

TITLE = "environment of the grader read"
KIND = "reading"
MUST = "nothing gained"
FIRST = '''
import glob, os

print(dict(os.environ))
for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + ["/proc/1/environ"]:
    try:
        print(path, open(path, errors="replace").read())
    except OSError:
        pass
'''
