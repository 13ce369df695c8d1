"""The child-sum Tree-LSTM: a cell whose past is not one step but any number of children.

K. S. Tai, R. Socher and C. D. Manning, "Improved Semantic Representations From Tree-Structured Long Short-Term
Memory Networks", ACL 2015. The gates i, g and o see the sum of the children's hidden states; each child has a
forget gate of its own, which sees that child alone. With one child it is the LSTM.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from .basics import sigmoid
from .precision import float32_inside
from .shapes import match

__all__ = ["tree_lstm", "tree_lstm_node"]


@float32_inside
def tree_lstm_node(x: Tensor, child_hs: Tensor, child_cs: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """N nodes that have K children each: their hidden and cell states.

    ``x (N, D)``, ``child_hs, child_cs (N, K, H)`` with K from 0 on, ``W (H + D, 4H)``, ``b (4H,)``, gates in the
    order i, f, g, o -> ``h, c (N, H)``. Raises ValueError on other shapes.
    """
    sizes = match(
        ("x", x, "N D"),
        ("child_hs", child_hs, "N K H"),
        ("child_cs", child_cs, "N K H"),
        ("W", W, "H+D 4H"),
        ("b", b, "4H"),
    )
    z_i, z_f, z_g, z_o = _halves(x, child_hs.sum(dim=1), W, b, sizes["H"])
    _, W_f, _, _ = W[: sizes["H"]].chunk(4, dim=1)  # (H, H)
    f = sigmoid(z_f[:, None] + child_hs @ W_f)  # (N, 1, H) + (N, K, H) -> (N, K, H): a gate a child
    c = sigmoid(z_i) * torch.tanh(z_g) + (f * child_cs).sum(dim=1)  # (N, H)
    h = sigmoid(z_o) * torch.tanh(c)
    return h, c


def _halves(x: Tensor, h_sum: Tensor, W: Tensor, b: Tensor, H: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Before the squashing: i, g and o from the node's input and its children's sum, f from the input alone."""
    from_x = (x @ W[H:] + b).chunk(4, dim=1)  # four times (N, H)
    from_h = (h_sum @ W[:H]).chunk(4, dim=1)
    return from_x[0] + from_h[0], from_x[1], from_x[2] + from_h[2], from_x[3] + from_h[3]


@float32_inside
def tree_lstm(xs: Tensor, children: Sequence[Sequence[int]], W: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """Every node of a forest, the leaves first, those at one height together.

    ``xs (N, D)`` holds a row a node, ``children`` a list of N lists, of each node its children's rows;
    ``W (H + D, 4H)``, ``b (4H,)`` -> ``hs, cs (N, H)``. Raises ValueError where the children make no forest, and on
    other shapes.
    """
    H = b.shape[0] // 4 if b.ndim else 0
    N = match(("xs", xs, "N D"), ("W", W, "H+D 4H"), ("b", b, "4H"), H=H)["N"]
    above = _parents(children, N)
    W_f = W[:H].chunk(4, dim=1)[1]  # (H, H)
    h_sum = c_sum = xs.new_zeros((N, H))  # what has come up from the children so far
    done: list[Tensor] = []
    order: list[int] = []
    for level in _levels(above, N):
        rows = torch.tensor(level, device=xs.device)
        z_i, _, z_g, z_o = _halves(xs[rows], h_sum[rows], W, b, H)
        c = sigmoid(z_i) * torch.tanh(z_g) + c_sum[rows]  # (n, H)
        h = sigmoid(z_o) * torch.tanh(c)
        done.append(torch.stack([h, c]))
        order += level
        below = [k for k, row in enumerate(level) if above[row] >= 0]
        if below:
            parent = torch.tensor([above[level[k]] for k in below], device=xs.device)
            z_f = (xs[parent] @ W[H:] + b).chunk(4, dim=1)[1]
            f = sigmoid(z_f + h[below] @ W_f)  # each child's own
            h_sum = h_sum.index_add(0, parent, h[below])
            c_sum = c_sum.index_add(0, parent, f * c[below])
    if not done:
        return h_sum, c_sum
    back = torch.tensor(order, device=xs.device).argsort()
    hs, cs = torch.cat(done, dim=1)[:, back]  # (2, N, H), in the order of the rows
    return hs, cs


def _parents(children: Sequence[Sequence[int]], N: int) -> list[int]:
    """The row of each node's parent, -1 for a root. Raises ValueError."""
    if len(children) != N:
        raise ValueError(f"there are {len(children)} lists of children, and it has to be N = {N}: one a node")
    parents = [-1] * N
    for row, below in enumerate(children):
        for child in map(int, below):
            if not 0 <= child < N:
                raise ValueError(f"{child} is nobody's child: rows go from 0 to {N - 1}")
            if parents[child] >= 0:
                raise ValueError(f"row {child} is a child of {parents[child]} and of {row}: that is no tree")
            parents[child] = row
    return parents


def _levels(parents: list[int], N: int) -> list[list[int]]:
    """The nodes by height: each level's children are in the levels before it. Raises ValueError."""
    waiting = [0] * N  # children that are not done yet
    for parent in parents:
        if parent >= 0:
            waiting[parent] += 1
    level = [row for row in range(N) if not waiting[row]]
    levels = []
    while level:
        levels.append(level)
        following = []
        for row in level:
            parent = parents[row]
            if parent >= 0:
                waiting[parent] -= 1
                if not waiting[parent]:
                    following.append(parent)
        level = sorted(following)
    if sum(map(len, levels)) != N:
        raise ValueError("the children go round in a circle somewhere: that is no tree")
    return levels
