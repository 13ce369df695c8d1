"""A letter without its quotes in a line of answers: ``q1 = b``, where Python knows no b.

In a learner's notebook that is an error, which is explained (:mod:`grader.quizzes`). While a class is graded there is
nobody to read it, and the lines under it would not be run: there such a letter becomes a text that says what it is, and
costs its own question.
"""

from __future__ import annotations

import ast
import re

__all__ = ["SpareBareLetters", "unquoted"]

_SAID = "{} without quotes"
_ANSWER, _LETTER = re.compile(r"q\d+"), re.compile(r"[a-h]")


def unquoted(answer: str) -> str | None:
    """The letter that stood without its quotes, where an answer is what :class:`SpareBareLetters` makes of one."""
    letter = answer[:1]
    return letter if _LETTER.fullmatch(letter) and answer == _SAID.format(letter) else None


class SpareBareLetters(ast.NodeTransformer):
    """Have ``q1 = b``, ``q1 = q2 = b`` and ``q1, q2 = b, "c"`` go on where the letter's name is bound to nothing.

    Such a letter's name becomes ``(b if "b" in globals() else "b without quotes")``. Lines inside of a function or a
    loop, and those that bind other names as well, stay what they are.
    """

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """The cell, with the lines of answers at its left margin changed."""
        for statement in node.body:
            if isinstance(statement, ast.Assign) and all(map(_answers, statement.targets)):
                statement.value = _spared(statement.value)
        return ast.fix_missing_locations(node)


def _answers(target: ast.expr) -> bool:
    """Whether what is assigned to are names of answers, q1, q2, and no others."""
    if isinstance(target, ast.Tuple | ast.List):
        return all(map(_answers, target.elts))
    return isinstance(target, ast.Name) and bool(_ANSWER.fullmatch(target.id))


def _spared(value: ast.expr) -> ast.expr:
    """What is assigned, with each bare letter of it spared."""
    if isinstance(value, ast.Tuple | ast.List):
        value.elts = [_spared(one) for one in value.elts]
    elif isinstance(value, ast.Name) and _LETTER.fullmatch(value.id):
        instead = f"{value.id} if {value.id!r} in globals() else {_SAID.format(value.id)!r}"
        return ast.copy_location(ast.parse(instead, mode="eval").body, value)
    return value
