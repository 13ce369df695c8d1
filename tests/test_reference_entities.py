"""The reference of unit 15: beside all paths one by one, and a reading of tags that knows nothing of numbers."""

import itertools
import re

import numpy as np
import pytest
import torch
from reference_calls import F64, distance, draw

from grader import reference as ref
from grader.given import given

STEPS = [(1, 1), (1, 4), (3, 2), (5, 3), (4, 1)]  # T, K


def score(scores, transitions, path):
    """A path's score, term by term."""
    words = sum(float(scores[t, tag]) for t, tag in enumerate(path))
    return words + sum(float(transitions[i, j]) for i, j in itertools.pairwise(path))


def paths(T, K):
    return list(itertools.product(range(K), repeat=T))


@pytest.mark.parametrize(("T", "K"), STEPS)
def test_the_best_path_is_the_best_of_all(T, K):
    scores, transitions = draw(T, K, scale=2), draw(K, K, seed=1, scale=2)
    path, found = ref.viterbi(scores, transitions)
    best = max(paths(T, K), key=lambda one: score(scores, transitions, one))
    assert tuple(path.tolist()) == best
    assert abs(float(found) - score(scores, transitions, best)) < 1e-13


@pytest.mark.parametrize(("T", "K"), STEPS)
def test_the_probabilities_of_all_paths_add_up_to_one(T, K):
    scores, transitions, every = draw(T, K, scale=2), draw(K, K, seed=1), torch.tensor(paths(T, K))
    found = ref.crf_log_likelihood(scores.expand(len(every), T, K), transitions, every, torch.ones(every.shape))
    assert abs(float(found.exp().sum()) - 1) < 1e-13
    terms = torch.tensor([score(scores, transitions, one) for one in every.tolist()], dtype=F64)
    assert distance(found, terms - torch.logsumexp(terms, dim=0)) < 1e-13 or K == 1


def test_a_table_of_zeros_leaves_each_word_alone_and_padding_has_no_part():
    scores, tags = draw(3, 5, 4), torch.tensor([[0, 3, 2, 1, 1], [2, 2, 0, 3, 1], [1, 0, 3, 3, 2]])
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 0, 0, 0], [0, 0, 0, 0, 0]], dtype=F64)
    found = ref.crf_log_likelihood(scores, torch.zeros(4, 4, dtype=F64), tags, mask)
    assert distance(found, -ref.nll_per_token(scores, tags, mask).sum(dim=1)) < 1e-14
    transitions, far = draw(4, 4, seed=2), torch.where(mask[..., None] > 0, scores, 1e6)
    wrong = torch.where(mask > 0, tags, 3 - tags)
    one, other = (
        ref.crf_log_likelihood(*each, mask) for each in ((scores, transitions, tags), (far, transitions, wrong))
    )
    assert torch.equal(one, other) and one[2] == 0


def test_scores_of_thousands():
    scores = draw(2, 4, 3) + torch.tensor([[2000.0], [-3000.0]], dtype=F64)[:, None]
    tags, mask = torch.tensor([[0, 1, 2, 1], [2, 0, 0, 1]]), torch.ones(2, 4)
    near = ref.crf_log_likelihood(scores - scores.mean(dim=(1, 2), keepdim=True), draw(3, 3), tags, mask)
    assert distance(ref.crf_log_likelihood(scores, draw(3, 3), tags, mask), near) < 1e-12


LETTERS = "OBIbi"  # of two types
READ = re.compile("[BI]I*|[bi]i*")  # with I first as well: it begins a span where no other goes on


def test_spans_are_those_of_a_reading_of_letters():
    for T in range(6):
        for tags in itertools.product(range(5), repeat=T):
            text = "".join(LETTERS[tag] for tag in tags)
            wanted = [[*found.span(), int(found[0].islower())] for found in READ.finditer(text)]
            assert ref.bio_spans(torch.tensor(tags, dtype=torch.long)).tolist() == wanted, text


def test_a_count_of_spans_by_hand():
    # two types; a row: what is there, what was said
    truth = torch.tensor([[1, 2, 0, 3, 4, 0], [0, 1, 1, 0, 0, 0]])
    said = torch.tensor([[1, 2, 0, 3, 0, 1], [0, 1, 1, 3, 3, 3]])
    mask = torch.tensor([[1.0] * 6, [1.0] * 3 + [0.0] * 3])
    precision, recall, f1 = ref.span_f1(said, truth, mask)  # 3 of 5 said, 3 of 4 there
    assert (float(precision), float(recall)) == (3 / 5, 3 / 4)
    assert abs(float(f1) - 2 * 3 / 9) < 1e-15
    assert [float(one) for one in ref.span_f1(said, torch.zeros_like(truth), mask)] == [0, 0, 0]
    assert [float(one) for one in ref.span_f1(truth, truth, mask)] == [1, 1, 1]


@pytest.mark.parametrize(("call", "said"), [
    (lambda: ref.bio_spans(torch.tensor([1, -1])), "begin with 0"),
    (lambda: ref.bio_spans(torch.zeros(2, 3, dtype=torch.long)), "shape"),
    (lambda: ref.viterbi(torch.zeros(0, 3), torch.zeros(3, 3)), "no step"),
    (lambda: ref.viterbi(torch.zeros(2, 3), torch.zeros(3, 4)), "shape"),
    (lambda: ref.crf_log_likelihood(
        torch.zeros(1, 2, 3), torch.zeros(3, 3), torch.tensor([[0, 3]]), torch.ones(1, 2)), "outside 0 ... 2"),
    (lambda: ref.span_f1(torch.zeros(1, 3), torch.zeros(1, 3), torch.tensor([[1, 0, 1]])), "up to a sequence's end"),
])  # fmt: skip
def test_what_fits_nothing_is_said(call, said):
    with pytest.raises(ValueError, match=said):
        call()


@pytest.mark.parametrize("size", [(3, 6, 4), (2, 1, 3), (1, 5, 1), (4, 3, 7)])
@pytest.mark.parametrize("scale", [1, 300])
def test_the_gradient_that_is_given_is_autograds(size, scale):
    N, T, K = size
    scores, transitions = (scale * one for one in (draw(N, T, K), draw(K, K, seed=1)))
    rng = np.random.default_rng(size)
    tags, lengths = rng.integers(K, size=(N, T)), np.resize([T, 1, 0, T - 1], N)
    mask = (np.arange(T) < lengths[:, None]).astype(float)
    leaves = [one.clone().requires_grad_() for one in (scores, transitions)]
    whole = ref.crf_log_likelihood(*leaves, torch.from_numpy(tags), torch.from_numpy(mask)).sum()
    wanted = [torch.zeros_like(leaf) if one is None else one for leaf, one in
              zip(leaves, torch.autograd.grad(whole, leaves, allow_unused=True), strict=True)]  # fmt: skip
    before = [one.numpy().copy() for one in (scores, transitions)]
    found = given("crf_backward")(scores.numpy(), transitions.numpy(), tags, mask)
    for got, want in zip(found, wanted, strict=True):
        assert np.abs(got - want.numpy()).max() < 1e-11 * max(1, float(want.abs().max()))
    assert all(np.array_equal(*both) for both in zip(before, (scores.numpy(), transitions.numpy()), strict=True))
    low = given("crf_backward")(scores.numpy().astype(np.float32), transitions.numpy().astype(np.float32), tags, mask)
    assert all(one.dtype == np.float32 for one in low)
