"""Values and Python's errors in words, short enough to read in a message."""

from __future__ import annotations

import re
import types
from typing import Any

import numpy as np

__all__ = ["call_text", "describe", "dtype_text", "explain", "numbers"]

_SHOWN = 24  # arrays with more elements are described by their shape
_NAME = 60  # characters of a name or a key that are shown


def numbers(value: Any) -> str:
    """An array's (or number's) digits on as few lines as they need, or its shape where it is large."""
    if isinstance(value, np.ndarray):
        if value.size > _SHOWN:
            return describe(value)
        return np.array2string(value, precision=5, suppress_small=False, separator=", ", max_line_width=78)
    try:
        text = repr(value)
    except Exception:  # an int of 5000 digits, or a learner's own class
        return f"({type(value).__name__} that can't be shown)"
    return text if len(text) <= 200 else text[:200] + " ..."


def describe(value: Any, *, values: bool = True, numpy: bool = True) -> str:
    """What a value is: its type, shape and dtype, in words a learner knows.

    Without ``values`` nothing is said that the function could have computed: no number, no key, no name.
    With ``numpy`` an array is what is wanted, and not a tensor.
    """
    try:
        return _described(value, values, numpy)
    except Exception:  # a class of the learner's may answer anything when it is asked
        return "an object that can't be shown"


_UNSENT = {
    types.GeneratorType: "a generator (is there a `yield` where a `return` should be?)",
    types.CoroutineType: "a coroutine (is there an `async` before the def?)",
    types.AsyncGeneratorType: "a generator (is there a `yield` where a `return` should be?)",
}


def _described(value: Any, values: bool, numpy: bool) -> str:
    kind = type(value)  # isinstance would ask the object's own __class__
    if kind.__module__ == "grader.boundary.proxy":  # it lives with the learner's code
        return value._described(values)
    if value is None:
        return "None (is a `return` missing?)"
    if kind is np.ndarray:
        return f"an array of shape {value.shape}" + (f", {dtype_text(value.dtype)}" if values else "")
    if kind in _UNSENT:
        return _UNSENT[kind]
    if str(kind.__module__).partition(".")[0] == "torch" and hasattr(kind, "numpy"):
        return "a torch tensor (turn it into numpy with .numpy())" if numpy else "a torch tensor"
    if issubclass(kind, np.ndarray):
        name = kind.__name__[:_NAME] if kind.__module__.startswith("numpy") else "subclass of ndarray"
        return f"a {name} (a special kind of array; return a plain one)"
    if kind in (tuple, list):
        items = "item" if len(value) == 1 else "items"
        return f"a {kind.__name__} of {len(value)} {items}"
    if kind is dict:
        if not value or not values:
            return "a dict" if value else "an empty dict"
        return f"a dict with the keys {', '.join(numbers(key)[:_NAME] for key in list(value)[:8])}"
    numpys = kind.__module__ == "numpy" and issubclass(kind, np.generic)
    if kind in (int, float, complex) or numpys and np.dtype(kind).kind in "iufc":
        shown = numbers(value) if kind in (int, float, complex) else f"{value:.6g}"
        name = kind.__name__ if kind in (int, float, complex) else f"np.{kind.__name__}"
        return f"the single number {shown} ({name})" if values else f"a single number ({name})"
    if kind is str:
        return f"the text {numbers(value)}" if values else "a text"
    if kind is bool or numpys:
        return f"{kind.__name__} {numbers(value)}" if values else f"a {kind.__name__}"
    if kind in (types.FunctionType, types.BuiltinFunctionType, types.MethodType):
        name = f", {value.__name__[:_NAME]}" if values else ""
        return f"a function{name} (are its round brackets missing?)"
    return f"an object of type {kind.__name__[:_NAME]}" if values else "an object of another type"


def dtype_text(dtype: np.dtype) -> str:
    """A dtype in a word: fields of a structured one are not listed."""
    return dtype.name if dtype.isnative else f"{dtype.name} with its bytes in the other order"


def call_text(name: str, arguments: dict[str, Any], *, shapes: bool = False) -> str:
    """The call, with the values of its arguments where they are few and their shapes where not.

    With ``shapes`` every array of floats is given by its shape: where shapes are the matter, its digits
    would hide them.
    """
    lines = [f"{name}({', '.join(arguments)})   with"]
    for argument, value in arguments.items():
        if isinstance(value, dict):
            lines += [f"  {argument}[{key!r}] {_size(item)}" for key, item in value.items()]
        elif not isinstance(value, np.ndarray):
            lines.append(f"  {argument} = {numbers(value)}")
        elif value.size > _SHOWN or shapes and value.dtype.kind == "f":
            lines.append(f"  {argument} {_size(value)}")
        else:
            rows = numbers(value).splitlines()
            lines.append("\n".join([f"  {argument} {_size(value)} =", *("      " + row for row in rows)]))
    return "\n".join(lines)


def _size(value: Any) -> str:
    """An array's shape, with its dtype where that is not the usual one; a description of anything else."""
    if not isinstance(value, np.ndarray):
        return f"= {describe(value)}"
    return f"{value.shape}" + ("" if value.dtype == np.float64 else f", {dtype_text(value.dtype)}")


# What Python and numpy say, what that means, and where to look; {0}, {1}, ... are the pattern's groups.
# Each says only what is true whenever its pattern matches; guesses are questions.
_PRODUCT = (
    "With @ the array on the left needs as many columns as the one on the right has rows; here the left one "
    "has {0} columns and the right one {1} rows."
)
_JOINED = "Along which axis should these arrays be joined? Write both shapes beside that line."
_SHAPES = "Write the shape of each array in that line beside it, and compare with the equation."
_DEF = "Compare the call with that function's def line."
_ERRORS: tuple[tuple[str, str, str], ...] = (
    (r"UnboundLocalError: .*variable '(\w+)'",
     "{0} was read before the function had given it a value.",
     "Which line gives {0} its first value, and is it always run before this one?"),
    (r"NameError: name '(\w+)' is not defined",
     "Python does not know the name {0} here.",
     "Is {0} misspelled? Does the def line call it something else? Does it need np. in front? Was the cell "
     "that makes it run?"),
    (r"core dimension 0.*\(size (?P<right>\d+) is different from (?P<left>\d+)\)", _PRODUCT, _SHAPES),
    (r"not aligned: (?P<left>\d+) \(dim \d+\) != (?P<right>\d+)", _PRODUCT, _SHAPES),
    (r"does not have enough dimensions \(has 0",
     "@ is for arrays, and one of the two here is a single number.",
     "For a single number, * is the product."),
    (r"operands could not be broadcast together with shapes (.+)",
     "Element by element, two lengths fit where they are equal or one of them is 1, compared from the right. "
     "These shapes do not fit: {0}.",
     "In which axis do they differ, and why? Was one of them cut or turned round, or should it be a matrix "
     "product, @?"),
    (r"dimensions except for the concatenation axis must match",
     "Arrays that are joined along one axis have to agree in all the others. Where no axis is named, "
     "np.concatenate joins along the first.", _JOINED),
    (r"all the input arrays must have same number of dimensions",
     "Arrays that are joined need the same number of axes.", _JOINED),
    (r"need at least one array to (?:stack|concatenate)",
     "There was no array to put together: the list was empty.", "Does the loop that fills the list run at all?"),
    (r"all input arrays must have the same shape",
     "np.stack puts arrays of one and the same shape together.", _JOINED),
    (r"concatenate\(\) got multiple values|only integer scalar arrays can be converted to a scalar index",
     "A whole number was expected where an array was given.",
     "np.concatenate takes its arrays as one list: are the square brackets there?"),
    (r"could not broadcast input array from shape (\(.*?\)) into shape (\(.*?\))",
     "An array of shape {0} was to be written into a place of shape {1}.", _SHAPES),
    (r"too many indices for array: array is (\d+)-dimensional, but (\d+) were indexed",
     "The array has fewer axes ({0}) than it was given indices ({1}).", _SHAPES),
    (r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)",
     "Axis {1} of that array is {2} long, and its indices begin at 0, so there is no {0}.",
     "Are two indices or two axes exchanged? Does a loop run too far, or over the length of another axis?"),
    (r"axis (\d+) is out of bounds for array of dimension (\d+)",
     "Axes are counted from 0, and that array has {1}: there is no axis {0}.", _SHAPES),
    (r"cannot reshape array of size (\d+) into shape (\(.*?\))",
     "reshape keeps every number, and {0} of them do not fill the shape {1}.", _SHAPES),
    (r"array split does not result in an equal division",
     "np.split cuts into equal parts, and that axis can't be cut into as many.",
     "Which axis should be cut, and into how many parts?"),
    (r"NoneType",
     "Something in that line is None.",
     "Which one? A function without a `return` gives None, and so does one that only prints."),
    (r"'([\w.]+)' object is not callable",
     "Round brackets call a function, and what stands before them is {0}.",
     "Should they be square brackets, or is a * missing? Was a function's name given to something else?"),
    (r"module 'numpy' has no attribute '(\w+)'", "numpy has nothing called {0}.", "Is it misspelled?"),
    (r"'([\w.]+)' object has no attribute '(\w+)'",
     "What stands before that dot is {0}, and has nothing called {1}.", "Is it what it should be?"),
    (r"only (?:0-dimensional|length-1|size-1) arrays can be converted",
     "A single number was expected there, and a whole array was given.",
     "Functions from Python's math module take one number; numpy's take arrays."),
    (r"truth value of an array",
     "`if`, `while`, `and` and `or` need one True or False; comparing an array gives one for each number.",
     "np.where(condition, a, b) chooses number by number."),
    (r"KeyError: (.+)", "The dict has no key {0}.", "The docstring lists the keys."),
    (r"too many values to unpack|not enough values to unpack",
     "On the two sides of that = the number of names and the number of values differ.",
     "How many values does the right side give, and in which order?"),
    (r"missing \d+ required positional argument|positional arguments? but \d+ (?:was|were) given",
     "A function was called with too few or too many arguments.", _DEF),
    (r"unexpected keyword argument '(\w+)'",
     "A function was called with an argument it does not have, {0}.", _DEF),
    (r"RecursionError", "The function calls itself, and those calls never come to an end.",
     "Under which condition should it stop calling itself?"),
    (r"non-broadcastable output operand with shape (\(.*?\)) doesn't match the broadcast shape (\(.*?\))",
     "+= and its like write into the array that is there: it has the shape {0}, and the result {1}.",
     "Make a new array (a = a + b) and leave the arguments as they are."),
    (r"Cannot cast ufunc '.*?' output from dtype\('(\w+)'\) to dtype\('(\w+)'\)",
     "+= and its like write into the array that is there, and one of {1} can't hold {0}.",
     "Make a new array (a = a + b), or make the first one as float64."),
    (r"only integers, slices|slice indices must be integers",
     "An index or a slice's end has to be a whole number (or an array of them).",
     "A division with / gives a float; // stays whole."),
    (r"mat1 and mat2 shapes cannot be multiplied \(\d+x(?P<left>\d+) and (?P<right>\d+)x\d+\)", _PRODUCT, _SHAPES),
    (r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
     "Element by element, two lengths fit where they are equal or one of them is 1. Along axis {2} they are {0} "
     "and {1}.",
     "Was one of them cut or turned round, does it need an axis more ([:, None]), or should it be a matrix product, @?"),
    (r"Sizes of tensors must match except in dimension",
     "Tensors that are joined along one axis have to agree in all the others. Where no axis is named, torch.cat "
     "joins along the first.", _JOINED),
    (r"stack expects each tensor to be equal size", "torch.stack puts tensors of one and the same shape together.",
     _JOINED),
    (r"stack expects a non-empty TensorList|expected a non-empty list of Tensors",
     "There was no tensor to put together: the list was empty.", "Does the loop that fills the list run at all?"),
    (r"Expected all tensors to be on the same device",
     "Tensors on two devices met in that line; torch does not move them by itself.",
     "Which one was made inside the function? x.new_zeros(...) and device=x.device make it where x is."),
    (r"(?:expected m1 and m2|mat1 and mat2|expected mat1 and mat2) (?:to|must) have the same dtype, but got:? "
     r"\w+ (?:!=|and) \w+",
     "A matrix product takes two tensors of one dtype, and these two differ.",
     "Which one was made inside the function, and with which dtype? .to(x.dtype) turns one into the other."),
    (r"a leaf Variable that requires grad is being used in an in-place operation|"
     r"a view of a leaf Variable that requires grad is being used in an in-place operation",
     "+=, *= and assignments to parts write into the tensor that is there, and it is one of the arguments.",
     "Make a new tensor (a = a + b) and leave the arguments as they are."),
    (r"modified by an inplace operation",
     "The backward pass needs a tensor that was written into after it had been used.",
     "+=, *= and assignments to parts write into it; a = a + b makes a new one."),
    (r"Can't call numpy\(\) on Tensor that requires grad|Use tensor.detach\(\).numpy\(\)",
     "numpy does not know gradients, so torch does not hand this tensor over.",
     "Stay with torch's own functions from the arguments to the results."),
    (r"Boolean value of Tensor with more than one value",
     "`if`, `while`, `and` and `or` need one True or False; comparing a tensor gives one for each number.",
     "Join two conditions with &, each of them in brackets of its own; torch.where(condition, a, b) chooses number by "
     "number."),
    (r"index -?\d+ is out of bounds for dimension",
     "A place outside of a tensor was read. torch.where chooses afterwards: t[places] has read every one of them by then.",
     "Which place can be read safely where there is none to be read?"),
    (r"shape '\[(.*?)\]' is invalid for input of size (\d+)",
     "reshape and view keep every number, and {1} of them do not fill the shape ({0}).", _SHAPES),
    (r"view size is not compatible",
     "view needs numbers that lie in order in memory, and a transposed tensor's do not.",
     "reshape copies where it has to."),
    (r"inhomogeneous shape",
     "The arrays in that list differ in shape, so they do not make one array.", _SHAPES),
    (r"destination is read-only",
     "numpy lends that array for reading only.", "Write into a copy of it, or make a new one."),
)


_KINDS = {
    "numpy.ndarray": "an array", "numpy.float64": "a number", "float": "a number", "int": "a whole number",
    "Tensor": "a tensor", "tuple": "a tuple", "list": "a list", "dict": "a dict", "str": "a text", "function": "a function",
}


def explain(error: str) -> tuple[str, str]:
    """(what a Python error means, where to look), both empty where it is none of the usual ones."""
    for pattern, means, look in _ERRORS:
        if found := re.search(pattern, error):
            names = found.groupdict()
            groups = (names["left"], names["right"]) if names else found.groups()
            words = [_KINDS.get(group, group).strip() for group in groups]
            return means.format(*words), look.format(*words)
    return "", ""
