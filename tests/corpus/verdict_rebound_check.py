"""check, quiz and the whole package are rebound to functions that always give full points."""

TITLE = "check and grader rebound"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {"sigmoid": '''
import sys
import grader

class Full(float):
    passed, score, points = True, 1.0, 2.0

def full(*arguments, **keywords):
    return Full(2.0)

for name, module in list(sys.modules.items()):
    if name.partition(".")[0] == "grader" and module is not None:
        for thing in ("check", "quiz", "check_subject", "compare", "judge", "points_of", "determine_grade"):
            setattr(module, thing, full)
check = quiz = grader.check = grader.quiz = full
globals()["__builtins__"].check = full

def sigmoid(z):
    return z
'''}
