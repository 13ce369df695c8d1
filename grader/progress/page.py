"""``progress``: where a learner is and what comes next, in a notebook."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any

from .. import workspace
from ..checking.look import MARKS, box, code, prose
from ..errors import GraderError
from ..exercises import unit as find_unit
from .show import duration, go_on_html, named, points, render_html, render_text, unit_lines, unit_link, where
from .summary import QUIZ, Summary, UnitState, summary

__all__ = ["Page", "folder_of_notebooks", "progress"]


class Page:
    """What ``progress`` shows, as text or HTML."""

    def __init__(self, state: str, text: str, inside: str):
        self.state, self.text, self.inside = state, text, inside

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return box("right" if self.state == "right" else "told", self.inside, "progress")


def progress(unit: Any = None) -> Page:
    """Where you are and what comes next: of a unit, ``progress("00_start")``, or without a name of the whole course.

    Where all that there is of the course has passed, it says so, shows what you have built, and writes a certificate
    beside the notebooks, for your own use. Never raises; says nothing of anyone's while a class is graded.
    """
    if workspace.grading():
        return Page("to do", "What was done is not looked at while a class is graded.", "")
    try:
        if unit is not None:
            find_unit(unit if type(unit) is str else type(unit).__name__)
    except GraderError as error:
        return Page("to do", str(error), f"<p>{prose(str(error))}</p>")
    found = summary()
    prefix = _prefix(found)
    text, inside = render_text(found), render_html(found, prefix)
    state = "right" if found.done else "to do"
    if unit is not None:
        here = found.unit(unit)
        state = here.state
        text, inside = "\n".join(_unit_text(found, here)), _unit_html(found, here, prefix)
    if found.done:
        from .certificate import finished

        more_text, more_html = finished(found, folder_of_notebooks(prefix), prefix)
        text, inside = f"{text}\n\n{more_text}", inside + more_html
    if found.note:
        inside += f"<p>{prose(found.note)}</p>"
    return Page(state, text, f'<div style="margin:0">{inside}</div>')


def _prefix(found: Summary) -> str:
    """What leads from the working folder, which is the notebook's, to the folder that holds the units."""
    return "../" if os.path.basename(os.getcwd()) in {one.name for one in found.units} else ""


def folder_of_notebooks(prefix: str) -> Path:
    """The folder that holds the units' folders."""
    return Path.cwd().parent if prefix else Path.cwd()


def _unit_headline(here: UnitState) -> str:
    earned = points(here.points, here.max_points)
    if here.done:
        return f"Unit {here.number} is done: {earned}."
    left = [f"about {duration(here.minutes_left)} left"]
    return f"Unit {here.number}, {here.title}: {earned}, {left[0]}."


def _unit_text(found: Summary, here: UnitState) -> list[str]:
    lines = [f"{MARKS[here.state]} {_unit_headline(here)}", *(f"    {line}" for line in unit_lines(here))]
    if here.done and here.gives:
        lines.append(f"You have now: {here.gives}.")
    following = found.after(here.name)
    if here.left:
        lines.append(f"Next: {named(here.left[0])}, in this unit")
    if following:
        when = "After this unit" if here.left else "Next"
        lines.append(f"{when}: unit {following.number}, {following.title}, in {where(following.name)}")
    elif here.done and not found.done and found.next:
        lines.append(f"That was the last unit. Something is left in {where(found.next[0])}")
    if found.note:
        lines.append(found.note)
    return lines


def _item(line: str) -> str:
    """A line of :func:`unit_lines` as HTML, with the exercise's name as code."""
    mark, _, rest = line.partition(" ")
    name, _, said = rest.partition(": ")
    return f"{mark} {html.escape(name) if name == QUIZ else code(name)}: {prose(said)}"


def _unit_html(found: Summary, here: UnitState, prefix: str) -> str:
    items = "".join(f'<li style="list-style:none">{_item(line)}</li>' for line in unit_lines(here))
    rows = [
        f'<p style="margin:0 0 .3em 0"><strong><span aria-hidden="true">{MARKS[here.state]}</span> '
        f"{prose(_unit_headline(here))}</strong></p>",
        f'<ul style="margin:.2em 0;padding-left:.6em">{items}</ul>',
    ]
    if here.done and here.gives:
        rows.append(f"<p>You have now: {prose(here.gives)}.</p>")
    following = found.after(here.name)
    if here.left:
        item = "the quiz" if here.left[0] == QUIZ else code(here.left[0])
        rows.append(f"<p><strong>Next:</strong> {item}, further up in this notebook.</p>")
    if following:
        link = unit_link(following, prefix)
        needs = f" It takes about {duration(following.minutes)}." if following.minutes else ""
        when = "After this unit" if here.left else "Next"
        rows.append(f"<p><strong>{when}:</strong> {link}.{html.escape(needs)}</p>")
    elif here.done and not found.done:
        rows.append("<p>That was the last unit.</p>" + go_on_html(found, prefix))
    rows.append(f'<p><a href="{prefix}index.ipynb">The map of the course</a></p>')
    return "".join(rows)
