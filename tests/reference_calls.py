"""Every function of the reference with arguments in general position, and what the tests measure with."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from grader import reference as ref

__all__ = [
    "DEVICES",
    "F64",
    "FOREST",
    "GPU",
    "NAMES",
    "SIZES",
    "calls",
    "distance",
    "draw",
    "gradients",
    "layer",
    "outputs",
    "scalar",
    "with_grad",
]

F64 = torch.float64
SIZES = [(3, 7, 4, 5), (4, 5, 6, 2), (2, 1, 1, 6), (1, 9, 3, 1), (1, 1, 1, 1)]  # N, T, D, H
GPU = pytest.param(
    "cuda",
    marks=[
        pytest.mark.gpu,
        pytest.mark.skipif(not torch.cuda.is_available(), reason="this machine has no CUDA device"),
    ],
)
DEVICES = ["cpu", GPU]
FOREST = [[], [], [], [2], [0, 1, 3], []]  # the children of six nodes


def draw(*shape, seed=0, scale=1.0):
    """Normal float64 numbers that depend on the shape and the seed only."""
    return torch.from_numpy(np.asarray(scale * np.random.default_rng([seed, *shape]).normal(size=shape)))


def distance(got, want):
    """The course's metric: the largest difference over the largest value."""
    with torch.no_grad():
        return float((got - want).abs().max() / want.abs().max().clamp_min(1e-300))


def layer(N, T, D, H, seed=0):
    """xs, h0, c0, W, b of an LSTM, with a gain well away from mild."""
    return (
        draw(N, T, D, seed=seed),
        draw(N, H, seed=seed + 1),
        draw(N, H, seed=seed + 2),
        draw(H + D, 4 * H, seed=seed + 3),
        draw(4 * H, seed=seed + 4),
    )


def calls(N=2, T=3, D=4, H=3):
    """Every differentiable function with arguments in general position, by name."""
    xs, h0, c0, W, b = layer(N, T, D, H)
    gate = (draw(N, D, seed=10), draw(N, H, seed=11), draw(H + D, H, seed=12), draw(H, seed=13))
    four = [draw(N, H, seed=seed) for seed in range(20, 24)]
    sheets = [draw(H + D, H, seed=seed) for seed in range(30, 34)]
    biases = [draw(H, seed=seed) for seed in range(34, 38)]
    shorter = torch.tensor([T - 1, T])
    steps = torch.tensor([[True, True, False], [True, False, False]])[:, :T]  # that count in a loss
    places = torch.arange(T) < torch.arange(T, T - N, -1)[:, None]  # of a source: no row is all padding where N <= T
    plain = [0.5 * value for value in gate[2:]]
    unit = [draw(H + D, 3 * H, seed=53), draw(3 * H, seed=54), draw(H, seed=55)]
    state = ref.to_torch(W, b, D)
    keys = list(state)
    return {
        "sigmoid": (ref.sigmoid, [draw(N, H, scale=3)]),
        "sigmoid_slope": (ref.sigmoid_slope, [draw(N, H, scale=3)]),
        "step_jacobian": (lambda h, W: ref.step_jacobian(h, W, D), [torch.tanh(gate[1]), gate[2]]),
        "gradient_norms": (ref.gradient_norms, [draw(N, H, seed=56), torch.tanh(draw(N, T, H, seed=57)), gate[2]]),
        "candidate": (ref.candidate, gate),
        "leaky_update": (ref.leaky_update, [*four[:2], torch.tensor(0.7, dtype=F64)]),
        "leaky_update, an alpha a unit": (ref.leaky_update, [*four[:2], draw(H, seed=40)]),
        "input_gate": (ref.input_gate, gate),
        "forget_gate": (ref.forget_gate, gate),
        "output_gate": (ref.output_gate, gate),
        "cell_update": (ref.cell_update, four),
        "hidden_update": (ref.hidden_update, four[:2]),
        "pack": (ref.pack, [*sheets, *biases]),
        "lstm_step": (ref.lstm_step, [xs[:, 0], h0, c0, W, b]),
        "lstm": (ref.lstm, [xs, h0, c0, W, b]),
        "lstm, lengths": (lambda *values: ref.lstm(*values, shorter), [xs, h0, c0, W, b]),
        "lstm, peepholes": (
            lambda *values: ref.lstm(*values[:5], peepholes=values[5:]),
            [xs, h0, c0, W, b, *(draw(H, seed=seed) for seed in (41, 42, 43))],
        ),
        "lstm, coupled": (lambda *values: ref.lstm(*values, coupled=True), [xs, h0, c0, W, b]),
        "lstm, 1997": (lambda *values: ref.lstm(*values, forget=False), [xs, h0, c0, W, b]),
        "rnn_step": (ref.rnn_step, gate),
        "rnn": (ref.rnn, [xs, h0, *plain]),
        "rnn, lengths": (lambda *values: ref.rnn(*values, shorter), [xs, h0, *plain]),
        "gru_step": (ref.gru_step, [xs[:, 0], h0, *unit]),
        "gru": (ref.gru, [xs, h0, *unit]),
        "gru, lengths": (lambda *values: ref.gru(*values, shorter), [xs, h0, *unit]),
        "tree_lstm_node": (ref.tree_lstm_node, [xs[:, 0], draw(N, 2, H, seed=44), draw(N, 2, H, seed=45), W, b]),
        "tree_lstm": (lambda *values: ref.tree_lstm(values[0], FOREST, *values[1:]), [draw(6, D, seed=46), W, b]),
        "bidirectional": (
            lambda xs, h, W, b: ref.bidirectional(
                lambda xs: ref.rnn(xs, h, W, b), lambda xs: ref.rnn(xs, -h, W, -b), xs, shorter
            ),
            [xs, h0, *plain],
        ),
        "readout": (ref.readout, [draw(N, T, H, seed=47), draw(H, 5, seed=48), draw(5, seed=49)]),
        "softmax": (ref.softmax, [3 * draw(N, T, 5, seed=56)]),
        "masked_softmax": (
            lambda scores: ref.masked_softmax(scores, places.to(scores.device)),
            [draw(N, 4, T, seed=58)],
        ),
        "attend": (
            lambda *values: ref.attend(*values, places.to(values[0].device)),
            [draw(N, 4, H, seed=59), draw(N, T, H, seed=60), draw(N, T, D, seed=61)],
        ),
        "cross_entropy": (
            lambda logits: ref.cross_entropy(
                logits, torch.tensor([[0, 4, 2], [1, 1, 3]])[:, :T].to(logits.device), steps
            ),
            [3 * draw(N, T, 5, seed=51)],
        ),
        "embed": (lambda E: ref.embed(torch.tensor([[0, 4], [4, 1]], device=E.device), E), [draw(5, D, seed=52)]),
        # The zero bias is left out: it depends on nothing.
        "to_torch": (lambda W, b: tuple(ref.to_torch(W, b, D)[key] for key in keys[:3]), [W, b]),
        "from_torch": (
            lambda *values: ref.from_torch(dict(zip(keys, values, strict=True))),
            [state[key] + draw(*state[key].shape, seed=50) for key in keys],
        ),
    }


NAMES = list(calls())


def outputs(function, arguments):
    """What the function returns, as a tuple."""
    value = function(*arguments)
    return value if isinstance(value, tuple) else (value,)


def scalar(function, arguments):
    """One number that depends on every entry of every output, each in its own way."""
    results = outputs(function, arguments)
    return sum((draw(*out.shape, seed=60 + k).to(out) * out).sum() for k, out in enumerate(results))


def with_grad(arguments):
    return [value.clone().requires_grad_() for value in arguments]


def gradients(function, arguments):
    arguments = with_grad(arguments)
    return torch.autograd.grad(scalar(function, arguments), arguments)
