"""The gradebook is opened and every table of it printed."""

TITLE = "gradebook read"
KIND = "reading"
MUST = "nothing gained"
FIRST = '''
import sqlite3

for place in ("__CLASS__/gradebook.db", "../../../gradebook.db", "/proc/1/cwd/gradebook.db"):
    try:
        with sqlite3.connect("file:" + place + "?mode=ro", uri=True) as book:
            for (table,) in book.execute("select name from sqlite_master where type = 'table'").fetchall():
                print("FOUND", table, book.execute("select * from " + table).fetchall())
    except sqlite3.Error as error:
        print(error)
'''
