"""Sweeps that take too long for every run: `make test-long`. One test an exercise, so that processes share them."""

import pytest
from conftest import ROOT
from test_right_answers import compiled

from grader.build.checks import SWEEP_SEEDS, check_course
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise, exercises
from grader.given import given
from grader.vectors import make

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600), pytest.mark.filterwarnings("default")]

NAMES = [e.name for e in exercises()]
DRAWS = (*SWEEP_SEEDS, *(f"long {k}" for k in range(100)))


def judge(name, function, seed):
    return check_subject(LocalSubject(name, function), exercise(name), vectors=make.make_exercise(name, seed))


def test_the_course_is_in_order():
    """All of `grader build --check`."""
    assert check_course(ROOT) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_is_named_on_a_hundred_draws(name):
    for seed in DRAWS:
        assert judge(name, given(name), seed).passed, seed
        for mistake in exercise(name).mistakes:
            verdict = judge(name, mistake.fn, seed)
            assert verdict.passed is False and verdict.mistake == mistake.name, (seed, verdict.text)


@pytest.mark.parametrize("name", NAMES)
def test_right_answers_pass_on_three_hundred_draws(name):
    written = [compiled(name, text) for text in exercise(name).variants()]
    for seed in range(300):
        vectors = make.make_exercise(name, f"long {seed}")
        for number, function in enumerate(written, start=1):
            verdict = check_subject(LocalSubject(name, function), exercise(name), vectors=vectors)
            assert verdict.passed, (seed, number, verdict.text)
