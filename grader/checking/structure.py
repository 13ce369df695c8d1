"""What a failure's structure shows: which outputs deviate, in which cases, where, and how they are related.

Every sentence made here is true of all the cases it speaks of, or it is not said.

What is looked at are a run's :class:`.ladder.CaseResult`, of those that failed by their numbers the
:class:`.ladder.Compared` outputs. A relation holds where it holds in every failing case, to the verdict's tolerance at
least; one that two cases explain in different ways is not said.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from ..exercises.base import Exercise, Truths
from ..exercises.shapes import Record, Said, Steps, named, shown
from ..vectors.metric import blocks
from ..vectors.tree import leaves
from .compare import gathered, in_words, is_float32
from .explain import NOTHING_TAKEN
from .ladder import CaseResult, Run
from .relations import by_output

__all__ = [
    "GATE_NAMES",
    "about_shapes",
    "deviating_blocks",
    "extreme",
    "isolated_piece",
    "misjudged",
    "places",
    "right_and_wrong",
    "tiny",
    "where",
    "zeros",
]

LARGE, TINY = 100.0, 1e-6
_TOLD = 3  # functions of a kind that are described
GATE_NAMES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}


# --- in which cases -----------------------------------------------------------------------------

_WORDS = {
    "h_prev": "the hidden state that comes in",
    "h0": "the hidden state that comes in",
    "c_prev": "the cell state that comes in",
    "c0": "the cell state that comes in",
    "x": "the input x",
    "xs": "the input xs",
    "b": "the bias",
}


def extreme(result: CaseResult) -> bool:
    """Whether some of a case's inputs are large: 100 or more in size, in any array of numbers, also inside a dict."""
    return any(array.size and np.max(np.abs(array)) >= LARGE for _, array in _arrays(result))


def tiny(result: CaseResult) -> bool:
    """Whether an array of a case's inputs is all tiny, and not all 0."""
    return any(array.size and 0 < np.max(np.abs(array)) < TINY for _, array in _arrays(result))


def _arrays(result: CaseResult, arguments: Mapping[str, Said] = {}) -> list[tuple[str, np.ndarray]]:
    """Every array of numbers among the arguments, by the name of its argument.

    Where ``arguments`` say what a cache was made from, that is what it stands for, by its own names.
    """
    return [
        (name, leaf)
        for argument, value in result.vector.case.args.items()
        for name, part in _parts(argument, arguments.get(argument), value)
        for _, leaf in leaves(name, part)
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fiu"
    ]


def _parts(argument: str, said: Said | None, value: Any) -> list[tuple[str, Any]]:
    return shown(argument, said, value) if isinstance(said, Record | Steps) else [(argument, value)]


def _conditions(run: Run) -> Iterator[tuple[str, Callable[[CaseResult], bool | None]]]:
    """What may be true of a case: in words, and whether it is (None where it makes no sense to ask).

    The words follow "only when". They come in the order in which they are tried, the more telling first.

    A condition about a letter is None where no argument has an axis of that letter; one about an argument, where that
    is no array of numbers.
    """
    arguments = run.exercise.arguments
    parts = [
        part
        for name, said in arguments.items()
        for part, _ in (named(name, said) if isinstance(said, Record | Steps) else [(name, said)])
    ]

    functions = [
        (name, of) for name, said in arguments.items() if said == "a function" for of in run.exercise.functions
    ]

    def size(letter: str) -> Callable[[CaseResult], int | None]:
        return lambda result: run.exercise.sizes(result.vector.case.args).get(letter)

    def padded(result: CaseResult) -> bool | None:
        mask = result.vector.case.args["mask"]
        return bool((mask == 0).any()) if isinstance(mask, np.ndarray) else None

    def is_function(name: str, of: str) -> Callable[[CaseResult], bool | None]:
        return lambda result: result.vector.case.args[name] is run.exercise.functions[of]

    def one(letter: str) -> Callable[[CaseResult], bool | None]:
        return lambda result: None if (found := size(letter)(result)) is None else found == 1

    def more(letter: str) -> Callable[[CaseResult], bool | None]:
        return lambda result: None if (found := size(letter)(result)) is None else found > 1

    def nonzero(name: str) -> Callable[[CaseResult], bool | None]:
        def holds(result: CaseResult) -> bool | None:
            there = [array for argument, array in _arrays(result, arguments) if argument == name]
            return any(np.any(array) for array in there) if there else None

        return holds

    def zero(name: str) -> Callable[[CaseResult], bool | None]:
        return lambda result: None if (found := nonzero(name)(result)) is None else not found

    if "mask" in arguments:
        yield "some steps are padding (the mask has zeros in it)", padded
    yield "the sequence has more than one time step (T > 1)", more("T")
    yield f"the batch holds more than one {run.exercise.row} (N > 1)", more("N")
    yield f"the batch holds a single {run.exercise.row} (N = 1)", one("N")
    for name, of in functions:
        yield f"{name} is the function {of}", is_function(name, of)
    for name in parts:
        yield f"{_WORDS.get(name, name)} is not zero", nonzero(name)
    yield "some inputs are large (their size is 100 or more)", extreme
    yield f"some inputs are tiny (an array whose numbers are all below {TINY} in size, and not 0)", tiny
    yield "the arrays are float32", lambda result: is_float32(result.vector.case.args.values())
    yield "the sequence is a single time step long (T = 1)", one("T")
    yield "there is a single hidden unit (H = 1)", one("H")
    yield "there is a single input (D = 1)", one("D")
    for name in parts:
        yield f"{_WORDS.get(name, name)} is zero", zero(name)
    yield (
        "an array is not contiguous in memory (a slice such as a[:, ::2])",
        lambda result: "strided" in result.vector.case.tags,
    )


def where(run: Run, rung: str | None = None) -> str:
    """``when ...`` or ``in the test case ...``: what all failing cases have and others have not, or "".

    With ``rung``, those that fell from it. Said after "only", it is true of all cases that were run: either what is
    named holds in the failing ones and in no other, or it is added in how many of the cases where it holds they fail.
    Of one or two failing cases that nothing else sets apart the names are given.

    ``rung`` is one of :data:`.ladder.RUNGS`. "" is also what comes where every case fails, or none.
    """
    failing = [r for r in run.results if (r.rung == rung if rung else r.rung)]
    passing = [r for r in run.results if r not in failing]
    if not failing or not passing:
        return ""
    nearly = ""
    for text, holds in _conditions(run):
        if all(holds(result) for result in failing):
            having = sum(bool(holds(result)) for result in passing)
            if not having:
                return f"when {text}"
            # Where nothing of what is wrong reaches the answer, it is right all the same.
            if not nearly and 5 * having <= len(failing) and 2 * having < len(passing):
                nearly = f"when {text}, in {len(failing)} of the {len(failing) + having} test cases of that kind"
    if nearly:
        return nearly
    if len(failing) <= 2 < len(passing):
        names = [f'"{result.vector.case.name}"' for result in failing]
        return f"in the test case{'s' if len(names) > 1 else ''} {in_words(names)}"
    return ""


def isolated_piece(run: Run) -> str | None:
    """The piece at fault, where the cases that isolate one piece each tell them apart.

    In such a case the others are held still, some of them far out: it is at fault itself only where the function is
    wrong in ordinary cases too, and where what is wrong is more than a factor, which what is held still would leave.
    What comes back is the tag's text (``the input gate``), where all cases of that piece fail and none of any other;
    else None.
    """
    states: dict[str, bool] = {}
    for result in run.results:
        for tag in result.vector.case.tags:
            if tag.startswith("isolates:"):
                what = tag.removeprefix("isolates:")
                states[what] = states.get(what, True) and result.rung is None
    wrong = [what for what, right in states.items() if not right]
    if len(wrong) != 1 or len(states) < 2 or run.results[0].rung is None:
        return None
    isolating = [r for r in run.failing if f"isolates:{wrong[0]}" in r.vector.case.tags]
    if any(extreme(result) and _in_proportion(result) for result in isolating):
        return None
    if len(isolating) < sum(f"isolates:{wrong[0]}" in r.vector.case.tags for r in run.results):
        return None  # "only those fail" would not be true of all of them
    return wrong[0]


def _in_proportion(result: CaseResult) -> bool:
    """Whether one of the wrong outputs is the right one times a number.

    The factor is the one of least squares; that it explains the numbers is measured as a verdict measures.
    """
    for one in result.compared.values():
        if not one.right and np.any(one.expected):
            factor = float(np.vdot(one.expected, one.got) / np.vdot(one.expected, one.expected))
            if one.measure(one.got, factor * one.expected) <= one.tolerance:
                return True
    return False


# --- where they differ ---------------------------------------------------------------------------

_FIRST = {
    "N": "the first {row} of the batch (n = 0)",
    "T": "the first time step (t = 0)",
    "H": "the first column",
    "num_classes": "class 0",
}
_LAST = {
    "N": "the last {row} of the batch",
    "T": "the last time step",
    "H": "the last column",
    "num_classes": "the last class",
}


def places(failing: list[CaseResult], row: str) -> list[str]:
    """Where along an axis it is wrong, if at the same end in every case: sentences, of axes N, T, H and num_classes.

    ``row`` is what one of the N is called.

    At least two failing cases have to show it, one of them with three entries along that axis or more.
    """
    texts = []
    for outputs in by_output(failing):
        wrongs = [one.wrong for one in outputs if not one.right]
        label = outputs[0].label or "your answer"
        axes = [axis.strip() for axis in outputs[0].shape.strip("()").split(",") if axis.strip()]
        for k, axis in enumerate(axes):
            if axis not in _FIRST or not wrongs or wrongs[0].ndim != len(axes):
                continue
            first, last = _FIRST[axis].format(row=row), _LAST[axis].format(row=row)
            rows = [np.asarray(wrong.any(axis=tuple(j for j in range(wrong.ndim) if j != k))) for wrong in wrongs]
            rows = [row for row in rows if len(row) > 1]
            if len(rows) < 2 or max(map(len, rows)) < 3:  # too little to tell one end from the other
                continue
            if all(row[0] and not row[1:].any() for row in rows):
                texts.append(f"In {label} only {first} is wrong: does a loop leave it out?")
            elif all(row[-1] and not row[:-1].any() for row in rows):
                texts.append(f"In {label} only {last} is wrong: does a loop leave it out?")
            elif axis != "T" and not any(row[0] for row in rows) and all(row[1:].all() for row in rows):
                texts.append(f"In {label} only {first} is right.")
            elif axis != "T" and not any(row[-1] for row in rows) and all(row[:-1].all() for row in rows):
                texts.append(f"In {label} only {last} is right.")
    return texts


def zeros(failing: list[CaseResult]) -> list[str]:
    """Whether all that is wrong is 0, in outputs that hold other numbers too: sentences.

    Told apart are what is cut off at 0 (no number of that sign is left) and what was never written.
    """
    never, cut = [], []
    for outputs in by_output(failing):
        wrong = [one for one in outputs if not one.right]
        if sum(one.got.size > 1 for one in wrong) < 2 or not any(one.got.any() for one in wrong):
            continue
        if any(one.got[one.wrong].any() for one in wrong):
            continue
        label = outputs[0].label or "your answer"
        right = np.concatenate([one.expected[one.wrong] for one in wrong])
        mine = np.concatenate([one.got.ravel() for one in outputs])
        for sign, word in ((1, "negative"), (-1, "positive")):
            if (sign * right < 0).all() and not (sign * mine < 0).any():  # and there is no number of that sign at all
                cut.append(
                    f"Every number that is wrong in {label} is a 0 where the right one is {word}. Is something cut off "
                    "at 0, or was it never written?"
                )
                break
        else:
            never.append(label)
    text = f"Every number that is wrong in {in_words(never)} is a 0. Was it never written?"
    return [*cut, *([text] if never else [])]


def deviating_blocks(failing: list[CaseResult]) -> list[str]:
    """The first wrong time step (of a gradient, which comes from the end, the last), and gates with wrong blocks.

    A sentence for each output that has such axes. Gates are named where at least one of the four is right everywhere.
    """
    texts = []
    for outputs in by_output(failing):
        where, backwards = outputs[0].label or "your answer", outputs[0].flows_back
        gates: set[str] = set()
        first_steps = []
        for one in outputs:
            order = list(blocks(one.shape, one.expected.shape))
            steps = sum(label.startswith("t =") for label, _ in order)
            for label, index in reversed(order) if backwards else order:
                if not one.wrong[index].any():
                    continue
                if label.startswith("t ="):
                    first_steps.append((int(label[4:]), steps))
                    break
                gates.add(label)
        if first_steps and backwards:
            right = {T - 1 - t for t, T in first_steps}  # steps at the end
            start = re.sub("^your", "Your", where)
            if right == {0}:
                texts.append(f"{start} is wrong at the last time step already.")
            elif 0 not in right:
                least = min(right)
                last = f"the last {least} steps are" if least > 1 else "the last step is"
                texts.append(f"Of {where}, {last} right; going back from there, it goes wrong.")
        elif first_steps:
            earliest = {t for t, _ in first_steps}
            if earliest == {0}:
                texts.append(f"{re.sub('^your', 'Your', where)} is wrong at the first time step already, t = 0.")
            elif len(earliest) == 1:
                texts.append(f"The first wrong time step of {where} is t = {earliest.pop()}.")
            elif 0 not in earliest:
                start = re.sub("^your", "Your", where)
                texts.append(f"{start} starts right and goes wrong later (first at t = {min(earliest)}).")
        if gates and len(gates) < 4:
            named = [f"the {GATE_NAMES[g]} ({g})" for g in "ifgo" if g in gates]
            only = f"block of {named[0]} is" if len(named) == 1 else f"blocks of {in_words(named)} are"
            texts.append(f"In {where}, only the {only} wrong.")
    return texts


def right_and_wrong(failing: list[CaseResult], exercise: Exercise) -> str:
    """Which outputs are right in all of these cases, and which are not; "" where there is only one."""
    outputs = by_output(failing)
    if len(outputs) < 2:
        return ""
    every = [of[0].name for of in outputs]
    are_right = {of[0].name: all(one.right for one in of) for of in outputs}
    wrong, right = (gathered(exercise, [n for n in every if are_right[n] is state], every) for state in (False, True))
    if not right:
        return f"{' and '.join(wrong)} are both wrong." if len(wrong) == 2 else f"All of {', '.join(wrong)} are wrong."
    verb = "are" if len(right) > 1 else "is"
    return f"{in_words(right)} {verb} right; {in_words(wrong)} {'are' if len(wrong) > 1 else 'is'} not."


def misjudged(failing: list[CaseResult], exercise: Exercise, hidden: bool) -> list[str]:
    """Of which functions it was wrong what a list of truth values says: sentences, none of other outputs.

    Each function is described in words, at most three of a kind; with ``hidden`` none is.
    """
    texts = []
    for output in exercise.returns:
        if not isinstance(output, Truths):
            continue
        for said, start, else_ in ((True, "True came", "False"), (False, "False came", "True")):
            wrong = [
                exercise.about(function)
                for result in failing
                for function, mine, right in zip(
                    result.vector.case.args[output.of],
                    result.got[output.name],
                    result.vector.expected[output.name],
                    strict=True,
                )
                if mine != right and bool(mine) is said
            ]
            kinds = list(dict.fromkeys(wrong))
            if hidden and kinds:
                texts.append(f"{start} for some where {else_} is right.")
            elif kinds:
                more = f"; and {len(kinds) - _TOLD} more" if len(kinds) > _TOLD else ""
                texts.append(f"{start} where {else_} is right, of: {'; '.join(kinds[:_TOLD])}{more}.")
    return texts


# --- shapes -------------------------------------------------------------------------------------


def about_shapes(run: Run) -> str:
    """What the wrong shapes have to do with the right ones, where every wrong one tells the same; "" where they do not.

    Of each case the first output of a wrong shape is looked at.
    """
    texts: list[str] | None = None
    for result in run.failing:
        if result.rung != "shape":
            continue
        for name, output in run.exercise.flat.items():
            got, ref = result.got.get(name), result.vector.expected.get(name)
            if got is None or ref is None or got.shape == ref.shape:
                continue
            found = list(_about_shape(got.shape, ref.shape, output.shape))
            texts = found if texts is None else [text for text in texts if text in found]
            break
    return texts[0] if texts else ""


def _about_shape(got: tuple[int, ...], ref: tuple[int, ...], text: str) -> Iterator[str]:
    """All that one wrong shape may have to do with the right one, the most telling first."""
    axes = [axis.strip() for axis in text.strip("()").split(",") if axis.strip()]
    if len(axes) != len(ref):
        return
    if 0 in got and 0 not in ref:
        yield NOTHING_TAKEN
    if len(got) == len(ref):
        if len(got) > 1 and (*got[:-2], got[-1], got[-2]) == ref:
            yield "The last two axes are swapped."
        if sorted(got) == sorted(ref):
            yield "The axes are all there, in another order."
        differing = [k for k in range(len(ref)) if got[k] != ref[k]]
        if len(differing) == 1:
            k = differing[0]
            if got[k] == 1:
                yield f"The axis {axes[k]} has a single entry in yours. Does a return stand inside the loop?"
            if abs(got[k] - ref[k]) == 1 and axes[k] in ("N", "T"):
                yield f"The axis {axes[k]} is one too {'long' if got[k] > ref[k] else 'short'}."
        lengths = [[axis for axis, size in zip(axes, ref, strict=True) if size == length] for length in got]
        for named in itertools.product(*lengths):
            yield f"That is the shape ({', '.join(named)})."
    if len(got) == len(ref) - 1:
        for k, axis in enumerate(axes):
            if (*ref[:k], *ref[k + 1 :]) == got:
                yield f"The axis {axis} is missing."
    if len(got) < len(ref):
        yield "An axis is missing."
    if len(got) == len(ref) + 1 and any((*got[:k], *got[k + 1 :]) == ref for k in range(len(got))):
        yield "There is an axis too many."
