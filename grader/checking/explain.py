"""What an error of Python, numpy or torch means in a learner's words, and where to look.

The texts of errors are those of Python 3.11 and later, numpy and torch: they are no interface, and change with
versions. A pattern that no longer fits costs the explanation and nothing else. The first pattern that is found decides,
so the more special ones stand before the general ones.
"""

from __future__ import annotations

import re

import numpy as np

from .calling import LINE, error_line
from .tensor_errors import TENSOR_ERRORS

__all__ = ["NOTHING_TAKEN", "explain"]

# What Python and numpy say (torch: .tensor_errors), what that means, and where to look; {0}, {1}, ... are the
# pattern's groups.
# Each says only what is true whenever its pattern matches; guesses are questions.
_PRODUCT = (
    "With @ the array on the left needs as many columns as the one on the right has rows; here the left one "
    "has {0} columns and the right one {1} rows."
)
_JOINED = "Along which axis should these arrays be joined? Write both shapes beside that line."
_PRODUCTS = (
    "Write the shape of each array in that line beside it, and compare with the equation. A circle there (⊙) is *, "
    "number "
    "by number; @ is the matrix product."
)
_SHAPES = "Write the shape of each array in that line beside it, and compare with the equation."
_DEF = "Compare the call with that function's def line."
_ATTRIBUTE = "Is it what it should be?"
_NO_NUMPY = "Is it misspelled? A function of the notebook's own, or of yours, is called without np. in front."
_OF_ARRAYS = "numpy has a function of that name: np.{1}(...)."
_ITEM = (
    "What in that line stands before square brackets? Where a function returned several values, is it the one you mean?"
)
_LOOKED_FOR = (
    "Something looked in {0} for {1}, and there is nothing of that name. .{1} does not stand in that line: a function "
    "that is called there may have looked, in what it was given.",
    "Is what the functions in that line are given what they want: which values, in which order, of which kind?",
)
_OF_NUMPY = "numpy has a function of that name. Does np still stand for numpy there, or was it given to something else?"
_ERRORS: tuple[tuple[str, str, str], ...] = (
    (
        r"UnboundLocalError: .*variable '(\w+)'",
        "{0} was read before the function had given it a value.",
        "Which line gives {0} its first value, and is it always run before this one?",
    ),
    (
        r"NameError: name '(\w+)' is not defined",
        "Python does not know the name {0} here.",
        "Is {0} misspelled? Does the def line call it something else? Does it need np. in front? Was the cell "
        "that makes it run?",
    ),
    (r"core dimension 0.*\(size (?P<right>\d+) is different from (?P<left>\d+)\)", _PRODUCT, _PRODUCTS),
    (r"not aligned: (?P<left>\d+) \(dim \d+\) != (?P<right>\d+)", _PRODUCT, _PRODUCTS),
    (
        r"does not have enough dimensions \(has 0",
        "@ is for arrays, and one of the two here is a single number.",
        "For a single number, * is the product.",
    ),
    (
        r"indexing arrays could not be broadcast together with shapes (.+)",
        "Arrays that stand side by side in square brackets are gone through together, number by number. These shapes "
        "do "
        "not fit: {0}.",
        "Is there an index for each axis of the array they pick from? Does one of them need an axis more, [:, None]?",
    ),
    (
        r"operands could not be broadcast together with shapes (.+)",
        "Element by element, two lengths fit where they are equal or one of them is 1, compared from the right. "
        "These shapes do not fit: {0}.",
        "In which axis do they differ, and why? Was one of them cut or turned round, or should it be a matrix "
        "product, @?",
    ),
    (
        r"dimensions except for the concatenation axis must match",
        "Arrays that are joined along one axis have to agree in all the others. Where no axis is named, "
        "np.concatenate joins along the first.",
        _JOINED,
    ),
    (
        r"all the input arrays must have same number of dimensions",
        "Arrays that are joined need the same number of axes.",
        _JOINED,
    ),
    (
        r"need at least one array to (?:stack|concatenate)",
        "There was no array to put together: the list was empty.",
        "Does the loop that fills the list run at all?",
    ),
    (r"all input arrays must have the same shape", "np.stack puts arrays of one and the same shape together.", _JOINED),
    (
        r"concatenate\(\) got multiple values|only integer scalar arrays can be converted to a scalar index",
        "A whole number was expected where an array was given.",
        "np.concatenate takes its arrays as one list: are the square brackets there?",
    ),
    (
        r"could not broadcast input array from shape (\(.*?\)) into shape (\(.*?\))",
        "An array of shape {0} was to be written into a place of shape {1}.",
        _SHAPES,
    ),
    (
        r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
        "The array has fewer axes ({0}) than it was given indices ({1}).",
        _SHAPES,
    ),
    (
        r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
        "Axis {1} of that array is {2} long, and its indices begin at 0, so there is no {0}.",
        "Are two indices or two axes exchanged? Does a loop run too far, or over the length of another axis?",
    ),
    (
        r"axis (\d+) is out of bounds for array of dimension (\d+)",
        "Axes are counted from 0, and that array has {1}: there is no axis {0}.",
        _SHAPES,
    ),
    (
        r"cannot reshape array of size (\d+) into shape (\(.*?\))",
        "reshape keeps every number, and {0} of them do not fill the shape {1}.",
        _SHAPES,
    ),
    (
        r"array split does not result in an equal division",
        "np.split cuts into equal parts, and that axis can't be cut into as many.",
        "Which axis should be cut, and into how many parts?",
    ),
    (
        r"NoneType",
        "Something in that line is None.",
        "Which one? A function without a `return` gives None, and so does one that only prints; a name may have been "
        "set "
        "to None outside.",
    ),
    (
        r"'([\w.]+)' object is not callable",
        "Round brackets call a function, and what stands before them is {0}.",
        "Should they be square brackets, or is a * missing? Was a function's name given to something else?",
    ),
    (
        r"'([\w.]+)' object is not subscriptable",
        "Square brackets pick an item from something that has items, and {0} has none.",
        _ITEM,
    ),
    (
        r"invalid index to scalar variable",
        "Square brackets pick an item from something that has items, and a single number has none.",
        _ITEM,
    ),
    (r"module 'numpy' has no attribute '(\w+)'", "numpy has nothing called {0}.", _NO_NUMPY),
    (
        r"'numpy\.random\._generator\.Generator' object has no attribute '(\w+)'",
        "What stands before that dot is one of numpy's random generators, and has nothing called {0}.",
        "rng.normal, rng.random and rng.integers draw from it. Names like rand and randn are older ones, of np.random.",
    ),
    (
        r"'([\w.]+)' object has no attribute '(\w+)'",
        "What stands before that dot is {0}, and has nothing called {1}.",
        _ATTRIBUTE,
    ),
    (
        r"only (?:0-dimensional|length-1|size-1) arrays can be converted",
        "A single number was expected there, and a whole array was given.",
        "Functions from Python's math module take one number; numpy's take arrays.",
    ),
    (
        r"truth value of an array",
        "`if`, `while`, `and` and `or` need one True or False; comparing an array gives one for each number.",
        "np.where(condition, a, b) chooses number by number.",
    ),
    (r"KeyError: (.+)", "The dict has no key {0}.", "The docstring lists the keys."),
    (
        r"too many values to unpack|not enough values to unpack",
        "On the two sides of that = the number of names and the number of values differ.",
        "How many values does the right side give, and in which order?",
    ),
    (
        r"takes no (?:keyword )?arguments",
        "What was called takes no arguments, and was given some.",
        "Compare the call with its def line; a class takes what its __init__ takes.",
    ),
    (
        r"missing \d+ required positional argument|positional arguments? but \d+ (?:was|were) given",
        "A function was called with too few or too many arguments.",
        _DEF,
    ),
    (r"unexpected keyword argument '(\w+)'", "A function was called with an argument it does not have, {0}.", _DEF),
    (
        r"RecursionError",
        "The function calls itself, and deeper than Python goes along with. Mostly such calls never come to an end; if "
        "they do, a loop would need no such depth.",
        "Under which condition should it stop calling itself, and can it get there?",
    ),
    (
        r"non-broadcastable output operand with shape (\(.*?\)) doesn't match the broadcast shape (\(.*?\))",
        "+= and its like write into the array that is there: it has the shape {0}, and the result {1}.",
        "Make a new array (a = a + b) and leave the arguments as they are.",
    ),
    (
        r"Cannot cast ufunc '.*?' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
        "+= and its like write into the array that is there, and one of {1} can't hold {0}.",
        "Make a new array (a = a + b), or make the first one as float64.",
    ),
    (
        r"(tuple|list) indices must be integers or slices, not str",
        "The items of {0} are picked by their number, which counts from 0. Names in square brackets are for a dict.",
        "In which order do the items stand? A line such as `a, b = pair` gives each a name.",
    ),
    (
        r"boolean index did not match .* along axis (\d+); size of axis is (\d+) but size of .* axis is (\d+)",
        "An array of True and False picks from an array of its own shape. Along axis {0} that one is {1} long, and the "
        "True and False are {2}.",
        "Which array was compared to make the True and False, and which one is picked from?",
    ),
    (
        r"array is not broadcastable to correct shape",
        "np.add.at(a, ids, b), as every other .at, works on a[ids]: b needs the shape that a[ids] has.",
        "Which shape has a[ids]: that of ids, and then the axes of a that are left? Which has b?",
    ),
    (
        r"only integers, slices|slice indices must be integers",
        "An index or a slice's end has to be a whole number (or an array of them).",
        "A division with / gives a float; // stays whole.",
    ),
    (
        r"unsupported operand type\(s\) for \^|ufunc 'bitwise_xor' not supported",
        "^ compares the bits of whole numbers, and one of the two here is none.",
        "The power is **.",
    ),
    (
        r"unhashable type: '([\w.]+)'",
        "A dict's keys and a set's members can't be changed, so {0} can't be one.",
        "Which line makes it one? A decorator such as lru_cache takes the arguments for keys.",
    ),
    (
        r"unsupported operand type\(s\) for ([^ ]+): '([\w.]+)' and '([\w.]+)'",
        "{0} does not go between {1} and {2}.",
        "Is each of them what it should be?",
    ),
    (
        r"(?:list|tuple) index out of range",
        "A list or tuple was asked for a place that it does not have. Places are counted from 0.",
        "How long is it, and where does the loop end?",
    ),
    (
        r"nobody types while a check runs|does not support input requests|EOFError: EOF when reading a line",
        "input() and its like wait for somebody at the keyboard. A check calls the function itself, many times, and "
        "nobody is there to type.",
        "All that the function needs comes in as its arguments: which line asks for more?",
    ),
    (r"inhomogeneous shape", "The arrays in that list differ in shape, so they do not make one array.", _SHAPES),
    (
        r"destination is read-only",
        "numpy lends that array for reading only.",
        "Write into a copy of it, or make a new one.",
    ),
)


_KINDS = {
    "numpy.ndarray": "an array",
    "numpy.float64": "a number",
    "float": "a number",
    "int": "a whole number",
    "Tensor": "a tensor",
    "tuple": "a tuple",
    "list": "a list",
    "dict": "a dict",
    "str": "a text",
    "function": "a function",
    "NoneType": "None",
}


def explain(error: str, tensors: bool = True) -> tuple[str, str]:
    """(what a Python error means, where to look), both empty where it is none of the usual ones.

    ``error`` is the text that :func:`~.calling.learner_frames` gives, of which the exception's line counts. Errors of
    torch are looked for before those of Python and numpy, because some read alike.

    Without ``tensors`` the function is one of arrays, where torch was not asked for.

    Every text is true whenever its pattern is found, whatever the function was meant to do: what might be the reason is
    asked as a question. Returns texts for learners, without a line break.
    """
    for pattern, means, look in (*TENSOR_ERRORS, *_ERRORS) if tensors else _ERRORS:
        if found := re.search(pattern, error):
            means, look = _filled(found, means, look)
            return (f"{means} {NOTHING_TAKEN}", _WHICH_SLICE) if _names_a_length_of_0(error) else (means, look)
    if not tensors:
        for pattern, means, _ in TENSOR_ERRORS:
            if found := re.search(pattern, error):
                return _filled(found, means, _NO_TENSORS)
    return "", ""


NOTHING_TAKEN = (
    "An axis of length 0 holds nothing: a slice that begins at the end of an axis, or beyond it, takes nothing, and "
    "Python does not complain. Nor does one that counts down to -1, as `[2:-1:-1]` does: there -1 is the last place."
)
_WHICH_SLICE = (
    "Which line makes the array with an axis of length 0, and along which axis does it cut? What stands before the "
    "first comma in square brackets is for the rows."
)


def _names_a_length_of_0(error: str) -> bool:
    """Whether an error about shapes that do not fit speaks of an axis of length 0."""
    error = error_line(error)
    shapes = re.findall(r"\(\d+(?:, ?\d+)*,?\)", error) if re.search("broadcast|aligned", error) else []
    shapes += re.findall(r"\d+x\d+", error) if "cannot be multiplied" in error else []
    lengths = [length for shape in shapes for length in re.findall(r"\d+", shape)]
    lengths += re.findall(r"(?:\bsize |is different from |size of tensor [ab] \()(\d+)", error)
    return "0" in lengths


_NO_TENSORS = (
    "Everything in this exercise is an array of numpy's: which line brings torch in? numpy has a function of its own "
    "for "
    "nearly all that torch has."
)


def _filled(found: re.Match, means: str, look: str) -> tuple[str, str]:
    """The two texts with the pattern's groups in them; types by the names a learner knows.

    ``means`` and ``look`` hold ``{0}``, ``{1}``, ... for the groups of ``found``, or for those called left and right,
    in this order. Where something has no attribute of that name and numpy has a function of it, ``look`` says so
    instead.
    """
    names = found.groupdict()
    groups = (names["left"], names["right"]) if names else found.groups()
    words = [_KINDS.get(group, group).strip() for group in groups]
    if look is _ATTRIBUTE:
        lines = re.findall(r"^  line \d+, in .*?:  (.*)", found.string, re.MULTILINE)
        # What the course's functions do has no line there; a line that was cut off may have it.
        if lines and len(lines[-1]) < LINE and not re.search(rf"\.\s*{words[1]}\b", lines[-1]):
            means, look = _LOOKED_FOR
        elif hasattr(np, words[1]):
            look = _OF_ARRAYS if words[0] == "an array" else _OF_NUMPY
    return means.format(*words), look.format(*words)
