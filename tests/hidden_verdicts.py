"""What a verdict on hidden vectors may give away: nothing; and functions that are wrong in every way."""

import html
import re
import warnings

import numpy as np

from grader.given import given
from grader.vectors.tree import leaves

__all__ = ["arrays", "given_away", "is_low", "secrets_of", "wrong_functions"]


def arrays(vector_list):
    """All arrays and numbers of some vectors, those inside of dicts and caches too: inputs, then expected outputs."""
    for vector in vector_list:
        for value in (*vector.case.args.values(), *vector.expected.values()):
            yield from (_numbers(leaf) for _, leaf in leaves("", value) if not callable(leaf))


def _numbers(leaf):
    """An array or a number as an array; of a random generator its state, which is a whole number of 128 bits."""
    if isinstance(leaf, np.random.Generator):
        leaf = list(leaf.bit_generator.state["state"]["state"].to_bytes(16, "little"))
    return np.asarray(leaf)


def is_low(value):
    """Whether a number fits 16 bits: of those there are so few that two draws may well share one."""
    with np.errstate(over="ignore"):
        return value.dtype == np.float32 and (
            np.float32(np.float16(value)) == value or not int(value.view(np.uint32)) & 0xFFFF
        )


_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
_BY_THE_COURSE = {0, 1, 2, 3, 4, 5, 7, 16, 32, 64, 100}  # what its own sentences count


def secrets_of(vectors):
    """Every number of an exercise's hidden vectors that says anything."""
    values = {float(x) for a in arrays(vectors) if a.dtype.kind in "fi" for x in a.flat}
    return np.array(sorted(value for value in values if abs(value) not in _BY_THE_COURSE))


def given_away(verdict, values, known=None):
    """The numbers in a verdict's text or HTML that are one of these, to the digits that are shown.

    What the author of a ``known`` mistake wrote about it does not count, nor the titles of the parts ("200 steps").
    """
    # "3 of 19 test cases", equation (5.4) and shapes are no secrets: drop what the course itself counts.
    bundle = verdict._repr_mimebundle_()
    page = html.unescape(re.sub(r"<[^>]+>", " ", bundle["text/html"]))
    text = "\n".join([verdict.text, page, str(verdict.record())])
    for written in (known.meaning, known.look, known.what) if known else ():
        assert written in text
        text = text.replace(written, "")
    for part in verdict.parts:
        text = text.replace(part.title, "")
    counted = r"\(\d+\.\d+\)|\d+ of \d+|\([\d, ]+\)|float(32|64)|t = \d+|\d+_[a-z]+|'(score|(max_)?points)': \S+"
    text = re.sub(counted, " ", text)
    found = []
    for token in _NUMBER.findall(text):
        digits = len(token.lstrip("-").partition("e")[0].replace(".", "").lstrip("0"))
        rounded = 10.0 ** -(digits - 1) if "." in token and digits > 1 else 0
        if (np.abs(values - float(token)) <= rounded * np.abs(values)).any():
            found.append(token)
    return found


def wrong_functions(name):
    right = given(name)

    def changed(change):
        def each(value):
            return {key: change(item) for key, item in value.items()} if isinstance(value, dict) else change(value)

        def function(*arguments):
            answer = right(*arguments)
            return (*map(each, answer[:2]), *answer[2:]) if isinstance(answer, tuple) else each(answer)

        return function

    def raises(*arguments):
        raise ValueError(f"{arguments} {right(*arguments)!r}")

    def raises_what_is_explained(*arguments):
        raise ValueError(f"operands could not be broadcast together with shapes {right(*arguments)!r}")

    def raises_a_key(*arguments):
        raise KeyError(float(first(*arguments)))

    def prints(*arguments):
        print(arguments, right(*arguments))
        return None

    def warns(*arguments):
        warnings.warn(f"{arguments} {right(*arguments)}", RuntimeWarning, stacklevel=1)
        return changed(lambda a: a + 1)(*arguments)

    def warns_and_is_right(*arguments):
        warnings.warn(f"{arguments} {right(*arguments)}", stacklevel=1)
        return right(*arguments)

    def first(*arguments):
        return next(np.asarray(leaf).flat[0] for _, leaf in leaves("", arguments) if not callable(leaf))

    return {
        "right": right,
        "right, and warns": warns_and_is_right,
        "plus one": changed(lambda a: a + 1),
        "twice": changed(lambda a: 2 * a),
        "minus": changed(lambda a: -a),
        "a digit": changed(lambda a: a * (1 + 1e-7)),
        "a wrong shape": changed(lambda a: np.asarray(a, float)[None]),
        "transposed": changed(lambda a: np.asarray(a, float).T),
        "float32": changed(lambda a: np.float32(a)),
        "NaN": changed(lambda a: a * np.nan),
        "raises": raises,
        "raises what is explained": raises_what_is_explained,
        "raises a key": raises_a_key,
        "prints": prints,
        "warns": warns,
        "a number": first,
        "a text": lambda *a: str(first(*a)),
        "a dict": lambda *a: {float(first(*a)): 1, str(first(*a)): 2},
        "a list": lambda *a: [first(*a)],
        "a class of that name": lambda *a: type(f"x{first(*a)}", (), {})(),
        "a function of that name": lambda *a: type(given)(given.__code__, {}, str(first(*a))),
        "a dtype of that name": lambda *a: np.zeros((2, 3), [(str(first(*a)), float)]),
        "not written": lambda *a: (_ for _ in ()).throw(NotImplementedError(str(a))),
        "a default": lambda x, y=3.25, z=None, u=None, v=None, w=None, s=None, t=None: None,
    }
