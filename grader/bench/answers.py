"""Answers that are wrong in the ways the course knows by name.

They are made, not written: a solution's text is changed in one place, as a slip would, and kept if the
course's own diagnosis names the mistake. So a new unit needs nothing here.
"""

from __future__ import annotations

import ast
import copy
import functools
import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..checking.calling import LocalSubject
from ..checking.check import check_subject
from ..demo import solutions
from ..errors import BuildError
from ..exercises import exercise, exercises, unit
from ..given import given

__all__ = ["known_mistakes"]

ENOUGH = 3  # known mistakes of one exercise


@functools.cache
def known_mistakes(root: Path, unit_name: str) -> dict[str, dict[str, str]]:
    """{exercise: {mistake's name: an answer's text that makes it}}, a few for each exercise.

    ``root`` is the clone of the course. An exercise of whose solution no slip has a name is left out. The texts need
    numpy as ``np`` and the exercises that they use. Raises :class:`BuildError` where no slip in any of the unit's
    solutions has a name.
    """
    right = solutions(root, unit_name)
    found = {}
    for name in unit(unit_name).exercises:
        texts: dict[str, str] = {}
        for text in _slips(right[name]) if name in right else ():
            mistake = _named(name, text)
            if mistake and mistake not in texts:
                texts[mistake] = text
            if len(texts) == ENOUGH:
                break
        if texts:
            found[name] = texts
    if not found:
        raise BuildError(f"No slip in the solutions of {unit_name} is a mistake that its exercises name.")
    return found


def _named(name: str, text: str) -> str | None:
    """The mistake that the course sees in an answer; None where it passes, fails otherwise, or can't be run."""
    scope: dict[str, Any] = {"np": np, **{other.name: given(other.name) for other in exercises() if other.name != name}}
    try:
        exec(compile(text, f"<{name}>", "exec"), scope)  # our own solution's text, changed in one place
        verdict = check_subject(LocalSubject(name, scope[name]), exercise(name))
    except Exception:  # a slip may make nonsense of anything
        return None
    return None if verdict.passed else verdict.mistake


def _slips(source: str) -> Iterator[str]:
    """A function's text with one slip in it, for every place and kind of slip."""
    tree = ast.parse(source)
    places = [node for node in ast.walk(tree) if isinstance(node, ast.expr | ast.Slice)]
    for position in range(len(places)):
        for change in _CHANGES:
            for variant in itertools.count():
                mutant = copy.deepcopy(tree)
                node = [node for node in ast.walk(mutant) if isinstance(node, ast.expr | ast.Slice)][position]
                replacement = change(node, variant)
                if replacement is None:
                    break
                yield ast.unparse(ast.fix_missing_locations(_Replace(node, replacement).visit(mutant)))
    yield from _exchanged(tree)


class _Replace(ast.NodeTransformer):
    """Puts one node in another's place."""

    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _body(node: ast.AST) -> list[ast.stmt]:
    """The statements inside one; a lambda's body is an expression, and has none."""
    body = getattr(node, "body", None)
    return body if isinstance(body, list) else []


def _exchanged(tree: ast.Module) -> Iterator[str]:
    """The values of two neighbouring assignments exchanged: one gate's columns taken for another's."""
    for index, node in enumerate(ast.walk(tree)):
        for first in range(len(_body(node)) - 1):
            mutant = copy.deepcopy(tree)
            one, other = _body(list(ast.walk(mutant))[index])[first : first + 2]
            if isinstance(one, ast.Assign) and isinstance(other, ast.Assign):
                one.value, other.value = other.value, one.value
                yield ast.unparse(mutant)


# Each: (an expression, the how-manieth variant) -> what stands in its place, or None where there is no more.


def _without_function(node: ast.AST, variant: int) -> ast.AST | None:
    """``tanh(c)`` becomes ``c``."""
    if isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords and variant == 0:
        return node.args[0]
    return None


def _other_function(node: ast.AST, variant: int) -> ast.AST | None:
    """``tanh`` becomes ``sigmoid``, and the other way round."""
    if isinstance(node, ast.Call) and variant == 0:
        name = ast.unparse(node.func)
        other = {"np.tanh": "sigmoid", "sigmoid": "np.tanh"}.get(name)
        if other:
            return ast.Call(ast.parse(other, mode="eval").body, node.args, node.keywords)
    return None


def _other_operator(node: ast.AST, variant: int) -> ast.AST | None:
    """A product becomes a sum, a sum a difference; or one of the two sides is forgotten."""
    if not isinstance(node, ast.BinOp):
        return None
    changed = {ast.Add: ast.Sub(), ast.Sub: ast.Add(), ast.Mult: ast.Add()}.get(type(node.op))
    variants = [node.left, node.right, *([ast.BinOp(node.left, changed, node.right)] if changed else [])]
    return variants[variant] if variant < len(variants) else None


def _other_order(node: ast.AST, variant: int) -> ast.AST | None:
    """Two neighbours in a list or a tuple exchanged."""
    if not isinstance(node, ast.List | ast.Tuple) or variant >= len(node.elts) - 1:
        return None
    elements = list(node.elts)
    elements[variant], elements[variant + 1] = elements[variant + 1], elements[variant]
    return type(node)(elements, node.ctx)


def _other_number(node: ast.AST, variant: int) -> ast.AST | None:
    """One less, one more."""
    if isinstance(node, ast.Constant) and type(node.value) is int and variant < 2:
        return ast.Constant(max(node.value - 1 + 2 * variant, 0))
    return None


def _not_transposed(node: ast.AST, variant: int) -> ast.AST | None:
    """``W.T`` becomes ``W``."""
    return node.value if isinstance(node, ast.Attribute) and node.attr == "T" and variant == 0 else None


_CHANGES = (_other_function, _without_function, _other_operator, _other_order, _other_number, _not_transposed)
