"""What a function returns, a class a kind: how it is taken apart, named, flattened and compared.

The flattened outputs of a call are a dict of arrays by name. Three things are flattened alike: what the reference
gives (:meth:`Output.flat`), what a known mistake gives (the same), and what a learner's function gives
(:meth:`Output.take`, which trusts nothing: what came back may be an object of the learner's own making, and no method
of it is called).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .shapes import in_words

__all__ = [
    "Array",
    "Arrays",
    "Cache",
    "Gradient",
    "Lent",
    "List",
    "Number",
    "Output",
    "Refusal",
    "Truths",
    "Whole",
    "Wholes",
    "refused_numbers",
    "worst",
]

_WHOLE = (int, *{np.dtype(code).type for code in "bhilqBHILQ"})  # no bool, no subclass with methods of its own
_FLOATS = (float, np.float64)
_LARGEST = 10**300  # whole numbers beyond it are compared as infinity


@dataclass(frozen=True)
class Refusal:
    """Why something can't be compared: the rung of the ladder it falls from, and the three parts of a message."""

    rung: str
    seen: str
    means: str = ""
    look: str = ""


@dataclass(frozen=True)
class Lent:
    """What an output is taken apart with.

    ``expected`` are the reference's flattened outputs, whose shapes are asked for; ``label`` is what messages call
    the output; ``say`` describes an object in words; ``single`` says that float32 came in and may come out;
    ``open`` that values and keys may be shown. ``tensor`` is there where tensors are wanted: of a value it gives
    (its numbers, or None where it is none; a refusal or None). ``sizes()`` is what the letters of shapes stand for.
    """

    label: str
    expected: Mapping[str, np.ndarray]
    say: Callable[[Any], str]
    single: bool = False
    open: bool = True
    tensor: Callable[[Any, str], tuple[np.ndarray | None, Refusal | None]] | None = None
    sizes: Callable[[], Mapping[str, int]] = dict


@dataclass(frozen=True)
class Output:
    """One value a function returns. ``shape`` is as the learner reads it, ``(N, H)``."""

    name: str
    shape: str = ""

    read = True  # whether a test looks at it
    returned = True  # whether the function itself returns it
    shaped = False  # whether it is an array whose places can be looked at
    varies = False  # whether a case may lack some of its parts

    def parts(self) -> dict[str, Output]:
        """Its flattened names, each with the output it is there."""
        return {self.name: self}

    def flat(self, value: Any) -> dict[str, np.ndarray]:
        """The flattened numbers of a value that is one of ours: arrays, tensors or plain numbers."""
        return {self.name: _numbers(value)}

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        """The flattened numbers of a learner's value, as far as it has any, and why it can't be compared."""
        raise NotImplementedError

    def error(self, measured: float, got: np.ndarray, ref: np.ndarray) -> float:
        """The error that counts, of the relative error ``measured`` between two arrays of the same shape."""
        return measured

    def shown(self, array: np.ndarray) -> np.ndarray:
        """Its flattened numbers as a learner reads them."""
        return array


def _numbers(value: Any) -> np.ndarray:
    """An array of ours: of a tensor its numbers, a plain number as a float64 array without axes."""
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    return value if isinstance(value, np.ndarray) else np.asarray(float(value))


@dataclass(frozen=True)
class Array(Output):
    """A float64 array (float32 where float32 came in), or a tensor of the arguments' dtype.

    ``from_the_end`` says that its steps are computed from the last to the first, as gradients through time are: where
    it goes wrong is then looked for from there.
    """

    from_the_end: bool = False

    shaped = True

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        array, refusal = (lent.tensor or _as_array(lent))(value, lent.label)
        if array is None or type(array) is not np.ndarray or array.dtype.kind not in "fiub":
            return {}, refusal
        return {self.name: array}, refusal or refused_numbers(self, array, lent)


def _as_array(lent: Lent) -> Callable[[Any, str], tuple[np.ndarray | None, Refusal | None]]:
    def look(value: Any, label: str) -> tuple[np.ndarray | None, Refusal | None]:
        if type(value) is not np.ndarray:
            return None, _no_array(value, label, lent.say)
        return value, _wrong_dtype(value, label, lent.single)

    return look


def _no_array(value: Any, label: str, say: Callable[[Any], str]) -> Refusal:
    kind = type(value)
    look = "Look at the last line of your function: what does it return?"
    if kind in (list, tuple):
        look = "Look at your last line. np.array or np.stack makes one array of a list; a comma makes a tuple."
    elif kind in (int, float) or issubclass(kind, np.number):
        look = "Which line puts one number there? np.sum, np.mean and np.max make one of an array."
    return Refusal("type", f"{label} should be a numpy array; it is {say(value)}.", look=look)


def _wrong_dtype(value: np.ndarray, label: str, single: bool) -> Refusal | None:
    dtype = value.dtype
    if dtype in ((np.float64, np.float32) if single else (np.float64,)):
        return None
    means = ""
    look = "Where is that array made? np.zeros makes float64; @, * and np.concatenate keep it."
    if dtype == np.float32:
        means = "float32 keeps about 7 digits where float64 keeps 16."
    elif dtype.kind in "iub":
        means = "The functions that come later compute with float64."
        look = "Make the array as float64 from the start, or turn it into one with .astype(np.float64)."
    elif dtype.kind == "c":
        means = "A complex number came in: the root or the power of a negative number makes one."
        look = "Nothing in this exercise is complex: which line makes it so?"
    name = dtype.name if dtype.isnative else f"{dtype.name} with its bytes in the other order"
    return Refusal("shape", f"{label} should hold float64 numbers; yours holds {name}.", means, look)


def refused_numbers(output: Output, value: np.ndarray, lent: Lent) -> Refusal | None:
    """Why an array of numbers can't be compared: another shape, or numbers that are none."""
    ref, label = lent.expected[output.name], lent.label
    if value.shape != ref.shape:
        asked = in_words(ref.shape, output.shape, lent.sizes())
        return Refusal(
            "shape",
            f"{label} should have the shape {asked}; yours has {value.shape}.",
            look="Write the shape beside each line of your function, and find the first that differs.",
        )
    if not np.isfinite(value).all() and np.isfinite(ref).all():
        strange = "NaN (not a number)" if np.isnan(value).any() else "infinite values"
        what = f"{label} contains {strange}" if value.ndim else f"{label} is {strange.removesuffix(' values')}"
        return Refusal(
            "finite",
            f"{what}, where the right answer is finite.",
            look="An exp of a large number, a division by zero or a log of zero makes them.",
        )
    return None


@dataclass(frozen=True)
class Whole(Output):
    """A whole number: an int of Python's or numpy's, compared exactly."""

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        if not any(type(value) is whole for whole in _WHOLE):
            look = "Look at the last line of your function: what does it return?"
            if type(value) in (float, np.ndarray) or issubclass(type(value), np.generic):
                look = "A division with / makes a float, so does a table of np.zeros, and np.array makes an array."
            return {}, Refusal(
                "type", f"{lent.label} should be a whole number (an int); it is {lent.say(value)}.", look=look
            )
        return {self.name: np.asarray(float(value) if abs(value) < _LARGEST else np.inf)}, None

    def error(self, measured: float, got: np.ndarray, ref: np.ndarray) -> float:
        return 0.0 if got == ref else max(measured, 1.0)


@dataclass(frozen=True)
class Wholes(Output):
    """An array of whole numbers, of any integer dtype, compared exactly: ids, states, classes."""

    shaped = True

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        if type(value) is not np.ndarray:
            return {}, _no_array(value, lent.label, lent.say)
        if value.dtype.kind not in "fiub":
            return {}, _no_whole_numbers(value, lent.label)
        refusal = _no_whole_numbers(value, lent.label) if value.dtype.kind not in "iu" else None
        return {self.name: value}, refusal or refused_numbers(self, value, lent)

    def error(self, measured: float, got: np.ndarray, ref: np.ndarray) -> float:
        return 0.0 if np.array_equal(got, ref) else max(measured, 1.0)


def _no_whole_numbers(value: np.ndarray, label: str) -> Refusal:
    look = "Which line makes floats of them? A division with / does, np.zeros does, and so does np.mean."
    if value.dtype.kind == "b":
        look = "A comparison makes an array of True and False. What was to be done with it?"
    return Refusal(
        "shape",
        f"{label} should hold whole numbers (integers); yours holds {value.dtype.name}.",
        "Whole numbers are what an array is indexed with, and what counts as one of several classes.",
        look,
    )


@dataclass(frozen=True)
class Number(Output):
    """One number: a float, or an array (a tensor) without axes."""

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        refusal = None
        if lent.tensor:
            number, refusal = lent.tensor(value, lent.label)
            if number is None:
                return {}, refusal
        elif any(type(value) is kind for kind in (*_FLOATS, *_WHOLE)) or lent.single and type(value) is np.float32:
            whole = any(type(value) is kind for kind in _WHOLE)  # one of any length; a float is what it is, NaN too
            number = np.asarray(np.inf if whole and abs(value) >= _LARGEST else float(value))
        elif type(value) is np.ndarray and value.ndim == 0:
            number, refusal = value, _wrong_dtype(value, lent.label, lent.single)
        else:
            means, look = "", "Look at the last line of your function: what does it return?"
            if type(value) is np.ndarray:
                look = "np.sum, np.mean and np.max make one number of an array."
            elif type(value) in (complex, np.complex64, np.complex128):
                means = "It has two parts, a real and an imaginary one, and what is asked for has one."
                look = "np.abs gives the size of a complex number, .real and .imag its parts. Which is meant?"
            elif type(value) is np.float32:
                means = "float32 keeps about 7 digits where float64 keeps 16."
                look = "Which line makes float32 of it?"
            return {}, Refusal("type", f"{lent.label} should be one number; it is {lent.say(value)}.", means, look)
        return {self.name: number}, refusal or refused_numbers(self, number, lent)


@dataclass(frozen=True)
class Arrays(Output):
    """A dict of arrays, each key with its shape; flattened, an array goes by its key.

    What is no array under its key is said by a kind of its own, ``{"t": Whole("t")}``. That of a dict inside the dict
    is called as a learner would write it, ``{"W": Arrays("adam['W']", keys=...)}``; its arrays go by ``W.m``, ``W.v``.

    ``like`` names an argument whose keys it has, which differ from case to case: ``keys`` are then all that may come,
    with shapes where these are always the same.
    """

    keys: Mapping[str, str | Output] = field(default_factory=dict)
    like: str = ""

    @property
    def varies(self) -> bool:  # type: ignore[override]  # a class's attribute of those that never do
        return bool(self.like)

    def _pieces(self) -> Iterator[tuple[str, str, Output]]:
        """Of each key what its arrays' names begin with, and what stands under it."""
        for key, said in self.keys.items():
            yield (
                key,
                f"{key}." if isinstance(said, Arrays) else "",
                Array(key, said) if isinstance(said, str) else said,
            )

    def parts(self) -> dict[str, Output]:
        return {before + name: part for _, before, piece in self._pieces() for name, part in piece.parts().items()}

    def flat(self, value: Any) -> dict[str, np.ndarray]:
        return {
            before + name: array
            for key, before, piece in self._pieces()
            if not self.like or key in value
            for name, array in piece.flat(value[key]).items()
        }

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        if not issubclass(type(value), dict):
            look = "The docstring lists the dict's keys, and the shape of the array under each."
            return {}, Refusal(
                "type",
                f"{lent.label} should be a dict of arrays; it is {lent.say(value)}.",
                look=f"It should have the keys of {self.like}, and an array under each." if self.like else look,
            )
        found = list(dict.keys(value))
        wanted = [key for key in self.keys if not self.like or key in lent.expected]
        if not all(type(key) is str for key in found) or set(found) != set(wanted):
            return {}, self._wrong_keys(found, wanted, lent)
        got: dict[str, np.ndarray] = {}
        refusals = []
        for key, before, piece in self._pieces():
            if key not in wanted:
                continue
            expected = {
                name.removeprefix(before): one for name, one in lent.expected.items() if name.startswith(before)
            }
            inside = dataclasses.replace(lent, label=f"{self.name}[{key!r}]", expected=expected)
            taken, refusal = piece.take(dict.__getitem__(value, key), inside)
            got |= {before + name: array for name, array in taken.items()}
            refusals += [refusal] if refusal else []
        return got, worst(refusals)

    def _wrong_keys(self, found: list, wanted: list[str], lent: Lent) -> Refusal:
        missing = [key for key in wanted if key not in [one for one in found if type(one) is str]]
        extra = [key for key in found if type(key) is not str or key not in wanted]
        texts = [(repr(key) if type(key) is str else lent.say(key))[:60] for key in extra[:4]]
        shown = f": {', '.join(texts)}" if lent.open else ""
        whose = f"the keys of {self.like}" if self.like else f"exactly the keys {', '.join(wanted)}"
        look = "Compare your keys with the docstring's, letter by letter."
        return Refusal(
            "type",
            f"{lent.label} should have {whose}."
            + (f" Missing: {', '.join(missing)}." if missing else "")
            + (f" There are {len(extra)} more{shown}." if extra else ""),
            look=f"Every key of {self.like} should have an array in it, and no other key." if self.like else look,
        )


@dataclass(frozen=True)
class List(Output):
    """A list (or tuple) of arrays, each with its shape; flattened, the arrays are ``name[0]``, ``name[1]``, ..."""

    shapes: tuple[str, ...] = ()

    def parts(self) -> dict[str, Output]:
        return {f"{self.name}[{k}]": Array(f"{self.name}[{k}]", shape) for k, shape in enumerate(self.shapes)}

    def flat(self, value: Any) -> dict[str, np.ndarray]:
        return {name: _numbers(item) for name, item in zip(self.parts(), value, strict=True)}

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        kind = next((kind for kind in (list, tuple) if issubclass(type(value), kind)), None)
        if kind is None or kind.__len__(value) != len(self.shapes):
            return {}, Refusal(
                "type",
                f"{lent.label} should be a list of {len(self.shapes)} arrays; it is {lent.say(value)}.",
                look="Compare what you append, and how often, with the docstring.",
            )
        items = kind.__getitem__(value, slice(None))
        return _all_of(
            ((name, part, item) for (name, part), item in zip(self.parts().items(), items, strict=True)), lent
        )


@dataclass(frozen=True)
class Truths(Output):
    """A list of truth values, as long as the list of functions ``of`` which they are asked; flattened, 0.0 and 1.0.

    A tuple, an array without other axes and truth values of numpy's are as good.
    """

    of: str = ""

    shaped = True

    def flat(self, value: Any) -> dict[str, np.ndarray]:
        return {self.name: np.asarray(value, np.float64)}

    def shown(self, array: np.ndarray) -> np.ndarray:
        return array.astype(bool)

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        kind = type(value)
        many = len(lent.expected[self.name])
        if kind is np.ndarray and value.ndim == 1:
            found = list(value)
        elif kind in (list, tuple):
            found = list(kind.__iter__(value))
        else:
            look = "Look at the last line of your function: what does it return?"
            if kind is bool or kind is np.bool_:
                look = f"There is one answer asked for each of {self.of}, in their order."
            return {}, Refusal("type", f"{lent.label} should be a list of bools; it is {lent.say(value)}.", look=look)
        odd = [k for k, one in enumerate(found) if type(one) is not bool and type(one) is not np.bool_]
        if odd:
            return {}, Refusal(
                "type",
                f"{lent.label} should hold True and False; at [{odd[0]}] it holds {lent.say(found[odd[0]])}.",
                look="A comparison such as a < b gives a bool of two numbers; .all() and all() make one of many.",
            )
        if len(found) != many:
            return {}, Refusal(
                "shape",
                f"{lent.label} should have a bool for each of the {many} functions in {self.of}; yours has "
                f"{len(found)}.",
                look="How often do you append, and is there a way out of the loop before its end?",
            )
        return {self.name: np.asarray(found, np.float64)}, None


def _all_of(items: Iterator[tuple[str, Output, Any]], lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
    """Several arrays taken, and the first refusal among them of the lowest rung."""
    got: dict[str, np.ndarray] = {}
    refusals = []
    for label, part, item in items:
        taken, refusal = part.take(item, dataclasses.replace(lent, label=label))
        got |= taken
        refusals += [refusal] if refusal else []
    return got, worst(refusals)


def worst(refusals: list[Refusal]) -> Refusal | None:
    """The first of those that fall from the lowest rung; None of none."""
    order = ("type", "shape", "finite")
    return min(refusals, key=lambda one: order.index(one.rung), default=None)


@dataclass(frozen=True)
class Cache(Output):
    """The learner's own affair: it has to be there, and no test looks into it."""

    read = False

    def parts(self) -> dict[str, Output]:
        return {}

    def flat(self, value: Any) -> dict[str, np.ndarray]:
        return {}

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        return {}, None


@dataclass(frozen=True)
class Gradient(Output):
    """Nothing that the function returns: what flows back to one of its arguments, ``dW`` to ``W``."""

    returned = False
    shaped = True

    def take(self, value: Any, lent: Lent) -> tuple[dict[str, np.ndarray], Refusal | None]:
        return {self.name: value}, refused_numbers(self, value, lent)
