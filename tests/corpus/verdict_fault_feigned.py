"""The function pretends that the grader itself is at fault, which never costs points: nor may it give any."""

TITLE = "a feigned fault of the grader"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {"sigmoid": '''
import grader

class GraderError(Exception):
    pass

GraderError.__module__ = "grader.errors"

def sigmoid(z):
    raise GraderError("The hidden test vectors are missing: run `grader vectors --hidden`.")
'''}
