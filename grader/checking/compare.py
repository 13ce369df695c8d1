"""How far an answer is from the reference, output by output, and what messages call the outputs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..exercises.base import Case, Exercise, Output
from ..vectors.metric import relative_error
from ..vectors.tree import leaves

__all__ = [
    "FLOAT32_TOLERANCE",
    "LOW_PRECISION",
    "block_shapes",
    "budget",
    "error_of",
    "errors",
    "gathered",
    "in_words",
    "is_float32",
    "listed",
    "matches",
    "named_outputs",
    "output_label",
    "tolerance_for",
]

FLOAT32_TOLERANCE = 1e-4
# By the tag of a case. Correct code is off by 2e-2 and 2e-3 in the mean square; its worst entry by a few times that.
LOW_PRECISION = {"bfloat16": 6e-2, "float16": 8e-3}


def is_float32(arguments) -> bool:
    """Whether a float32 array is among the arguments, or inside one of them."""
    return any(getattr(leaf, "dtype", None) == np.float32 for one in arguments for _, leaf in leaves("", one))


def tolerance_for(exercise: Exercise, case: Case) -> float:
    """The gate for one case, a relative error: inputs of a lower precision earn a wider one.

    It is the exercise's own (1e-9 unless it says otherwise), or the :func:`budget` of the case where that is larger.
    """
    return max(budget(case), exercise.tolerance)


def budget(case: Case) -> float:
    """How far correct code may be off in a case's precision, as a relative error; 0 for float64.

    A case's tag says that it is passed in bfloat16 or float16; float32 is seen by its arrays.
    """
    low = next((LOW_PRECISION[tag] for tag in case.tags if tag in LOW_PRECISION), None)
    return low or (FLOAT32_TOLERANCE if is_float32(case.args.values()) else 0.0)


def block_shapes(exercise: Exercise, case: Case) -> dict[str, str]:
    """The shapes, in letters, of the outputs that are compared in blocks as well.

    In a low precision none is: the rounding of large entries would count against a block of small ones.
    """
    if exercise.tolerance > FLOAT32_TOLERANCE or LOW_PRECISION.keys() & case.tags:
        return {}
    return {name: output.shape for name, output in exercise.flat.items()}


def errors(got: dict, ref: dict, exercise: Exercise, case: Case) -> dict[str, float]:
    """The relative error of every output of a flattened answer, by name; inf where shapes differ.

    ``got`` and ``ref`` hold arrays by flattened name, both canonical where the exercise has such a form. Outputs that
    ``ref`` lacks are left out. Raises KeyError where ``got`` lacks one that is in ``ref``.
    """
    return {name: error_of(exercise, case, name, got[name], ref[name]) for name in exercise.flat if name in ref}


def error_of(exercise: Exercise, case: Case, name: str, got: np.ndarray, ref: np.ndarray) -> float:
    """The relative error of one output, as every verdict measures it: in blocks where it has any, above the floor.

    ``name`` is the flattened output's; ``got`` and ``ref`` are arrays. A whole number that differs counts as off by 1
    at least.
    """
    measured = relative_error(got, ref, block_shapes(exercise, case).get(name, ""), exercise.floor)
    return exercise.flat[name].error(measured, got, ref)


def matches(got: dict, ref: dict, exercise: Exercise, case: Case, tolerance: float) -> bool:
    """Whether two flattened answers to a case agree in every output, to a relative error of ``tolerance``.

    They do not where one has an output that the other lacks.
    """
    return got.keys() == ref.keys() and all(error <= tolerance for error in errors(got, ref, exercise, case).values())


def named_outputs(exercise: Exercise) -> list[tuple[str, Output]]:
    """The compared outputs as (flattened name, output), each once where messages call two of them by one name."""
    return list({output_label(exercise, name): (name, output) for name, output in exercise.flat.items()}.values())


def output_label(exercise: Exercise, name: str) -> str:
    """What the messages call an output; "" where the exercise has only one."""
    if len(exercise.flat) < 2:
        return ""
    return exercise.labels.get(name, name)


def listed(exercise: Exercise, names: list[str]) -> str:
    """Outputs in a sentence: "h and c"."""
    return in_words(list(dict.fromkeys(output_label(exercise, name) for name in names)))


def gathered(exercise: Exercise, names: Sequence[str], among: Sequence[str]) -> list[str]:
    """What messages call these outputs, with those together that make up one value of the function's.

    ``among`` are all outputs that there are. A dict or a list of which all parts are among the ``names`` is called by
    its own name; of dicts inside a dict also what they have under one key: ``new_adam[...]['t']``.
    """
    if len(exercise.own) < 2:
        return list(dict.fromkeys(output_label(exercise, name) for name in names))
    called: dict[str, str] = {}  # each output: what it is called
    for output in exercise.own:
        groups = {output.name: [name for name in output.parts() if name in among]}
        for name in groups[output.name]:
            if "." in name:
                groups.setdefault(f"{output.name}[...][{name.rpartition('.')[2]!r}]", []).append(name)
        for label, group in groups.items():
            if len(group) > 1 and set(group) <= set(names):
                called = {name: label for name in group} | called
    return list(dict.fromkeys(called.get(name) or output_label(exercise, name) for name in names))


def in_words(names: list[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
