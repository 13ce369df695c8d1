"""What has been done and what is left, as text for a terminal and as HTML for a notebook."""

from __future__ import annotations

import html

from ..checking.look import MARKS, code
from .summary import QUIZ, Summary, UnitState

__all__ = [
    "duration",
    "go_on_html",
    "named",
    "points",
    "quiz_words",
    "render_html",
    "render_text",
    "unit_lines",
    "unit_link",
    "where",
]

_WORDS = {"right": "done", "partly": "begun", "wrong": "begun", "to do": "to do"}  # of a unit
_STATES = {"right": "right", "partly": "partly right", "wrong": "not right yet", "to do": "to do"}  # of an exercise


def duration(minutes: int) -> str:
    """Minutes in words: "10 minutes", "1 hour", "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} minute{'s' if rest != 1 else ''}"
    return f"{hours} hour{'s' if hours != 1 else ''}{f' {duration(rest)}' if rest else ''}"


def points(earned: float, most: float) -> str:
    """Points in words: "3 of 4 points"."""
    return f"{earned:g} of {most:g} point{'s' if most != 1 else ''}"


def where(unit_name: str) -> str:
    """The path of a unit's notebook in a learner's folder."""
    return f"{unit_name}/{unit_name}.ipynb"


def unit_link(unit: UnitState, prefix: str = "", text: str = "") -> str:
    """An HTML link to a unit's notebook. ``prefix`` leads from the page to the learner's folder."""
    target = html.escape(prefix + where(unit.name), quote=True)
    return f'<a href="{target}">{html.escape(text or f"Unit {unit.number}: {unit.title}")}</a>'


def named(item: str) -> str:
    """What an exercise, or the quiz, is called in a sentence."""
    return "the quiz" if item == QUIZ else item


def render_text(summary: Summary) -> str:
    """The whole course as lines of text, with a mark and a word for each thing: for a terminal without colours too."""
    earned, most = sum(one.points for one in summary.units), sum(one.max_points for one in summary.units)
    lines = [f"Your progress: {points(earned, most)}"]
    for part in summary.parts:
        lines += ["", f"Part {part.key}: {part.title}"]
        for unit in part.units:
            left = "" if unit.done else f", about {duration(unit.minutes_left)} left"
            state = f"{_WORDS[unit.state]}, {points(unit.points, unit.max_points)}{left}"
            lines.append(f"  {MARKS[unit.state]} {unit.number} {unit.title}: {state}")
            if unit.state == "partly":
                lines += [f"      {line}" for line in unit_lines(unit)]
    lines.append("")
    if summary.next:
        unit_name, item = summary.next
        lines.append(f"Go on with {named(item)}, in {where(unit_name)}")
    elif summary.units:
        lines.append("All of it is right. That is the whole course as far as it goes.")
    if summary.note:
        lines.append(summary.note)
    return "\n".join(lines)


def unit_lines(unit: UnitState) -> list[str]:
    """A line for each exercise of a unit, and one for its quiz."""
    lines = []
    for one in unit.exercises:
        earned = f" ({points(one.points, one.max_points)})" if one.state == "partly" else ""
        minutes = "" if one.state == "right" else f", about {duration(one.minutes)}"
        lines.append(f"{MARKS[one.state]} {one.name}: {_STATES[one.state]}{earned}{minutes}")
    if unit.quiz.questions:
        lines.append(f"{MARKS[unit.quiz.state]} quiz: {quiz_words(unit)}")
    return lines


def quiz_words(unit: UnitState) -> str:
    """How a unit's quiz stands, in words."""
    quiz = unit.quiz
    if not quiz.answered:
        return f"to do, {quiz.questions} questions, about {duration(quiz.minutes)}"
    if quiz.state == "right":
        return f"all {quiz.questions} right" if quiz.questions != 1 else "right"
    open_questions = quiz.questions - quiz.answered
    return f"{quiz.right} of {quiz.questions} right" + (
        f", {open_questions} not answered yet" if open_questions else ""
    )


def render_html(summary: Summary, prefix: str = "") -> str:
    """The whole course as HTML: a list of its parts, a row a unit, and where to go on."""
    rows = []
    for part in summary.parts:
        cells = "".join(
            f'<tr><td style="text-align:left">{MARKS[unit.state]} {_WORDS[unit.state]}</td>'
            f'<td style="text-align:left">{unit_link(unit, prefix)}</td>'
            f'<td style="text-align:right">{points(unit.points, unit.max_points)}</td>'
            f'<td style="text-align:right">{"" if unit.done else "about " + duration(unit.minutes_left)}</td></tr>'
            for unit in part.units
        )
        rows.append(f'<tr><th colspan="4" style="text-align:left">Part {part.key}: {html.escape(part.title)}</th></tr>')
        rows.append(cells)
    head = "".join(
        f'<th scope="col" style="text-align:{side}">{text}</th>'
        for text, side in (("state", "left"), ("unit", "left"), ("points", "right"), ("left", "right"))
    )
    return f"{go_on_html(summary, prefix)}<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def go_on_html(summary: Summary, prefix: str = "") -> str:
    """The link to what is next, as a paragraph of HTML; what is said where nothing is left."""
    if summary.next is None:
        return f"<p><strong>{MARKS['right']} All of it is right.</strong></p>" if summary.units else ""
    unit = summary.unit(summary.next[0])
    link = unit_link(unit, prefix, f"unit {unit.number}, {unit.title}")
    begun = "Go on here" if any(one.state != "to do" for one in summary.units) else "Begin here"
    item = "the quiz" if summary.next[1] == QUIZ else code(summary.next[1])
    return f"<p><strong>{MARKS['told']} {begun}:</strong> {item}, in {link}</p>"
