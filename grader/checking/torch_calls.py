"""Functions of torch tensors, asked in the numbers of numpy.

A case's arrays reach the function as tensors; what it returns, and the gradients of a fixed number made from
that (:func:`grader.vectors.upstream`), come back as arrays. torch is imported when such a function is asked, and
never before. Tensors are made on torch's default device: a learner who has set it to a GPU is checked there.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import GraderError
from ..exercises.base import Array, Exercise
from ..vectors import Vector, upstream
from .calling import CALL_SECONDS, Outcome, Subject, learner_frames
from .compare import LOW_PRECISION, is_float32
from .timelimit import TimeLimitExceeded, run_limited

if TYPE_CHECKING:
    import torch

__all__ = ["as_array", "ask", "is_tensor", "precision_of", "refusal"]


def _torch():
    """The module. Raises :class:`GraderError` where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        raise GraderError(
            "This exercise is about PyTorch, which is not installed here. On Linux and Windows, "
            "`pip install torch --index-url https://download.pytorch.org/whl/cpu` gets the small build, without "
            "CUDA; on macOS, and for a GPU, `pip install torch`. Then restart the kernel."
        )
    import torch

    return torch


def precision_of(vector: Vector) -> str:
    """The dtype in which a case's arrays of floats are passed: ``float64``, ``float32``, ``bfloat16``, ``float16``."""
    low = next((name for name in LOW_PRECISION if name in vector.case.tags), None)
    return low or ("float32" if is_float32(vector.case.args.values()) else "float64")


def is_tensor(value: Any) -> bool:
    """Whether it is a tensor and none of a subclass, which may answer for itself."""
    torch = _torch()
    return type(value) in (torch.Tensor, torch.nn.Parameter)


def _tensor(value: Any, precision: str, strided: bool, gradient: bool) -> Any:
    """An argument as a function of tensors gets it: arrays become tensors on the default device, all else stays.

    Whole numbers and bools become int64. ``gradient`` says that a gradient is to flow back to it.
    """
    torch = _torch()
    if not isinstance(value, np.ndarray):
        return value
    if value.dtype.kind != "f":
        return torch.from_numpy(value.astype(np.int64)).to(torch.get_default_device())
    tensor = torch.from_numpy(np.array(value)).to(torch.get_default_device(), getattr(torch, precision))
    if strided and tensor.ndim:  # every second element of a larger one: not contiguous
        wide = tensor.new_zeros((*tensor.shape[:-1], 2 * tensor.shape[-1]))
        wide[..., ::2] = tensor
        tensor = wide[..., ::2]
    return tensor.requires_grad_(gradient)


def as_array(tensor: torch.Tensor) -> np.ndarray:
    """A tensor's numbers, without autograd: shared where numpy can share them, as float64 where they are floats."""
    torch = _torch()
    plain = tensor.detach().cpu().resolve_conj().resolve_neg()
    return (plain.to(torch.float64) if plain.is_floating_point() else plain).numpy()


def refusal(value: torch.Tensor, label: str, vector: Vector) -> tuple[str, str, str] | None:
    """(what is seen, what it means, where to look) of a tensor with another dtype or device than the arguments'.

    None where there is nothing to object to. ``label`` is what the message calls the tensor.
    """
    torch = _torch()
    device, wanted = torch.empty(0).device, precision_of(vector)
    if value.device.type != device.type:
        return (
            f"{label} lies on the device {value.device}; the arguments lie on {device}.",
            "A tensor made inside the function is made on the default device unless it is told where.",
            "Make new tensors with x.new_zeros(...) or torch.zeros(..., device=x.device).",
        )
    got = str(value.dtype).removeprefix("torch.")
    if got == wanted:
        return None
    means = {
        "float32": "torch.zeros and its like make float32 unless they are told the dtype.",
        "bfloat16": "bfloat16 keeps about 3 digits.",
        "float16": "float16 keeps about 3 digits.",
    }.get(got, "")
    return (
        f"{label} should hold {wanted} numbers, as the arguments do; yours holds {got}.",
        means,
        "Which line makes it so? x.new_zeros(...) takes dtype and device from x; .to(x.dtype) turns one into the "
        "other.",
    )


def ask(
    subject: Subject,
    exercise: Exercise,
    vector: Vector,
    arguments: list[Any],
    stand_ins: Mapping[str, Callable] | None = None,
) -> Outcome:
    """Call the function with a case's arguments as tensors.

    ``arguments`` are arrays in the exercise's order; they become tensors of the case's precision, those named in
    ``exercise.gradients`` with a gradient to be asked for.

    The outcome's value is what came back, tensors and all; its ``arguments`` are arrays again; its ``gradients``
    hold, by the name of the output (``dW``), what flowed back as a float64 array of the argument's shape, or None where
    nothing did. What the backward pass raised is in ``gradient_error``; it has as many seconds as the call. Raises
    :class:`GraderError` where torch is not installed.
    """
    precision, strided = precision_of(vector), "strided" in vector.case.tags
    tensors = [
        _tensor(value, precision, strided, name in exercise.gradients)
        for (name, value) in zip(vector.case.args, arguments, strict=True)
    ]

    def finish(outcome: Outcome) -> None:
        outcome.take_list(len(exercise.own))
        if outcome.failure is None and exercise.gradients:
            leaves = [tensors[list(exercise.arguments).index(name)] for name in exercise.gradients]
            found, outcome.gradient_error = _gradients(outcome.value, exercise, vector, leaves, subject)
            outcome.gradients = {f"d{name}": one for name, one in zip(exercise.gradients, found, strict=True)}

    with _torch().enable_grad():
        outcome = subject.call(tensors, stand_ins, unread=exercise.unread, finish=finish)
    outcome.arguments = [_like(after, before) for after, before in zip(outcome.arguments, arguments, strict=True)]
    return outcome


def _like(after: Any, before: Any) -> Any:
    """An argument after the call, as the array it was before it."""
    if isinstance(before, np.ndarray) and is_tensor(after):
        return as_array(after).astype(before.dtype)
    return after


@functools.cache
def _backward_is_loaded() -> None:
    """Load what torch imports for its first backward pass.

    A time limit that strikes in the middle of that import would break every later one.
    """
    with contextlib.suppress(ImportError):  # a torch that keeps it elsewhere
        importlib.import_module("torch.fx.experimental.symbolic_shapes")


def _gradients(
    value: Any, exercise: Exercise, vector: Vector, leaves: list[Any], subject: Subject
) -> tuple[list[np.ndarray | None], str]:
    """(what flowed back to each of ``leaves``, why the backward pass gave nothing) of a number made from the outputs.

    That number is the sum of each output times :func:`grader.vectors.upstream`. All are None where an output is no
    tensor of the right shape, or is linked to no argument; the text is "" unless the pass itself failed.
    """
    torch = _torch()
    nothing: list[np.ndarray | None] = [None] * len(leaves)
    values = list(value) if type(value) is tuple else [value]
    outputs = [output for output in exercise.own if output.read]
    if len(values) != len(exercise.own) or len(outputs) != len(exercise.own):
        return nothing, ""
    pairs = [(one, output) for one, output in zip(values, outputs, strict=True) if isinstance(output, Array)]
    if not all(is_tensor(one) and one.shape == vector.expected[output.name].shape for one, output in pairs):
        return nothing, ""
    linked = [(one, k) for k, (one, _) in enumerate(pairs) if one.requires_grad]
    if not linked:
        return nothing, ""
    flowing = [torch.from_numpy(upstream(tuple(one.shape), k)).to(one) for one, k in linked]

    def backward() -> Any:
        return torch.autograd.grad([one for one, _ in linked], leaves, flowing, allow_unused=True)

    _backward_is_loaded()
    try:
        found = run_limited(backward, [], getattr(subject, "seconds", CALL_SECONDS))
    except TimeLimitExceeded:
        return nothing, "the backward pass was stopped: it did not end in time"
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return nothing, learner_frames(error)
    return [None if one is None else as_array(one) for one in found], ""
