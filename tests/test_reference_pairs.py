"""The reference of unit 14: beside PyTorch's cosine, gradients by autograd, and areas counted pair by pair."""

import itertools

import numpy as np
import pytest
import torch
from reference_calls import F64, distance, draw

from grader import reference as ref

LABELS = torch.tensor([1, 0, 0, 1, 1, 0])


@pytest.mark.parametrize("scale", [1e-3, 1, 700])
def test_the_cosine_is_torchs(scale):
    u, v = scale * draw(6, 4), draw(6, 4, seed=1)
    assert distance(ref.siamese_similarity(u, v), torch.nn.functional.cosine_similarity(u, v, dim=1, eps=0)) < 1e-14
    assert distance(ref.siamese_similarity(u, 3 * u), torch.ones(6, dtype=F64)) < 1e-14


def test_a_vector_of_zeros_is_like_nothing():
    u, v = draw(3, 4), draw(3, 4, seed=1)
    u[0] = v[1] = v[2] = u[2] = 0
    assert torch.equal(ref.siamese_similarity(u, v), torch.zeros(3, dtype=F64))


def test_the_loss_is_that_of_the_distance_where_the_cosine_is_none():
    """Hadsell, Chopra and LeCun's equation 4 with 1 - s for the distance and 1 - margin for the margin."""
    s, margin = torch.tanh(draw(6)), 0.2
    away, y = 1 - s, LABELS.double()
    theirs = (y * away**2 + (1 - y) * (1 - margin - away).clamp_min(0) ** 2).mean()
    assert distance(ref.contrastive_loss(s, LABELS, margin), theirs) < 1e-14


def test_the_gradient_is_measured_and_stands_at_right_angles():
    u, v, margin = draw(6, 4), draw(6, 4, seed=1), -0.4
    du, dv = ref.contrastive_backward(u, v, LABELS, margin)
    assert (u * du).sum(dim=1).abs().max() < 1e-15 and (v * dv).sum(dim=1).abs().max() < 1e-15
    for k, (one, slope) in enumerate(((u, du), (v, dv))):
        for place in itertools.product(range(6), range(4)):
            moved = torch.zeros_like(one)
            moved[place] = 1e-6
            ends = []
            for other in (one + moved, one - moved):
                pair = (other, v) if k == 0 else (u, other)
                ends.append(ref.contrastive_loss(ref.siamese_similarity(*pair), LABELS, margin))
            assert abs(float(slope[place]) - float(ends[0] - ends[1]) / 2e-6) < 1e-8


@pytest.mark.parametrize("values", [2, 5, 1000])
def test_the_area_is_that_of_all_pairs_and_of_the_curve(values):
    rng = np.random.default_rng(values)
    scores, labels = rng.integers(values, size=60) / 7, rng.integers(2, size=60)
    found = float(ref.auc(torch.from_numpy(scores), torch.from_numpy(labels)))
    won = [np.sign(a - b) / 2 + 0.5 for a in scores[labels == 1] for b in scores[labels == 0]]
    assert abs(found - np.mean(won)) < 1e-14
    lines = [np.inf, *np.unique(scores)[::-1]]
    zeros, ones = ([np.mean(scores[labels == k] >= line) for line in lines] for k in (0, 1))
    under = np.sum(np.diff(zeros) * (np.array(ones[1:]) + ones[:-1]) / 2)
    assert abs(found - under) < 1e-14


def test_an_area_needs_both_kinds():
    with pytest.raises(ValueError, match="both 0 and 1 have to be there"):
        ref.auc(draw(4), torch.ones(4, dtype=torch.long))


def test_other_shapes_are_refused():
    for call in (
        lambda: ref.siamese_similarity(draw(3, 4), draw(4, 4)),
        lambda: ref.contrastive_loss(draw(3), LABELS, 0.1),
        lambda: ref.contrastive_backward(draw(3, 4), draw(3, 4), LABELS, 0.1),
        lambda: ref.auc(draw(3), LABELS),
    ):
        with pytest.raises(ValueError, match="it has to be"):
            call()
