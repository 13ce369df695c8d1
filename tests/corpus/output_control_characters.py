"""Control characters, terminal escapes, nulls, right-to-left marks and half an emoji in output, errors and names."""

TITLE = "control characters and terminal escapes"
KIND = "output"
MUST = "full marks"
BASE = "right"
FIRST = r'''
import sys
print("\x00\x07\x1b]0;title\x07\x1b[2J\x1b[31m\u202e\ud83d\r" * 100)
print("\x1b[8m hidden \x9b", file=sys.stderr)
raise type("E\x00\x1b[2J", (Exception,), {})("\ud800\x00\x1b]8;;http://x\x07")
'''
