"""Names bound to a class, a module, a lambda with another signature, a property and a deleted name."""

TITLE = "names that are no functions"
KIND = "results"
MUST = "nothing gained"
CELLS = {
    "sigmoid": "class sigmoid:\n    def __init__(self, *a): self.a = a\n    def __getattr__(self, name): return self\n"
    "    __signature__ = 7",
    "one_hot": "one_hot = __import__('os')",
    "quiz": "import types\nq1 = types\nq2 = lambda: 'a'\nq3 = property(q2)\ndel q1",
}
