"""Known mistakes: edits of the course's own solution.

A mistake says which piece of the right text is exchanged for which wrong one; its function is the solution with the
edit made, compiled when it is first run. So it can't drift from the solution, it is a text as well (a wrong
submission), mistakes can be combined, and a piece's mistakes are looked for wherever the piece is used.

An exercise writes its mistakes down as one text, a bank, which :func:`slips` reads.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import re
import string
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from ..errors import BuildError
from ..given import given
from ..given import text as solution

__all__ = ["Mistake", "both", "edited", "slips"]

_BETWEEN_SENTENCES = re.compile(r"(?<=[.?!]) ")


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
        """The wrong function. It finds numpy (torch) and earlier functions where the course's own does.

        A piece gone wrong finds what its own unit has as well.
        """
        scope = self._names()
        exec(compile(self.text, f"<{self.exercise}: {self.name}>", "exec"), scope)
        return scope[self.exercise]

    def _names(self) -> dict[str, Any]:
        """What its text may refer to: its own module's names, before those of its pieces'."""
        pieces = [mistake._names() for mistake in self.around.values()]
        return {name: value for names in (*pieces, given(self.exercise).__globals__) for name, value in names.items()}


def slips(text: str, **words: object) -> tuple[Mistake, ...]:
    r"""The mistakes of a bank, a text in which each is written like this::

        no_tanh: a hidden state that is o * c
            {"np.tanh(c)": "c"}
            The cell state has no bounds, and h should lie between -1 and 1.
            Look: What does equation (eq:hidden) do to c?

    At the left margin stand its name and, after a colon, ``what``; indented are the edits (a dict as in Python, whose
    texts stand in the solution exactly once), ``meaning``, and ``look`` after ``Look:``. Each may go on over several
    lines. In the place of the edits ``body:`` may stand, with the function's whole body indented under it. A line at
    the left margin that begins with # is a comment.

    ``words`` are put in first, wherever the bank says ``$gate`` (or ``${gate}``): texts as they are, anything else as
    Python writes it, so that a dict can be the edits. A dollar sign is ``$$``.

    Raises :class:`BuildError` where the bank can't be read.
    """
    try:
        filled = string.Template(text).substitute({k: v if type(v) is str else repr(v) for k, v in words.items()})
    except KeyError as error:
        raise BuildError(
            f"A bank of known mistakes says ${error.args[0]}, and slips() was given {_given(words)}."
        ) from None
    except ValueError as error:
        raise BuildError(
            f"A bank of known mistakes has a dollar sign before no word: {error}. Write $$ for one."
        ) from None
    blocks: list[tuple[str, list[str]]] = []
    for line in textwrap.dedent(filled).splitlines():
        head = re.match(r"([A-Za-z_]\w*):(.*)", line)
        if head and head[1] in dict(blocks):
            raise _unread(head[1], "the bank has another one of that name", "a name of its own")
        if head:
            blocks.append((head[1], [head[2]]))
        elif line.startswith("#"):
            continue
        elif line.strip() and (not blocks or not line.startswith(" ")):
            after = f"after the known mistake {blocks[-1][0]}" if blocks else "before its first mistake"
            raise BuildError(
                f"A bank of known mistakes has the line {line!r} {after}. Expected: `name: what`, at the left "
                "margin; what belongs to a mistake is indented under it."
            )
        elif blocks:
            blocks[-1][1].append(line)
    return tuple(_mistake(name, lines) for name, lines in blocks)


def _mistake(name: str, lines: list[str]) -> Mistake:
    """The mistake of that name, from the bank's lines after the name."""
    start = _first(lines, "{", "body:")
    if start == len(lines):
        raise _unread(name, "it has no edits", 'a line with {"piece of the solution": "what it becomes"}, or `body:`')
    end = _end_of_body(lines, start) if lines[start].strip() == "body:" else _end_of_edits(name, lines, start)
    look = _first(lines, "Look:", start=end)
    if look == len(lines):
        raise _unread(name, "it has no `Look:` after its edits", "`Look:` and where to look next, as its end")
    what, meaning = _joined(lines[:start]), _joined(lines[end:look])
    where = _joined(lines[look:]).removeprefix("Look:").strip()
    if not what:
        raise _unread(name, "nothing stands after its colon", "the end of the sentence 'Your numbers are those of ...'")
    if not meaning:
        raise _unread(name, "it has no meaning", "a sentence or two, before `Look:`, why that is not what we want")
    if not where:
        raise _unread(name, "nothing stands after its `Look:`", "where to look next, without the line itself")
    piece = "\n".join(lines[start:end]).strip()
    if not piece.startswith("body:"):
        return Mistake(name, what, meaning, where, ast.literal_eval(piece))
    body = textwrap.dedent(piece.removeprefix("body:")).strip()
    if not body:
        raise _unread(name, "nothing is indented under its `body:`", "the lines of the function's body")
    return Mistake(name, what, meaning, where, body=body)


def _end_of_body(lines: list[str], start: int) -> int:
    """Where a body ends: at the next line that is indented no further than its ``body:``."""
    depth = len(lines[start]) - len(lines[start].lstrip())
    for k in range(start + 1, len(lines)):
        if lines[k].strip() and len(lines[k]) - len(lines[k].lstrip()) <= depth:
            return k
    return len(lines)


def _end_of_edits(name: str, lines: list[str], start: int) -> int:
    """Where the edits end: after the first lines that are a literal. Raises :class:`BuildError` where they are none."""
    wanted = 'a dict as Python writes it, {"piece of the solution": "what it becomes"}, each piece once'
    for end in range(start + 1, len(lines) + 1):
        try:
            tree = ast.parse("\n".join(lines[start:end]).strip(), mode="eval").body
        except SyntaxError:  # its closing bracket may stand on a later line
            continue
        match tree:
            case ast.Dict(keys=[_, *_]) if all(
                isinstance(one, ast.Constant) and type(one.value) is str for one in (*tree.keys, *tree.values)
            ):
                if len(ast.literal_eval(tree)) == len(tree.keys):
                    return end
        raise _unread(name, f"its edits are {ast.unparse(tree)}", wanted)
    raise _unread(name, f"its edits begin with {lines[start].strip()!r}, and no line after that ends them", wanted)


def _first(lines: list[str], *beginnings: str, start: int = 0) -> int:
    """The number of the first line that begins like this; that of the end where none does."""
    return next((k for k in range(start, len(lines)) if lines[k].lstrip().startswith(beginnings)), len(lines))


def _joined(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines if line.strip())


def _given(words: Mapping[str, object]) -> str:
    return ", ".join(words) or "no words"


def _unread(name: str, seen: str, wanted: str) -> BuildError:
    return BuildError(f"The known mistake {name!r} can't be read: {seen}. Expected: {wanted}.")


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
    if one.body or other.body or one.around or other.around or one.edits.keys() & other.edits.keys():
        return None
    return dataclasses.replace(
        one,
        name=f"{one.name}+{other.name}",
        edits={**one.edits, **other.edits},
        what=f"two mistakes at once: {one.what}, and {other.what}",
        meaning="Mend one of them, and the check will tell you of the other alone.",
        look=" ".join(dict.fromkeys(_BETWEEN_SENTENCES.split(f"{one.look} {other.look}"))),
    )
