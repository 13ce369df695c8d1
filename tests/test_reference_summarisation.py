"""The reference of unit 11, beside other ways to compute the same."""

import itertools

import numpy as np
import pytest
import torch
from reference_calls import F64, distance, draw

from grader import reference as ref


def shares(*shape, seed=0):
    return torch.softmax(draw(*shape, seed=seed), dim=-1)


def test_the_mixture_is_a_sum_over_places_and_a_distribution():
    N, T, S, K = 3, 4, 6, 5
    p_vocab, attention, p_gen = shares(N, T, K), shares(N, T, S, seed=1), torch.sigmoid(draw(N, T, seed=2))
    ids = torch.from_numpy(np.random.default_rng(0).integers(K, size=(N, S)))
    p = ref.copy_distribution(p_vocab, attention, ids, p_gen)
    for n, t, k in itertools.product(range(N), range(T), range(K)):
        copied = sum(attention[n, t, s] for s in range(S) if ids[n, s] == k)
        assert abs(p[n, t, k] - (p_gen[n, t] * p_vocab[n, t, k] + (1 - p_gen[n, t]) * copied)) < 1e-15
    assert distance(p.sum(dim=2), torch.ones(N, T, dtype=F64)) < 1e-14


def test_the_mixture_has_the_slopes_that_the_unit_uses():
    N, T, S, K = 2, 3, 5, 6
    arguments = shares(N, T, K), shares(N, T, S, seed=1), torch.sigmoid(draw(N, T, seed=2))
    leaves = [one.clone().requires_grad_() for one in arguments]
    ids = torch.from_numpy(np.random.default_rng(1).integers(K, size=(N, S)))
    assert torch.autograd.gradcheck(lambda q, a, g: ref.copy_distribution(q, a, ids, g), leaves)


@pytest.mark.parametrize("seed", range(8))
def test_rouge_l_is_the_longest_of_all_subsequences(seed):
    rng = np.random.default_rng(seed)
    candidate, reference = rng.integers(4, size=7), rng.integers(4, size=6)

    def every(ids):
        return {tuple(ids[list(at)]) for r in range(len(ids) + 1) for at in itertools.combinations(range(len(ids)), r)}

    common = max(map(len, every(candidate) & every(reference)))
    found = ref.rouge_l(torch.from_numpy(candidate), torch.from_numpy(reference))
    assert [float(one) for one in found] == pytest.approx([common / 7, common / 6, 2 * common / 13], rel=1e-14)


@pytest.mark.parametrize("sizes", [(0, 0), (0, 3), (2, 0)])
def test_rouge_l_of_nothing_is_0(sizes):
    assert [float(one) for one in ref.rouge_l(*(torch.arange(size) for size in sizes))] == [0, 0, 0]
