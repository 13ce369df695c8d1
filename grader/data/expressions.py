"""Nested expressions over 0 and 1, as trees and as text with brackets.

    any ( 0 all ( 1 1 ) odd ( 1 0 1 ) )              its value is 1

                 any
              /   |    \\
            0    all     odd
                / \\    / | \\
               1   1   1  0  1

``all`` is 1 where all of its two or three parts are 1, ``any`` where one of them is, ``odd`` where an odd number of
them is, and ``most`` where more than half of them are. The order of the parts makes no difference to any of these.

A tree is a pair (symbol, its parts): ``("any", [("0", []), ("1", [])])``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

__all__ = ["OPERATORS", "SYMBOLS", "Tree", "batch", "draw", "forest", "height", "nodes", "text", "trees", "value"]

Tree = tuple[str, list]  # a symbol, and the trees under it

OPERATORS = ("all", "any", "odd", "most")
SYMBOLS = ("0", "1", *OPERATORS, "(", ")")
_IDS = {symbol: k for k, symbol in enumerate(SYMBOLS)}
_LEAF = 0.4  # how likely a part that need not be deep is a single 0 or 1


def draw(depth: int, rng: np.random.Generator) -> Tree:
    """An expression in which so many operators stand inside each other at its deepest place; 0 is a single 0 or 1."""
    if depth == 0:
        return str(rng.integers(2)), []
    parts = int(rng.integers(2, 4))
    deep = int(rng.integers(parts))  # the one that is as deep as it has to be
    below = [depth - 1 if k == deep or rng.random() >= _LEAF else 0 for k in range(parts)]
    below = [one if k == deep else int(rng.integers(one + 1)) for k, one in enumerate(below)]
    return OPERATORS[int(rng.integers(len(OPERATORS)))], [draw(one, rng) for one in below]


def trees(N: int, depths: Sequence[int], rng: np.random.Generator) -> list[Tree]:
    """N expressions, each of a depth drawn from ``depths``."""
    return [draw(int(rng.choice(depths)), rng) for _ in range(N)]


def value(tree: Tree) -> int:
    """What the expression is: 0 or 1."""
    symbol, parts = tree
    ones = sum(map(value, parts))
    return {"all": ones == len(parts), "any": ones > 0, "odd": ones % 2 == 1, "most": 2 * ones > len(parts)}.get(
        symbol, symbol == "1"
    ) + 0


def height(tree: Tree) -> int:
    """How many operators stand inside each other at the deepest place."""
    _, parts = tree
    return 1 + max(map(height, parts)) if parts else 0


def nodes(tree: Tree) -> Iterator[Tree]:
    """The tree itself and every tree in it, each before its parts, the parts from left to right."""
    yield tree
    for part in tree[1]:
        yield from nodes(part)


def text(tree: Tree) -> list[str]:
    """The expression as symbols with brackets."""
    symbol, parts = tree
    return [symbol, "(", *(one for part in parts for one in text(part)), ")"] if parts else [symbol]


def batch(chosen: Sequence[Tree]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The expressions as text, to be answered at the end: ids, targets and mask, each (N, T of the longest).

    ``ids`` are the symbols, 0 on the padding at the right. ``targets`` is the expression's value, at every step the
    same; ``mask`` is 1.0 at the last symbol alone.
    """
    texts = [text(tree) for tree in chosen]
    ids = np.zeros((len(texts), max(map(len, texts), default=0)), dtype=np.int64)
    mask = np.zeros(ids.shape)
    for n, symbols in enumerate(texts):
        ids[n, : len(symbols)] = [_IDS[symbol] for symbol in symbols]
        mask[n, len(symbols) - 1] = 1.0
    values = np.array([value(tree) for tree in chosen], dtype=np.int64).reshape(-1, 1)
    return ids, np.repeat(values, ids.shape[1], axis=1), mask


def forest(chosen: Sequence[Tree]) -> tuple[np.ndarray, list[list[int]], np.ndarray, np.ndarray]:
    """The expressions as trees, a row a node: ids, children, values and roots; M is the nodes of all of them together.

    The rows are in the order of :func:`nodes`, one expression after the other. ``ids (M,)`` are the symbols,
    ``children`` has for each node the rows of its parts, ``values (M,)`` what each node is, 0 or 1, and ``roots (N,)``
    the row of each whole expression.
    """
    ids: list[int] = []
    children: list[list[int]] = []
    values: list[int] = []

    def plant(tree: Tree) -> int:
        row = len(ids)
        ids.append(_IDS[tree[0]])
        children.append([])
        values.append(value(tree))
        children[row] = [plant(part) for part in tree[1]]
        return row

    roots = [plant(tree) for tree in chosen]
    return np.array(ids, dtype=np.int64), children, np.array(values, dtype=np.int64), np.array(roots, dtype=np.int64)
