"""Wrong functions of tensors, each a right one with one piece exchanged. Imported only when a mistake is run.

Nothing here decides what is right (:mod:`grader.reference` does). A piece is a text or a number, so that the exercises
can name it without torch.
"""

import torch

__all__ = ["backward", "hoisted", "inputs", "lstm", "masked", "mixed", "tile"]

ORDER = "ifgo"


def _cell(z, c_prev, order=ORDER, hidden="o tanh(c)", as_kept=lambda c: c):
    """h and c from z; ``order`` says which gate each block of columns is taken for, ``as_kept`` what becomes of c."""
    gate = dict(zip(order, z.chunk(4, dim=1), strict=True))
    i, f, g, o = gate["i"].sigmoid(), gate["f"].sigmoid(), gate["g"].tanh(), gate["o"].sigmoid()
    c = as_kept(f * c_prev + i * g)
    return (o * c if hidden == "o c" else o * c.tanh()), c


def _results(hs, cs, c0, results="hs, c_T"):
    """What is handed back of the steps' h and c."""
    h_all = torch.stack(hs, dim=1)
    return {
        "hs, c_T": lambda: (h_all, cs[-1]),
        "c_T is h_T": lambda: (h_all, hs[-1]),
        "c_T is c0": lambda: (h_all, c0),
        "hs are cs": lambda: (torch.stack(cs, dim=1), cs[-1]),
        "time first": lambda: (torch.stack(hs), cs[-1]),
        "reshaped": lambda: (torch.stack(hs).reshape(h_all.shape), cs[-1]),
        "last only": lambda: (hs[-1], cs[-1]),
        "swapped": lambda: (cs[-1], h_all),
        "cut hs": lambda: (h_all.detach(), cs[-1]),
        "cut c_T": lambda: (h_all, cs[-1].detach()),
        "cut": lambda: (h_all.detach(), cs[-1].detach()),
    }[results]()


def lstm(
    xs,
    h0,
    c0,
    W,
    b,
    *,
    order=ORDER,
    reads="[h, x]",
    bias=1,
    hidden="o tanh(c)",
    start="h0, c0",
    cut="",
    results="hs, c_T",
):
    """The loop over the steps. ``cut`` names what is detached: of h and c at every step, of the arguments at first."""
    if "xs" in cut:
        xs = xs.detach()
    if "W" in cut:
        W, b = W.detach(), b.detach()
    h, c = {
        "h0, c0": (h0, c0),
        "0, c0": (0 * h0, c0),
        "h0, 0": (h0, 0 * c0),
        "0, 0": (0 * h0, 0 * c0),
        "c0, h0": (c0, h0),
        "cut": (h0.detach(), c0.detach()),
    }[start]
    hs, cs = [], []
    for x in xs.unbind(1):
        a = torch.cat([h, x] if reads == "[h, x]" else [x, h], dim=1)
        h, c = _cell(a @ W + bias * b, c, order, hidden)
        hs.append(h)
        cs.append(c)
        if "h" in cut:
            h = h.detach()
        if "c" in cut:
            c = c.detach()
    return _results(hs, cs, c0, results)


def inputs(xs, W, b, *, rows="last D", bias=1, layout="N, T", cut=""):
    """The input products. ``rows`` says which of W's are taken for the inputs'."""
    (N, T, D), H = xs.shape, W.shape[1] // 4
    xs, W, b = (value.detach() if name in cut else value for name, value in (("x", xs), ("W", W), ("b", b)))
    zs = xs @ (W[H:] if rows == "last D" else W[:D]) + bias * b
    if layout == "T, N":
        return zs.transpose(0, 1)
    if layout == "flat":
        return zs.reshape(N * T, 4 * H)
    if layout == "mixed up":  # time first, and then put into the shape
        return zs.transpose(0, 1).reshape(N, T, 4 * H)
    return zs


def hoisted(
    xs,
    h0,
    c0,
    W,
    b,
    *,
    rows="first H",
    bias_in_step=0,
    reads="h",
    step="t",
    order=ORDER,
    hidden="o tanh(c)",
    cut="",
    results="hs, c_T",
):
    """The loop with the input products taken out of it."""
    H = h0.shape[1]
    zs = inputs(xs, W, b)
    if "z" in cut:
        zs = zs.detach()
    W_h = W[:H] if rows == "first H" else W[-H:]
    if "W" in cut:
        W_h = W_h.detach()
    h, c, hs, cs = h0, c0, [], []
    for t in range(xs.shape[1]):
        z = zs[:, t if step == "t" else step] + (h0 if reads == "h0" else h) @ W_h + bias_in_step * b
        h, c = _cell(z, c, order, hidden)
        hs.append(h)
        cs.append(c)
        if "h" in cut:
            h = h.detach()
        if "c" in cut:
            c = c.detach()
    return _results(hs, cs, c0, results)


def backward(
    dh,
    dc,
    z,
    c_prev,
    *,
    order=ORDER,
    through_h="dh o (1 - tanh(c)^2)",
    dc_in=1,
    slope=(1, 1, 1, 1),
    g_slope="tanh",
    tanh_of="c",
    reads="c_prev",
    written="g",
    hands_on="dc_t f",
    layout="columns",
):
    """The backward pass of a step without its product. ``slope`` 0 leaves a gate's own derivative out."""
    gate = dict(zip(ORDER, z.chunk(4, dim=1), strict=True))
    i, f, g, o = gate["i"].sigmoid(), gate["f"].sigmoid(), gate["g"].tanh(), gate["o"].sigmoid()
    c = f * c_prev + i * g
    shown = {"c": c, "c_prev": c_prev}[tanh_of].tanh()
    arrives = {
        "dh o (1 - tanh(c)^2)": dh * o * (1 - shown**2),
        "dh o": dh * o,
        "dh (1 - tanh(c)^2)": dh * (1 - shown**2),
        "nothing": 0 * dh,
    }[through_h]
    dc_t = dc_in * dc + arrives
    d = {
        "i": dc_t * {"g": g, "z_g": gate["g"]}[written] * (i * (1 - i) if slope[0] else 1),
        "f": dc_t * {"c_prev": c_prev, "c": c}[reads] * (f * (1 - f) if slope[1] else 1),
        "g": dc_t * i * ({"tanh": 1 - g**2, "sigmoid": g * (1 - g)}[g_slope] if slope[2] else 1),
        "o": dh * shown * (o * (1 - o) if slope[3] else 1),
    }
    dz = torch.cat([d[name] for name in order], dim=1 if layout == "columns" else 0)
    return dz, {"dc_t f": dc_t * f, "dc_t": dc_t, "dc f": dc * f}[hands_on]


def masked(xs, lengths, h0, c0, W, b, *, real="t < length", held="h, c", beyond="zero", results="hs, c_T", cut=""):
    """The loop over padded sequences. ``held`` names the states that keep their value beyond the end."""
    T = xs.shape[1]
    t = torch.arange(T, device=xs.device)
    n = lengths[:, None]
    mask = {
        "t < length": t < n,
        "t <= length": t <= n,
        "t < length - 1": t < n - 1,
        "t >= T - length": t >= T - n,
        "t < longest": (t < n.max()).expand(len(lengths), T),
        "t >= length": t >= n,
        "always": (t >= 0).expand(len(lengths), T),
    }[real]
    h, c, hs, cs = h0, c0, [], []
    for x, now in zip(xs.unbind(1), mask.unbind(1)):
        now = now[:, None]  # (N, 1)
        h_new, c_new = _cell(torch.cat([h, x], dim=1) @ W + b, c)
        kept = {"h": h, "c": c} if held != "zeros" else {"h": 0 * h, "c": 0 * c}
        if held == "where real":  # the two sides of torch.where in each other's place
            h, c = torch.where(now, h, h_new), torch.where(now, c, c_new)
        else:
            h = torch.where(now, h_new, kept["h"]) if "h" in held or held == "zeros" else h_new
            c = torch.where(now, c_new, kept["c"]) if "c" in held or held == "zeros" else c_new
        hs.append(torch.where(now, h, 0 * h) if beyond == "zero" else h)
        cs.append(c)
        if "h" in cut:
            h = h.detach()
        if "c" in cut:
            c = c.detach()
    return _results(hs, cs, c0, results)


def mixed(
    xs,
    h0,
    c0,
    W,
    b,
    *,
    low="bfloat16",
    hx="low",
    weights="low",
    state="high",
    gates="high",
    added="high",
    everything=False,
    order=ORDER,
    reads="[h, x]",
    bias=1,
    results="hs, c_T",
):
    """The loop in mixed precision: ``high`` is the arguments' dtype, ``low`` the other."""
    high, low = xs.dtype, getattr(torch, low)
    if everything:
        return tuple(v.to(high) for v in lstm(*(v.to(low) for v in (xs, h0, c0, W, b))))

    def kept(value, where):
        return value.to(low).to(high) if where == "low" else value

    h, c, hs, cs = h0, c0, [], []
    W_low = kept(W, weights)
    for x in xs.unbind(1):
        a = kept(torch.cat([h, x] if reads == "[h, x]" else [x, h], dim=1), hx)
        if hx == weights == "low":
            z = a.to(low) @ W_low.to(low)
        else:
            z = a @ W_low
        if gates == "low":
            z = z + bias * b.to(z.dtype)
        elif added == "low":
            z = (z + b.to(z.dtype)).to(high)
        else:
            z = z.to(high) + bias * b
        h, c = _cell(z, c, order, as_kept=lambda c: kept(c, "low" if state == "low at once" else "high"))
        h, c = h.to(high), kept(c.to(high), state)
        hs.append(h)
        cs.append(c)
    return _results(hs, cs, c0, results)


def tile(
    memory, H, size, gate, *, stride="4H", offset="gate H", inside="rows, columns", transposed=False, first_row="h"
):
    """The tile as a kernel reads it, with one piece of the arithmetic exchanged."""
    r, k = torch.arange(size, device=memory.device)[:, None], torch.arange(size, device=memory.device)[None, :]
    if transposed:
        r, k = k, r
    mask = {
        "rows, columns": (r < H) & (k < H),
        "rows": (r < H) & (k >= 0),
        "columns": (r >= 0) & (k < H),
        "none": (r >= 0) & (k >= 0),
        "up to H": (r <= H) & (k <= H),
    }[inside]
    step = {"4H": 4 * H, "H": H, "4 size": 4 * size}[stride]
    start = {
        "gate H": gate * H,
        "gate H H": gate * H * H,
        "gate size": gate * size,
        "gate": gate,
        "none": 0,
        "gate 4H": gate * 4 * H,
    }[offset]
    rows = len(memory) // (4 * H)
    offsets = start + (r + (rows - H if first_row == "x" else 0)) * step + k
    safe = torch.where(mask, offsets, 0)  # what lies beyond the end of memory a kernel would read, and this raises
    return torch.where(mask, memory[safe], memory.new_zeros(()))
