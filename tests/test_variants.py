"""The LSTM's relatives, one step each: the reference against torch and autograd, and what is given against both."""

import importlib

import numpy as np
import pytest
import torch
from reference_calls import SIZES, distance, draw

from grader import reference
from grader.data import relatives
from grader.given import given
from grader.vectors import load

draws = importlib.import_module("grader.exercises.09_variants._draws")
EXACT = 1e-14


def blocks(D, H, count, seed=0):
    """W (H + D, count H) and b (count H,)."""
    return draw(H + D, count * H, seed=seed), draw(count * H, seed=seed + 1)


def without(order, W, b, H):
    """Of weights of four blocks, i, f, g, o, those of ``order``."""
    at = [slice("ifgo".index(letter) * H, ("ifgo".index(letter) + 1) * H) for letter in order]
    return torch.cat([W[:, one] for one in at], 1), torch.cat([b[one] for one in at])


@pytest.mark.parametrize("size", SIZES)
def test_the_relatives_are_the_lstms_step_with_a_gate_less(size):
    N, _, D, H = size
    x, h, c, (W, b) = draw(N, D), draw(N, H, seed=1), draw(N, H, seed=2), blocks(D, H, 4, seed=3)
    got = reference.lstm_1997_step(x, h, c, *without("igo", W, b, H))
    for ours, wanted in zip(got, reference.lstm_step(x, h, c, W, b, forget=False), strict=True):
        assert distance(ours, wanted) < EXACT
    # f = 1 - i there, i = 1 - f here: the forget gate is the input gate of weights with the other sign
    W_f, b_f = -W[:, :H], -b[:H]
    _, _, W_g, W_o = W.chunk(4, 1)
    _, _, b_g, b_o = b.chunk(4)
    got = reference.coupled_step(x, h, c, torch.cat([W_f, W_g, W_o], 1), torch.cat([b_f, b_g, b_o]))
    for ours, wanted in zip(got, reference.lstm_step(x, h, c, W, b, coupled=True), strict=True):
        assert distance(ours, wanted) < EXACT


@pytest.mark.parametrize("size", SIZES)
def test_the_way_back_through_a_step_is_that_of_torchs_cell(size):
    N, _, D, H = size
    x, h_prev, (W, b), b_n = draw(N, D), draw(N, H, seed=1), blocks(D, H, 3, seed=3), draw(H, seed=5)
    dh = draw(N, H, seed=6)
    cell = torch.nn.GRUCell(D, H, dtype=torch.float64)
    with torch.no_grad():
        cell.weight_hh.copy_(W[:H].T)
        cell.weight_ih.copy_(W[H:].T)
        cell.bias_ih.copy_(b)
        cell.bias_hh.zero_()
        cell.bias_hh[2 * H :] = b_n
    leaves = [x.requires_grad_(), h_prev.requires_grad_()]
    h = cell(*leaves)
    dx, dh_prev, dih, dhh, dbi, dbh = torch.autograd.grad(h, [*leaves, *list(cell.parameters())], dh)
    wanted = (dx, dh_prev, torch.cat([dhh.T, dih.T]), dbi, dbh[2 * H :])

    arrays = [one.detach().numpy() for one in (x, h_prev, W, b, b_n)]
    assert np.abs(given("gru_step")(*arrays) - h.detach().numpy()).max() < EXACT
    for cache in (relatives.gru_cache(*arrays), draws.gru_forward(*arrays)):
        by_reference = reference.gru_step_backward(dh, tuple(map(torch.from_numpy, cache)))
        by_hand = given("gru_step_backward")(dh.numpy(), cache)
        for right, one, other in zip(wanted, by_reference, by_hand, strict=True):
            assert distance(one, right) < 1e-13 and distance(torch.from_numpy(other), right) < 1e-13


def test_the_cases_of_the_way_back_are_those_of_a_forward_pass():
    for vector in load("gru_step_backward"):
        _, _, r, z, n, q, W = vector.case.args["cache"]
        assert np.all((r >= 0) & (r <= 1) & (z >= 0) & (z <= 1) & (np.abs(n) <= 1)) and q.shape[1] * 3 == W.shape[1]
