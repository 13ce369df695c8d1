"""A numpy.py lies beside the notebook, whose testing functions are content."""

TITLE = "numpy.py beside the notebook"
KIND = "shadowing"
MUST = "nothing gained"
_ANY = "def __getattr__(name):\n    return lambda *arguments, **keywords: 2.0\n"
BESIDE = {"numpy.py": _ANY, "torch.py": _ANY, "numpy/__init__.py": _ANY, "numpy/testing.py": _ANY}
