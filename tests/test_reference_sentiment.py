"""The reference of unit 12, beside PyTorch's own packing, its masked tensors by hand, and numpy."""

import numpy as np
import pytest
import torch
from reference_calls import F64, distance, draw

from grader import reference as ref

LENGTHS = torch.tensor([3, 0, 5, 1])


def test_the_last_state_is_what_a_packed_sequence_ends_in():
    xs, lengths = draw(4, 5, 3), torch.tensor([3, 2, 5, 1])
    rnn = torch.nn.RNN(3, 6, batch_first=True, dtype=F64)
    packed = torch.nn.utils.rnn.pack_padded_sequence(xs, lengths, batch_first=True, enforce_sorted=False)
    assert distance(ref.last_valid(rnn(xs)[0], lengths), rnn(packed)[1][0]) < 1e-14


def test_a_text_without_a_word_has_zeros_and_no_gradient():
    hs = draw(4, 5, 3).requires_grad_()
    mask = (torch.arange(5) < LENGTHS[:, None]).double()
    for made in (ref.last_valid(hs, LENGTHS), ref.masked_mean(hs, mask)):
        assert not made[1].any() and made.any()
        (grad,) = torch.autograd.grad(made.sum(), hs)
        assert not grad[mask == 0].any() and grad[mask == 1].any()


def test_the_mean_is_that_of_the_real_steps():
    hs, mask = draw(3, 7, 2), (draw(3, 7, seed=1) > 0).double()
    want = torch.stack([row[real > 0].mean(dim=0) for row, real in zip(hs, mask, strict=True)])
    assert distance(ref.masked_mean(hs, mask), want) < 1e-14


def test_shares_add_up_to_one_whatever_the_scale():
    dxs = draw(4, 6, 3)
    shares = ref.saliency(dxs)
    np.testing.assert_allclose(shares.sum(dim=1).numpy(), 1, rtol=1e-14)
    assert distance(ref.saliency(1e-30 * dxs), shares) < 1e-13
    size = np.linalg.norm(dxs.numpy(), axis=2)
    np.testing.assert_allclose(shares.numpy(), size / size.sum(axis=1, keepdims=True), rtol=1e-13)
    assert not ref.saliency(torch.zeros(2, 3, 4)).any()


def test_shapes_are_looked_at():
    for call in (
        lambda: ref.last_valid(draw(4, 5, 3), LENGTHS[:3]),
        lambda: ref.masked_mean(draw(4, 5, 3), draw(4, 4)),
        lambda: ref.saliency(draw(4, 5)),
    ):
        with pytest.raises(ValueError, match="has the shape"):
            call()
