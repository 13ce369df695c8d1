"""Markup in the names and texts of errors, warnings, functions, parameters and prints."""

TITLE = "markup in errors, names and warnings"
KIND = "browser"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import warnings

script = "<script>window.pwned = 1</script><img src=x onerror=pwned=1>"

class Shown:
    def __repr__(self):
        return script
    def _repr_html_(self):
        return script

def sigmoid(z):
    print(script)
    warnings.warn(script)
    if z.ndim > 1:
        return Shown()
    raise type(script, (ValueError,), {})(script)

sigmoid.__name__ = sigmoid.__qualname__ = script
print(script)
'''}
