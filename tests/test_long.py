"""Sweeps that take too long for every run: `make test-long`."""

import pytest
import variants
from conftest import ROOT

from grader.build.checks import check_course
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise
from grader.vectors import make

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600), pytest.mark.filterwarnings("default")]


def test_every_mistake_is_named_on_a_hundred_draws():
    assert check_course(ROOT, seeds=tuple(f"long {k}" for k in range(100))) == []


@pytest.mark.parametrize("name, functions", [("lstm_step", variants.STEPS), ("lstm", variants.SEQUENCES)])
def test_right_answers_pass_on_three_hundred_draws(name, functions):
    for seed in range(300):
        vectors = make.make_exercise(name, f"long {seed}")
        for function in functions:
            verdict = check_subject(LocalSubject(name, function), exercise(name), vectors=vectors)
            assert verdict.passed, (seed, function.__name__, verdict.text)
