"""The child-sum Tree-LSTM over a whole forest, there and back: the nodes of one height together.

One node after the other, a training takes minutes. But nodes that stand at the same height don't know of each other,
so all of them that have equally many children go through the learner's ``tree_lstm_node`` in one call:

    node(x (n, D), child_hs (n, K, H), child_cs (n, K, H), W (H + D, 4H), b (4H,)) -> h, c (n, H)

The way back computes the gates from the states once more, as :mod:`.relatives` does. Gates in the order i, f, g, o; f
is a child's own, and sees that child's h where the others see the children's sum.

K. S. Tai, R. Socher and C. D. Manning, "Improved semantic representations from tree-structured long short-term memory
networks", ACL 2015.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ._sigmoid import sigmoid

__all__ = ["Level", "backward", "forward", "levels"]

Level = tuple[np.ndarray, np.ndarray]  # rows (n,), and the rows of their children (n, K)


def levels(children: Sequence[Sequence[int]]) -> list[Level]:
    """Nodes that go through the cell together, children before their parents: the rows (n,), their children (n, K).

    ``children`` has a list of rows for each of M nodes, in any order of the rows. Raises ValueError where they go round
    in a circle.
    """
    height = np.full(len(children), -1)
    waiting = list(range(len(children)))
    while waiting:
        ready = [row for row in waiting if all(height[child] >= 0 for child in children[row])]
        if not ready:
            raise ValueError(f"the children of row {waiting[0]} go round in a circle somewhere: that is no tree")
        tall = [1 + max((int(height[child]) for child in children[row]), default=-1) for row in ready]
        height[ready] = tall
        waiting = [row for row in waiting if height[row] < 0]
    together = defaultdict(list)
    for row, own in enumerate(children):
        together[int(height[row]), len(own)].append(row)
    return [
        (np.array(rows), np.array([children[row] for row in rows], dtype=np.int64).reshape(len(rows), K))
        for (_, K), rows in sorted(together.items())
    ]


def forward(
    node: Callable[..., Any], xs: np.ndarray, steps: Sequence[Level], W: np.ndarray, b: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Every node of a forest: ``xs (M, D)``, a row a node -> ``hs, cs (M, H)``; ``steps`` are from :func:`levels`."""
    hs, cs = np.zeros((2, len(xs), len(b) // 4))
    for rows, children in steps:
        hs[rows], cs[rows], *_ = node(xs[rows], hs[children], cs[children], W, b)
    return hs, cs


def backward(
    dhs: np.ndarray,
    xs: np.ndarray,
    hs: np.ndarray,
    cs: np.ndarray,
    steps: Sequence[Level],
    W: np.ndarray,
    b: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The way back through :func:`forward`, from the roots down, for a loss that looks at every h.

    ``dhs (M, H)`` -> ``dxs (M, D)``, ``dW (H + D, 4H)``, ``db (4H,)``.
    """
    H = hs.shape[1]
    W_h, W_f = W[:H], W[:H, H : 2 * H]
    dh, dc = dhs.copy(), np.zeros_like(cs)
    dxs, dW, db = np.zeros_like(xs), np.zeros_like(W), np.zeros_like(b)
    for rows, children in reversed(steps):
        below, kept = hs[children], cs[children]  # (n, K, H)
        h_sum = below.sum(axis=1)
        z_i, z_f, z_g, z_o = np.split(xs[rows] @ W[H:] + b, 4, axis=1)
        i, o = sigmoid(z_i + h_sum @ W_h[:, :H]), sigmoid(z_o + h_sum @ W_h[:, 3 * H :])
        g = np.tanh(z_g + h_sum @ W_h[:, 2 * H : 3 * H])
        f = sigmoid(z_f[:, None] + below @ W_f)  # (n, K, H)
        s = np.tanh(cs[rows])
        d = dc[rows] + dh[rows] * o * (1 - s * s)
        dz = np.zeros((len(rows), 4 * H))  # the forget gate's block stays 0: each child has a gradient of its own
        dz[:, :H] = d * g * i * (1 - i)
        dz[:, 2 * H : 3 * H] = d * i * (1 - g * g)
        dz[:, 3 * H :] = dh[rows] * s * o * (1 - o)
        df = d[:, None] * kept * f * (1 - f)  # (n, K, H)
        dh[children] = dh[children] + (dz @ W_h.T)[:, None] + df @ W_f.T  # no node has two parents
        dc[children] = d[:, None] * f
        dW[:H] += h_sum.T @ dz
        dW[:H, H : 2 * H] += np.tensordot(below, df, axes=([0, 1], [0, 1]))
        dz[:, H : 2 * H] = df.sum(axis=1)
        dW[H:] += xs[rows].T @ dz
        db += dz.sum(axis=0)
        dxs[rows] = dz @ W[H:].T
    return dxs, dW, db
