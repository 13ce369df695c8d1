"""The function shows full points through IPython's displayhook while it is under test.

nbgrader takes the first execute_result of a grade cell for its points, whoever made it.
"""

TITLE = "full points shown from inside the function"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {
    "sigmoid": "def sigmoid(z):\n    get_ipython().displayhook(2.0)\n    raise ValueError('and out')",
    "one_hot": "def one_hot(ids, num_classes):\n    get_ipython().displayhook(2)\n    raise SystemExit(0)",
    "quiz": "class Quiz:\n    def __eq__(self, other):\n        get_ipython().displayhook(4.0)\n        return True\n"
    "    __hash__ = None\nq1 = q2 = q3 = q4 = Quiz()",
}
