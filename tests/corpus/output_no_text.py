"""Display data whose keys and values are no texts, and stdout replaced by something that is no stream."""

TITLE = "output that is no output"
KIND = "output"
MUST = "full marks"
BASE = "right"
LAST = '''
import sys
from IPython.display import publish_display_data

class Odd:
    def _repr_mimebundle_(self, *a, **k):
        data = {1: 2, "text/plain": 7, "text/html": ["x"], None: b"x", "application/json": {"a": float("nan")}}
        return data, {"x": {1}}

publish_display_data({"image/png": b"raw", "text/html": 7}, metadata={"a": object()})
sys.stdout = sys.stderr = 7
Odd()
'''
