"""The submissions, graded notebooks and feedback of the whole class are listed, and their last lines printed."""

TITLE = "classmates' submissions read"
KIND = "reading"
MUST = "nothing gained"
FIRST = '''
import os

for place in ("__CLASS__", "../../..", "../../../.."):
    for folder in ("submitted", "autograded", "feedback"):
        for path, folders, files in os.walk(os.path.join(place, folder)):
            print("FOUND", path, folders, files)
            for name in files:
                print(repr(open(os.path.join(path, name), errors="replace").read()[-1500:]))
print("looked")
'''
