"""The loops with all that follows a step's product in one Triton kernel: two launches a step, there and back.

For any H and dtype; the products are the library's. A CUDA graph records them (:mod:`.graph`). With TRITON_INTERPRET=1,
set before Triton is imported, the same kernels run on a CPU, slowly.

A program takes a block of states, each with its four gates, so that what belongs to a step is read and written once.
The kernels' arguments are addresses; all shapes are in the functions that launch them.
"""

from __future__ import annotations

import torch
import triton
import triton.language as tl
from torch import Tensor

from ..precision import wide

__all__ = ["backward_loop", "forward_loop"]

BLOCK = 256  # states in a program


@triton.jit
def _tanh(x):
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def _forward(z, h_prev, c_prev, real, gates, h, c, count, H, MASKED: tl.constexpr, BLOCK: tl.constexpr):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)  # the states, row after row
    inside = at < count
    n = at // H
    first = n * 4 * H + (at - n * H)  # of the gates that belong to them
    kind = c.dtype.element_ty
    i = tl.sigmoid(tl.load(z + first, mask=inside, other=0.0).to(kind))
    f = tl.sigmoid(tl.load(z + first + H, mask=inside, other=0.0).to(kind))
    g = _tanh(tl.load(z + first + 2 * H, mask=inside, other=0.0).to(kind))
    o = tl.sigmoid(tl.load(z + first + 3 * H, mask=inside, other=0.0).to(kind))
    old = tl.load(c_prev + at, mask=inside, other=0.0).to(kind)
    new = f * old + i * g
    out = (o * _tanh(new)).to(h.dtype.element_ty)
    if MASKED:
        now = tl.load(real + n, mask=inside, other=0) != 0
        new = tl.where(now, new, old)
        out = tl.where(now, out, tl.load(h_prev + at, mask=inside, other=0.0))
    tl.store(c + at, new, mask=inside)
    tl.store(h + at, out, mask=inside)
    low = gates.dtype.element_ty
    tl.store(gates + first, i.to(low), mask=inside)
    tl.store(gates + first + H, f.to(low), mask=inside)
    tl.store(gates + first + 2 * H, g.to(low), mask=inside)
    tl.store(gates + first + 3 * H, o.to(low), mask=inside)


@triton.jit
def _backward(
    dh_later,
    held,
    real_later,
    dhs,
    dc,
    gates,
    c_here,
    c_prev,
    real,
    dz,
    count,
    H,
    MASKED: tl.constexpr,
    BLOCK: tl.constexpr,
):
    at = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    inside = at < count
    n = at // H
    first = n * 4 * H + (at - n * H)
    kind = dc.dtype.element_ty
    i = tl.load(gates + first, mask=inside, other=0.0).to(kind)
    f = tl.load(gates + first + H, mask=inside, other=0.0).to(kind)
    g = tl.load(gates + first + 2 * H, mask=inside, other=0.0).to(kind)
    o = tl.load(gates + first + 3 * H, mask=inside, other=0.0).to(kind)
    tanh_c = _tanh(tl.load(c_here + at, mask=inside, other=0.0).to(kind))
    old = tl.load(c_prev + at, mask=inside, other=0.0).to(kind)
    dh = tl.load(dh_later + at, mask=inside, other=0.0).to(kind)
    here = tl.load(dhs + at, mask=inside, other=0.0).to(kind)
    from_later = tl.load(dc + at, mask=inside, other=0.0)
    if MASKED:  # where the later step was not real, what arrived there is handed on as it is
        now = tl.load(real + n, mask=inside, other=0) != 0
        later = tl.load(real_later + n, mask=inside, other=0) != 0
        dh = tl.where(later, dh, tl.load(held + at, mask=inside, other=0.0))
        here = tl.where(now, here, 0.0)
        tl.store(held + at, dh, mask=inside)
    dh += here
    dc_t = from_later + dh * o * (1 - tanh_c * tanh_c)
    dz_i = dc_t * g * i * (1 - i)
    dz_f = dc_t * old * f * (1 - f)
    dz_g = dc_t * i * (1 - g * g)
    dz_o = dh * tanh_c * o * (1 - o)
    dc_prev = dc_t * f
    if MASKED:
        dz_i, dz_f = tl.where(now, dz_i, 0.0), tl.where(now, dz_f, 0.0)
        dz_g, dz_o = tl.where(now, dz_g, 0.0), tl.where(now, dz_o, 0.0)
        dc_prev = tl.where(now, dc_prev, from_later)
    tl.store(dc + at, dc_prev, mask=inside)
    low = dz.dtype.element_ty
    tl.store(dz + first, dz_i.to(low), mask=inside)
    tl.store(dz + first + H, dz_f.to(low), mask=inside)
    tl.store(dz + first + 2 * H, dz_g.to(low), mask=inside)
    tl.store(dz + first + 3 * H, dz_o.to(low), mask=inside)


def forward_loop(zs: Tensor, h0: Tensor, c0: Tensor, W_h: Tensor, mask: Tensor | None):
    """As :func:`.loops.forward_loop`.

    The arguments and results, and their shapes, are the same. CUDA's tensors, or any in Triton's interpreter.
    """
    T, N, H = len(zs), *h0.shape
    hs, gates = zs.new_empty(T, N, H), torch.empty_like(zs)
    cs = zs.new_empty(T, N, H, dtype=wide(zs.dtype))
    reals = _by_step(mask)
    h, c = h0.contiguous(), c0.contiguous()
    for t in range(T):
        z = torch.addmm(zs[t], h, W_h)  # (N, 4H)
        real = z if reals is None else reals[t]
        _forward[_grid(N * H)](z, h, c, real, gates[t], hs[t], cs[t], N * H, H, MASKED=mask is not None, BLOCK=BLOCK)
        h, c = hs[t], cs[t]
    return hs, cs, gates


def backward_loop(dhs: Tensor, dc_T: Tensor, c0: Tensor, W_h: Tensor, mask: Tensor | None, gates: Tensor, cs: Tensor):
    """As :func:`.loops.backward_loop`."""
    T, N, H = cs.shape
    dhs, c0, W_h_T = dhs.transpose(0, 1).contiguous(), c0.contiguous(), W_h.T
    dzs, dc = torch.empty_like(gates), dc_T.to(cs.dtype, copy=True).contiguous()
    dh, held = torch.zeros_like(dhs[0]), torch.zeros_like(cs[0])
    reals = _by_step(mask)
    for t in range(T - 1, -1, -1):
        real = dzs[t] if reals is None else reals[t]
        later = real if reals is None or t == T - 1 else reals[t + 1]
        _backward[_grid(N * H)](
            dh,
            held,
            later,
            dhs[t],
            dc,
            gates[t],
            cs[t],
            cs[t - 1] if t else c0,
            real,
            dzs[t],
            N * H,
            H,
            MASKED=mask is not None,
            BLOCK=BLOCK,
        )
        dh = dzs[t] @ W_h_T
    if mask is not None:
        dh = torch.where(mask[:, :1], dh, held.to(dh.dtype))
    return dzs, dh, dc.to(gates.dtype)


def _by_step(mask: Tensor | None) -> Tensor | None:
    """A mask (N, T) as bytes (T, N), a step in one piece; None stays None."""
    return None if mask is None else mask.T.to(torch.uint8).contiguous()  # (T, N)


def _grid(count: int) -> tuple[int]:
    """How many programs a step takes, as Triton wants it: one for ``BLOCK`` states each."""
    return (triton.cdiv(count, BLOCK),)
