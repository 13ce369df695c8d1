"""What the text of a learner's function shows: an operator taken for another one, a loop along the wrong axis.

That an operator is the wrong one is found by trying: the learner's own text, with the other one in its place, is
compiled and asked every case. It is said only where all of them are right then. The text of a function across a
boundary, or of one that Python has no text of, can't be had, and nothing is said of it.
"""

from __future__ import annotations

import ast
import inspect
import io
import re
import textwrap
import time
import tokenize
import types
from collections.abc import Callable, Iterator
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
    """A piece of the text, from one offset to another, what would stand there, and its line in the cell."""

    start: int
    end: int
    instead: str
    line: int


@dataclass(frozen=True)
class _Text:
    """A function's text as the cell has it, less its indentation; ``first`` is the number of its first line there."""

    function: types.FunctionType
    source: str
    first: int
    tree: ast.AST

    @property
    def name(self) -> str:
        """The name that the code goes by."""
        return self.function.__code__.co_name

    def offset(self, line: int, column: int) -> int:
        """The place in the text of a line (from 1) and a column, as a character's number."""
        return sum(len(one) for one in self.source.splitlines(True)[: line - 1]) + column

    def place(self, node: ast.expr, instead: str) -> _Place:
        """A node's place. The columns of a tree count bytes."""
        lines = self.source.splitlines(True)

        def column(line: int, many: int) -> int:
            return len(lines[line - 1].encode()[:many].decode())

        last, end = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        return _Place(
            self.offset(node.lineno, column(node.lineno, node.col_offset)),
            self.offset(last, column(last, end)),
            instead,
            self.first + node.lineno - 1,
        )

    def compiled(self, places: tuple[_Place, ...] = ()) -> types.FunctionType | None:
        """The function with these pieces exchanged; None where that is no text of Python's, or no such function."""
        source = self.source
        for one in sorted(places, key=lambda one: -one.start):
            source = source[: one.start] + one.instead + source[one.end :]
        mine = self.function
        try:
            module = compile(source, mine.__code__.co_filename, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return None
        codes = [one for one in module.co_consts if isinstance(one, types.CodeType) and one.co_name == self.name]
        if len(codes) != 1 or codes[0].co_freevars:
            return None
        function = types.FunctionType(codes[0], mine.__globals__, mine.__name__, mine.__defaults__)
        function.__kwdefaults__ = mine.__kwdefaults__
        return function


def _text_of(subject: Subject) -> _Text | None:
    """The text of the learner's function, where it can be had and is surely the one that runs."""
    if not isinstance(subject, LocalSubject):
        return None
    try:
        function = inspect.unwrap(subject.function)
        if type(function) is not types.FunctionType or function.__closure__:
            return None
        source = textwrap.dedent(inspect.getsource(function))
        text = _Text(function, source, function.__code__.co_firstlineno, ast.parse(source))
    except Exception:  # inspect raises more than it says, and a lambda's line need not be a statement
        return None
    again = text.compiled()
    return text if again and _same_code(again.__code__, function.__code__) else None


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
        last = None
        for token in tokenize.generate_tokens(io.StringIO(text.source).readline):
            decorates = token.string == "@" and (last is None or last.type in (tokenize.NEWLINE, tokenize.INDENT))
            if token.type in (tokenize.OP, tokenize.NAME) and token.string in (wrong, f"{wrong}=") and not decorates:
                start, end = (text.offset(*spot) for spot in (token.start, token.end))
                instead = right + ("=" if token.string != wrong else "")
                yield _Place(start, end, instead, text.first + token.start[0] - 1)
            last = token if token.type not in (tokenize.NL, tokenize.COMMENT) else last

    return places


def _products(text: _Text, exercise: Exercise) -> Iterator[_Place]:
    """Every matrix product that is written as a call: np.dot(a, b), torch.mm(a, b), a.dot(b)."""
    for node in ast.walk(text.tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.keywords):
            continue
        if node.func.attr not in ("dot", "matmul", "mm"):
            continue
        owner, sides = node.func.value, list(node.args)
        if not (isinstance(owner, ast.Name) and owner.id in ("np", "numpy", "torch")):
            sides.insert(0, owner)
        if len(sides) == 2:
            left, right = (ast.get_source_segment(text.source, side) for side in sides)
            yield text.place(node, f"(({left}) * ({right}))")


def _only_torch(places: Callable[[_Text, Exercise], Iterator[_Place]]):
    return lambda text, exercise: places(text, exercise) if exercise.torch else iter(())


def _loops(text: _Text, exercise: Exercise) -> Iterator[_Place]:
    """Every loop over an array of sequences, (N, T, ...), as the function got it."""
    for _, name in _over_sequences(text, exercise):
        yield text.place(name, f"{name.id}.swapaxes(0, 1)")


def _over_sequences(text: _Text, exercise: Exercise) -> Iterator[tuple[ast.For | ast.comprehension, ast.Name]]:
    """(a loop, the name it goes through) for each loop over an argument (N, T, ...) that was not bound anew."""
    bound = {node.id for node in ast.walk(text.tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names = {name for name, said in exercise.arguments.items() if isinstance(said, str) and axes(said)[:2] == ("N", "T")}
    for node in ast.walk(text.tree):
        if isinstance(node, ast.For | ast.comprehension):
            through = [node.iter]
            if isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name):
                through = node.iter.args if node.iter.func.id in ("enumerate", "zip", "reversed") else []
            for one in through:
                if isinstance(one, ast.Name) and one.id in names - bound:
                    yield node, one


_CIRCLE = "A circle in an equation (⊙) is the product number by number."
_KINDS = (
    _Kind(
        _tokens("//", "/"),
        "`//` {where} cuts off what comes after the point. With `/` there, every number is right.",
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
    of :data:`_KINDS` in the other's place, in each line alone and in all of them, within three seconds.
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
    lines = [int(line) for line, name in frames if text and name == text.name]
    if text is None or not lines:
        return "", ""
    line = lines[-1] - text.first + 1
    for loop, through in _over_sequences(text, exercise):
        body = loop.body if isinstance(loop, ast.For) else []
        given = {one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name)}
        inside = [node for statement in body for node in ast.walk(statement)]
        if any(isinstance(node, ast.Subscript) and _reads(node.value, given) for node in inside):
            continue
        stopped = [one for one in body if one.lineno <= line <= (one.end_lineno or one.lineno)]
        if any(_reads(one, given) for one in stopped):
            shape = exercise.arguments[through.id]
            rest = ", ".join(axes(str(shape))[1:])
            return (
                f"`for ... in {through.id}` in line {text.first + loop.target.lineno - 1} goes along the first axis of "
                f"{shape}: it gives a whole sequence each time, ({rest}), and no time step.",
                "Along which axis does time run, and how is one time step of all the sequences picked?",
            )
    return "", ""


def _reads(node: ast.AST, names: set[str]) -> bool:
    return any(isinstance(one, ast.Name) and one.id in names for one in ast.walk(node))
