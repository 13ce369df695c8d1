"""Torch tensors across the boundary, on both sides of it.

A tensor crosses as its bytes with dtype, strides, ``requires_grad`` and device; it arrives on the CPU, with the
device it came from as its attribute ``came_from``. What a learner's function computed with gradients stays linked
to it: ``backward`` on our side asks the worker for the vector-Jacobian product. Derivatives of the first order only;
of sparse, quantized and subclassed tensors a handle is sent. Our side never imports torch because the worker speaks
of it: where our side has not imported it, a tensor is another object that stays with the learner's code.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .plain import ProtocolError, text_of

__all__ = [
    "by_name",
    "bytes_of",
    "crosses",
    "gradient_of",
    "is_tensor",
    "linked",
    "load_to_fork",
    "named",
    "needs_gradient",
    "pack",
    "raw_dtype",
    "set_gradient",
    "unpack",
    "vector_jacobian",
    "write",
]

# The worker sets these: it imports torch when our side sends a tensor, and sends none where our side has no torch.
may_import = False
wanted = True

# What holds the bytes of each dtype in numpy.
_RAW = {
    "bool": "u1",
    "uint8": "u1",
    "int8": "i1",
    "int16": "i2",
    "int32": "i4",
    "int64": "i8",
    "float16": "i2",
    "bfloat16": "i2",
    "float32": "f4",
    "float64": "f8",
    "complex64": "c8",
    "complex128": "c16",
}


def load_to_fork() -> None:
    """Import torch into a process that will fork, and what its first backward pass would import in each fork (0.5 s).

    With one thread, said before its first operation: others would not live through a fork. For the same reason no
    gradient is computed here: where there is a GPU, that starts threads. Raises ImportError.
    """
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    with contextlib.suppress(ImportError):  # a torch that keeps it elsewhere is slower, not wrong
        importlib.import_module("torch.fx.experimental.symbolic_shapes")


def _torch() -> Any:
    """torch, if something here has imported it; None otherwise. Nothing is imported."""
    return sys.modules.get("torch")


def _needed() -> Any:
    """torch, imported where this side may. Raises :class:`ProtocolError` where there is none."""
    if may_import:
        importlib.import_module("torch")
    if "torch" not in sys.modules:
        raise ProtocolError("a tensor, and there is no torch here")
    return sys.modules["torch"]


def crosses(value: Any) -> bool:
    """Whether it is a tensor that the other side can be sent: one of torch's own, and torch is there too."""
    return wanted and is_tensor(value)


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor that crosses: not one of a subclass of the learner's."""
    torch = _torch()
    return torch is not None and type(value) in (torch.Tensor, torch.nn.Parameter)


def needs_gradient(value: Any) -> bool:
    """Whether it is a tensor with ``requires_grad``."""
    return is_tensor(value) and value.requires_grad


def pack(tensor: Any) -> tuple[dict[str, Any], np.ndarray] | None:
    """What describes a tensor, and its numbers; None for one that can't be sent.

    The record has ``torch_dtype``, ``device``, ``grad`` and, of a parameter, ``parameter``. The numbers are a numpy
    array of the tensor's shape and strides, of the dtype in ``_RAW`` that has as many bytes (bfloat16 as int16).
    Sparse, quantized and meta tensors are not sent.
    """
    torch = _torch()
    name = str(tensor.dtype).removeprefix("torch.")
    if name not in _RAW or tensor.layout is not torch.strided or tensor.is_quantized or tensor.device.type == "meta":
        return None
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    raw = plain.view(getattr(torch, np.dtype(_RAW[name]).name)).numpy()
    record = {"torch_dtype": name, "device": str(tensor.device), "grad": tensor.requires_grad}
    if type(tensor) is torch.nn.Parameter:
        record["parameter"] = True
    return record, raw


def bytes_of(tensor: Any) -> bytes:
    """A tensor's numbers, in the order of its indices; none of one that can't be sent."""
    packed = pack(tensor)
    return b"" if packed is None else packed[1].tobytes()


def raw_dtype(name: str) -> np.dtype:
    """The numpy dtype that holds a tensor's bytes. Raises KeyError for what is no dtype that crosses."""
    return np.dtype(_RAW[name])


def unpack(record: Mapping[str, Any], raw: np.ndarray) -> Any:
    """The tensor of a record that :func:`pack` made, as a leaf on the CPU.

    ``raw`` is not copied, unless it has negative strides. A device other than the CPU becomes its attribute
    ``came_from``. Raises :class:`ProtocolError` where there is no torch here.
    """
    torch = _needed()
    if record["torch_dtype"] == "bool":
        np.minimum(raw, 1, out=raw)
    if any(stride < 0 for stride in raw.strides):
        raw = np.ascontiguousarray(raw)
    dtype = getattr(torch, record["torch_dtype"])
    tensor = torch.from_numpy(raw).view(dtype)
    grad = record.get("grad") is True and (dtype.is_floating_point or dtype.is_complex)
    if record.get("parameter") is True:
        tensor = torch.nn.Parameter(tensor, requires_grad=grad)
    else:
        tensor.requires_grad_(grad)
    if record["device"] != "cpu":
        tensor.came_from = text_of(record["device"], 20)
    return tensor


def gradient_of(tensor: Any) -> Any:
    """The ``grad`` of a leaf, or None: for a tensor that was computed, asking would warn."""
    return tensor.grad if tensor.is_leaf and is_tensor(tensor.grad) else None


def set_gradient(tensor: Any, gradient: Any) -> None:
    """Give a leaf its ``grad``, where it may have one. Raises :class:`ProtocolError` for one that does not fit."""
    if not (is_tensor(gradient) and gradient.shape == tensor.shape and gradient.dtype == tensor.dtype):
        raise ProtocolError("a gradient that does not fit its tensor")
    if tensor.requires_grad:
        tensor.grad = gradient.detach()


def write(before: Any, after: Any) -> None:
    """Write one tensor's numbers into another of its shape and dtype, unless they are its own already."""
    torch = _torch()
    if before.shape == after.shape and before.dtype == after.dtype:
        with torch.no_grad():
            if bytes_of(before) != bytes_of(after):
                before.copy_(after)


def named(value: Any) -> str | None:
    """The name of one of torch's dtypes, or of a device (``torch.float32``, ``cuda:0``); None for anything else."""
    torch = _torch()
    if wanted and torch is not None and type(value) in (torch.dtype, torch.device):
        return str(value)
    return None


def by_name(name: str) -> Any:
    """The dtype or device of that name. Raises :class:`ProtocolError` for another one, or AttributeError."""
    torch = _needed()
    kind, _, rest = name.partition(".")
    value = getattr(torch, rest) if kind == "torch" else torch.device(name)
    if type(value) not in (torch.dtype, torch.device):
        raise ProtocolError("neither a dtype nor a device")
    return value


def linked(output: Any, inputs: Sequence[Any], backward: Callable[[Any], Sequence[Any]]) -> Any:
    """``output`` as if it had been computed here from ``inputs``.

    ``backward`` is given the gradient with respect to the output, and returns those with respect to the inputs, one for
    each; what is no tensor of the input's shape counts as no gradient. Derivatives of the first order only.
    """
    torch = _needed()

    from torch.autograd import Function

    class LearnersFunction(Function):
        @staticmethod
        def forward(ctx, anchor, *inputs):
            return output.detach()

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, gradient):
            asked = backward(gradient)
            fitting = [
                found.to(one.device) if is_tensor(found) and found.shape == one.shape else None
                for found, one in zip(asked, inputs, strict=True)
            ]
            return None, *fitting

    # What was computed from the learner's own parameters alone has a gradient too.
    anchor = torch.zeros((), requires_grad=True)
    return LearnersFunction.apply(anchor, *inputs)


def vector_jacobian(output: Any, leaves: Sequence[Any], gradient: Any) -> list[Any]:
    """On the learner's side: the gradients with respect to the leaves; those of other parameters accumulate.

    ``gradient`` is that with respect to ``output``, of its shape. Returns one for each leaf, None where nothing flowed;
    the leaves' own ``grad`` is None before and after. Raises RuntimeError where ``output`` has no graph.
    """
    torch = _needed()
    for leaf in leaves:
        leaf.grad = None
    torch.autograd.backward([output], [gradient], retain_graph=True)
    found = [leaf.grad for leaf in leaves]
    for leaf in leaves:
        leaf.grad = None
    return found
