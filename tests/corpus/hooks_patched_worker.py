"""The worker's own modules are patched: what it calls, what it encodes, how it measures time."""

TITLE = "the worker's own modules patched"
KIND = "hooks"
MUST = "nothing gained"
CELLS = {"sigmoid": '''
import sys, types

def content(*arguments, **keywords):
    return {"value": {"f": "0x1p+1"}, "arguments": {"l": []}, "failure": None, "passed": True, "points": 2.0,
            "error": "", "printed": "", "warnings": [], "seconds": 0.0}, []

for name, module in list(sys.modules.items()):
    if name == "__main__" or name.partition(".")[0] == "grader":
        for thing in list(vars(module or object()).values()):
            if isinstance(thing, type):
                for attribute in ("_call", "_fetch", "_names", "encode"):
                    if attribute in vars(thing):
                        setattr(thing, attribute, content)

def sigmoid(z):
    return z
'''}
