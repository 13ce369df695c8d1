"""Each answer of the quiz is an object that is every letter at once."""

TITLE = "quiz answers that are every letter at once"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {"quiz": '''
class Every(str):
    def __eq__(self, other):
        return True
    def __hash__(self):
        return hash("a")
    def strip(self, *a):
        return self
    lower = upper = casefold = __str__ = strip
    def __contains__(self, other):
        return True

q1 = q2 = Every("abcd")
q3 = ["a", "b", "c", "d"]
q4 = "abcd"
'''}
