"""What the unit's cases share with those of earlier units."""

import importlib

__all__ = ["LARGE", "single"]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
LARGE, single = _bptt.LARGE, _bptt.single
