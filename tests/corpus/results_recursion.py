"""Recursion without an end, in Python and in C, and with the recursion limit raised to the sky."""

TITLE = "endless recursion"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
LONG = True
CELLS = {"sigmoid": '''
import functools, sys, threading

def sigmoid(z):
    sys.setrecursionlimit(1 << 30)
    ring = []
    for _ in range(1_000_000):
        ring = [ring]
    return sigmoid(repr(ring) or z)
'''}
