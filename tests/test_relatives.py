"""The ways back that unit 09 trains with are those of autograd through the reference."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader.data import expressions, forests, relatives
from grader.reference import gru, lstm, tree_lstm
from grader.reference.basics import sigmoid

SMALL, SIZES = 1e-12, {"N": 3, "T": 7, "D": 2, "H": 4}
OF_THE_CELL = ("LSTM", "peephole", "coupled", "1997", "no input gate", "no output gate")


def as_reference(kind, cell):
    """The reference's arguments for a cell of this kind: W and b of four blocks, and its options.

    A gate that isn't there is one whose bias is 1000: it is 1 to the last digit.
    """
    W, b, H = cell["W"], cell["b"], SIZES["H"]
    blocks = dict(zip(relatives.BLOCKS[kind], W.chunk(W.shape[1] // H, dim=1), strict=True))
    biases = dict(zip(relatives.BLOCKS[kind], b.chunk(len(b) // H), strict=True))
    for name in "ifgo":
        blocks.setdefault(name, torch.zeros_like(blocks["g"]))
        biases.setdefault(name, torch.full_like(biases["g"], 1000.0))
    options = {}
    if kind == "peephole":
        options["peepholes"] = tuple(cell[name] for name in ("p_i", "p_f", "p_o"))
    elif kind == "coupled":  # the reference's f is 1 - i, and ours is i = 1 - f: sigmoid(-z) is 1 - sigmoid(z)
        options["coupled"] = True
        blocks["i"], biases["i"] = -blocks["f"], -biases["f"]
    elif kind == "1997":
        options["forget"] = False
    return torch.cat([blocks[name] for name in "ifgo"], dim=1), torch.cat([biases[name] for name in "ifgo"]), options


def drawn(kind, rng):
    """A cell of this kind with nothing at 0, and a sequence's arguments."""
    N, T, D, H = SIZES.values()
    cell = relatives.start(kind, D, H, 1.0, rng)
    cell = {name: array + rng.normal(scale=0.5, size=array.shape) for name, array in cell.items()}
    return cell, rng.normal(size=(N, T, D)), *rng.normal(size=(2, N, H)), rng.normal(size=(N, T, H))


def leaves(*arrays):
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def agree(found, leaf):
    error = np.abs(found - leaf.grad.numpy()).max()
    assert error <= SMALL * max(1.0, np.abs(found).max())


@pytest.mark.parametrize("kind", OF_THE_CELL)
def test_the_way_back_is_that_of_autograd(kind):
    rng = np.random.default_rng(0)
    cell, xs, h0, c0, dhs = drawn(kind, rng)
    dc_T = rng.normal(size=c0.shape)
    inputs, begun, held = leaves(xs, h0, c0)
    learned = dict(zip(cell, leaves(*cell.values()), strict=True))
    W, b, options = as_reference(kind, learned)
    hs, c_T = lstm(inputs, begun, held, W, b, **options)
    (torch.sum(hs * torch.tensor(dhs)) + torch.sum(c_T * torch.tensor(dc_T))).backward()

    def step(x, h, c, *arrays):
        arrays = {name: torch.tensor(array) for name, array in zip(cell, arrays, strict=True)}
        W, b, options = as_reference(kind, arrays)
        states, c = lstm(*map(torch.tensor, (x[:, None], h, c)), W, b, **options)
        return states[:, 0].numpy(), c.numpy()

    hs_here, cs_here = relatives.forward(step, xs, h0, c0, cell)
    assert np.abs(hs_here - hs.detach().numpy()).max() <= SMALL
    dxs, dh0, dc0, grads = relatives.backward(kind, dhs, dc_T, xs, hs_here, cs_here, h0, c0, cell)
    for found, leaf in ((dxs, inputs), (dh0, begun), (dc0, held)):
        agree(found, leaf)
    assert grads.keys() == cell.keys()
    for name, leaf in learned.items():
        assert grads[name].shape == cell[name].shape
        agree(grads[name], leaf)


def test_the_grus_way_back_goes_step_by_step_with_the_learners_own():
    cell, xs, h0, _, dhs = drawn("GRU", np.random.default_rng(1))
    inputs, begun = leaves(xs, h0)
    learned = dict(zip(cell, leaves(*cell.values()), strict=True))
    hs = gru(inputs, begun, learned["W"], learned["b"], learned["b_n"])
    torch.sum(hs * torch.tensor(dhs)).backward()

    def step_backward(dh, cache):
        """By autograd, one step at a time."""
        x, h_prev = leaves(*cache)
        arrays = leaves(*cell.values())
        h = gru(x[:, None], h_prev, *arrays)[:, 0]
        torch.sum(h * torch.tensor(dh)).backward()
        return tuple(one.grad.numpy() for one in (x, h_prev, *arrays))

    def step_forward(x, h_prev, *arrays):
        h = gru(*map(torch.tensor, (x[:, None], h_prev, *arrays)))[:, 0]
        return h.numpy(), (x, h_prev)

    states, caches = relatives.gru_forward(step_forward, xs, h0, cell)
    assert np.abs(states - hs.detach().numpy()).max() <= SMALL
    dxs, dh0, grads = relatives.gru_backward(step_backward, dhs, caches)
    agree(dxs, inputs)
    agree(dh0, begun)
    for name, leaf in learned.items():
        agree(grads[name], leaf)


@pytest.mark.parametrize("kind", relatives.BLOCKS)
def test_a_cells_numbers_are_counted_and_its_first_weights_are_as_said(kind):
    D, H, K = 5, 12, 3
    cell = relatives.start(kind, D, H, 2.0, np.random.default_rng(0))
    assert relatives.count(kind, D, H) == sum(array.size for array in cell.values())
    assert relatives.count(kind, D, H, K) - relatives.count(kind, D, H) == (H + 1) * K
    for k, name in enumerate(relatives.BLOCKS[kind]):
        block = slice(k * H, (k + 1) * H)
        assert np.allclose(cell["W"][:H, block].T @ cell["W"][:H, block], np.eye(H))
        assert (cell["b"][block] == (2.0 if name in "fz" else 0.0)).all()
    assert 0.7 < cell["W"][H:].std() * np.sqrt(D) < 1.3
    for numbers in (1, 300, 1500, 4000):
        nearest = relatives.width(kind, D, K, numbers)
        away = [abs(relatives.count(kind, D, H, K) - numbers) for H in range(1, 60)]
        assert away[nearest - 1] == min(away)


def test_a_forest_goes_through_a_node_and_back_as_autograd_says():
    rng = np.random.default_rng(3)
    D, H = 6, 4
    ids, children, _, _ = expressions.forest(expressions.trees(6, (0, 1, 2, 3), rng))
    order = rng.permutation(len(ids))  # in any order of the rows
    place = np.argsort(order)
    children = [[int(place[child]) for child in children[row]] for row in order]
    xs = rng.normal(size=(len(expressions.SYMBOLS), D))[ids[order]]
    cell = relatives.start("LSTM", D, H, 1.0, rng)
    W, b = cell["W"], cell["b"] + rng.normal(size=4 * H)
    inputs, W_leaf, b_leaf = leaves(xs, W, b)
    expected, states = tree_lstm(inputs, children, W_leaf, b_leaf)
    dhs = rng.normal(size=expected.shape)
    torch.sum(expected * torch.tensor(dhs)).backward()

    def node(x, child_hs, child_cs, W, b):
        """The node of the paper, here so that the reference's own is not what is compared with itself."""
        arrays = [torch.tensor(array) for array in (x, child_hs, child_cs, W, b)]
        x, child_hs, child_cs, W, b = arrays
        i, _, g, o = (torch.cat([child_hs.sum(dim=1), x], dim=1) @ W + b).chunk(4, dim=1)
        each = torch.cat([child_hs, x[:, None].expand(-1, child_hs.shape[1], -1)], dim=2)
        f = sigmoid((each @ W + b).chunk(4, dim=2)[1])
        c = sigmoid(i) * torch.tanh(g) + (f * child_cs).sum(dim=1)
        return (sigmoid(o) * torch.tanh(c)).numpy(), c.numpy()

    steps = forests.levels(children)
    assert sorted(row for rows, _ in steps for row in rows) == list(range(len(ids)))
    hs, cs = forests.forward(node, xs, steps, W, b)
    assert np.abs(hs - expected.detach().numpy()).max() <= SMALL
    assert np.abs(cs - states.detach().numpy()).max() <= SMALL
    for found, leaf in zip(forests.backward(dhs, xs, hs, cs, steps, W, b), (inputs, W_leaf, b_leaf), strict=True):
        agree(found, leaf)


def test_children_in_a_circle_are_no_tree():
    with pytest.raises(ValueError, match="circle"):
        forests.levels([[1], [0]])
