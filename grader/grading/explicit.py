"""Make a grade cell say that its end was reached: silence earns nothing."""

from __future__ import annotations

import ast

__all__ = ["with_explicit_pass"]


def with_explicit_pass(source: str, points: float) -> str:
    """A grade cell's text, rewritten so that it ends in its points when its last statement was reached.

    ``check(...)`` and any other value stay what they are; only None (a plain assert, a call of
    ``np.testing``) becomes the points.
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return source
    if body and isinstance(body[-1], ast.Expr):
        last = body[-1]
        lines = source.split("\n")
        head = lines[: last.lineno - 1]
        before = lines[last.lineno - 1].encode()[: last.col_offset].decode()
        expression = ast.get_source_segment(source, last.value)
        text = "\n".join([*head, f"{before}__value__ = ({expression}\n)"])
        return f"{text}\n__value__ if __value__ is not None else {points!r}"
    return f"{source}\n{points!r}"
