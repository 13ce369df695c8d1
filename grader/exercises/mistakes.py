"""Known mistakes: edits of the course's own solution.

A mistake says which piece of the right text is exchanged for which wrong one; its function is the solution with the
edit made, compiled when it is first run. So it can't drift from the solution, it is a text as well (a wrong
submission), mistakes can be combined, and a piece's mistakes are looked for wherever the piece is used.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ..errors import BuildError
from ..given import given
from ..given import text as solution

__all__ = ["Mistake", "both", "edited", "replaced", "slip"]


@dataclass(frozen=True)
class Mistake:
    """A known wrong implementation, run only when a check fails.

    ``what`` ends the sentence "Your numbers are those of ...". ``meaning`` says in a sentence or two why that is not
    what we want; ``look`` where to look next (an equation's number, a line of the docstring), without giving the line
    away. ``edits`` maps pieces of the solution's text, each of which stands there exactly once, to what they become;
    ``body`` is the whole function's body where an edit can't say it. ``around`` are other exercises whose mistakes
    stand in for them, by name: a piece gone wrong inside the right rest. ``exercise`` is filled in by the exercise.
    """

    name: str
    what: str
    meaning: str
    look: str
    edits: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    function: Callable[..., Any] | None = None
    around: Mapping[str, Mistake] = field(default_factory=dict)
    exercise: str = ""

    @functools.cached_property
    def text(self) -> str:
        """The wrong function as a text. Raises :class:`BuildError` where an edit does not fit the solution."""
        right = solution(self.exercise)
        own = _with_body(right, self.body) if self.body else edited(right, self.edits, f"{self.exercise}: {self.name}")
        pieces = []
        for name, mistake in self.around.items():
            pieces.append(_renamed(mistake.text, mistake.exercise, f"_{name}"))
            own = _renamed(own, name, f"_{name}")
        return "\n\n".join([*pieces, own])

    @functools.cached_property
    def fn(self) -> Callable[..., Any]:
        """The wrong function. It finds numpy (torch) and earlier functions where the course's own does."""
        if self.function is not None:
            return self.function
        scope = dict(given(self.exercise).__globals__)
        exec(compile(self.text, f"<{self.exercise}: {self.name}>", "exec"), scope)
        return scope[self.exercise]


def slip(name: str, edits: Mapping[str, str], what: str, meaning: str, look: str) -> Mistake:
    """A mistake that exchanges pieces of the solution's text: ``{"np.tanh(c)": "c"}``."""
    return Mistake(name, what, meaning, look, edits)


def replaced(name: str, body: str, what: str, meaning: str, look: str) -> Mistake:
    """A mistake whose whole body is another one, where an edit can't say it."""
    return Mistake(name, what, meaning, look, body=textwrap.dedent(body).strip())


def edited(text: str, edits: Mapping[str, str], whose: str) -> str:
    """A text with pieces exchanged, all at once. Raises :class:`BuildError` where one stands there not exactly once."""
    places = []
    for old, new in edits.items():
        count = text.count(old)
        if count != 1:
            times = "nowhere" if not count else f"{count} times"
            raise BuildError(f"{whose}: {old!r} stands {times} in the solution, and should stand there once.")
        start = text.index(old)
        places.append((start, start + len(old), new))
    places.sort(reverse=True)
    for (start, _, _), (_, end, _) in zip(places, places[1:], strict=False):
        if end > start:
            raise BuildError(f"{whose}: two of its edits overlap.")
    for start, end, new in places:
        text = text[:start] + new + text[end:]
    return text


def _with_body(text: str, body: str) -> str:
    """A function's text with another body."""
    function = cast(ast.FunctionDef, ast.parse(text).body[0])
    head = "\n".join(text.split("\n")[: function.body[0].lineno - 1])
    return f"{head}\n{textwrap.indent(body, '    ')}\n"


def _renamed(text: str, name: str, new: str) -> str:
    """The text with a function called (and defined) by another name."""
    return re.sub(rf"\b{name}(?=\()", new, text)


def both(one: Mistake, other: Mistake) -> Mistake | None:
    """Two mistakes at once; None where they can't be made together."""
    if (
        one.function
        or other.function
        or one.body
        or other.body
        or one.around
        or other.around
        or one.edits.keys() & other.edits.keys()
    ):
        return None
    return dataclasses.replace(
        one,
        name=f"{one.name}+{other.name}",
        edits={**one.edits, **other.edits},
        what=f"two mistakes at once: {one.what}, and {other.what}",
        meaning="Mend one of them, and the check will tell you of the other alone.",
        look=" ".join(dict.fromkeys([one.look, other.look])),
    )
