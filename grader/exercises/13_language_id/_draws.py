"""What the unit's cases share: tags, and draws of numbers that go far out."""

import importlib

__all__ = ["LARGE", "single", "spread"]

_bptt = importlib.import_module("..02_bptt._draws", __package__)
LARGE, single, spread = (getattr(_bptt, name) for name in ("LARGE", "single", "spread"))
