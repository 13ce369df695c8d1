"""What the text of a learner's function shows: an operator taken for another one, a loop along the wrong axis.

That an operator is the wrong one is found by trying: the learner's own text, with the other one in its place, is
compiled and asked every case. It is said only where all of them are right then. The text of a function across a
boundary, or of one that Python has no text of, can't be had, and nothing is said of it.
"""

from __future__ import annotations

import ast
import functools
import inspect
import io
import itertools
import re
import time
import tokenize
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ..exercises.base import Exercise
from ..exercises.shapes import axes
from .calling import LocalSubject, Subject
from .climb import climb
from .compare import in_words
from .ladder import Run

__all__ = ["loop_over_sequences", "passes", "wrong_operator"]

_SECONDS = 3.0  # for all that is tried
_CALL_SECONDS = 1.0  # for one call of it: what is tried may never end
_ALONE = 6  # places of one kind that are tried one by one


@dataclass(frozen=True)
class _Place:
    """A piece of the text, from one offset to another, what would stand there, and its line."""

    start: int
    end: int
    instead: str
    line: int


@dataclass(frozen=True)
class _Text:
    """The text of the cell (or the file) in which a function stands, and the function's own part of it."""

    function: types.FunctionType
    source: str
    node: ast.FunctionDef | ast.Lambda

    @functools.cached_property
    def lines(self) -> list[str]:
        """The text's lines, each with its end."""
        return list(io.StringIO(self.source))  # as Python counts them; splitlines ends one at a form feed too

    @functools.cached_property
    def starts(self) -> list[int]:
        """Where each line begins, as a character's number, and where the text ends."""
        return [0, *itertools.accumulate(len(line) for line in self.lines)]

    def offset(self, line: int, column: int) -> int:
        """The place in the text of a line (from 1) and a column, as a character's number."""
        return self.starts[line - 1] + column

    def span(self, node: ast.stmt | ast.expr) -> tuple[int, int]:
        """Where a node begins and ends. The columns of a tree count bytes."""

        def spot(line: int, many: int) -> int:
            return self.offset(line, len(self.lines[line - 1].encode()[:many].decode()))

        last, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return spot(node.lineno, node.col_offset), spot(last, end)

    def compiled(self, places: Sequence[_Place] = ()) -> types.FunctionType | None:
        """The function with these pieces exchanged; None where that is no text of Python's, or no such function."""
        source, mine = self.source, self.function
        for one in sorted(places, key=lambda one: -one.start):
            source = source[: one.start] + one.instead + source[one.end :]
        try:
            # The whole text, for how a name is called depends on whether it is imported there.
            module = compile(source, mine.__code__.co_filename, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return None
        codes = [code for code in _codes(module) if _called(code) == _called(mine.__code__)]
        if len(codes) != 1 or codes[0].co_freevars:
            return None
        function = types.FunctionType(codes[0], mine.__globals__, mine.__name__, mine.__defaults__)
        function.__kwdefaults__ = mine.__kwdefaults__
        return function


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """All the functions' code inside of a code."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _codes(constant)


def _called(code: types.CodeType) -> tuple[str, int]:
    """What tells a function's code from others in one text: its name and its first line."""
    return code.co_name, code.co_firstlineno


def _text_of(subject: Subject) -> _Text | None:
    """The text of the learner's function, where it can be had and is surely the one that runs."""
    if not isinstance(subject, LocalSubject):
        return None
    try:
        function = inspect.unwrap(subject.function)
        if type(function) is not types.FunctionType or function.__closure__:
            return None
        source = "".join(inspect.findsource(function)[0])
        nodes = [node for node in ast.walk(ast.parse(source)) if _is(node, function.__code__)]
    except Exception:  # inspect raises more than it says
        return None
    if len(nodes) != 1 or not isinstance(nodes[0], ast.FunctionDef | ast.Lambda):
        return None
    text = _Text(function, source, nodes[0])
    again = text.compiled()
    return text if again and _same_code(again.__code__, function.__code__) else None


def _is(node: ast.AST, code: types.CodeType) -> bool:
    """Whether a node is where this code comes from. That of a decorated function begins with the first decorator."""
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
        return (node.name, first) == _called(code)
    return isinstance(node, ast.Lambda) and ("<lambda>", node.lineno) == _called(code)


def _same_code(one: types.CodeType, other: types.CodeType) -> bool:
    """Whether two functions' code does the same."""
    parts = ("co_code", "co_names", "co_varnames", "co_argcount")
    return all(getattr(one, part) == getattr(other, part) for part in parts) and len(one.co_consts) == len(
        other.co_consts
    )


# --- one operator for another -------------------------------------------------------------------


@dataclass(frozen=True)
class _Kind:
    """A kind of slip: where it may stand in a text, and what is said of it where it is one."""

    places: Callable[[_Text, Exercise], Iterator[_Place]]
    text: str  # {where} are the lines
    look: str


def _tokens(wrong: str, right: str) -> Callable[[_Text, Exercise], Iterator[_Place]]:
    """Every place of an operator or a name, and of the operator with =."""

    def places(text: _Text, exercise: Exercise) -> Iterator[_Place]:
        begins, ends = text.span(text.node)
        if wrong not in text.source[begins:ends]:  # the cell, or the file, may be long
            return
        last = tokenize.NEWLINE
        for token in tokenize.generate_tokens(io.StringIO(text.source).readline):
            decorates = token.string == "@" and last in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
            start, end = text.offset(*token.start), text.offset(*token.end)
            if token.string in (wrong, f"{wrong}=") and begins <= start < ends and not decorates:
                yield _Place(start, end, right + token.string.removeprefix(wrong), token.start[0])
            last = token.type if token.type not in (tokenize.NL, tokenize.COMMENT) else last

    return places


def _products(text: _Text, exercise: Exercise) -> Iterator[_Place]:
    """Every matrix product that is written as a call: np.dot(a, b), torch.mm(a, b), a.dot(b)."""
    for node in ast.walk(text.node):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords):
            continue
        if node.func.attr not in ("dot", "matmul", "mm"):
            continue
        owner, sides = node.func.value, list(node.args)
        if not (isinstance(owner, ast.Name) and owner.id in ("np", "numpy", "torch")):
            sides.insert(0, owner)
        if len(sides) == 2:
            left, right = (ast.get_source_segment(text.source, side) for side in sides)
            yield _Place(*text.span(node), f"(({left}) * ({right}))", node.lineno)


def _only_torch(places: Callable[[_Text, Exercise], Iterator[_Place]]):
    return lambda text, exercise: places(text, exercise) if exercise.torch else iter(())


def _loops(text: _Text, exercise: Exercise) -> Iterator[_Place]:
    """Every loop over an array of sequences, (N, T, ...), as the function got it."""
    for _, name, _ in _over_sequences(text, exercise):
        yield _Place(*text.span(name), f"{name.id}.swapaxes(0, 1)", name.lineno)


def _over_sequences(text: _Text, exercise: Exercise) -> Iterator[tuple[ast.For | ast.comprehension, ast.Name, str]]:
    """(a loop, the name it goes through, its shape) for each loop over an argument (N, T, ...) as it was passed.

    The name is the learner's, for the argument at that place; it is bound to nothing else in all of the function.
    """
    inside = list(ast.walk(text.node))
    bound = [node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    bound += [node.arg for node in inside if isinstance(node, ast.arg)]
    own = [one.arg for one in (*text.node.args.posonlyargs, *text.node.args.args)]
    shapes = {
        name: said
        for name, said in zip(own, exercise.arguments.values(), strict=False)
        if isinstance(said, str) and axes(said)[:2] == ("N", "T") and bound.count(name) == 1
    }
    for node in inside:
        if isinstance(node, ast.For | ast.comprehension):
            through = [node.iter]
            if isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name):
                through = node.iter.args if node.iter.func.id in ("enumerate", "zip", "reversed") else []
            for one in through:
                if isinstance(one, ast.Name) and one.id in shapes:
                    yield node, one, shapes[one.id]


_CIRCLE = "A circle in an equation (⊙) is the product number by number."
_KINDS = (
    _Kind(
        _tokens("//", "/"),
        "`//` {where} rounds down to a whole number. With `/` there, every number is right.",
        "Which of the two is the fraction bar of the equation?",
    ),
    _Kind(
        _tokens("^", "**"),
        "`^` {where} compares the bits of whole numbers. With `**` there, the power, every number is right.",
        "How does Python write a power?",
    ),
    _Kind(
        _tokens("@", "*"),
        "`@` {where} is the product of matrices. With `*` there, number by number, every number is right.",
        _CIRCLE,
    ),
    _Kind(
        _products,
        "The call {where} is the product of matrices. With `*` there, number by number, every number is right.",
        _CIRCLE,
    ),
    _Kind(
        _only_torch(_tokens("split", "chunk")),
        "`split` {where} is told how long each piece is. With `chunk` there, which is told how many pieces there are, "
        "every number is right.",
        "How many pieces should there be, and how long is each?",
    ),
    _Kind(
        _loops,
        "The loop {where} goes along the first axis, N, and gives sequences. Along the second it gives time steps, and "
        "every number is right.",
        "Along which axis does time run?",
    ),
    _Kind(
        _tokens("*", "@"),
        "`*` {where} multiplies number by number. With `@` there, the product of matrices, every number is right.",
        "Which of the products in the equation is one of matrices?",
    ),
)


def wrong_operator(subject: Subject, run: Run) -> tuple[str, str]:
    """(what is wrong in the learner's text, where to look) where exchanging one operator makes all right; else both "".

    The run is one of the same function that failed, without stand-ins. The function is asked again with each operator
    of :data:`_KINDS` in the other's place, in each line alone and in all of them, within three seconds; and at the end
    as it is, which has to be wrong still.
    """
    text = _text_of(subject)
    if text is None:
        return "", ""
    vectors = [result.vector for result in run.results if not result.repeats]
    end = time.monotonic() + _SECONDS
    for kind in _KINDS:
        places = list(dict.fromkeys(kind.places(text, run.exercise)))
        tries = [(one,) for one in places[:_ALONE]] + ([tuple(places)] if len(places) > 1 else [])
        for chosen in tries:
            if time.monotonic() > end:
                return "", ""
            function = text.compiled(chosen)
            if function is not None and passes(function, run.exercise, vectors):
                if passes(text.function, run.exercise, vectors):  # by now: what is kept between calls made it wrong
                    return "", ""
                lines = [str(line) for line in dict.fromkeys(one.line for one in chosen)]
                where = f"in line{'s' if len(lines) > 1 else ''} {in_words(lines)}"
                return kind.text.format(where=where), kind.look
    return "", ""


def passes(function: Callable, exercise: Exercise, vectors: list) -> bool:
    """Whether a function of this process is right in every one of these cases."""
    return climb(LocalSubject(exercise.name, function, _CALL_SECONDS), exercise, vectors, first_failure=True).passed


# --- a loop that stops ---------------------------------------------------------------------------


def loop_over_sequences(subject: Subject, exercise: Exercise, error: str) -> tuple[str, str]:
    """(what a loop goes through, where to look) where the line that raised an error reads what the loop gives.

    ``error`` is what :func:`~.calling.learner_frames` gives. Both are "" where no loop goes along the first axis of an
    argument (N, T, ...) there, or where what it gives is indexed, as a sequence may be.
    """
    text = _text_of(subject)
    frames = re.findall(r"^  line (\d+), in (\S+?)(?::|$)", error, re.MULTILINE)
    lines = [int(line) for line, name in frames if text and name == text.function.__code__.co_name]
    if text is None or not lines:
        return "", ""
    for loop, through, shape in _over_sequences(text, exercise):
        target: ast.expr = loop.target
        if isinstance(loop.iter, ast.Call):  # of enumerate's two, the second; what is zipped belongs together
            pair = isinstance(target, ast.Tuple) and ast.unparse(loop.iter.func) == "enumerate"
            target = target.elts[-1] if pair and isinstance(target, ast.Tuple) else loop.iter
        if not isinstance(loop, ast.For) or not isinstance(target, ast.Name):
            continue
        body, given = loop.body, {target.id}
        inside = [node for statement in body for node in ast.walk(statement)]
        cut = [node.value for node in inside if isinstance(node, ast.Subscript)]
        cut += [node.iter for node in inside if isinstance(node, ast.For | ast.comprehension)]
        if any(_reads(node, given) for node in cut):
            continue
        stopped = [one for one in body if one.lineno <= lines[-1] <= (one.end_lineno or one.lineno)]
        if any(_reads(one, given) for one in stopped):
            rest = ", ".join(axes(shape)[1:])
            return (
                f"The loop in line {loop.target.lineno} goes along the first axis of {through.id}, {shape}: "
                f"{target.id} is a whole sequence each time, ({rest}), and no time step.",
                "Along which axis does time run, and how is one time step of all the sequences picked?",
            )
    return "", ""


def _reads(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(node))
