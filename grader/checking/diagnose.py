"""Say what is probably wrong: a known mistake, else what the failure's structure shows, else the numbers."""

from __future__ import annotations

import re

import numpy as np

from ..exercises.base import Exercise
from .compare import in_words, listed, named_outputs, output_label
from .describe import call_text, numbers
from .explain import explain
from .ladder import CaseResult, Run
from .mistakes import known_mistake, partly_known
from .structure import (
    about_shapes,
    deviating_blocks,
    expected_outputs,
    isolated_piece,
    places,
    relation_of,
    right_and_wrong,
    shared_condition,
    zeros,
)
from .verdict import Finding

__all__ = ["diagnose"]


def _numbers(result: CaseResult, exercise: Exercise) -> str:
    """The smallest failing call, what came back and what was expected."""
    lines = [call_text(exercise.name, result.vector.case.args)]
    expected = expected_outputs(exercise, result)
    outputs = [name for name, _ in named_outputs(exercise) if name in expected and name in result.got]
    wrong_ones = [name for name in outputs if not result.errors.get(name, np.inf) <= result.tolerance]
    for name in wrong_ones[:2]:  # more than two would bury each other
        got, ref, label = result.got[name], expected[name], output_label(exercise, name) or name
        if got.shape == ref.shape and ref.size > 24:
            with np.errstate(all="ignore"):
                wrong = ~(np.abs(got - ref) <= result.tolerance * max(float(np.max(np.abs(ref))), 1e-300))
            spot = tuple(int(k) for k in np.argwhere(wrong)[0]) if wrong.any() else (0,) * ref.ndim
            where = ", ".join(map(str, spot))
            lines.append(f"first difference at {label}[{where}]: yours {got[spot]:.6g}, expected {ref[spot]:.6g}")
        elif ref.ndim == 0:
            lines.append(f"yours: {got:.12g}\nexpected: {ref:.12g}")
        else:
            lines.append(f"your {label}:\n{numbers(got)}\nexpected {label}:\n{numbers(ref)}")
    if wrong_ones[2:]:
        lines.append(f"({listed(exercise, wrong_ones[2:])} differ{'s' if len(wrong_ones) == 3 else ''} too)")
    return "\n".join(lines)


def diagnose(run: Run, hidden: bool = False) -> tuple[str | None, Finding]:
    """(known mistake's name or None, what to tell the learner) for a run that failed.

    With ``hidden`` no argument, value or expected number is shown.
    """
    exercise = run.exercise
    first = run.first()
    mistake, whose = known_mistake(run)
    detail = ""
    if hidden:
        pass
    elif first.rung == "values":
        detail = _numbers(first, exercise)
    elif first.rung == "finite":
        detail = call_text(exercise.name, first.vector.case.args)
    elif first.rung == "shape":
        detail = call_text(exercise.name, first.vector.case.args, shapes=True)
    elif first.finding and first.rung == "runs":
        detail = first.finding.detail
        if first.outcome.failure == "raised":
            detail += "\n\nThe call was " + call_text(exercise.name, first.vector.case.args, shapes=True)
    if mistake:
        seen = f"{whose} numbers are those of {mistake.what}."
        return mistake.name, Finding(seen, mistake.meaning, mistake.look, detail)
    if first.rung != "values":
        finding = first.finding
        condition = shared_condition(run.results, first.rung) if first.outcome.failure != "not written" else None
        shapes = about_shapes(run) if first.rung == "shape" and not finding.means else ""
        untold = hidden and first.outcome.failure == "raised"  # what explains an error's text may quote its numbers
        means = "" if untold else finding.means or shapes
        if first.rung == "finite" and (noise := _warned([first], hidden)):
            means += f" numpy warned on the way: {noise}."
        means += f" It happens only when {condition}." if condition and not shapes else ""
        look = "Try it on inputs of your own: other sizes, zeros, large numbers." if untold else finding.look
        return None, Finding(finding.seen, means.strip(), look, detail or ("" if hidden else finding.detail))
    return None, _structure(run, detail, hidden)


def _is_float32_somewhere(failing: list[CaseResult]) -> bool:
    worst = [max(r.errors.values()) for r in failing if r.rung == "values" and r.tolerance < 1e-8]
    return bool(worst) and len(worst) == len(failing) and all(1e-9 < e < 1e-5 for e in worst)


def _structure(run: Run, detail: str, hidden: bool) -> Finding:
    exercise, failing = run.exercise, [r for r in run.failing if r.rung == "values"]
    many = len(run.failing)
    gives = "case gives" if len(run.results) == 1 else "cases gives" if many == 1 else "cases give"
    counted = f"{many} of {len(run.results)} test {gives} other numbers than the reference."
    seen = " ".join(filter(None, [right_and_wrong(failing, exercise), counted]))
    clues = []
    look = f'Compare the numbers below with the equation, or ask hint("{exercise.name}").'
    if _is_float32_somewhere(failing):
        worst = max(max(r.errors.values()) for r in failing)
        detail = "" if hidden else f"largest relative difference: {worst:.1e} (float32 keeps about 1e-07)"
        clues.append(
            "They agree with the right ones to about seven digits. That is what float32 somewhere on the way "
            "leaves; a constant cut short, or a tiny number added for safety, can look the same."
        )
        look = "Look for float32, for constants, and for small numbers that the equation does not have."
    else:
        relation = relation_of(failing, exercise)
        if relation and not hidden:
            text = relation if many == len(run.results) else f"Where it is wrong, {relation}"
            clues.append(re.sub("^the", "The", text) + ".")
        isolated = isolated_piece(run.results)
        if isolated:
            clues.append(f"Of the cases where one piece works alone, only those of {isolated} fail.")
        condition = shared_condition(run.results)
        if condition:
            clues.append(f"It is wrong only when {condition}.")
        if not relation:
            clues += places(failing, exercise) or deviating_blocks(failing, exercise)
            clues += zeros(failing, exercise)
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
    """One of numpy's warnings on these cases, or none."""
    said = (w.partition(":")[2].strip() for r in results for w in r.outcome.warnings if "RuntimeWarning" in w)
    noise = min(said, default="")
    return "" if hidden and any(mark.isdigit() for mark in noise) else noise  # the learner's own may hold numbers


def _cut_off(run: Run, hidden: bool) -> list[str]:
    """Why gradients are missing, of functions of tensors."""
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
            where = shared_condition(run.results, rung)
            texts.append(f"{text}{', when ' + where if where else ', in other test cases'}.")
    return texts
