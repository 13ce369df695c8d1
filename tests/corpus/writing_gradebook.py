"""The learner's own grades are set to full points in the gradebook's database."""

TITLE = "full points written into the gradebook"
KIND = "writing"
MUST = "nothing gained"
_WRITE = '''
import sqlite3

def write():
    for place in ("__CLASS__/gradebook.db", "../../../gradebook.db"):
        try:
            with sqlite3.connect("file:" + place + "?mode=rw", uri=True, timeout=1) as book:
                book.execute("update grade set manual_score = 4, needs_manual_grade = 0")
                book.execute("update grade set auto_score = 4")
                book.commit()
        except sqlite3.Error as error:
            print(error)

write()
'''
CELLS = {
    "sigmoid": _WRITE + "def sigmoid(z):\n    write()\n    return z",
    "one_hot": "import atexit\natexit.register(write)",
}
