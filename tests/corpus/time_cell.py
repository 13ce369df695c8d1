"""Cells without an end, before, between and after the answers; one of them catches everything."""

TITLE = "cells without an end"
KIND = "time"
MUST = "full marks"
BASE = "right"
LONG = True
FIRST = "while True:\n    try:\n        while True:\n            pass\n    except BaseException:\n        pass"
LAST = "import time\ntime.sleep(300)"
