"""Arguments of any build as named arrays and back, without pickle; and copies and comparisons of them.

A tree is an array, a plain value (a number, a text, None), a dict, list or tuple of trees, a numpy random generator,
or one of an exercise's functions, which is known by its name.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

__all__ = ["branches", "copied", "flatten", "leaves", "unflatten"]

_PLAIN = (bool, int, float, str, type(None))
_ONE_BY_ONE = 8  # arrays of one shape and dtype in a tree: more are stored as one


def flatten(name: str, value: Any, functions: Mapping[str, Callable] = {}) -> dict[str, np.ndarray]:
    """An argument as named arrays: an array or a number under its own name, anything else with its build in JSON.

    Raises :class:`TypeError` on what no tree can hold. An array that stands in several places is stored once.

    ``name`` is the argument's. An array with axes, a number or a truth value is ``{name: array}``. Else ``NAME:tree``
    holds JSON that says how the pieces fit together, and ``NAME:0``, ``NAME:1``, ... the arrays in it. A random
    generator is kept by the state of its bits. ``functions`` are those that a case may hold, by the name under which
    they are stored.
    """
    if isinstance(value, np.ndarray) and value.ndim or type(value) in (bool, int, float):
        return {name: np.asarray(value)}
    arrays: list[np.ndarray] = []
    places: dict[int, int] = {}  # of each array, by its id
    known = {id(function): key for key, function in functions.items()}

    def build(one: Any) -> dict[str, Any]:
        if isinstance(one, np.ndarray):
            if id(one) not in places:
                places[id(one)] = len(arrays)
                arrays.append(one)
            return {"array": places[id(one)]}
        if type(one) in _PLAIN:
            return {"plain": one}
        if type(one) is dict:
            return {"dict": [[key, build(item)] for key, item in one.items()]}
        if type(one) in (list, tuple):
            return {type(one).__name__: [build(item) for item in one]}
        if isinstance(one, np.random.Generator):
            return {"generator": one.bit_generator.state}
        if id(one) in known:
            return {"function": known[id(one)]}
        raise TypeError(f"{name}: a case can't hold {one!r}. Functions go into the exercise's `functions`, by name.")

    tree = build(value)
    alike: dict[tuple, list[int]] = {}
    for k, array in enumerate(arrays):
        alike.setdefault((array.shape, array.dtype.str), []).append(k)
    pieces: dict[str, Any] = {"tree": tree}
    stored = {f"{name}:{k}": array for k, array in enumerate(arrays)}
    for many in alike.values():
        if len(many) > _ONE_BY_ONE:  # the steps of a long sequence: in a file each array has a head of its own
            stored[f"{name}:{many[0]}"] = np.stack([stored.pop(f"{name}:{k}") for k in many])
            pieces.setdefault("stacked", {}).update({str(k): [many[0], row] for row, k in enumerate(many)})
    text = json.dumps(pieces if "stacked" in pieces else tree)
    return {f"{name}:tree": np.array(text)} | stored


def unflatten(arrays: Mapping[str, np.ndarray], functions: Mapping[str, Callable] = {}) -> dict[str, Any]:
    """The arguments that :func:`flatten` named, in their order. Raises :class:`KeyError` where a piece is missing.

    Numbers that were given by themselves come back as Python's, arrays as arrays. ``functions`` has to hold every
    function that a case names. Of random generators only numpy's own are made again (``np.random.PCG64`` and the like).
    """

    made: dict[tuple[str, int], np.ndarray] = {}  # what stands in several places is one array again

    def array(name: str, number: int, stacked: Mapping[str, list[int]]) -> np.ndarray:
        if (name, number) not in made:
            first, row = stacked.get(str(number), (number, None))
            made[name, number] = arrays[f"{name}:{first}"] if row is None else arrays[f"{name}:{first}"][row]
        return made[name, number]

    def built(one: dict[str, Any], name: str, stacked: Mapping[str, list[int]] = {}) -> Any:
        if "tree" in one:
            return built(one["tree"], name, one["stacked"])
        ((kind, what),) = one.items()
        if kind == "array":
            return array(name, what, stacked)
        if kind == "plain":
            return what
        if kind == "dict":
            return {key: built(item, name, stacked) for key, item in what}
        if kind == "generator":
            bits = getattr(np.random, what["bit_generator"])()
            bits.state = what
            return np.random.Generator(bits)
        if kind == "function":
            return functions[what]
        return {"list": list, "tuple": tuple}[kind](built(item, name, stacked) for item in what)

    found: dict[str, Any] = {}
    for key, value in arrays.items():
        name, _, rest = key.partition(":")
        if not rest:
            found[name] = value if value.ndim else value.item()
        elif rest == "tree":
            found[name] = built(json.loads(str(value)), name)
    return found


def copied(value: Any, lay: Callable[[np.ndarray], np.ndarray]) -> Any:
    """A copy with arrays of its own, each laid out by ``lay``; functions stay.

    ``lay`` takes an array and returns its copy, for example in other memory order or as a tensor. Random generators are
    copied with their state, so that calls on copies draw the same numbers. An array that stands in several places is
    copied once, and its copy stands there.
    """
    laid: dict[int, Any] = {}

    def copy_of(one: Any) -> Any:
        if isinstance(one, np.ndarray):
            if id(one) not in laid:
                laid[id(one)] = lay(one)
            return laid[id(one)]
        if type(one) is dict:
            return {key: copy_of(item) for key, item in one.items()}
        if type(one) in (list, tuple):
            return type(one)(copy_of(item) for item in one)
        return one if callable(one) else copy.deepcopy(one)

    return copy_of(value)


def leaves(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The arrays and plain values of a tree, each with its place as a learner would write it: ``state['W']``."""
    if type(value) in (dict, list, tuple):
        for label, item in branches(name, value):
            yield from leaves(label, item)
    else:
        yield name, value


def branches(name: str, value: Any) -> list[tuple[str, Any]]:
    """The items of a dict, list or tuple, each with its place; none of anything else."""
    if type(value) is dict:
        return [(f"{name}[{key!r}]", item) for key, item in value.items()]
    if type(value) in (list, tuple):
        return [(f"{name}[{k}]", item) for k, item in enumerate(value)]
    return []
