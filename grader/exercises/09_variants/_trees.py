"""What the cases of the Tree-LSTM share: trees, nodes with children, and weights that go far out."""

from __future__ import annotations

import importlib

import numpy as np

from ._layers import LARGE, LONG, single, spread

__all__ = [
    "LARGE",
    "LONG",
    "arguments",
    "binary",
    "bushy",
    "cancelling",
    "chain",
    "many_cells",
    "node",
    "overflowing",
    "packed",
    "shuffled",
    "shut",
    "single",
    "spread",
    "star",
]

_lstm = importlib.import_module("..05_lstm._draws", __package__)
cancelling, many_cells, overflowing, packed, shut = (
    getattr(_lstm, name) for name in ("cancelling", "many_cells", "overflowing", "packed", "shut")
)


def node(rng, N, K, D, H, **options):
    """Draw the arguments of N nodes with K children each; the options are those of :func:`packed`."""
    W, b = packed(rng, D, H, **options)
    child_hs, child_cs = np.tanh(rng.normal(size=(N, K, H))), rng.normal(size=(N, K, H))
    return {"x": rng.normal(size=(N, D)), "child_hs": child_hs, "child_cs": child_cs, "W": W, "b": b}


def chain(N):
    """The children of N nodes that hang one below the other: the root is row 0."""
    return [[k + 1] for k in range(N - 1)] + [[]]


def star(N):
    """The children of N nodes, of which all but the root, row 0, are leaves."""
    return [list(range(1, N))] + [[] for _ in range(N - 1)]


def binary(N):
    """The children of N nodes with two children each, as far as they go: row 0 is the root."""
    return [[child for child in (2 * n + 1, 2 * n + 2) if child < N] for n in range(N)]


def bushy(rng, N, roots=1):
    """Draw a forest: each node but the first ones is a child of any node before it."""
    children = [[] for _ in range(N)]
    for n in range(roots, N):
        children[int(rng.integers(n))].append(n)
    return children


def shuffled(rng, children):
    """The same forest with its rows, and each node's children, in another order."""
    place = [int(row) for row in rng.permutation(len(children))]  # where each row goes
    moved = [[] for _ in children]
    for n, below in enumerate(children):
        moved[place[n]] = [place[below[int(k)]] for k in rng.permutation(len(below))]
    return moved


def arguments(rng, children, D, H, **options):
    """Draw the arguments of a forest; the options are those of :func:`packed`."""
    W, b = packed(rng, D, H, **options)
    return {"xs": rng.normal(size=(len(children), D)), "children": children, "W": W, "b": b}
