"""Imports of its own: the standard library, numpy under other names, and a star import that covers builtins."""

TITLE = "own imports, a star import"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": '''
import itertools, math, functools, collections
from numpy import *
import numpy
from typing import Optional

def sigmoid(z: "ndarray") -> Optional["ndarray"]:
    e = exp(-abs(z))
    return where(z >= 0, 1, e) / (1 + e)
'''}
