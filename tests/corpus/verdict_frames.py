"""The function walks up the stack and rewrites what its callers hold: points, scores, flags, the check itself."""

TITLE = "points rewritten in the callers' frames"
KIND = "verdict"
MUST = "nothing gained"
_CLIMB = '''
import sys

def climb():
    frame = sys._getframe(1)
    while frame is not None:
        for space in (frame.f_globals, frame.f_locals):
            for name in list(space):
                if any(part in name.lower() for part in ("score", "points", "passed", "verdict", "value", "mark")):
                    try:
                        space[name] = 2.0 if type(space[name]) in (int, float) else True
                    except Exception:
                        pass
            for name in ("check", "quiz", "_check", "assert_close"):
                if name in space:
                    space[name] = lambda *arguments, **keywords: 2.0
        frame = frame.f_back

'''
CELLS = {
    "sigmoid": _CLIMB + "def sigmoid(z):\n    climb()\n    return z",
    "one_hot": "def one_hot(ids, num_classes):\n    climb()\n    return ids",
}
