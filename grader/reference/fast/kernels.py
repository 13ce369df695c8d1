"""Triton kernels that run a whole sequence in one launch, with the recurrent weights on the chip throughout.

One program takes a block of sequences through all time steps. It loads the four gates' recurrent weights once; in
each step h meets them in four small products, and nothing but that step's input products comes from memory, nothing but
its results goes there. No program waits for another. That a block's weights have to fit one multiprocessor limits H:
G. Diamos et al., "Persistent RNNs", ICML 2016, where the idea comes from, spread them over the whole chip.

Variable lengths cost a comparison a step: a sequence that has ended keeps its state, and 0 is stored.

With TRITON_INTERPRET=1, set before Triton is imported, the same kernels run on a CPU, slowly.

Shapes are in the course's letters: N sequences, T steps, H hidden units, gates in the order i, f, g, o. The kernels
take addresses, contiguous in memory, sequence after sequence: zs, gates and dzs (N, T, 4H), hs, cs and dhs (N, T, H).
"""

from __future__ import annotations

import contextlib
import os

import torch
import triton
import triton.language as tl
from torch import Tensor

from ..lengths import without_padding
from ..precision import tf32_in_kernels, wide
from .loops import bulk_gradients, by_autograd, input_products, or_the_loop
from .trouble import sizes_named

__all__ = ["BLOCK", "persistent"]

BLOCK = 16  # sequences in a program: the least that a tensor core takes


@triton.jit
def _tanh(x):
    return 2 * tl.sigmoid(2 * x) - 1


@triton.jit
def _dot(a, b, PRECISION: tl.constexpr, WIDE: tl.constexpr):
    if WIDE:  # the interpreter's products take bfloat16 for whole numbers; float32 holds each of its numbers
        return tl.dot(a.to(tl.float32), b.to(tl.float32), input_precision="ieee")
    return tl.dot(a, b, input_precision=PRECISION)


@triton.jit
def _forward(
    zs,
    W_h,
    h0,
    c0,
    counts,
    hs,
    cs,
    gates,
    c_T,
    N,
    T,
    H: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_H: tl.constexpr,
    SAVE: tl.constexpr,
    PRECISION: tl.constexpr,
    WIDE: tl.constexpr,
):
    n = tl.program_id(0) * BLOCK_N + tl.arange(0, BLOCK_N)  # (BLOCK_N,): this program's sequences
    j = tl.arange(0, BLOCK_H)  # (BLOCK_H,): the cells
    here = (n[:, None] < N) & (j[None, :] < H)  # (BLOCK_N, BLOCK_H)
    square = (j[:, None] < H) & (j[None, :] < H)
    weights = W_h + j[:, None] * (4 * H) + j[None, :]
    W_i = tl.load(weights, mask=square, other=0.0)  # (BLOCK_H, BLOCK_H) each, and they stay
    W_f = tl.load(weights + H, mask=square, other=0.0)
    W_g = tl.load(weights + 2 * H, mask=square, other=0.0)
    W_o = tl.load(weights + 3 * H, mask=square, other=0.0)
    state = n[:, None] * H + j[None, :]
    h = tl.load(h0 + state, mask=here, other=0.0).to(tl.float32)
    c = tl.load(c0 + state, mask=here, other=0.0).to(tl.float32)
    count = tl.load(counts + n, mask=n < N, other=0)  # (BLOCK_N,): each sequence's length
    for t in range(T):
        row = n[:, None].to(tl.int64) * T + t
        z = zs + row * (4 * H) + j[None, :]
        low = h.to(W_i.dtype)
        i = tl.sigmoid(tl.load(z, mask=here, other=0.0).to(tl.float32) + _dot(low, W_i, PRECISION, WIDE))
        f = tl.sigmoid(tl.load(z + H, mask=here, other=0.0).to(tl.float32) + _dot(low, W_f, PRECISION, WIDE))
        g = _tanh(tl.load(z + 2 * H, mask=here, other=0.0).to(tl.float32) + _dot(low, W_g, PRECISION, WIDE))
        o = tl.sigmoid(tl.load(z + 3 * H, mask=here, other=0.0).to(tl.float32) + _dot(low, W_o, PRECISION, WIDE))
        real = (t < count)[:, None]  # (BLOCK_N, 1)
        c = tl.where(real, f * c + i * g, c)
        h = tl.where(real, o * _tanh(c), h)
        at = row * H + j[None, :]
        tl.store(hs + at, tl.where(real, h, 0.0).to(hs.dtype.element_ty), mask=here)
        if SAVE:
            tl.store(cs + at, c, mask=here)
            saved = gates + row * (4 * H) + j[None, :]
            tl.store(saved, i.to(gates.dtype.element_ty), mask=here)
            tl.store(saved + H, f.to(gates.dtype.element_ty), mask=here)
            tl.store(saved + 2 * H, g.to(gates.dtype.element_ty), mask=here)
            tl.store(saved + 3 * H, o.to(gates.dtype.element_ty), mask=here)
    tl.store(c_T + state, c.to(c_T.dtype.element_ty), mask=here)


@triton.jit
def _backward(
    dhs,
    dc_T,
    W_h,
    c0,
    counts,
    cs,
    gates,
    dzs,
    dh0,
    dc0,
    N,
    T,
    H: tl.constexpr,
    BLOCK_N: tl.constexpr,
    BLOCK_H: tl.constexpr,
    PRECISION: tl.constexpr,
    WIDE: tl.constexpr,
):
    n = tl.program_id(0) * BLOCK_N + tl.arange(0, BLOCK_N)
    j = tl.arange(0, BLOCK_H)
    here = (n[:, None] < N) & (j[None, :] < H)
    square = (j[:, None] < H) & (j[None, :] < H)
    weights = W_h + j[None, :] * (4 * H) + j[:, None]  # transposed as it is loaded
    W_i = tl.load(weights, mask=square, other=0.0)
    W_f = tl.load(weights + H, mask=square, other=0.0)
    W_g = tl.load(weights + 2 * H, mask=square, other=0.0)
    W_o = tl.load(weights + 3 * H, mask=square, other=0.0)
    state = n[:, None] * H + j[None, :]
    dh = tl.zeros((BLOCK_N, BLOCK_H), dtype=tl.float32)
    dc = tl.load(dc_T + state, mask=here, other=0.0).to(tl.float32)
    c_first = tl.load(c0 + state, mask=here, other=0.0).to(tl.float32)
    count = tl.load(counts + n, mask=n < N, other=0)
    for back in range(T):
        t = T - 1 - back
        row = n[:, None].to(tl.int64) * T + t
        at = row * H + j[None, :]
        saved = gates + row * (4 * H) + j[None, :]
        i = tl.load(saved, mask=here, other=0.0).to(tl.float32)
        f = tl.load(saved + H, mask=here, other=0.0).to(tl.float32)
        g = tl.load(saved + 2 * H, mask=here, other=0.0).to(tl.float32)
        o = tl.load(saved + 3 * H, mask=here, other=0.0).to(tl.float32)
        tanh_c = _tanh(tl.load(cs + at, mask=here, other=0.0))
        not_first = row > n[:, None].to(tl.int64) * T  # (BLOCK_N, 1)
        earlier = tl.load(cs + at - H, mask=here & not_first, other=0.0)  # the step before lies a row before
        c_prev = tl.where(not_first, earlier, c_first)
        real = (t < count)[:, None]
        dh_t = dh + tl.where(real, tl.load(dhs + at, mask=here, other=0.0).to(tl.float32), 0.0)
        dc_t = dc + dh_t * o * (1 - tanh_c * tanh_c)
        dz_i = tl.where(real, dc_t * g * i * (1 - i), 0.0)
        dz_f = tl.where(real, dc_t * c_prev * f * (1 - f), 0.0)
        dz_g = tl.where(real, dc_t * i * (1 - g * g), 0.0)
        dz_o = tl.where(real, dh_t * tanh_c * o * (1 - o), 0.0)
        out = dzs + row * (4 * H) + j[None, :]
        kind = dzs.dtype.element_ty
        tl.store(out, dz_i.to(kind), mask=here)
        tl.store(out + H, dz_f.to(kind), mask=here)
        tl.store(out + 2 * H, dz_g.to(kind), mask=here)
        tl.store(out + 3 * H, dz_o.to(kind), mask=here)
        dh_prev = _dot(dz_i.to(W_i.dtype), W_i, PRECISION, WIDE)
        dh_prev += _dot(dz_f.to(W_i.dtype), W_f, PRECISION, WIDE)
        dh_prev += _dot(dz_g.to(W_i.dtype), W_g, PRECISION, WIDE)
        dh_prev += _dot(dz_o.to(W_i.dtype), W_o, PRECISION, WIDE)
        dh = tl.where(real, dh_prev, dh)
        dc = tl.where(real, dc_t * f, dc)
    tl.store(dh0 + state, dh.to(dh0.dtype.element_ty), mask=here)
    tl.store(dc0 + state, dc.to(dc0.dtype.element_ty), mask=here)


def persistent(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, mask: Tensor | None = None):
    """A sequence in one launch forward, one backward, and a product for each gradient of a whole tensor.

    ``mask`` (N, T) is True at real steps, None where all are. Returns ``hs (N, T, H)`` and ``c_T (N, H)`` in xs' dtype.
    Which H fit is decided beforehand (:mod:`.choose`). A second derivative goes through the hoisted loop.
    """
    return _Persistent.apply(without_padding(xs, mask), h0, c0, W, b, mask)


def _options(dtype: torch.dtype, H: int) -> dict:
    """The kernels' constants for these numbers: sizes of the blocks, warps, and how products are computed.

    ``BLOCK_H`` is H or the next power of two above, at least 16, as Triton wants a block's sides.
    """
    block_h = max(16, triton.next_power_of_2(H))
    return {
        "H": H,
        "BLOCK_N": BLOCK,
        "BLOCK_H": block_h,
        "num_warps": 4 if block_h <= 64 else 8,
        # As cuDNN would: TF32 where float32 may be computed so.
        "PRECISION": "tf32" if dtype == torch.float32 and tf32_in_kernels() else "ieee",
        "WIDE": os.environ.get("TRITON_INTERPRET") == "1",
    }


class _Persistent(torch.autograd.Function):
    @staticmethod
    def forward(ctx, xs, h0, c0, W, b, mask):
        N, T, _ = xs.shape
        H = h0.shape[1]
        zs = input_products(xs, W, b, H).contiguous()  # (N, T, 4H)
        W_h, h0, c0 = W[:H].contiguous(), h0.contiguous(), c0.contiguous()
        save = any(ctx.needs_input_grad)
        hs, c_T = xs.new_empty(N, T, H), torch.empty_like(c0)
        cs = torch.empty(N, T, H, dtype=wide(xs.dtype), device=xs.device) if save else c_T
        gates = torch.empty_like(zs) if save else zs
        if N:
            with _on(xs.device):
                _forward[(triton.cdiv(N, BLOCK),)](
                    zs,
                    W_h,
                    h0,
                    c0,
                    _counts(mask, N, T, xs.device),
                    hs,
                    cs,
                    gates,
                    c_T,
                    N,
                    T,
                    SAVE=save,
                    **_options(xs.dtype, H),
                )
        if save:
            ctx.save_for_backward(xs, h0, c0, W, b, mask, hs, cs, gates)
        return hs, c_T

    @staticmethod
    def backward(ctx, dhs, dc_T):
        xs, h0, c0, W, b, mask, *kept = ctx.saved_tensors
        with sizes_named("triton", xs, h0):
            if torch.is_grad_enabled():
                return *by_autograd((xs, h0, c0, W, b), mask, ctx.needs_input_grad, dhs, dc_T), None
            hs, cs, gates = (value.transpose(0, 1) for value in kept)  # (T, N, ...), as the loops have them
            back = or_the_loop("triton", "a Triton kernel", _back)
            dzs, dh0, dc0 = back(dhs, dc_T, c0, W[: h0.shape[1]], mask, gates, cs)
            # Beyond a sequence's end dz is 0, so that what hs holds there counts for nothing.
            return *bulk_gradients(ctx.needs_input_grad, dzs, xs, h0, hs, W, dh0, dc0), None


def _back(dhs: Tensor, dc_T: Tensor, c0: Tensor, W_h: Tensor, mask: Tensor | None, gates: Tensor, cs: Tensor):
    """As :func:`.loops.backward_loop`, for gates and cs that lie in memory sequence after sequence."""
    T, N, H = cs.shape
    dzs = torch.empty_like(gates.transpose(0, 1))  # (N, T, 4H)
    dh0, dc0 = torch.empty_like(c0), torch.empty_like(c0)
    if N:
        with _on(c0.device):
            _backward[(triton.cdiv(N, BLOCK),)](
                dhs.contiguous(),
                dc_T.contiguous(),
                W_h.contiguous(),
                c0,
                _counts(mask, N, T, c0.device),
                cs.transpose(0, 1),
                gates.transpose(0, 1),
                dzs,
                dh0,
                dc0,
                N,
                T,
                **_options(gates.dtype, H),
            )
    return dzs.transpose(0, 1), dh0, dc0


def _on(device: torch.device):
    """Triton launches on the current device, whatever device its arguments are on.

    Returns what to launch in: a context that makes ``device`` the current one, or none on a CPU.
    """
    return torch.cuda.device(device) if device.type == "cuda" else contextlib.nullcontext()


def _counts(mask: Tensor | None, N: int, T: int, device: torch.device) -> Tensor:
    """Each sequence's length, whole numbers (N,): T where there is no mask."""
    return torch.full((N,), T, dtype=torch.int32, device=device) if mask is None else mask.sum(dim=1, dtype=torch.int32)
