"""What a check says: the verdict, and how it shows itself in a notebook, a terminal and nbgrader.

A :class:`Verdict` is plain data and makes no judgement of its own. It has three faces: text, HTML for a notebook, and a
record of plain data under the MIME type ``MIME``, by which grading reads it out of a cell's output. All that it shows
goes through :func:`grader.text.printable`.
"""

from __future__ import annotations

import html
import os
import re
from dataclasses import dataclass, field

from ..text import printable

__all__ = ["MIME", "Finding", "PartResult", "Verdict"]

MIME = "application/vnd.lstm-course.verdict+json"


@dataclass(frozen=True)
class Finding:
    """One thing a learner is told: what was seen, what it means, where to look next.

    Each is a sentence or more, or "". ``detail`` is the call and its numbers, or an error with its lines, and is shown
    as it is in a fixed-width font.
    """

    seen: str
    means: str = ""
    look: str = ""
    detail: str = ""  # the call and its numbers, shown as they are in a fixed-width font


@dataclass(frozen=True)
class PartResult:
    """A part of the exercise, the points it is worth, and whether it holds."""

    title: str
    points: int
    passed: bool


@dataclass
class Verdict:
    """The answer of :func:`grader.check`.

    ``name`` is the exercise's. ``passed`` is True, False, or None for a fault of the grader's, which is never counted
    against a learner: then ``score`` is None as well. ``parts`` are those of the exercise, in order; their points may
    be earned though ``passed`` is False. ``mistake`` is a known mistake's name or None. ``notes`` are sentences that
    cost nothing, ``explanation`` is what is said to a right answer. ``hidden`` says that it was found by a class's
    vectors, and that no text in it quotes a number of theirs.
    """

    name: str
    passed: bool | None
    parts: list[PartResult] = field(default_factory=list)
    mistake: str | None = None
    finding: Finding | None = None
    notes: list[str] = field(default_factory=list)
    explanation: str = ""
    hidden: bool = False

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
        name = printable(self.name)
        if self.passed is None:
            return f"{name}: not judged"
        if self.passed:
            return f"{name}: right"
        if self.points:
            return f"{name}: partly right ({self.points:g} of {self.max_points:g} points)"
        return f"{name}: not right yet"

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
            lines += [("look", self.finding.look), ("detail", self.finding.detail)]
        lines += [("note", note) for note in self.notes]
        if self.passed and self.explanation and not self.hidden:
            lines.append(("why", f"What just happened: {self.explanation}"))
        return [(kind, printable(text)) for kind, text in lines if text]

    @property
    def text(self) -> str:
        """The whole verdict as plain text.

        The headline with a mark, the parts where only some hold, then a line or more for each thing that is said.
        """
        mark = {True: "✓", False: "✗", None: "!"}[self.passed]
        lines = [f"{mark} {self.headline}"]
        if self._shows_parts():
            for part in self.parts:
                state = "right" if part.passed else "not yet"
                lines.append(f"    {'✓' if part.passed else '✗'} {printable(part.title)}: {state}")
        for kind, line in self._lines():
            prefix = "Next: " if kind == "look" else ""
            lines += [f"  {row}" for row in (prefix + line).splitlines()]
        return "\n".join(lines)

    def _html(self) -> str:
        """The verdict as HTML that stands for itself: all text escaped, no script, colours from JupyterLab's theme."""
        escape = html.escape
        mark, tone = {
            True: ("✓", "var(--jp-success-color1, #00734f)"),
            False: ("✗", "var(--jp-error-color1, #b3261e)"),
            None: ("!", "var(--jp-warn-color1, #9a5b00)"),
        }[self.passed]
        rows = [
            f'<p style="margin:0 0 .3em 0"><strong><span aria-hidden="true">{mark}</span> '
            f"{escape(self.headline)}</strong></p>"
        ]
        if self._shows_parts():
            items = "".join(
                f'<li style="list-style:none"><span aria-hidden="true">{"✓" if p.passed else "✗"}</span> '
                f"{escape(printable(p.title))}: {'right' if p.passed else 'not yet'} ({p.points} "
                f"point{'s' if p.points != 1 else ''})</li>"
                for p in self.parts
            )
            rows.append(f'<ul style="margin:.2em 0;padding-left:.6em">{items}</ul>')
        for kind, line in self._lines():
            if kind == "detail":
                rows.append(
                    '<pre style="margin:.4em 0;padding:.4em .6em;background:rgba(128,128,128,.12);'
                    'color:inherit;white-space:pre-wrap;word-break:normal;overflow:auto;max-height:64em">'
                    f"{escape(line)}</pre>"
                )
            else:
                label = "<strong>Next:</strong> " if kind == "look" else ""
                text = re.sub("`([^`]+)`", r"<code>\1</code>", escape(line))
                rows.append(f'<p style="margin:.3em 0">{label}{text}</p>')
        return (
            # No page's MathJax takes a dollar sign in it for mathematics.
            '<div class="grader-verdict tex2jax_ignore mathjax_ignore" role="status" '
            f'style="border-left:.35em solid {tone};padding:.4em .8em;margin:.3em 0;max-width:60em">'
            f"{''.join(rows)}</div>"
        )

    def record(self) -> dict:
        """The verdict as plain data, for JSON: what the report and the exports read.

        ``points`` and ``score`` (0 to 1) are None for a fault of the grader's; ``text`` is the whole of what was said.
        """
        return {
            "name": printable(self.name),
            "passed": self.passed,
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
