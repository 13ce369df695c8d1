"""A unit's quiz: its answers marked, and its questions as buttons with the reason for each choice."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from .checking.describe import describe
from .checking.letters import unquoted
from .checking.look import MARKS, box, prose
from .checking.verdict import Finding, PartResult, Verdict
from .errors import GraderError, UsageError
from .exercises import quiz_of, units
from .exercises.base import Question
from .hints import NOTHING, Told
from .progress import keep_answers

__all__ = ["LETTERS", "AskedQuestion", "letter_of", "quiz"]

LETTERS = "abcdefgh"
_FILL_IN = 'In the cell above, put a letter in place of the None, as in q{} = "a"; run that cell, then this one.'


def quiz(unit_name: Any = NOTHING, answers: Sequence[Any] | int = NOTHING) -> Any:
    """Mark a unit's quiz, ``quiz("00_start", [q1, q2])``, or ask one of its questions, ``quiz("00_start", 1)``.

    ``answers`` are letters in the questions' order, None where open: ``"b"``, and what can mean nothing else, ``"B"``,
    ``"(b)"``, ``2``. What comes back is a verdict with a part and a note for each question, with the reason why that
    answer is right or not; one point each. Answers are kept, as functions that passed are.

    A question by its number shows buttons, where a front end has them: the reason for the chosen option at once, and
    the line that answers it. They fill in nothing. Never raises.
    """
    try:
        name, questions = _unit(unit_name)
    except GraderError as error:
        return _unclear("quiz", str(error))
    if type(answers) is int:
        if 1 <= answers <= len(questions):
            _explain_bare_letters()
            return AskedQuestion(name, answers, questions[answers - 1])
        return Told("", f"The quiz of {name} has the questions 1 to {len(questions)}: quiz({name!r}, 1).")
    title = f"Quiz of {name}"
    listed = f"quiz({name!r}, [{', '.join(f'q{k}' for k in range(1, len(questions) + 1))}])".replace("'", '"')
    if not isinstance(answers, (list, tuple)) or len(answers) != len(questions):
        parts = [PartResult(f"Question {k}", 1, False, tried=False) for k in range(1, len(questions) + 1)]
        finding = Finding(
            seen=f"quiz expects a list of {len(questions)} answers, one letter each: {listed}.",
            look="Run the cell with q1, q2, ... again, then this one.",
        )
        return Verdict(title, False, parts, finding=finding, tried=False)
    return _marked(name, title, questions, answers)


def _unit(unit_name: Any) -> tuple[str, tuple[Question, ...]]:
    """The unit's name and its questions. Raises :class:`UsageError`, which says what was meant."""
    if unit_name is NOTHING:
        raise UsageError(
            f'Which unit? Write its name in quotes, then your answers: quiz("{units()[0].name}", [q1, q2]).'
        )
    if type(unit_name) is not str:
        raise UsageError(
            f"quiz was given {describe(unit_name)} where the name of a unit goes. Write it in quotes, then your "
            f'answers: quiz("{units()[0].name}", [q1, q2]).'
        )
    return unit_name, quiz_of(unit_name)


def _unclear(title: str, why: str) -> Verdict:
    """No verdict: the call doesn't say what it is about. That is told, and counts for nothing."""
    return Verdict(title, None, finding=Finding(seen=why))


def letter_of(answer: Any, options: int) -> str | None:
    """The letter that an answer means, of the first so many; "" where it is open, None where it means none of them."""
    if answer is None:
        return ""
    if type(answer) is int:
        return LETTERS[answer - 1] if 1 <= answer <= options else None
    if type(answer) is not str:
        return None
    bare = answer.strip().lower()
    if not bare:
        return ""
    found = re.fullmatch(r"\(?\s*(?:([a-h])|([1-8]))\s*[).:]?", bare)
    if not found:
        return None
    letter = found[1] or LETTERS[int(found[2]) - 1]
    return letter if LETTERS.index(letter) < options else None


def _marked(name: str, title: str, questions: Sequence[Question], answers: Sequence[Any]) -> Verdict:
    parts, notes, kept = [], [], {}
    for number, (question, answer) in enumerate(zip(questions, answers, strict=True), start=1):
        letter = letter_of(answer, len(question.options))
        right = bool(letter) and letter == question.answer
        parts.append(PartResult(f"Question {number}", 1, right, tried=letter != ""))
        if letter:
            kept[number] = (letter, right)
            notes.append(f"Question {number}, ({letter}), {_judged(question, letter)}")
        elif letter == "":
            notes.append(f"Question {number} has no answer yet.")
        else:
            notes.append(_no_letter(number, answer, len(question.options)))
    tried = any(part.tried for part in parts)
    open_ones = [number for number, part in enumerate(parts, start=1) if not part.tried]
    finding = Finding(seen="", look=_FILL_IN.format(open_ones[0])) if open_ones else None
    verdict = Verdict(title, all(part.passed for part in parts), parts, finding=finding, notes=notes, tried=tried)
    note = keep_answers(name, kept)
    verdict.notes += [note] if note else []
    return verdict


def _judged(question: Question, letter: str) -> str:
    """ "right: because ..." of an option."""
    right = "right" if letter == question.answer else "not right"
    return f"{right}: {question.options[LETTERS.index(letter)].reason}"


def _no_letter(number: int, answer: Any, options: int) -> str:
    """What is said of an answer that is none of the letters."""
    known = ", ".join(LETTERS[:options])
    if type(answer) is str and (letter := unquoted(answer)):
        return (
            f'Question {number}: there were no quotes around the letter. It goes in quotes, q{number} = "{letter}"; '
            f"without them, Python looks for a variable called {letter}, and there was none."
        )
    if type(answer) in (str, int):
        return f"Question {number}: {answer!r:.60} is none of {known}."
    return (
        f"Question {number}: the answer is {describe(answer)}, and not one of the letters {known}. A letter goes in "
        f'quotes, q{number} = "b"; without them, Python takes the variable of that name.'
    )


class AskedQuestion:
    """A question's buttons where widgets run; where they don't, the line that answers it, as text."""

    def __init__(self, unit_name: str, number: int, question: Question):
        self.unit_name, self.number, self.question = unit_name, number, question

    def __repr__(self) -> str:
        letters = [f'"{letter}"' for letter in LETTERS[: len(self.question.options)]]
        return (
            f"Question {self.number}: put {', '.join(letters[:-1])} or {letters[-1]} in place of the None of "
            f"q{self.number}, in the cell of answers below."
        )

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        data = {"text/plain": repr(self), "text/html": box("to do", prose(repr(self)), "question")}
        widget = self.widget()
        found = widget._repr_mimebundle_() if widget is not None else {}
        view = "application/vnd.jupyter.widget-view+json"
        return data | ({view: found[view]} if view in (found or {}) else {})

    def chosen(self, letter: str) -> str:
        """What is shown of a choice, as HTML: whether it is right, the reason, and the line to keep."""
        right = letter == self.question.answer
        state = "right" if right else "wrong"
        said = prose(f"({letter}), {_judged(self.question, letter)}")
        keep = prose(f"The line for the cell of answers: `{self.line(letter)}`. It counts once it stands there.")
        first = f'<p style="margin:0 0 .3em 0"><strong>{MARKS[state]}</strong> {said}</p>'
        rows = f'{first}<p style="margin:0">{keep}</p>'
        return box(state, f'<div style="line-height:1.5">{rows}</div>', "choice")  # a widget's lines lie far apart

    def line(self, letter: str) -> str:
        """The line of Python that gives this answer."""
        return f'q{self.number} = "{letter}"'

    def widget(self) -> Any:
        """Radio buttons, and under them what is said of the choice; None where there are no widgets to be had."""
        if not _in_notebook():
            return None
        try:
            import ipywidgets
        except ImportError:
            return None
        buttons = ipywidgets.RadioButtons(
            options=[(f"({letter})", letter) for letter in LETTERS[: len(self.question.options)]],
            value=None,
            description=f"Question {self.number}",
            style={"description_width": "initial"},
        )
        said = ipywidgets.HTML()

        def show(change: Mapping[str, Any]) -> None:
            said.value = self.chosen(change["new"]) if change["new"] else ""

        buttons.observe(show, names="value")
        return ipywidgets.VBox([buttons, said])


def _shell() -> Any:
    """The notebook's IPython, None where there is none. It is not imported for that."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython else None


def _in_notebook() -> bool:
    return getattr(_shell(), "kernel", None) is not None


_BARE = re.compile(r"^\s*q\d+\s*=.*(?<![\w\"'])([a-h])(?![\w\"'(])")
_MARKING = re.compile(r"^\s*quiz\(.*\[\s*q1\b")


def _explain_bare_letters() -> None:
    """Have ``q1 = b`` explained where it is run: Python only says that there is no variable called b.

    It remains the error that it is. Where somebody has put in an explanation of their own, that stays.
    """
    shell = _shell()
    if shell is None or not hasattr(shell, "set_custom_exc") or getattr(shell, "custom_exceptions", None):
        return
    shell.set_custom_exc((NameError,), _name_error)


def _name_error(shell: Any, kind: type, error: NameError, trace: Any, tb_offset: int | None = None) -> None:
    """Show a NameError: of a bare letter in a line of answers with an explanation, any other as ever."""
    last = trace
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    line = linecache.getline(last.tb_frame.f_code.co_filename, last.tb_lineno) if last is not None else ""
    if (found := _BARE.match(line)) and found[1] == error.name:
        said = f'A letter goes in quotes: {line.strip().partition("=")[0].strip()} = "{error.name}".'
        why = f"Without them, {error.name} is the name of a variable, and there is none."
        shell._showtraceback(kind, error, [f"NameError: {error}", said, why])
    elif _MARKING.match(line) and re.fullmatch(r"q\d+", str(error.name)):
        said = "The cell with your answers, right above, was not run yet: run it, then this one again."
        shell._showtraceback(kind, error, [f"NameError: {error}", said])
    else:
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
