"""The reference of unit 10: beside PyTorch's own attention, sacrebleu's numbers, and distances by trying all ways."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from reference_calls import F64, distance, draw

from grader import reference as ref
from grader.given import given

# N, T, S, H, D
SIZES = [(3, 4, 5, 2, 6), (2, 1, 7, 3, 1), (1, 3, 1, 4, 2), (1, 1, 1, 1, 1)]


def _arguments(N, T, S, H, D):
    """query, keys, values, and a mask of sources that are padded on the right, each with a word at least."""
    mask = (torch.arange(S) < torch.arange(S, S - N, -1).clamp_min(1)[:, None]).to(F64)
    return 2 * draw(N, T, H, seed=1), draw(N, S, H, seed=2), draw(N, S, D, seed=3), mask


def _torchs(query, keys, values, mask):
    seen = (mask != 0)[:, None].expand(-1, query.shape[1], -1)
    return torch.nn.functional.scaled_dot_product_attention(query, keys, values, attn_mask=seen, scale=1.0)


@pytest.mark.parametrize("size", SIZES)
def test_attention_is_torchs(size):
    arguments = _arguments(*size)
    context, weights = ref.attend(*arguments)
    assert distance(context, _torchs(*arguments)) < 1e-14
    identity = torch.eye(size[2], dtype=F64).expand(size[0], -1, -1)  # values that say which place they are
    assert distance(weights, _torchs(*arguments[:2], identity, arguments[3])) < 1e-14


@pytest.mark.parametrize("size", SIZES)
def test_the_way_back_is_that_of_torchs(size):
    query, keys, values, mask = _arguments(*size)
    _, weights = ref.attend(query, keys, values, mask)
    dcontext, dweights = draw(*size[:2], size[4], seed=4), draw(*size[:3], seed=5)
    leaves = [one.clone().requires_grad_() for one in (query, keys, values)]
    identity = torch.eye(size[2], dtype=F64).expand(size[0], -1, -1)
    outputs = [_torchs(*leaves, mask), _torchs(*leaves[:2], identity, mask)]
    right = torch.autograd.grad(outputs, leaves, [dcontext, dweights])
    found = ref.attend_backward(dcontext, dweights, (query, keys, values, weights))
    for got, expected in zip(found, right, strict=True):
        assert float((got - expected).abs().max()) < 1e-13 * max(1.0, float(expected.abs().max()))


def test_a_source_that_is_all_padding_gets_nothing_and_sends_nothing_back():
    query, keys, values, mask = _arguments(3, 4, 5, 2, 6)
    mask[1] = 0
    leaves = [one.clone().requires_grad_() for one in (query, keys, values)]
    context, weights = ref.attend(*leaves, mask)
    assert (
        not context[1].any() and not weights[1].any() and torch.allclose(weights[0].sum(dim=1), torch.ones(4).to(F64))
    )
    (context.sum() + weights.square().sum()).backward()
    for leaf in leaves:
        assert not leaf.grad[1].any() and leaf.grad.isfinite().all()


@pytest.mark.parametrize("far", [0.0, 1e4, -1e4])
def test_what_padding_scores_makes_no_difference(far):
    scores, mask = draw(3, 4, 5), torch.tensor([[1, 1, 0, 0, 1], [0, 1, 0, 0, 0], [1, 1, 1, 1, 1]], dtype=F64)
    moved = torch.where(mask[:, None] != 0, scores, far)
    assert torch.equal(ref.masked_softmax(moved, mask), ref.masked_softmax(scores, mask))


# What sacrebleu 2.6.0 says (tokenize="none", smooth_method="none", over 100). It isn't installed for that: it needs
# four packages more, two of them compiled.
SCORED = [
    ([[4, 2, 2, 7, 5, 1], [3, 6, 1, 8, 2]], [[4, 2, 7, 5, 1, 9], [3, 6, 1, 8, 5, 2, 0]], 0.5286382260445098),
    ([[1, 2, 3, 4, 5, 6, 7], [8, 8, 8, 9, 1, 2]], [[1, 2, 3, 4, 6, 5, 7], [8, 8, 9, 1, 2]], 0.6115380576901023),
    ([[1, 2, 3, 4, 5], [2], []], [[1, 2, 3, 4, 5, 6, 7, 8], [2, 1], [3, 4]], 0.3678794411714425),
    ([[5, 6, 7, 8, 9, 5, 6, 7, 8, 9]], [[5, 6, 7, 8, 9, 1]], 0.39281465090051304),
    ([[1, 2, 3], [4, 5]], [[1, 2, 3], [4, 5]], 0.0),
]


@pytest.mark.parametrize("candidates, references, score", SCORED)
@pytest.mark.parametrize("whose", ["reference", "course"])
def test_bleu_is_sacrebleus(candidates, references, score, whose):
    bleu = ref.bleu if whose == "reference" else given("bleu")
    assert bleu(candidates, references) == pytest.approx(score, rel=1e-13, abs=0)
    words = [[[f"w{k}" for k in sentence] for sentence in side] for side in (candidates, references)]
    assert bleu(*words) == bleu(candidates, references)  # words are as good as ids


def _tried(a: Sequence, b: Sequence) -> int:
    """The distance by trying: the fewest words that are left over once some of both are paired in order."""
    best = len(a) + len(b)
    for count in range(min(len(a), len(b)) + 1):
        for mine, yours in itertools.product(*(itertools.combinations(range(len(one)), count) for one in (a, b))):
            exchanged = sum(a[i] != b[j] for i, j in zip(mine, yours, strict=True))
            best = min(best, exchanged + len(a) + len(b) - 2 * count)
    return best


def test_the_distance_is_the_least_of_all_ways():
    rng = np.random.default_rng(0)
    for _ in range(60):
        a, b = (rng.integers(0, 3, size=rng.integers(0, 6)) for _ in range(2))
        assert ref.edit_distance(*map(torch.from_numpy, (a, b))) == given("edit_distance")(a, b) == _tried(a, b)
    assert given("edit_distance")("kitten", "sitting") == 3  # texts are as good as ids


def test_what_the_decoder_reads_begins_with_the_mark():
    targets = torch.tensor([[5, 6, 7], [8, 9, 0]])
    assert ref.decoder_inputs(targets, 1).tolist() == [[1, 5, 6], [1, 8, 9]]


def test_a_greedy_decoder_stays_at_its_end():
    def step(ids, state):  # the word after k is k + 1, and after 4 comes 0
        logits = np.eye(5)[(ids + 1) % 5]
        return logits, state

    nothing = (torch.zeros(2, 1), torch.zeros(2, 1))
    assert ref.greedy_decode(step, nothing, 1, 4, 6).tolist() == [[2, 3, 4, 4, 4, 4]] * 2
    assert ref.greedy_decode(step, nothing, 4, 4, 6).tolist() == [[0, 1, 2, 3, 4, 4]] * 2  # the mark may be the end
