"""The reference of unit 08: beside PyTorch's own functions, numpy's, and what has to be true of a language model."""

import math

import numpy as np
import pytest
import torch
from reference_calls import F64, SIZES, distance, draw, layer

from grader import reference as ref


def _model(N, T, D, H, K=6):
    """The parameters of a language model, ids (N, T + 1), and the states that it begins with."""
    _, h0, c0, W, b = layer(N, T, D, H)
    params = {"E": draw(K, D, seed=5), "W": W, "b": b, "V": draw(H, K, seed=6), "b_y": draw(K, seed=7)}
    ids = torch.from_numpy(np.random.default_rng([N, T]).integers(0, K, size=(N, T + 1)))
    return params, ids, h0, c0


@pytest.mark.parametrize("scale", [1, 700])
def test_the_costs_are_torchs(scale):
    logits, mask = scale * draw(3, 4, 5), torch.tensor([[1, 1, 0, 1], [1, 0, 0, 0], [1, 1, 1, 1]], dtype=F64)
    targets = torch.tensor([[0, 4, 2, 1], [3, 3, 0, 0], [2, 1, 4, 4]])
    costs = torch.nn.functional.cross_entropy(logits.movedim(2, 1), targets, reduction="none")
    assert distance(ref.nll_per_token(logits, targets, mask), costs * mask) < 1e-14


def test_bits_and_perplexity_do_not_know_how_a_text_was_cut():
    nll = draw(6, 5).abs()
    mask = (draw(6, 5, seed=1) > -0.5).double()
    whole = [nll * mask], [mask]
    pieces = tuple([one[0][:1, :4], one[0][1:, :4], one[0][:, 4:]] for one in whole)
    mean = (nll * mask).sum() / mask.sum()
    for cut in (whole, pieces):
        assert math.isclose(float(ref.bits_per_token(*cut)), float(mean) / math.log(2), rel_tol=1e-14)
        assert math.isclose(float(ref.perplexity(*cut)), math.exp(float(mean)), rel_tol=1e-13)


@pytest.mark.parametrize("size", SIZES)
def test_a_language_model_is_torchs(size):
    params, ids, h0, c0 = _model(*size)
    loss, grads, h_T, c_T = ref.lm_loss_and_grads(params, ids, h0, c0)
    _, _, D, H = size
    lstm = torch.nn.LSTM(D, H, batch_first=True, dtype=F64)
    lstm.load_state_dict(ref.to_torch(params["W"], params["b"], D))
    E, V, b_y = (params[name].clone().requires_grad_() for name in ("E", "V", "b_y"))
    hs, (h, c) = lstm(torch.nn.functional.embedding(ids[:, :-1], E), (h0[None], c0[None]))
    theirs = torch.nn.functional.cross_entropy((hs @ V + b_y).flatten(0, 1), ids[:, 1:].flatten())
    theirs.backward()
    assert distance(loss, theirs) < 1e-13
    assert distance(h_T, h[0]) < 1e-13 and distance(c_T, c[0]) < 1e-13
    for name, leaf in (("E", E), ("V", V), ("b_y", b_y)):
        assert distance(grads[name], leaf.grad) < 1e-11, name
    assert distance(grads["b"], lstm.bias_ih_l0.grad) < 1e-11
    assert distance(grads["W"], torch.cat([lstm.weight_hh_l0.grad, lstm.weight_ih_l0.grad], dim=1).T) < 1e-11


def test_two_pieces_with_the_state_handed_on_cost_what_the_whole_does():
    params, ids, h0, c0 = _model(2, 8, 3, 4)
    whole, _, h_T, c_T = ref.lm_loss_and_grads(params, ids, h0, c0)
    first, _, h, c = ref.lm_loss_and_grads(params, ids[:, :6], h0, c0)  # 5 targets, then 3
    second, _, h_end, c_end = ref.lm_loss_and_grads(params, ids[:, 5:], h, c)
    assert distance((5 * first + 3 * second) / 8, whole) < 1e-14
    assert distance(h_end, h_T) < 1e-14 and distance(c_end, c_T) < 1e-14


def test_correlations_are_numpys_and_nothing_is_said_of_what_stands_still():
    cs, feature = draw(3, 7, 4), draw(3, 7, seed=1)
    cs[..., 2] = 0.1  # its mean is rounded
    r = ref.cell_correlation(cs, feature).numpy()
    for j in (0, 1, 3):
        assert math.isclose(r[j], np.corrcoef(cs[..., j].numpy().ravel(), feature.numpy().ravel())[0, 1], rel_tol=1e-12)
    assert r[2] == 0
    assert not ref.cell_correlation(cs, torch.full((3, 7), 0.1, dtype=F64)).any()


def test_a_cell_that_is_told_nothing_is_the_lstm_and_one_whose_gate_is_open_forgets_nothing_of_it():
    N, D, H, S = 3, 4, 5, 6
    x, h, c, W, b = draw(N, D), draw(N, H, seed=1), draw(N, H, seed=2), draw(H + D, 4 * H, seed=3), draw(4 * H, seed=4)
    d, W_r, W_d = draw(N, S, seed=5), draw(H + D, S, seed=6), draw(S, H, seed=7)
    told = ref.sc_lstm_step(x, h, c, 0 * d, W, b, W_r, draw(S), W_d)
    plain = ref.lstm_step(x, h, c, W, b)
    assert all(distance(one, other) < 1e-15 for one, other in zip(told, plain, strict=False))
    _, heard, kept = ref.sc_lstm_step(x, h, c, d, W, b, W_r, torch.full((S,), 500.0, dtype=F64), W_d)
    assert torch.equal(kept, d)
    assert distance(heard, plain[1] + torch.tanh(d @ W_d)) < 1e-14
