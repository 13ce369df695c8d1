"""A loop without an end that catches whatever is raised to stop it."""

TITLE = "an endless loop that catches everything"
KIND = "time"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
def sigmoid(z):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
'''}
