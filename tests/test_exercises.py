"""What is asked of every exercise of the course, by its name: its vectors, its solution, its mistakes, its words.

A new exercise is tested here by being registered; it needs no test of its own. Where asking everything would take
long there is a sample, another one in every run (:mod:`sampling`); ``pytest --all`` takes everything, with the long
cases, and ``--unit NN_unit`` asks the exercises of one unit. What a unit's notebook is asked stands in test_units.py.
"""

import dataclasses
import functools
import re
import sys

import numpy as np
import pytest
import sampling
import torch
from boundary_sides import local, ran
from conftest import ROOT
from hidden_verdicts import arrays, given_away, secrets_of, wrong_functions

import grader
from grader import reference, vectors
from grader.boundary.proxy import RemoteSubject
from grader.build import exercise_rules, read_source
from grader.checking.calling import LocalSubject
from grader.checking.check import check_subject
from grader.exercises import exercise, exercises, unit, unit_of, units
from grader.exercises.banks import inherited
from grader.exercises.base import Whole
from grader.given import given
from grader.given import text as solution
from grader.vectors import load, make
from grader.vectors.tree import copied, leaves

NAMES = [e.name for e in exercises()]
MISTAKES, KINDS, OTHERS = 6, 5, 3  # of an exercise's, in a sample

each = pytest.mark.parametrize("name", NAMES)


@functools.cache
def drawn(name):
    """A class's hidden vectors, other ones in every run."""
    return make.make_exercise(name, f"a class of {sampling.seed()}")


def asked(name, whole=False):
    """The exercise without its long cases, and with the parts that have some left."""
    e = exercise(name)
    tags = frozenset().union(*(v.case.tags for v in load(name)))
    kept = tags if whole else tags - {"long"}
    return dataclasses.replace(e, parts=tuple(part for part in e.parts if not part.tags or part.tags & kept))


def cases(several, whole=False):
    return several if whole else [v for v in several if "long" not in v.case.tags]


def judge(name, function, **options):
    return check_subject(LocalSubject(name, function), exercise(name), **options)


# --- vectors ------------------------------------------------------------------------------------


@each
def test_public_vectors_are_what_the_reference_makes(name):
    shipped, fresh = load(name), make.make_exercise(name)
    assert [v.case.name for v in shipped] == [v.case.name for v in fresh]
    assert len(shipped) >= 5
    for old, new in zip(shipped, fresh, strict=True):
        assert old.case.tags == new.case.tags
        assert list(old.case.args) == list(new.case.args) == list(exercise(name).arguments)
        assert old.expected.keys() == new.expected.keys()
        for a, b in zip(arrays([old]), arrays([new]), strict=True):
            assert a.dtype == b.dtype and a.shape == b.shape
            scale = max(float(np.max(np.abs(b), initial=0)), 1e-300)
            assert np.max(np.abs(np.subtract(a, b, dtype=float)), initial=0) <= 1e-12 * scale


@each
@pytest.mark.some(24)
def test_each_seed_makes_numbers_of_its_own(name):
    """Public, one class's, another's: no two draws share an array, or a number of float64, that was drawn at all."""
    draws = {seed: make.make_exercise(name, seed) for seed in (make.PUBLIC_SEED, "one class", "another")}
    seen, numbers = {}, {}
    for seed, made in draws.items():
        for array in arrays([vectors.Vector(vector.case, {}) for vector in made]):
            seen.setdefault((array.dtype, array.shape, array.tobytes()), {})[seed] = array
            if array.dtype == np.float64:  # of float32 two numbers among so many are the same by chance
                for value in set(array.flat):
                    numbers.setdefault(value, set()).add(seed)
    shared = [next(iter(found.values())) for found in seen.values() if len(found) > 1]
    # Zeros and the like, lengths, and ids so few that they can be the same by chance; the rest is drawn.
    shared = [a for a in shared if len(set(a.flat)) > 1 and not _masks_padding(a)]
    assert [a for a in shared if a.size > 12 or (a != np.round(a)).any()] == []
    fixed = {value for value, seeds in numbers.items() if len(seeds) > 1}
    # 0, 1, 500, and the number right before 1: written, not drawn.
    assert all(abs(type(value)(f"{value:.3g}") - value) <= np.spacing(abs(value)) for value in fixed), fixed
    if numbers.keys() - {0, 1} and not exercise(name).draws:
        assert sum(len(seeds) == 1 for seeds in numbers.values()) > 100
    else:  # whole numbers, or what is drawn from: some have to be others
        assert len({tuple(a.tobytes() for a in arrays(made)) for made in draws.values()}) == len(draws)


def _masks_padding(array):
    """Whether its rows are ones and then zeros: so it says no more than lengths do."""
    return np.array_equal(array, array != 0) and np.array_equal(array, np.sort(array, axis=-1)[..., ::-1])


@each
def test_packing_loses_nothing(name):
    packed = vectors.pack(name, drawn(name))
    again = vectors.unpack(packed, name)
    assert [v.case.name for v in again] == [v.case.name for v in drawn(name)]
    for old, new in zip(drawn(name), again, strict=True):
        assert new.case.tags == old.case.tags
        for a, b in zip(arrays([old]), arrays([new]), strict=True):
            np.testing.assert_array_equal(a, b, strict=True)
        for argument, value in old.case.args.items():
            assert type(new.case.args[argument]) is type(value)


@each
def test_arrays_come_strided_and_in_float32_too(name):
    """What reads memory in place of an array, or computes in the dtype that it is given, has to show."""
    every = (leaf for v in load(name) for _, leaf in leaves("", v.case.args))
    found = [leaf for leaf in every if isinstance(leaf, np.ndarray)]
    if found:
        assert any("strided" in v.case.tags for v in load(name))
    if any(value.dtype.kind == "f" for value in found):
        assert any(value.dtype == np.float32 for value in found)


# --- the solution -------------------------------------------------------------------------------


@each
def test_the_solution_passes_and_not_a_word_is_said_of_it(name):
    """On the public vectors and on a class's; whatever a wrong answer is told, the right one is told none of it."""
    for verdict in (judge(name, given(name)), judge(name, given(name), hidden=True, vectors=drawn(name))):
        assert verdict.passed and verdict.points == verdict.max_points == exercise(name).points, verdict.text
        assert verdict.finding is None and not verdict.notes and verdict.mistake is None


@each
def test_a_stub_earns_nothing(name):
    def stub(*arguments):
        raise NotImplementedError

    for options in ({}, {"hidden": True, "vectors": drawn(name)}):
        verdict = judge(name, stub, **options)
        assert verdict.passed is False and verdict.points == 0 and "isn't written yet" in verdict.text


def right_answers(name):
    """Their texts by title."""
    return {f"variant {k}": text for k, text in enumerate(exercise(name).variants(), start=1)}


def with_the_unit(name, text):
    """A cell with that text after the unit's own functions, as a notebook has them."""
    earlier = (ROOT / "grader" / "given" / f"{unit_of(name)}.py").read_text(encoding="utf-8")
    return f"{earlier}\n\n{text}"


@each
@pytest.mark.some(24)
def test_right_answers_pass_however_they_are_written(name):
    for title, text in right_answers(name).items():
        function = local(with_the_unit(name, text))[name]
        for options in ({}, {"vectors": drawn(name)}):
            verdict = judge(name, function, **options)
            assert verdict.passed and verdict.points == verdict.max_points, (title, verdict.text)


@each
@pytest.mark.some(40)
def test_the_solution_is_the_reference(name):
    """By torch itself, not by way of the vectors. (How gradients flow, `test_the_solution_passes` sees.)"""
    for vector in (*load(name), *drawn(name)):
        (_of_tensors if exercise(name).torch else _of_arrays)(exercise(name), vector)


def _of_arrays(e, vector):
    arguments = {key: _wide(value) for key, value in vector.case.args.items()}
    got = _flattened(e, given(e.name)(*map(_wide, arguments.values())))
    expected = _flattened(e, _reference(e)(*map(_tensor, arguments.values())))
    nudged = _flattened(e, _reference(e)(*(_tensor(_nudged(value)) for value in arguments.values())))
    for output, right in expected.items():
        assert got[output].shape == right.shape
        scale = max(float(np.max(np.abs(right), initial=0)), 1e-300)
        # Where large terms cancel, what one rounding of the arguments changes is more than the digits of their sum.
        rounding = 8 * float(np.max(np.abs(nudged[output] - right), initial=0))
        assert np.max(np.abs(got[output] - right), initial=0) <= 1e-12 * scale + rounding, (vector.case.name, output)


def _nudged(value):
    """Each number of an argument moved by one rounding, up or down. A mask holds zeros and ones, and stays."""

    def nudged(array):
        if array.dtype != np.float64 or np.array_equal(array, array != 0):
            return array
        values, where = np.unique(array, return_inverse=True)  # what is equal stays equal
        moved = np.nextafter(values, np.random.default_rng(0).choice([-np.inf, np.inf], size=values.shape))
        return moved[where].reshape(array.shape)

    return copied(value, nudged)


def _wide(value):
    """In float64 what comes in float32: the formula is what is compared, not the digits it is given."""
    return copied(value, lambda array: array.astype(float) if array.dtype == np.float32 else array)


def _reference(e):
    return getattr(reference, e.reference or e.name)


def _tensor(value):
    def tensor(array):
        whole = torch.from_numpy(np.ascontiguousarray(array))
        return whole.double() if whole.is_floating_point() else whole

    return copied(value, tensor)


def _flattened(e, result):
    flat, values = {}, result if isinstance(result, tuple) else (result,)
    for output, value in zip([o for o in e.returns if o.read], values, strict=False):
        flat |= output.flat(value)
    flat = {name: np.asarray(value, dtype=float) for name, value in flat.items()}
    assert e.fits(flat)
    return e.canonical(flat) if e.canonical else flat


def _of_tensors(e, vector):
    tensors = [
        torch.from_numpy(np.array(value)) if isinstance(value, np.ndarray) else value
        for value in vector.case.args.values()
    ]
    wide = [value.double() if torch.is_tensor(value) and value.is_floating_point() else value for value in tensors]
    exact = e.tolerance <= 1e-9
    for got, right in zip(
        *(
            result if isinstance(result, tuple) else (result,)
            for result in (given(e.name)(*(wide if exact else tensors)), _reference(e)(*wide))
        ),
        strict=True,
    ):
        off = float((got.double() - right).abs().max() / right.abs().max().clamp_min(1e-300))
        assert got.shape == right.shape and off <= (1e-12 if exact else e.tolerance), (vector.case.name, off)


@each
@pytest.mark.some(24)
def test_its_cells_are_what_its_record_says(name, some, monkeypatch):
    """Its stub says what it takes and returns and earns nothing; its solution and what its pieces make of it pass."""
    one = unit(unit_of(name))
    path = f"course/{one.name}/{one.name}.ipynb"
    files = {path: (ROOT / path).read_bytes()}  # what is committed is what the sources make: test_units.py
    monkeypatch.setattr(exercise_rules, "inherited", lambda e: some(list(inherited(e)), OTHERS, name))
    asked_of = dataclasses.replace(exercise(name), mistakes=())
    assert list(exercise_rules.behaviour(read_source(ROOT, one.name), files, one, asked_of, ())) == []


@each
def test_every_edit_fits_the_solution(name):
    """A mistake's text is the solution's with pieces exchanged, each of which stands there once, or this raises."""
    for mistake in (*exercise(name).mistakes, *inherited(exercise(name))):
        assert mistake.text != solution(name)


# --- mistakes -----------------------------------------------------------------------------------


@each
@pytest.mark.some(24)
def test_known_mistakes_fail_and_are_named_and_give_nothing_away(name, some, whole):
    """On the public vectors and on a class's, where neither text nor page shows a number of the vectors."""
    values = secrets_of(drawn(name))
    known = exercise(name).mistakes
    for mistake in known if whole else some(known, MISTAKES, name):
        shown = judge_mistake(name, mistake, load(name), whole)
        # A mask drawn from a generator of its own is right each time it is looked at: no number is wrong.
        assert shown.finding.detail or (exercise(name).draws and shown.finding.seen)
        verdict = judge_mistake(name, mistake, drawn(name), whole, hidden=True)
        assert verdict.points < verdict.max_points and verdict.finding.detail == ""
        assert mistake.what in verdict.text
        assert given_away(verdict, values, mistake) == [], verdict.text


def judge_mistake(name, mistake, several, whole, **options):
    verdict = check_subject(
        LocalSubject(name, mistake.fn), asked(name, whole), vectors=cases(several, whole), **options
    )
    if verdict.passed and not whole:  # wrong in the long cases alone
        verdict = judge(name, mistake.fn, vectors=several, **options)
    assert verdict.passed is False and verdict.mistake == mistake.name, verdict.text
    return verdict


@pytest.mark.long
@each
def test_known_mistakes_are_told_apart_in_many_classes(name, whole):
    """Two mistakes that differ in most draws only are two names for one function in the others."""
    for number in range(8):
        several = make.make_exercise(name, f"class {number} of {sampling.seed()}")
        for mistake in exercise(name).mistakes:
            judge_mistake(name, mistake, several, whole, hidden=True)


@each
@pytest.mark.some(24)
def test_a_hidden_verdict_gives_no_number_away(name, some, whole):
    values = secrets_of(drawn(name))
    wrong = wrong_functions(name)
    for kind in ("right", *some([kind for kind in wrong if kind != "right"], KINDS, name)):
        verdict = check_subject(
            LocalSubject(name, wrong[kind]), asked(name, whole), True, vectors=cases(drawn(name), whole)
        )
        assert verdict.hidden
        if kind.startswith("right"):
            assert verdict.passed is True, verdict.text
            assert "What just happened" not in verdict.text
        elif kind not in ("transposed", "a digit", "minus", "twice"):  # of some numbers these make no others
            assert verdict.passed is False, (kind, verdict.text)
        assert given_away(verdict, values) == [], (kind, verdict.text)


@each
@pytest.mark.some(10)
def test_a_mistake_is_never_claimed_for_other_numbers(name, some, whole):
    """A known mistake, off by a millionth, is another wrong function: the check must not name it.

    By a hundredth where the exercise is about digits that are not kept.
    """
    e = exercise(name)
    little = 1e-6 if e.tolerance <= 1e-9 else 1e-2
    for mistake in some(e.mistakes, OTHERS, name):

        def slightly_off(*arguments, fn=mistake.fn):
            return nudged(fn(*arguments), little)

        changed = not any(isinstance(o, Whole) for o in e.returns) and any(
            isinstance(v, np.ndarray | torch.Tensor) and np.any(np.asarray(v))
            for v in _values(e, mistake.fn, load(name)[0])
        )
        if changed:
            verdict = check_subject(
                LocalSubject(name, slightly_off), asked(name, whole), vectors=cases(load(name), whole)
            )
            assert verdict.mistake != mistake.name


def nudged(value, little):
    if isinstance(value, dict):
        return {key: nudged(item, little) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(nudged(item, little) for item in value)
    return value * (1 + little) if isinstance(value, np.ndarray | torch.Tensor) else value


def _values(e, fn, vector):
    as_given = (lambda v: torch.from_numpy(v.copy())) if e.torch else np.copy
    try:
        value = fn(*(copied(v, as_given) for v in vector.case.args.values()))
    except Exception:  # some mistakes do not fit every shape
        return ()
    return [leaf for _, leaf in leaves("", value)]


# --- across the boundary ------------------------------------------------------------------------


@each
@pytest.mark.some(8)
def test_the_verdict_is_the_same_across_the_boundary(name, worker, some, whole):
    """On the course's own function, a stub, one known mistake, and a right answer that is written differently."""
    verdict = same_verdict(worker, name, "", whole)
    assert verdict["passed"] is True
    stub = f"def {name}({', '.join(exercise(name).arguments)}):\n    raise NotImplementedError"
    verdict = same_verdict(worker, name, stub, whole)
    assert verdict["passed"] is False and verdict["points"] == 0
    for mistake in some(exercise(name).mistakes, 1, f"{name} across"):
        verdict = same_verdict(worker, name, mistake.text, True)
        assert verdict["passed"] is False and verdict["mistake"] == mistake.name
    for _, text in some(list(right_answers(name).items()), 1, f"{name} across"):
        assert same_verdict(worker, name, text, whole)["passed"] is True


def same_verdict(worker, name, text, whole):
    """The record of the verdict on the function of that name in a cell, the same on both sides."""
    several, source = cases(load(name), whole), with_the_unit(name, text)
    with worker.session():
        assert ran(worker, source) == []
        there = check_subject(RemoteSubject(worker, name), asked(name, whole), vectors=several).record()
    here = check_subject(LocalSubject(name, local(source)[name]), asked(name, whole), vectors=several).record()
    assert there == here
    return here


# --- its words ----------------------------------------------------------------------------------


@each
def test_its_record_is_complete(name):
    assert list(exercise_rules.exercise_rules(exercise(name))) == []


@each
def test_three_hints_of_rising_strength(name, monkeypatch):
    monkeypatch.setattr(sys.modules["grader.hints"], "_seen", {})  # another test may have asked before
    shown = [repr(grader.hint(name)) for _ in range(3)]
    assert [text.split(" of 3")[0][-1] for text in shown] == ["1", "2", "3"]
    assert len(set(shown)) == 3 and "all 3 hints" in repr(grader.hint(name))
    for number, text in enumerate(exercise(name).hints, start=1):
        said = repr(grader.hint(name, number))
        assert f"Hint {number} of 3 for {name}." in said and " ".join(text.split()) in " ".join(said.split())
    assert "1 to 3" in repr(grader.hint(name, 7))


@functools.cache
def _numbered(unit_name):
    """The numbers of a unit's equations."""
    text = "\n".join(cell.source for cell in read_source(ROOT, unit_name).cells)
    return set(re.findall(r"\\tag\{(\d+\.\d+)\}", text))


@each
def test_the_equations_a_message_names_are_in_the_unit(name):
    """Or in an earlier one, whose mistakes can be made again here."""
    numbered = set().union(*(_numbered(one.name) for one in units() if one.name <= unit_of(name)))
    e = exercise(name)
    said = [*e.hints, e.explanation] + [t for m in e.mistakes for t in (m.what, m.meaning, m.look)]
    named = {number for text in said for number in re.findall(r"\((\d+\.\d+)\)", text)}
    assert named <= numbered, named - numbered
