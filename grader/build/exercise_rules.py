"""What an exercise can break: its record, its cases, and what it says of right and wrong answers.

Each function yields sentences that say what is broken and how to mend it, without the exercise's name, which
:func:`.checks.check_course` puts in front.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import nbformat

from .. import reference, vectors
from ..cells import cell_kind, grade_id
from ..checking.calling import LocalSubject
from ..checking.check import check_subject
from ..errors import BuildError
from ..exercises import shapes
from ..exercises.banks import inherited
from ..exercises.base import Exercise, Unit
from ..exercises.mistakes import edited
from ..given import given
from ..given import text as solution_text
from ..vectors import make

__all__ = ["behaviour", "contract", "exercise_rules"]


def exercise_rules(e: Exercise) -> Iterator[str]:
    """What is wrong with an exercise's record, without running its solution.

    Looked at are hints, difficulty (1 to 5), minutes, points, the words and the text of every known mistake (which has
    to compile), the outputs that its parts name, the reference's arguments, that there are at least three other right
    answers, and that every argument says what it is. Only where that last is clear the public vectors are compared with
    the shapes that the exercise claims (:func:`_sizes`), for which they have to be there: raises
    :class:`~grader.errors.VectorsMissing` or :class:`~grader.errors.VectorsUnreadable` where they are not.
    """
    if len(e.hints) != 3 or not all(hint.strip() for hint in e.hints):
        yield "it needs three hints that are not empty."
    if not 1 <= e.difficulty <= 5:
        yield f"its difficulty is {e.difficulty}: give 1 to 5."
    if e.minutes <= 0:
        yield "it says nothing of how long it takes: give minutes."
    if not e.explanation.strip():
        yield "it has no explanation to show after a pass: say what just happened."
    if e.points <= 0 or any(part.points <= 0 for part in e.parts):
        yield "every part needs at least one point."
    names = [mistake.name for mistake in e.mistakes]
    if len(set(names)) != len(names):
        yield "two known mistakes have the same name: rename one."
    for mistake in e.mistakes:
        for field in ("what", "meaning", "look"):
            if not getattr(mistake, field).strip():
                yield f"its mistake {mistake.name} has an empty `{field}`."
        try:
            compile(mistake.text, f"<{mistake.name}>", "exec")
        except (BuildError, SyntaxError) as error:
            yield f"its mistake {mistake.name}: {error}"
    known = {one.name for one in e.properties} or set(e.flat)
    for part in e.parts:
        if set(part.outputs) - known:
            yield f"its part {part.title!r} looks at {set(part.outputs) - known}, which it does not return."
    function = getattr(reference, e.reference or e.name, None)
    if function is None:
        yield f"grader.reference has no {e.reference or e.name}: write it."
    elif list(inspect.signature(function).parameters)[: len(e.arguments)] != list(e.arguments):
        yield f"the reference takes {inspect.signature(function)}, the exercise {e.signature}: make them one."
    if len(e.right) < 3:
        yield "it needs three right answers that are written in other ways, or more: `right=(...)`."
    unclear = list(_unclear(e))
    yield from unclear or _sizes(e)


def _unclear(e: Exercise) -> Iterator[str]:
    """The arguments of which the exercise does not say what they are."""
    for name, said in e.arguments.items():
        for key, text in shapes.named(name, said):
            if not shapes.says_what(key, text):
                yield (
                    f"its argument {name} is said to be {text!r}: write a shape such as '(N, H + D)', the letter whose "
                    f"size it is, or one of {', '.join(shapes.WORDS)}."
                )


def _sizes(e: Exercise) -> Iterator[str]:
    """Whether the cases fit the shapes that the exercise says, and tell its letters apart.

    Two cases at least have to give every letter a size of its own: where N = T, a function that mixes those two axes up
    returns the right shape. It also asks that each part of the exercise that counts tagged cases has one.
    """
    apart, fits = 0, True
    for vector in vectors.load(e.name):
        case = vector.case
        try:
            known = shapes.sizes(e.arguments, case.args)
            if e.functions:  # what one gives may have sizes of its own: a layer's H
                outputs = {name: output.shape for name, output in e.flat.items()}
                known = shapes.sizes({**e.arguments, **outputs}, {**case.args, **vector.expected})
            for name, output in e.flat.items():
                wanted = shapes.evaluate(output.shape, known)
                if output.shape and wanted != vector.expected[name].shape:
                    yield f"case {case.name!r}: {name} has the shape {vector.expected[name].shape}, not {output.shape}."
        except shapes.ShapeError as error:
            yield f"case {case.name!r}: {error}"
            fits = False
            continue
        except KeyError as error:
            yield f"case {case.name!r}: no argument says what {error.args[0]} is, in the shape of an output."
            continue
        apart += len(set(known.values())) == len(known)
    if fits and apart < 2:
        yield "its letters (N, T, D, H, ...) have to be different sizes in two cases at least: a mix-up would not show."
    for part in e.parts:
        if part.tags and not any(part.tags & vector.case.tags for vector in vectors.load(e.name)):
            yield f"its part {part.title!r} has no case with the tag {' or '.join(sorted(part.tags))}: add one."


def contract(e: Exercise, stub: Callable) -> Iterator[str]:
    """Whether the stub says what the exercise says: the arguments, their shapes, and what comes back.

    ``stub`` is the function as it is released. Its docstring has to name each argument and each output, with the shape
    in the exercise's letters, such as ``(N, 4H)``, written the same way.
    """
    names = list(inspect.signature(stub).parameters)
    if names != list(e.arguments):
        yield f"its stub takes ({', '.join(names)}), the exercise {e.signature}: make them one."
    said = inspect.getdoc(stub) or ""
    if not said:
        yield "its stub has no docstring: say what it takes and what it returns, with shapes."
    for argument, what in e.arguments.items():
        whole = [(argument, "")] if isinstance(what, shapes.Record | shapes.Steps) else []
        inside = what.step if isinstance(what, shapes.Steps) else what
        for name, text in [*whole, *shapes.named(argument, inside)]:
            word = name.partition("[")[0]
            if not re.search(rf"\b{word}\b", said) or text.startswith("(") and text not in said:
                yield f"its docstring does not say that {name} is {text}."
    for output in e.own:
        for label, part in ({output.name: output} if output.varies else output.parts()).items():
            name = label.rpartition(".")[2].partition("[")[0]  # of what lies in a dict inside a dict, or in a list
            if not re.search(rf"\b{re.escape(name)}\b", said) or part.shape not in said:
                yield f"its docstring does not say that {name} comes back, with the shape {part.shape}."


def behaviour(notebook, files, unit: Unit, e: Exercise, seeds) -> Iterator[str]:
    """Whether the answers to an exercise are judged as its author says, by the same check that learners get.

    ``notebook`` is the unit's source with solutions, ``files`` what :func:`.course.derived` returned, from which the
    released stub is read. The stub must earn no points; the solution, each of ``e.right``, and the solution with each
    piece's call put in (``e.uses``) must earn all of them; each known mistake must fail and be named as itself. All
    this on the public vectors and on a draw of the cases from each of ``seeds``, as a class's hidden vectors are drawn.
    The mistakes of its pieces (:func:`grader.exercises.banks.inherited`) must fail and be named as something, on the
    public vectors.

    The author's cells run here, in this process. Where one raises, its exception is in the sentence, and nothing else
    is said. Raises :class:`BuildError` where an edit of the solution doesn't fit its text.
    """
    released = nbformat.reads(files[f"course/{unit.name}/{unit.name}.ipynb"].decode(), as_version=4)
    try:
        solution = _run_cells(notebook.cells, unit, e.name)
        stub = _run_cells(released.cells, unit, e.name)
    except Exception as error:  # the author's cell may raise anything
        yield f"a cell before it, or its own, raises {type(error).__name__}: {error}. Run the notebook and mend it."
        return
    if not callable(solution):
        yield f"its solution cell defines no function {e.name}."
        return
    if not callable(stub):
        yield f"its released stub defines no function {e.name}: keep the def line outside the solution region."
    else:
        yield from contract(e, stub)
        if check_subject(LocalSubject(e.name, stub), e).points:
            yield "its untouched stub earns points: a stub has to fail."
    answers = [("its solution", solution)] + [
        (f"its right answer {k}", _function(text, e.name)) for k, text in enumerate(e.variants(), start=1)
    ]
    answers += [(f"its solution with the call of {piece}", _with_call(e, piece)) for piece in e.uses]
    draws = [(None, None)] + [(seed, make.make_exercise(e.name, seed)) for seed in seeds]
    for seed, drawn in draws:
        where = f" (on the draw {seed!r})" if seed else ""
        for what, answer in answers:
            verdict = check_subject(LocalSubject(e.name, answer), e, vectors=drawn)
            if not verdict.passed or verdict.points != e.points:
                yield f"{what} does not pass{where}: {verdict.text}"
        for mistake in e.mistakes:
            verdict = check_subject(LocalSubject(e.name, mistake.fn), e, vectors=drawn)
            if verdict.passed:
                yield f"its known mistake {mistake.name} passes{where}: add a case that tells it apart."
            elif verdict.mistake != mistake.name:
                yield (
                    f"its known mistake {mistake.name} is taken for {verdict.mistake}{where}: "
                    f"add a case that tells them apart. {verdict.text if verdict.mistake is None else ''}"
                )

    for mistake in inherited(e):
        verdict = check_subject(LocalSubject(e.name, mistake.fn), e)
        if verdict.passed or verdict.mistake is None:
            did = "passes" if verdict.passed else "has no name"
            yield f"the mistake {mistake.name}, of a piece, {did}: add a case in which that piece shows. {verdict.text}"


def _function(text: str, name: str) -> Callable:
    """A right answer's function, from its text.

    It is run among the names of the solution's own module in ``grader.given``, so that earlier functions are to be had.
    """
    scope = dict(given(name).__globals__)
    exec(compile(text, f"<{name}>", "exec"), scope)
    return scope[name]


def _with_call(e: Exercise, piece: str) -> Callable:
    """The solution with a piece's call put in, as its mistakes are looked for."""
    scope = {**given(e.name).__globals__, piece: given(piece)}
    exec(compile(edited(solution_text(e.name), e.uses[piece], f"{e.name}.uses"), f"<{e.name}>", "exec"), scope)
    return scope[e.name]


def _run_cells(cells, unit: Unit, name: str) -> Callable | None:
    """The function an exercise's cell defines, after the notebook's setup and its earlier solutions.

    ``cells`` are a notebook's, of the source or of the release. ``mine(...)`` in the setup cell is read as
    ``given(...)``. None where no cell is the exercise's, or its cell doesn't define the name; raises what a cell
    raises.
    """
    scope: dict[str, Any] = {"__name__": "unit"}
    for cell in cells:
        kind = cell_kind(cell)
        if kind == "setup":
            # The course's own earlier functions, whatever the author's own workspace holds.
            scope["given"] = given
            exec(compile(re.sub(r"\bmine\(", "given(", cell.source), f"<{unit.name}>", "exec"), scope)
        elif kind == "solution" and grade_id(cell) in unit.exercises:
            exec(compile(cell.source, f"<{unit.name}: {grade_id(cell)}>", "exec"), scope)
            if grade_id(cell) == name:
                return scope.get(name)
    return None
