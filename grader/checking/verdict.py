"""What a check says: the verdict, and how it shows itself in a notebook, a terminal and nbgrader.

A :class:`Verdict` is plain data and makes no judgement of its own. It has three faces: text, HTML for a notebook, and a
record of plain data under the MIME type ``MIME``, by which grading reads it out of a cell's output. All that it shows
goes through :func:`grader.text.printable`.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import TypedDict

from ..text import clean_text, printable
from .look import MARKS, box, code, folded, pre, prose

__all__ = ["MIME", "Finding", "PartRecord", "PartResult", "Verdict", "VerdictRecord"]

MIME = "application/vnd.lstm-course.verdict+json"
_PARTS = {"right": "right", "wrong": "not yet", "to do": "to do"}


@dataclass(frozen=True)
class Finding:
    """One thing a learner is told: what was seen, what it means, where to look next.

    Each is a sentence or more, or "". ``detail`` is the call and its numbers, or an error with its lines, and is shown
    as it is in a fixed-width font; ``more`` is the rest of it, which a notebook folds away.
    """

    seen: str
    means: str = ""
    look: str = ""
    detail: str = ""  # the call and its numbers, shown as they are in a fixed-width font
    more: str = ""


@dataclass(frozen=True)
class PartResult:
    """A part of the exercise, the points it is worth, and whether it holds. ``tried`` is False of an open question."""

    title: str
    points: int
    passed: bool
    tried: bool = True

    @property
    def state(self) -> str:
        """ "right", "wrong" or "to do"."""
        return "right" if self.passed else "wrong" if self.tried else "to do"


class PartRecord(TypedDict):
    """A part of an exercise, or a question of a quiz: its title, what it is worth, whether these points were earned."""

    title: str
    points: float
    passed: bool


class VerdictRecord(TypedDict):
    """A verdict as plain data, for JSON: what the report and the exports read.

    ``points`` and ``score`` (0 to 1) are None for a fault of the grader's; ``text`` is the whole of what was said. The
    other fields are those of a :class:`Verdict`.
    """

    name: str
    passed: bool | None
    score: float | None
    points: float | None
    max_points: float
    state: str
    parts: list[PartRecord]
    mistake: str | None
    hidden: bool
    text: str


_REST = "The rest of the numbers"


@dataclass
class Verdict:
    """The answer of :func:`grader.check`.

    ``name`` is the exercise's. ``passed`` is True, False, or None for a fault of the grader's, which is never counted
    against a learner: then ``score`` is None as well. ``parts`` are those of the exercise, in order; their points may
    be earned though ``passed`` is False. ``mistake`` is a known mistake's name or None. ``notes`` are sentences that
    cost nothing, ``explanation`` is what is said to a right answer. ``hidden`` says that it was found by a class's
    vectors, and that no text in it quotes a number of theirs. ``tried`` is False where there was nothing to judge: a
    stub as it came, a quiz without an answer. Points are as ever, none; only its look is neutral.

    ``solution`` is the course's own version, for a right answer alone, and ``own`` the learner's text: a notebook shows
    them side by side, folded away. They are in no text and in no record.
    """

    name: str
    passed: bool | None
    parts: list[PartResult] = field(default_factory=list)
    mistake: str | None = None
    finding: Finding | None = None
    notes: list[str] = field(default_factory=list)
    explanation: str = ""
    hidden: bool = False
    tried: bool = True
    solution: str = ""
    own: str = ""

    @property
    def state(self) -> str:
        """ "right", "partly", "wrong", "to do" or "not judged"."""
        if self.passed is None:
            return "not judged"
        if self.passed:
            return "right"
        if self.points:
            return "partly"
        return "wrong" if self.tried else "to do"

    @property
    def points(self) -> float | None:
        """Points earned; None for a fault of the grader's."""
        if self.passed is None:
            return None
        return float(sum(part.points for part in self.parts if part.passed))

    @property
    def max_points(self) -> float:
        """Points there are to earn."""
        return float(sum(part.points for part in self.parts))

    @property
    def score(self) -> float | None:
        """Share of the points earned, 0 to 1; None for a fault of the grader's."""
        points = self.points
        if points is None:
            return None
        return points / self.max_points if self.max_points else float(bool(self.passed))

    @property
    def headline(self) -> str:
        """The verdict in a line."""
        said = {
            "right": "right",
            "partly": f"partly right ({self.points:g} of {self.max_points:g} points)" if self.points else "",
            "wrong": "not right yet",
            "to do": "to do",
            "not judged": "not judged",
        }
        return f"{printable(self.name)}: {said[self.state]}"

    def _shows_parts(self) -> bool:
        """Parts are worth reading where they differ from the headline."""
        return any(part.passed for part in self.parts) and not all(part.passed for part in self.parts)

    def _lines(self) -> list[tuple[str, str]]:
        """(kind, text) of everything said under the headline.

        ``kind`` is ``seen``, ``means``, ``look``, ``detail``, ``note`` or ``why``; empty texts are left out. The
        explanation is said to a right answer only, and never with ``hidden``.
        """
        lines = []
        if self.finding:
            lines += [("seen", self.finding.seen), ("means", self.finding.means)]
            lines += [("look", self.finding.look), ("detail", self.finding.detail), ("more", self.finding.more)]
        lines += [("note", note) for note in self.notes]
        if self.passed and self.explanation and not self.hidden:
            lines.append(("why", f"What just happened: {self.explanation}"))
        return [(kind, printable(text)) for kind, text in lines if text]

    @property
    def text(self) -> str:
        """The whole verdict as plain text.

        The headline with a mark, the parts where only some hold, then a line or more for each thing that is said.
        """
        lines = [f"{MARKS[self.state]} {self.headline}"]
        if self._shows_parts():
            lines += [f"    {MARKS[part.state]} {printable(part.title)}: {_PARTS[part.state]}" for part in self.parts]
        for kind, line in self._lines():
            prefix = {"look": "Next: ", "more": f"{_REST}:\n"}.get(kind, "")
            lines += [f"  {row}" for row in (prefix + line).splitlines()]
        return "\n".join(lines)

    def _html(self) -> str:
        """The verdict as HTML that stands for itself: all text escaped, no script, no style sheet of anyone's."""
        mark = f'<span aria-hidden="true">{MARKS[self.state]}</span>'
        name, _, said = self.headline.rpartition(": ")
        named = code(name) if name.isidentifier() else prose(name)  # an exercise's is code, a quiz's is not
        rows = [f'<p style="margin:0 0 .3em 0"><strong>{mark} {named}: {prose(said)}</strong></p>']
        if self._shows_parts():
            items = "".join(
                f'<li style="list-style:none"><span aria-hidden="true">{MARKS[p.state]}</span> '
                f"{prose(printable(p.title))}: {_PARTS[p.state]} ({p.points} point{'s' if p.points != 1 else ''})</li>"
                for p in self.parts
            )
            rows.append(f'<ul style="margin:.2em 0;padding-left:.6em">{items}</ul>')
        for kind, line in self._lines():
            if kind == "detail":
                rows.append(pre(line))
            elif kind == "more":
                rows.append(folded(_REST, pre(line)))
            else:
                label = "<strong>Next:</strong> " if kind == "look" else ""
                if kind == "seen":  # whose first word is often the function's name
                    begin = re.match(rf"(What )?{re.escape(self.name)}(?= )", line)
                    line = f"{begin[1] or ''}`{self.name}`{line[begin.end() :]}" if begin else line
                rows.append(f'<p style="margin:.3em 0">{label}{prose(line)}</p>')
        if self.passed and self.solution and not self.hidden and not os.environ.get("NBGRADER_EXECUTION"):
            rows.append(folded("The course's own version, beside yours", _beside(self.own, self.solution)))
        return box(self.state, "".join(rows), "verdict")

    def record(self) -> VerdictRecord:
        """The verdict as plain data, for JSON."""
        return {
            "name": printable(self.name),
            "passed": self.passed,
            "state": self.state,
            "score": self.score,
            "points": self.points,
            "max_points": self.max_points,
            "parts": [{"title": printable(p.title), "points": p.points, "passed": p.passed} for p in self.parts],
            "mistake": self.mistake,
            "hidden": self.hidden,
            "text": self.text,
        }

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        # While nbgrader grades, a cell's text is its points, and anything but a bare number scores nothing.
        if os.environ.get("NBGRADER_EXECUTION") and self.points is not None:
            return repr(self.points)
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        """What Jupyter shows: text, HTML and the record, by MIME type, as IPython's rich display asks for them.

        ``include`` and ``exclude`` are IPython's, and make no difference.
        """
        return {"text/plain": repr(self), "text/html": self._html(), MIME: self.record()}


def _beside(own: str, solution: str) -> str:
    """The learner's text and the course's as HTML: beside each other where there is room, else one below the other."""
    columns = [
        f'<div style="flex:1 1 24em;min-width:0"><strong>{title}</strong>{pre(clean_text(text).rstrip(), source=True)}'
        "</div>"
        for title, text in (("Yours", own), ("The course's", solution))
        if text
    ]
    return f'<div style="display:flex;flex-wrap:wrap;gap:.6em">{"".join(columns)}</div>'
