"""How much of a gradient is left, by the reference, against derivatives by autograd through the network itself."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from reference_calls import F64, SIZES, distance, draw

from grader import reference as ref


def network(N, T, D, H):
    return draw(N, T, D), torch.tanh(draw(N, H, seed=1)), 0.8 * draw(H + D, H, seed=2), draw(H, seed=3)


@pytest.mark.parametrize("size", SIZES)
def test_the_jacobian_of_a_step_is_what_autograd_finds(size):
    N, T, D, H = size
    xs, h0, W, b = network(N, T, D, H)

    J = ref.step_jacobian(ref.rnn_step(xs[:, 0], h0, W, b), W, D)

    for n in range(N):  # a sequence at a time: none depends on another
        found = torch.autograd.functional.jacobian(
            lambda h, n=n: ref.rnn_step(xs[n : n + 1, 0], h[None], W, b)[0], h0[n]
        )
        assert distance(J[n], found) < 1e-14


@pytest.mark.parametrize("size", SIZES)
def test_the_norms_are_those_of_the_gradients_that_autograd_finds(size):
    N, T, D, H = size
    xs, h0, W, b = network(N, T, D, H)
    hs, dh_T = ref.rnn(xs, h0, W, b), draw(N, H, seed=4)

    norms = ref.gradient_norms(dh_T, hs, W)

    assert norms.shape == (T,) and norms[-1] == pytest.approx(float(dh_T.norm()), rel=1e-14)
    for t in range(T - 1):
        h = hs[:, t].clone().requires_grad_()
        last = ref.rnn(xs[:, t + 1 :], h, W, b)[:, -1]  # the rest of the way, from there
        (found,) = torch.autograd.grad(last, h, dh_T)
        assert float(norms[t]) == pytest.approx(float(found.norm()), rel=1e-12), t


def test_the_slope_of_the_sigmoid_is_autograds_and_holds_far_out():
    z = torch.cat([torch.linspace(-40, 40, 81, dtype=F64), torch.tensor([-3000.0, 3000.0], dtype=F64)]).requires_grad_()
    (found,) = torch.autograd.grad(ref.sigmoid(z).sum(), z)
    slope = ref.sigmoid_slope(z).detach()
    assert torch.isfinite(slope).all() and slope.max() == 0.25
    assert float((slope - found).abs().max()) < 4e-16


def test_the_spectral_radius_is_what_many_steps_come_to():
    for seed in range(5):
        W_h = draw(6, 6, seed=seed)
        power = torch.linalg.matrix_power(W_h / ref.spectral_radius(W_h), 4000)
        assert 1e-3 < float(power.norm()) < 1e3, "scaled to 1, it neither vanishes nor explodes"
    assert float(ref.spectral_radius(torch.diag(torch.tensor([0.5, -2.0, 1.0], dtype=F64)))) == 2.0
    assert float(ref.spectral_radius(torch.triu(torch.ones(4, 4, dtype=F64), 1))) == 0.0


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="D is 3"):
        ref.step_jacobian(draw(2, 4), draw(6, 4), 3)
    with pytest.raises(ValueError, match="W_h"):
        ref.spectral_radius(draw(2, 3))
    with pytest.raises(ValueError, match="hs"):
        ref.gradient_norms(draw(2, 4), draw(3, 5, 4), draw(6, 4))
    assert np.isfinite(float(ref.gradient_norms(draw(2, 4), draw(2, 1, 4), draw(6, 4))[0]))
