"""Exercises of a unit whose text is not written yet (a folder without ``__init__.py``): they are right already."""

import importlib

import pytest
import torch

from grader import reference, workspace
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.vectors import Vector
from grader.vectors.make import _generator, answer

NAMES = (
    "lstm_torch", "input_product", "lstm_hoisted", "fused_step_backward", "lstm_masked", "lstm_mixed", "gate_tile",
)


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_passes_and_every_known_mistake_is_named(name, monkeypatch):
    exercise = importlib.import_module(f"grader.exercises.11_gpu.{name}").EXERCISE
    right = getattr(reference, exercise.reference or name)
    monkeypatch.setattr(workspace, "given", lambda _: right)
    monkeypatch.setattr("grader.checking.check.find_exercise", lambda _: exercise)
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    vectors = [Vector(case, answer(exercise, case)) for case in exercise.cases(_generator("public", name))]
    assert check_subject(LocalSubject(name, right), exercise, False, vectors).passed
    for mistake in exercise.mistakes:
        verdict = check_subject(LocalSubject(name, mistake.fn), exercise, False, vectors)
        assert verdict.mistake == mistake.name, verdict.text
    torch.set_num_threads(before)
