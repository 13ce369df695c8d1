"""Loops over the time steps that do less in each: what does not depend on h is done once, for all steps.

J. Appleyard, T. Kocisky and P. Blunsom, "Optimizing Performance of Recurrent Neural Networks on GPUs",
arXiv:1604.01946, 2016: one product for the four gates, one for the inputs of all steps, the weights' gradients
after the loop.

In 16 bits the products are of 16 bits, and what is added up from step to step (c, and the gradients of h and c) is kept
in float32, as torch's own kernels do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ..basics import sigmoid
from ..lengths import hold, step_by_step, without_padding
from ..precision import wide
from .trouble import is_memory, sizes_named, warn_once

__all__ = [
    "Loops",
    "backward_loop",
    "bptt",
    "bulk_gradients",
    "by_autograd",
    "by_loops",
    "forward_loop",
    "hoisted",
    "input_products",
    "or_the_loop",
]


def input_products(xs: Tensor, W: Tensor, b: Tensor, H: int) -> Tensor:
    """What every step adds to its gates whatever h is: ``xs (N, T, D)`` -> ``zs (N, T, 4H)``."""
    N, T, D = xs.shape
    return torch.addmm(b, xs.reshape(N * T, D), W[H:]).reshape(N, T, 4 * H)


def hoisted(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, mask: Tensor | None = None):
    """The loop with the input products taken out of it; autograd does the rest.

    ``mask`` (N, T) is True at real steps, None where all are. Returns ``hs (N, T, H)`` and ``c_T (N, H)``, in xs'
    dtype.
    """
    H, dtype = h0.shape[1], xs.dtype
    W_h = W[:H].to(wide(dtype))  # whose gradients are added up over the steps
    zs = input_products(without_padding(xs, mask), W, b, H)
    h, c, hs = h0, c0.to(wide(dtype)), []
    for z_x, real in zip(zs.unbind(1), step_by_step(mask, xs.shape[1]), strict=True):  # T times (N, 4H)
        z = torch.addmm(z_x, h, W_h.to(dtype)).to(wide(dtype))
        z_i, z_f, z_g, z_o = z.chunk(4, dim=1)
        c_new = sigmoid(z_f) * c + sigmoid(z_i) * torch.tanh(z_g)
        h_new = (sigmoid(z_o) * torch.tanh(c_new)).to(dtype)
        h, c = hold(real, h_new, h), hold(real, c_new, c)
        hs.append(hold(real, h, torch.zeros_like(h)))
    return torch.stack(hs, dim=1), c.to(dtype)


def bptt(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, mask: Tensor | None = None):
    """The loop with a backward pass written by hand; a second derivative is left to autograd.

    The arguments and results are :func:`hoisted`'s.
    """
    return by_loops(xs, h0, c0, W, b, mask, Loops("bptt", "the loop", forward_loop, backward_loop))


class Loops(NamedTuple):
    """The two loops over the steps, as :func:`forward_loop` and :func:`backward_loop`, of a path, and what it is."""

    path: str
    what: str
    there: Callable[..., Any]
    back: Callable[..., Any]


def by_loops(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, mask: Tensor | None, loops: Loops):
    """The two loops between the products of whole sequences: the inputs' before them, the gradients' after.

    ``loops`` are the two of a path. Returns ``hs (N, T, H)`` and ``c_T (N, H)``; can be differentiated any number of
    times, the first time by the path's own way back.
    """
    return _ByLoops.apply(without_padding(xs, mask), h0, c0, W, b, mask, loops)


class _ByLoops(torch.autograd.Function):
    @staticmethod
    def forward(ctx, xs, h0, c0, W, b, mask, loops):
        H = h0.shape[1]
        zs = input_products(xs, W, b, H).transpose(0, 1).contiguous()  # (T, N, 4H): a step in one piece
        hs, cs, gates = loops.there(zs, h0, c0, W[:H], mask)
        ctx.loops = loops
        ctx.save_for_backward(xs, h0, c0, W, b, mask, gates, hs, cs)
        return _shown(hs, mask), cs[-1].to(xs.dtype)

    @staticmethod
    def backward(ctx, dhs, dc_T):
        xs, h0, c0, W, b, mask, gates, hs, cs = ctx.saved_tensors
        with sizes_named(ctx.loops.path, xs, h0):
            if torch.is_grad_enabled():
                return *by_autograd((xs, h0, c0, W, b), mask, ctx.needs_input_grad, dhs, dc_T), None, None
            back = or_the_loop(ctx.loops.path, ctx.loops.what, ctx.loops.back)
            dzs, dh0, dc0 = back(dhs, dc_T, c0, W[: h0.shape[1]], mask, gates, cs)
            return *bulk_gradients(ctx.needs_input_grad, dzs, xs, h0, hs, W, dh0, dc0), None, None


def or_the_loop(path: str, what: str, back: Callable[..., Any]) -> Callable[..., Any]:
    """A path's way back; where it fails for another reason than memory, :func:`backward_loop`, with a warning."""

    def either(*arguments: Any) -> Any:
        try:
            return back(*arguments)
        except Exception as error:
            if back is backward_loop or is_memory(error):
                raise
            warn_once(path, what, "the loop's backward pass", error)
            return backward_loop(*arguments)

    return either


def _shown(hs: Tensor, mask: Tensor | None) -> Tensor:
    """The states of all steps as a result: ``hs (T, N, H)`` -> (N, T, H), 0 beyond each sequence's end."""
    if mask is not None:
        hs = torch.where(mask.T[:, :, None], hs, hs.new_zeros(()))
    return hs.transpose(0, 1).contiguous()


def forward_loop(zs: Tensor, h0: Tensor, c0: Tensor, W_h: Tensor, mask: Tensor | None):
    """All steps from their input products ``zs (T, N, 4H)``: hs, cs (T, N, H), gates (T, N, 4H).

    The states are held beyond each sequence's end.

    ``h0`` and ``c0`` are (N, H), ``W_h`` (H, 4H) the recurrent rows of W, ``mask`` (N, T) or None. cs is in float32
    where zs is of 16 bits; gates hold i, f, g and o after the squashing.
    """
    T, N, H = len(zs), *h0.shape
    hs, gates = zs.new_empty(T, N, H), torch.empty_like(zs)
    cs = zs.new_empty(T, N, H, dtype=wide(zs.dtype))
    h, c = h0, c0.to(cs.dtype)
    for t in range(T):
        z = torch.addmm(zs[t], h, W_h).to(cs.dtype)  # (N, 4H)
        act = torch.sigmoid_(z.clone())
        act[:, 2 * H : 3 * H] = torch.tanh(z[:, 2 * H : 3 * H])
        i, f, g, o = act.chunk(4, dim=1)
        c_new = f * c + i * g
        h_new = (o * torch.tanh(c_new)).to(h.dtype)
        real = None if mask is None else mask[:, t]
        h, c = hold(real, h_new, h), hold(real, c_new, c)
        gates[t], hs[t], cs[t] = act, h, c
    return hs, cs, gates


def backward_loop(dhs: Tensor, dc_T: Tensor, c0: Tensor, W_h: Tensor, mask: Tensor | None, gates: Tensor, cs: Tensor):
    """All steps back, from ``dhs (N, T, H)`` and ``dc_T (N, H)``: ``dzs (T, N, 4H)``, dh0, dc0.

    ``gates`` (T, N, 4H) and ``cs`` (T, N, H) are :func:`forward_loop`'s. dzs is 0 beyond a sequence's end.
    """
    T, N, H = cs.shape
    dtype = gates.dtype
    dzs = torch.empty_like(gates)
    dh, dc = torch.zeros_like(cs[0]), dc_T.to(cs.dtype)
    for t in range(T - 1, -1, -1):
        i, f, g, o = gates[t].to(cs.dtype).chunk(4, dim=1)
        c, c_prev = cs[t], cs[t - 1] if t else c0.to(cs.dtype)
        real = None if mask is None else mask[:, t]
        dh_t = dh + (dhs[:, t] if real is None else torch.where(real[:, None], dhs[:, t], dhs.new_zeros(())))
        tanh_c = torch.tanh(c)
        dc_t = dc + dh_t * o * (1 - tanh_c * tanh_c)
        dz = dzs[t]
        dz[:, :H] = dc_t * g * i * (1 - i)
        dz[:, H : 2 * H] = dc_t * c_prev * f * (1 - f)
        dz[:, 2 * H : 3 * H] = dc_t * i * (1 - g * g)
        dz[:, 3 * H :] = dh_t * tanh_c * o * (1 - o)
        if real is not None:
            dz *= real[:, None]
        dh = hold(real, (dz @ W_h.T).to(cs.dtype), dh)
        dc = hold(real, dc_t * f, dc)
    return dzs, dh.to(dtype), dc.to(dtype)


def by_autograd(
    arguments: tuple[Tensor, Tensor, Tensor, Tensor, Tensor],
    mask: Tensor | None,
    needed: Sequence[bool],
    dhs: Tensor,
    dc_T: Tensor,
) -> tuple[Tensor | None, ...]:
    """The gradients where they are to be differentiated again: autograd's, through the hoisted loop.

    ``needed`` says for each of the five arguments whether its gradient is wanted; None is returned where it is not, or
    where nothing flows.
    """
    results = hoisted(*arguments, mask)
    needed = needed[: len(arguments)]  # autograd speaks of the mask and the loops too
    wanted = [value for value, need in zip(arguments, needed, strict=True) if need]
    found = iter(torch.autograd.grad(results, wanted, (dhs, dc_T), create_graph=True, allow_unused=True))
    return tuple(next(found) if need else None for need in needed)


def bulk_gradients(needed, dzs: Tensor, xs: Tensor, h0: Tensor, hs: Tensor, W: Tensor, dh0: Tensor, dc0: Tensor):
    """The gradients of the five arguments from ``dzs (T, N, 4H)`` of all steps: a product each.

    Returns dxs (N, T, D), dh0, dc0 (N, H), dW (H + D, 4H) and db (4H,), None where ``needed`` is False; ``hs`` is (T,
    N, H).
    """
    (N, T, D), H = xs.shape, h0.shape[1]
    flat = dzs.reshape(T * N, 4 * H)
    dxs = (flat @ W[H:].T).reshape(T, N, D).transpose(0, 1) if needed[0] else None
    dW = None
    if needed[3]:
        h_prev = torch.cat([h0[None], hs[:-1]]).reshape(T * N, H)
        x = xs.transpose(0, 1).reshape(T * N, D)
        dW = torch.cat([h_prev.T @ flat, x.T @ flat])  # (H, 4H) over (D, 4H)
    db = flat.sum(dim=0) if needed[4] else None
    return dxs, dh0 if needed[1] else None, dc0 if needed[2] else None, dW, db
