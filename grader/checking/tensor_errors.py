"""What an error of torch means in a learner's words, and where to look: as in :mod:`.explain`.

``TENSOR_ERRORS`` holds (pattern, meaning, where to look) for each, in the order in which they are tried, with the same
rules: the pattern is a regular expression searched for in the error's text, ``{0}``, ``{1}``, ... in the two texts are
its groups, and both are true whenever it is found. It is only texts: torch is not imported for it.
"""

from __future__ import annotations

__all__ = ["TENSOR_ERRORS"]

_PRODUCT = (
    "With @ the tensor on the left needs as many columns as the one on the right has rows; here the left one "
    "has {0} columns and the right one {1} rows."
)
_JOINED = "Along which axis should these tensors be joined? Write both shapes beside that line."
_SHAPES = "Write the shape of each tensor in that line beside it, and compare with the equation."
TENSOR_ERRORS: tuple[tuple[str, str, str], ...] = (
    (
        r"too many values to unpack|not enough values to unpack",
        "On the two sides of that = the number of names and the number of values differ.",
        "How many values does the right side give, and in which order? torch.chunk is told how many pieces to cut, "
        "torch.split how long each is.",
    ),
    (r"mat1 and mat2 shapes cannot be multiplied \(\d+x(?P<left>\d+) and (?P<right>\d+)x\d+\)", _PRODUCT, _SHAPES),
    (
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)",
        "Element by element, two lengths fit where they are equal or one of them is 1. Along axis {2} they are {0} "
        "and {1}.",
        "Was one of them cut or turned round, does it need an axis more ([:, None]), or should it be a matrix "
        "product, @?",
    ),
    (
        r"Sizes of tensors must match except in dimension",
        "Tensors that are joined along one axis have to agree in all the others. Where no axis is named, torch.cat "
        "joins along the first.",
        _JOINED,
    ),
    (
        r"stack expects each tensor to be equal size",
        "torch.stack puts tensors of one and the same shape together.",
        _JOINED,
    ),
    (
        r"stack expects a non-empty TensorList|expected a non-empty list of Tensors",
        "There was no tensor to put together: the list was empty.",
        "Does the loop that fills the list run at all?",
    ),
    (
        r"Expected all tensors to be on the same device|is not on the expected device",
        "Tensors on two devices met in that line; torch does not move them by itself.",
        "Which one was made inside the function? x.new_zeros(...) and device=x.device make it where x is.",
    ),
    (
        r"(?:expected m1 and m2|mat1 and mat2|expected mat1 and mat2) (?:to|must) have the same dtype, but got:? "
        r"\w+ (?:!=|and) \w+",
        "A matrix product takes two tensors of one dtype, and these two differ.",
        "Which one was made inside the function, and with which dtype? .to(x.dtype) turns one into the other.",
    ),
    (
        r"a leaf Variable that requires grad is being used in an in-place operation|"
        r"a view of a leaf Variable that requires grad is being used in an in-place operation",
        "+=, *= and assignments to parts write into the tensor that is there, and it is one of the arguments.",
        "Make a new tensor (a = a + b) and leave the arguments as they are.",
    ),
    (
        r"modified by an inplace operation",
        "The backward pass needs a tensor that was written into after it had been used.",
        "+=, *= and assignments to parts write into it; a = a + b makes a new one.",
    ),
    (
        r"Can't call numpy\(\) on Tensor that requires grad|Use tensor.detach\(\).numpy\(\)",
        "numpy does not know gradients, so torch does not hand this tensor over.",
        "Stay with torch's own functions from the arguments to the results.",
    ),
    (
        r"Boolean value of Tensor with more than one value",
        "`if`, `while`, `and` and `or` need one True or False; comparing a tensor gives one for each number.",
        "Join two conditions with &, each of them in brackets of its own; torch.where(condition, a, b) chooses "
        "number by "
        "number.",
    ),
    (
        r"index -?\d+ is out of bounds for dimension",
        "A place outside of a tensor was read. torch.where chooses afterwards: t[places] has read every one of them "
        "by then.",
        "Which place can be read safely where there is none to be read?",
    ),
    (
        r"only one element tensors can be converted to Python scalars",
        "A single number was expected there, and a whole tensor was given.",
        "torch.stack makes one tensor of a list of tensors, torch.tensor one of numbers. Functions from Python's "
        "math module "
        "take one number; torch's take tensors.",
    ),
    (
        r"argument 'tensors' \(position 1\) must be tuple of Tensors",
        "torch.cat and torch.stack take their tensors as one list.",
        "Are the square brackets there?",
    ),
    (
        r"expected Tensor as element \d+ in argument 0, but got ([\w.]+)",
        "What was joined there holds {0} beside tensors.",
        "Which line puts it there?",
    ),
    (
        r"argument '\w+' \(position \d+\) must be Tensor, not ([\w.]+)",
        "That function of torch takes a tensor, and was given {0}.",
        "Which line leaves torch? x.new_zeros(...) and torch.zeros(...) make tensors; so do +, * and @ of a tensor.",
    ),
    (
        r"argument 'size' .*must be tuple of ints",
        "A size has to be a whole number.",
        "A division with / gives a float; // stays whole. Are the sizes in one tuple?",
    ),
    (
        r"argument 'dtype' must be torch.dtype",
        "A dtype of torch is a name of torch's: torch.float32.",
        "Is it in quotes, or numpy's?",
    ),
    (
        r"Dimension out of range \(expected to be in range of \[-?\d+, (\d+)\], but got (-?\d+)\)",
        "Axes are counted from 0, and that tensor's last one is {0}: there is no axis {1}.",
        _SHAPES,
    ),
    (
        r"Tensors must have same number of dimensions: got (\d+) and (\d+)",
        "Tensors that are joined need the same number of axes, and these have {0} and {1}.",
        _JOINED,
    ),
    (
        r"expanded size of the tensor \((\d+)\) must match the existing size \((\d+)\) at non-singleton dimension "
        r"(\d+)",
        "A tensor was to be written into a place, or stretched to one, that it does not fit: along axis {2} it is "
        "{1} long and "
        "the place {0}.",
        _SHAPES,
    ),
    (
        r"inconsistent tensor size, expected tensor \[(\d+)\] and src \[(\d+)\]",
        "The product of two vectors needs two of one length; these have {0} and {1} numbers.",
        _SHAPES,
    ),
    (
        r"1D tensors expected, but got",
        "dot is the product of two vectors, and one of these is none.",
        "@ is the product of matrices.",
    ),
    (r"batch1 must be a 3D tensor", "torch.bmm takes tensors with three axes.", "@ is the product of matrices."),
    (
        r"einsum\(\): subscript (\w) has size (\d+) for operand \d+ which does not broadcast with previously seen "
        r"size (\d+)",
        "In einsum's text a letter stands for one length, and {0} would be {2} and {1} long.",
        "Write the shape of each tensor under its letters.",
    ),
    (
        r"where expected condition to be a boolean tensor",
        "The first argument of torch.where says True or False for each number; this one holds numbers.",
        "A comparison makes such a tensor.",
    ),
    (
        r"where\(\) received an invalid combination of arguments",
        "torch.where takes a condition, what is taken where it holds, and what is taken where it does not.",
        "Are there three, and is the first one a tensor of True and False?",
    ),
    (
        r"masked_fill_? only supports boolean masks",
        "A mask says True or False for each number; this one holds numbers.",
        "A comparison makes one.",
    ),
    (
        r"only integer tensors of a single element can be converted to an index|argument '\w+' .*must be Number, not "
        r"Tensor",
        "A whole number was expected there, and a tensor was given.",
        "x.shape[1] is a number; `for row in x` and x.unbind(1) go through a tensor without one.",
    ),
    (
        r"does not require grad and does not have a grad_fn|differentiated Tensors does not require grad",
        "A gradient was asked for, and nothing in that tensor's past asks for one.",
        "Was it cut off on the way? .detach(), .data, torch.no_grad() and torch.tensor(...) of a tensor do that.",
    ),
    (r"module 'torch' has no attribute '(\w+)'", "torch has nothing called {0}.", "Is it misspelled, or numpy's?"),
    (
        r"shape '\[(.*?)\]' is invalid for input of size (\d+)",
        "reshape and view keep every number, and {1} of them do not fill the shape ({0}).",
        _SHAPES,
    ),
    (
        r"view size is not compatible",
        "view needs numbers that lie in order in memory, and a transposed tensor's do not.",
        "reshape copies where it has to.",
    ),
)
