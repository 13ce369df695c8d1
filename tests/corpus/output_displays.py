"""Five thousand displayed objects, each with a picture and many kinds of data."""

TITLE = "thousands of displayed objects"
KIND = "output"
MUST = "full marks"
BASE = "right"
LAST = '''
from IPython.display import display, publish_display_data

for number in range(5000):
    publish_display_data({"text/plain": "x" * 1000, "image/png": "A" * 1000, f"x/{number}": {"a": [1] * 100}})
'''
