"""An audit hook, which can never be removed again, refuses every file, import, fork and compilation."""

TITLE = "an audit hook that refuses everything"
KIND = "hooks"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import sys

def refuse(event, arguments):
    raise RuntimeError("refused: " + event)

def sigmoid(z):
    return z

sys.addaudithook(refuse)
'''}
