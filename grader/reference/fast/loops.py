"""Loops over the time steps that do less in each: what does not depend on h is done once, for all steps.

J. Appleyard, T. Kocisky and P. Blunsom, "Optimizing Performance of Recurrent Neural Networks on GPUs",
arXiv:1604.01946, 2016: one product for the four gates, one for the inputs of all steps, the weights' gradients
after the loop.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..basics import sigmoid
from ..lengths import hold, mask_of, without_padding

__all__ = ["bptt", "bulk_gradients", "by_autograd", "hoisted", "input_products"]


def input_products(xs: Tensor, W: Tensor, b: Tensor, H: int) -> Tensor:
    """What every step adds to its gates whatever h is: ``xs (N, T, D)`` -> ``zs (N, T, 4H)``."""
    N, T, D = xs.shape
    return torch.addmm(b, xs.reshape(N * T, D), W[H:]).reshape(N, T, 4 * H)


def hoisted(
    xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None,
    checked: Tensor | None = None,
):
    """The loop with the input products taken out of it; autograd does the rest.

    ``checked`` is a mask that was looked at already, in the place of lengths.
    """
    H = h0.shape[1]
    mask = mask_of(lengths, xs) if checked is None else checked
    W_h = W[:H]  # (H, 4H)
    zs = input_products(without_padding(xs, mask), W, b, H)
    steps = [None] * xs.shape[1] if mask is None else mask.unbind(1)
    h, c, hs = h0, c0, []
    for z_x, real in zip(zs.unbind(1), steps):  # T times (N, 4H)
        z_i, z_f, z_g, z_o = torch.addmm(z_x, h, W_h).chunk(4, dim=1)
        c_new = sigmoid(z_f) * c + sigmoid(z_i) * torch.tanh(z_g)
        h, c = hold(real, sigmoid(z_o) * torch.tanh(c_new), h), hold(real, c_new, c)
        hs.append(hold(real, h, torch.zeros_like(h)))
    return torch.stack(hs, dim=1), c


def bptt(xs: Tensor, h0: Tensor, c0: Tensor, W: Tensor, b: Tensor, lengths: Tensor | None = None):
    """The loop with a backward pass written by hand; a second derivative is left to autograd."""
    mask = mask_of(lengths, xs)
    return _Bptt.apply(without_padding(xs, mask), h0, c0, W, b, mask)


class _Bptt(torch.autograd.Function):
    @staticmethod
    def forward(ctx, xs, h0, c0, W, b, mask):
        N, T, D = xs.shape
        H = h0.shape[1]
        W_h = W[:H]
        zs = input_products(xs, W, b, H).transpose(0, 1).contiguous()  # (T, N, 4H): a step in one piece
        hs, cs, gates = zs.new_empty(T, N, H), zs.new_empty(T, N, H), torch.empty_like(zs)
        h, c = h0, c0
        for t in range(T):
            z = torch.addmm(zs[t], h, W_h)  # (N, 4H)
            act = torch.sigmoid_(z.clone())
            act[:, 2 * H : 3 * H] = torch.tanh(z[:, 2 * H : 3 * H])
            i, f, g, o = act.chunk(4, dim=1)
            c_new = f * c + i * g
            h_new = o * torch.tanh(c_new)
            real = None if mask is None else mask[:, t]
            h, c = hold(real, h_new, h), hold(real, c_new, c)
            gates[t], hs[t], cs[t] = act, h, c
        ctx.save_for_backward(xs, h0, c0, W, b, mask, gates, hs, cs)
        shown = hs if mask is None else torch.where(mask.T[:, :, None], hs, hs.new_zeros(()))
        return shown.transpose(0, 1).contiguous(), c.clone()

    @staticmethod
    def backward(ctx, dhs, dc_T):
        xs, h0, c0, W, b, mask, gates, hs, cs = ctx.saved_tensors
        if torch.is_grad_enabled():
            return *by_autograd((xs, h0, c0, W, b), mask, ctx.needs_input_grad, dhs, dc_T), None
        T, H = xs.shape[1], h0.shape[1]
        W_h_T = W[:H].T
        dzs = torch.empty_like(gates)  # (T, N, 4H)
        dh, dc = torch.zeros_like(h0), dc_T
        for t in range(T - 1, -1, -1):
            i, f, g, o = gates[t].chunk(4, dim=1)
            c, c_prev = cs[t], cs[t - 1] if t else c0
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
            dh = hold(real, dz @ W_h_T, dh)
            dc = hold(real, dc_t * f, dc)
        return *bulk_gradients(ctx.needs_input_grad, dzs, xs, h0, hs, W, dh, dc), None


def by_autograd(arguments, mask: Tensor | None, needed, dhs: Tensor, dc_T: Tensor):
    """The gradients where they are to be differentiated again: autograd's, through the hoisted loop."""
    results = hoisted(*arguments, checked=mask)
    wanted = [value for value, need in zip(arguments, needed) if need]
    found = iter(torch.autograd.grad(results, wanted, (dhs, dc_T), create_graph=True, allow_unused=True))
    return tuple(next(found) if need else None for need in needed[: len(arguments)])


def bulk_gradients(needed, dzs: Tensor, xs: Tensor, h0: Tensor, hs: Tensor, W: Tensor, dh0: Tensor, dc0: Tensor):
    """The gradients of the five arguments from ``dzs (T, N, 4H)`` of all steps: a product each."""
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
