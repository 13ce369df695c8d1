"""A hand-marked answer in code prints the hidden seed, the classmates, the gradebook and what its callers hold."""

TITLE = "a hand-marked answer in code that looks for everything"
KIND = "marked"
MUST = "marked by hand"
BASE = "right"
CELLS = {"measure": '''
import gc, os, pathlib, sqlite3, sys

print("HIDDEN", os.environ.get("GRADER_HIDDEN"), os.environ.get("CORPUS_SECRET"))
word = "BEGIN " + "HIDDEN"  # not to be found in this very text
for place in ("__CLASS__", "..", "../../..", os.environ.get("GRADER_HIDDEN", "hidden")):
    for path in [*pathlib.Path(place).glob("*"), *pathlib.Path(place).glob("*/*")]:
        try:
            text = path.read_bytes().decode("latin1") if path.is_file() else ""
            print(path, text[:200].encode(), *[word + part[:300] for part in text.split(word)[1:3]])
        except OSError as error:
            print(type(error).__name__)
try:
    print(sqlite3.connect("file:__CLASS__/gradebook.db?mode=ro", uri=True).execute("select * from student").fetchall())
except sqlite3.Error as error:
    print(type(error).__name__)
frame = sys._getframe()
while frame is not None:
    print(frame.f_code.co_filename, {k: str(v)[:500] for k, v in [*frame.f_globals.items(), *frame.f_locals.items()]})
    frame = frame.f_back
print([str(thing)[:500] for thing in gc.get_objects() if type(thing).__name__ in ("Exam", "Vector", "Gradebook")])
'''}
