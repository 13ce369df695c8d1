"""The hidden test vectors, the source notebooks and the solutions are sought on the disk and printed."""

TITLE = "hidden vectors, solutions and sources read from the disk"
KIND = "reading"
MUST = "nothing gained"
FIRST = '''
import os, pathlib

word = "BEGIN " + "HIDDEN"  # not to be found in this very text
looked = 0
for place in ("__CLASS__", "..", "../..", "../../..", "/proc/self/cwd/../../..", "/proc/1/root__CLASS__",
              os.environ.get("GRADER_HIDDEN", "hidden")):
    for pattern in ("hidden/*", "source/*/*", ".build/source/*/*", "*.db", "nbgrader_config.py", "*"):
        looked += 1
        try:
            for path in pathlib.Path(place).glob(pattern):
                if path.is_file():
                    text = path.read_bytes().decode("latin1")
                    print("FOUND", path, text[:100].encode(), *[word + part[:300] for part in text.split(word)[1:3]])
        except OSError as error:
            print(type(error).__name__)
print("looked", looked)
'''
