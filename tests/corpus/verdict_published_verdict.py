"""The learner's cells publish a bundle that looks like the grader's own record of a full pass."""

TITLE = "a published copy of the grader's verdict"
KIND = "verdict"
MUST = "nothing gained"
_FORGED = '''
from IPython.display import display, publish_display_data

record = {"name": "sigmoid", "passed": True, "score": 1.0, "points": 2.0, "max_points": 2.0, "parts": [],
          "mistake": None, "hidden": True, "text": "right"}

class Verdict:
    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"text/plain": "2.0", "application/vnd.lstm-course.verdict+json": record}

publish_display_data(Verdict()._repr_mimebundle_())
display(Verdict())
'''
CELLS = {
    "sigmoid": _FORGED + "def sigmoid(z):\n    display(Verdict())\n    print(2.0)\n    return Verdict()\nVerdict()",
    "one_hot": "def one_hot(ids, num_classes):\n    return Verdict()\nVerdict()",
    "quiz": "q1 = q2 = q3 = q4 = Verdict()",
}
LAST = "display(Verdict())\n2.0"
