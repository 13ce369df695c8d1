"""Say what is probably wrong: a known mistake, else what the failure's structure shows, else the numbers.

:func:`diagnose` is asked once, with a run that failed. A known mistake is named where it reproduces the learner's
numbers, else what all failing cases have in common is said; the call and its numbers stand below either. Nothing is
guessed: a sentence that is not true of all the cases it speaks of isn't said.
"""

from __future__ import annotations

import dataclasses
import re
import textwrap

import numpy as np

from .beside import call_of, numbers_of
from .compare import in_words
from .describe import WIDE
from .explain import explain
from .ladder import CaseResult, Run
from .mistakes import known_mistake, partly_known
from .relations import halves, relation_of
from .structure import about_shapes, deviating_blocks, isolated_piece, misjudged, places, right_and_wrong, where, zeros
from .variation import float32_error
from .verdict import Finding

__all__ = ["diagnose"]

_SMALL = 1e-4  # differences below it are not those of a wrong formula


def diagnose(run: Run, hidden: bool = False) -> tuple[str | None, Finding]:
    """(known mistake's name or None, what to tell the learner) for a run that failed.

    A known mistake is tried first; a finding of a rung above the values is said as it is, with the cases in which it
    comes; else the numbers' structure is read (:mod:`.structure`). The finding's ``detail`` and ``more`` show the
    first failing call. With ``hidden`` no argument, value or expected number is shown, ``detail`` is empty, and an
    error's text is not explained where that would quote it. The run needs a failing case (IndexError where it has
    none).
    """
    exercise, first = run.exercise, run.first()
    arguments = first.vector.case.args
    mistake, begins = known_mistake(run)
    detail = more = ""
    if hidden:
        pass
    elif first.broken:
        measured = [line for one in first.broken.values() for line in textwrap.wrap(one, WIDE, subsequent_indent="  ")]
        detail = "\n".join([call_of(exercise, arguments, short=True), *measured])
    elif first.rung == "values":
        detail, more = numbers_of(first, exercise)
    elif first.rung == "finite":
        detail = call_of(exercise, arguments)
    elif first.rung in ("shape", "inputs"):
        detail = call_of(exercise, arguments, short=True)
    elif first.finding and first.rung == "runs":
        detail = first.finding.detail
        if first.outcome.failure == "raised":
            detail += "\n\nThe call was " + call_of(exercise, arguments, short=True)
    if mistake:
        seen = f"{begins} {mistake.what}."
        return mistake.name, Finding(seen, mistake.meaning, mistake.look, detail, more)
    if first.broken:
        return _broken(run, detail)
    if first.rung != "values":
        finding = first.finding or Finding("")
        everywhere = first.outcome.failure == "not written" or first.rung == "twice"  # or told by a few cases
        condition = "" if everywhere else where(run, first.rung)
        shapes = about_shapes(run) if first.rung == "shape" and not finding.means else ""
        untold = hidden and first.outcome.failure == "raised"  # what explains an error's text may quote its numbers
        means = "" if untold else finding.means or shapes
        if first.rung == "finite" and (noise := _warned([first], hidden)):
            means += f" numpy warned on the way: {noise}."
        means += f" It happens only {condition}." if condition and not shapes else ""
        look = "Try it on inputs of your own: other sizes, zeros, large numbers." if untold else finding.look
        return None, Finding(finding.seen, means.strip(), look, detail or ("" if hidden else finding.detail))
    return None, dataclasses.replace(_structure(run, detail, hidden), more=more)


def _broken(run: Run, detail: str) -> tuple[str, Finding]:
    """What is told of numbers that were drawn, where a property does not hold: the name of the first, what it means."""
    broken = [one for one in run.exercise.properties if any(one.name in result.broken for result in run.failing)]
    first, *others = broken
    seen = " ".join([first.what, *(one.what for one in others)])
    return first.name, Finding(seen, " ".join([first.meaning, *_other_rungs(run)]), first.look, detail)


def _agreement(run: Run, failing: list[CaseResult]) -> tuple[str, str]:
    """(how well the numbers agree, where to look) where all of them are nearly right; both "" where they are not.

    Nearly right is a relative error between 1e-9 and 1e-4 in every failing case. That it may come from float32 is said
    only where float32 would leave as much, in most cases.
    """
    worst = [max(result.errors.values()) for result in failing]
    if len(failing) < len(run.failing) or not all(1e-9 < error < _SMALL for error in worst):
        return "", ""
    if any(result.tolerance > 1e-8 for result in failing):  # where rounding is allowed for
        return "", ""
    digits = int(-np.log10(max(worst)))
    agree = f"They agree with the right ones to about {digits} digits."
    often = 2 * len(failing) >= len(run.results)  # what float32 leaves shows in nearly every case
    if often and max(worst) > 1e-8 and _as_far_as_float32(run, failing, worst):
        return (
            f"{agree} That is what float32 somewhere on the way leaves; a constant cut short, or a tiny number added "
            "for safety, can look the same.",
            "Look for float32, for constants, and for small numbers that the equation does not have.",
        )
    return (
        f"{agree} Is a constant cut short, is something clipped, or was a small number added for safety?",
        "Look for constants, and for small numbers that the equation does not have.",
    )


def _as_far_as_float32(run: Run, failing: list[CaseResult], worst: list[float]) -> bool:
    """Whether the numbers are off in each case by what float32 leaves there: on large inputs that is more."""
    return all(e <= 4 * float32_error(run.exercise, r) for r, e in zip(failing, worst, strict=True))


def _structure(run: Run, detail: str, hidden: bool) -> Finding:
    """What is told of a function whose numbers differ and are those of no known mistake.

    ``detail`` is the call and its numbers, "" with ``hidden``, where no clue is given that names a number or relates
    wrong ones to right ones.

    The finding's ``seen`` counts the failing cases, ``means`` has the clues one after the other, and ``look`` where to
    look.
    """
    failing, every = [result for result in run.failing if result.rung == "values"], len(run.results)
    gives = "case gives" if every == 1 else "cases gives" if len(failing) == 1 else "cases give"
    counted = f"{len(failing)} of {every} test {gives} other {run.exercise.compared} than the reference."
    # What is wrong in one call spreads to all there is in the calls that follow.
    failing = [result for result in failing if result.vector.case.calls == 1] or failing
    seen = " ".join(filter(None, [right_and_wrong(failing, run.exercise), counted]))
    clues = []
    look = f'Compare the numbers below with the equation, or ask hint("{run.exercise.name}").'
    told = misjudged(failing, run.exercise, hidden)  # truth values: there is nothing to be read from their digits
    relation = None if told else relation_of(failing, run.exercise)
    agreement, constants = ("", "") if relation or told else _agreement(run, failing)
    if told:
        look = f'What in your test would show it? Or ask hint("{run.exercise.name}").'
    if agreement:
        clues, look = [agreement], constants
        if not hidden:
            worst = max(max(result.errors.values()) for result in failing)
            detail = f"largest relative difference: {worst:.1e} (float32 keeps about 1e-07)\n{detail}"
    elif relation and not hidden:
        text = relation if len(failing) == every else f"Where it is wrong, {relation}"
        clues.append(re.sub("^the", "The", text) + ".")
    isolated = isolated_piece(run)
    if isolated:
        clues.append(f"Of the cases where one piece works alone, only those of {isolated} fail.")
    condition = where(run)
    if all(result.repeats for result in run.failing):
        clues.append(
            "Each of these has the shapes of a case before it, which was right, and other numbers. Is something kept "
            "between the calls?"
        )
    elif condition:
        clues.append(f"It is wrong only {condition}.")
    clues += told
    if not relation and not agreement and not told:
        clues += places(failing, run.exercise.row) or [*deviating_blocks(failing), *halves(failing)]
        clues += zeros(failing)
    known, where_to_look = partly_known(run)
    if any(result.outcome.gradient_error for result in run.failing):
        clues = []  # the gradients are no numbers at all
    elif known:
        clues, look = [known], where_to_look
    clues += _other_rungs(run) + _cut_off(run, hidden)
    if not clues:
        clues.append("They fit none of the mistakes this check knows.")
    noise = _warned(failing, hidden)
    if noise:
        clues.append(f"numpy warned on the way: {noise}.")
    return Finding(seen, " ".join(clues), "" if hidden else look, detail)


def _warned(results: list[CaseResult], hidden: bool) -> str:
    """One of numpy's warnings on these cases, the first by the alphabet so that it is always the same, or ""."""
    said = (w.partition(":")[2].strip() for r in results for w in r.outcome.warnings if "RuntimeWarning" in w)
    noise = min(said, default="")
    return "" if hidden and any(mark.isdigit() for mark in noise) else noise  # the learner's own may hold numbers


def _cut_off(run: Run, hidden: bool) -> list[str]:
    """Why gradients are missing, of functions of tensors.

    ``hidden`` leaves out the text of what the backward pass raised. [] where gradients came back, or none were asked
    for.
    """
    said = next((r.outcome.gradient_error for r in run.failing if r.outcome.gradient_error), "")
    if said:
        text = "" if hidden else f": {said.splitlines()[-1].partition(' Hint:')[0].rstrip('. ')}"
        return [f"The backward pass raised an error{text}.", *filter(None, explain(said))]
    missing = [r for r in run.failing if any(one is None for one in r.outcome.gradients.values())]
    if not missing:
        return []
    names = [name for name, one in missing[0].outcome.gradients.items() if one is None]
    return [
        f"Nothing flows back to {in_words([name[1:] for name in names])}: .detach(), .data, .item(), "
        "torch.no_grad(), torch.tensor(...) of a tensor and numpy cut what autograd has noted. Is it used at all?"
    ]


_OTHERS = {
    "runs": "An error comes up as well",
    "type": "Something that is no array comes back as well",
    "shape": "An array of another shape or type comes back as well",
    "finite": "NaN or infinity comes out as well",
}


def _other_rungs(run: Run) -> list[str]:
    """What else went wrong in other cases than those whose numbers differ."""
    texts = []
    for rung, text in _OTHERS.items():
        if any(result.rung == rung for result in run.failing):
            place = where(run, rung)
            texts.append(f"{text}{', ' + place if place else ', in other test cases'}.")
    return texts
