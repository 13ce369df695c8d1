"""The whole family against torch's own layers, packed sequences included, and its members against each other."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_calls import DEVICES, F64, SIZES, distance, draw, layer
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from grader import reference as ref
from grader.bench.errors import KINDS, unit_of

EXACT = 1e-13


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def sequence(kind, unit, h0, c0):
    """A layer of the reference as a function of xs and lengths."""
    if kind == "lstm":
        return lambda xs, lengths=None: ref.lstm(xs, h0, c0, *unit, lengths)[0]
    return lambda xs, lengths=None: getattr(ref, kind)(xs, h0, *unit, lengths)


def made(kind, D, H, device="cpu", dtype=F64, seed=0, **options):
    torch.manual_seed(seed)
    module = KINDS[kind](D, H, batch_first=True, dtype=F64, **options)
    with torch.no_grad():
        for value in module.parameters():
            value.mul_(1.5)
    return module.to(device, dtype)


def run(module, kind, xs, h0, c0, lengths=None):
    """hs and the last states of a torch module, over packed sequences where there are lengths."""
    state = (h0, c0) if kind == "lstm" else h0
    if lengths is None:
        return module(xs, state)
    packed, last = module(pack_padded_sequence(xs, lengths.cpu(), batch_first=True, enforce_sorted=False), state)
    return pad_packed_sequence(packed, batch_first=True, total_length=xs.shape[1])[0], last


def numbers(values):
    """One number that every entry of these counts in, each in its own way."""
    return sum(
        (torch.cos(torch.arange(v.numel(), device=v.device, dtype=v.dtype) + k).reshape(v.shape) * v).sum()
        for k, v in enumerate(values)
    )


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("size", [*SIZES, (4, 40, 3, 5)])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("packed", [False, True])
def test_a_sequence_and_every_gradient_are_torchs(kind, size, packed, device):
    N, T, D, H = size
    module = made(kind, D, H, device)
    xs, h0, c0 = (value.to(device).requires_grad_() for value in layer(*size)[:3])
    lengths = 1 + torch.arange(N, device=device) * 7 % T if packed else None
    want, last = run(module, kind, xs, h0[None], c0[None], lengths)
    last = last if kind == "lstm" else (last,)
    unit = unit_of(kind, module)

    if kind == "lstm":
        hs, c_T = ref.lstm(xs, h0, c0, *unit, lengths)
        got = hs, ref.last(hs, h0, lengths), c_T
    else:
        hs = getattr(ref, kind)(xs, h0, *unit, lengths)
        got = hs, ref.last(hs, h0, lengths)
    wanted = want, *(value[0] for value in last)
    for ours, theirs in zip(got, wanted, strict=True):
        assert distance(ours, theirs) < EXACT
    leaves = [xs, h0, *([c0] if kind == "lstm" else []), *module.parameters()]
    with torch.backends.cudnn.flags(enabled=False):
        for ours, theirs in zip(
            torch.autograd.grad(numbers(got), leaves), torch.autograd.grad(numbers(wanted), leaves), strict=True
        ):
            assert distance(ours, theirs) < 1e-12


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("kind", KINDS)
def test_layers_on_top_of_each_other_and_from_both_ends_are_torchs(kind, layers, packed):
    N, T, D, H = 3, 6, 4, 5
    module = made(kind, D, H, num_layers=layers, bidirectional=True)
    xs = draw(N, T, D)
    h0, c0 = draw(2 * layers, N, H, seed=1), draw(2 * layers, N, H, seed=2)
    lengths = torch.tensor([6, 1, 4]) if packed else None
    want, _ = run(module, kind, xs, h0, c0, lengths)

    levels = [
        functools.partial(
            ref.bidirectional,
            *(
                sequence(kind, unit_of(kind, module, k, back), h0[2 * k + back], c0[2 * k + back])
                for back in (False, True)
            ),
            lengths=lengths,
        )
        for k in range(layers)
    ]
    assert distance(ref.stacked(levels, xs), want) < EXACT


# --- lengths ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_padding_leaves_no_trace_whatever_it_holds(kind):
    N, T, D, H = 4, 5, 3, 4
    unit = unit_of(kind, made(kind, D, H))
    lengths = torch.tensor([5, 0, 2, 1])
    mask = torch.arange(T) < lengths[:, None]
    clean, h0, c0 = draw(N, T, D), draw(N, H, seed=1), draw(N, H, seed=2)
    results = []
    for padding in (0.0, 1e300, float("nan"), float("inf")):
        xs = torch.where(mask[:, :, None], clean, torch.tensor(padding, dtype=F64)).requires_grad_()
        start = h0.clone().requires_grad_()
        hs = sequence(kind, unit, start, c0)(xs, lengths)
        assert (hs[~mask] == 0).all()
        assert torch.equal(ref.last(hs, start, lengths)[1], start[1]), "of length 0: where it began"
        found = torch.autograd.grad(hs.square().sum(), [xs, start])
        assert (found[0][~mask] == 0).all()
        results.append([hs, *found])
    for other in results[1:]:
        assert all(torch.equal(one, same) for one, same in zip(results[0], other, strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_says_the_same_as_lengths_and_a_shorter_batch_too(kind):
    N, T, D, H = 3, 6, 2, 4
    unit = unit_of(kind, made(kind, D, H))
    xs, h0, c0 = draw(N, T, D), draw(N, H, seed=1), draw(N, H, seed=2)
    lengths = torch.tensor([6, 3, 4], dtype=torch.int32)
    hs = sequence(kind, unit, h0, c0)(xs, lengths)
    assert torch.equal(hs, sequence(kind, unit, h0, c0)(xs, torch.arange(T) < lengths[:, None]))
    for n, length in enumerate(lengths.tolist()):
        alone = sequence(kind, unit, h0[n : n + 1], c0[n : n + 1])(xs[n : n + 1, :length])
        assert distance(hs[n, :length], alone[0]) < EXACT


def test_the_cell_state_is_held():
    xs, h0, c0, W, b = layer(3, 6, 2, 4)
    _, c_T = ref.lstm(xs, h0, c0, W, b, torch.tensor([0, 3, 6]))
    assert torch.equal(c_T[0], c0[0])
    assert distance(c_T[1], ref.lstm(xs[:, :3], h0, c0, W, b)[1][1]) < EXACT


def test_reversing_twice_gives_back():
    xs, lengths = draw(4, 5, 2), torch.tensor([5, 0, 1, 3])
    there = ref.reverse(xs, lengths)
    assert torch.equal(ref.reverse(there, lengths), xs)
    assert torch.equal(there[3, :3], xs[3, :3].flip(0)) and torch.equal(there[3, 3:], xs[3, 3:])
    assert torch.equal(ref.reverse(xs), xs.flip(1))


@pytest.mark.parametrize(
    ("lengths", "error", "text"),
    [
        (torch.tensor([1, 2]), ValueError, r"shape \(2,\).*\(N,\) = \(3,\)"),
        (torch.tensor([1, 2, 5]), ValueError, "from 1 to 5, outside 0 ... T = 4"),
        (torch.tensor([1, -1, 4]), ValueError, "from -1 to 4"),
        (torch.tensor([1.0, 2.0, 3.0]), TypeError, "whole numbers"),
        (torch.ones(3, 3, dtype=torch.bool), ValueError, r"\(N, T\) = \(3, 4\)"),
        (torch.tensor([[True, False, True, False]] * 3), ValueError, "gap"),
        ([1, 2, 3], TypeError, "not list"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_lengths_that_are_none_are_named(kind, lengths, error, text):
    unit = unit_of(kind, made(kind, 2, 4))
    with pytest.raises(error, match=text):
        sequence(kind, unit, draw(3, 4), draw(3, 4))(draw(3, 4, 2), lengths)


# --- members of the family against each other ---------------------------------------------------------


def test_peepholes_of_zero_change_nothing():
    arguments = layer(3, 5, 2, 4)
    zero = torch.zeros(4, dtype=F64)
    # Not the same bits everywhere: a processor's vector and scalar code may round a sigmoid's last digit apart.
    assert distance(ref.lstm(*arguments, peepholes=(zero, zero, zero))[0], ref.lstm(*arguments)[0]) < EXACT


def test_peepholes_see_the_old_cell_and_the_output_gate_the_new_one():
    x, h, c, W, b = draw(2, 3), draw(2, 4, seed=1), draw(2, 4, seed=2), draw(7, 16, seed=3), draw(16, seed=4)
    p = [draw(4, seed=seed) for seed in (5, 6, 7)]
    z_i, z_f, z_g, z_o = (torch.cat([h, x], 1) @ W + b).chunk(4, 1)
    c_new = torch.sigmoid(z_f + p[1] * c) * c + torch.sigmoid(z_i + p[0] * c) * torch.tanh(z_g)
    h_new = torch.sigmoid(z_o + p[2] * c_new) * torch.tanh(c_new)
    got = ref.lstm_step(x, h, c, W, b, peepholes=tuple(p))
    assert distance(got[0], h_new) < EXACT and distance(got[1], c_new) < EXACT


def test_coupled_gates_are_those_of_a_cell_whose_forget_gate_is_the_input_gates_opposite():
    xs, h0, c0, W, b = layer(3, 5, 2, 4)
    W_i, _, W_g, W_o = W.chunk(4, 1)
    b_i, _, b_g, b_o = b.chunk(4)
    opposite = torch.cat([W_i, -W_i, W_g, W_o], 1), torch.cat([b_i, -b_i, b_g, b_o])
    got, want = ref.lstm(xs, h0, c0, W, b, coupled=True), ref.lstm(xs, h0, c0, *opposite)
    assert all(distance(one, other) < EXACT for one, other in zip(got, want, strict=True))


def test_the_cell_of_1997_is_the_one_whose_forget_gate_never_closes():
    xs, h0, c0, W, b = layer(3, 5, 2, 4)
    W_open, b_open = W.clone(), b.clone()
    W_open[:, 4:8], b_open[4:8] = 0.0, 800.0  # a sigmoid of exactly 1
    got, want = ref.lstm(xs, h0, c0, W, b, forget=False), ref.lstm(xs, h0, c0, W_open, b_open)
    assert all(distance(one, other) < EXACT for one, other in zip(got, want, strict=True))


def test_a_tree_that_is_a_chain_is_the_lstm():
    T, D, H = 7, 3, 4
    xs, h0, c0, W, b = layer(1, T, D, H)
    hs, c_T = ref.lstm(xs, torch.zeros(1, H, dtype=F64), torch.zeros(1, H, dtype=F64), W, b)
    tree_hs, tree_cs = ref.tree_lstm(xs[0], [[], *([t] for t in range(T - 1))], W, b)
    assert distance(tree_hs, hs[0]) < EXACT and distance(tree_cs[-1], c_T[0]) < EXACT
    step = ref.tree_lstm_node(xs[:, 0], h0[:, None], c0[:, None], W, b)
    want = ref.lstm_step(xs[:, 0], h0, c0, W, b)
    assert all(distance(one, other) < EXACT for one, other in zip(step, want, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_a_forest_is_its_nodes_one_by_one(seed):
    rng = np.random.default_rng(seed)
    N, D, H = 12, 3, 4
    order = rng.permutation(N)  # a node's parent is one that comes later in this order, so that rows are mixed
    children = [[] for _ in range(N)]
    for k, row in enumerate(order[:-1]):
        if rng.random() < 0.8:
            children[int(order[rng.integers(k + 1, N)])].append(int(row))
    xs, W, b = draw(N, D, seed=seed), draw(H + D, 4 * H, seed=1), draw(4 * H, seed=2)
    hs, cs = ref.tree_lstm(xs, children, W, b)
    for row in range(N):
        below = children[row]
        h, c = ref.tree_lstm_node(xs[row : row + 1], hs[below][None], cs[below][None], W, b)
        assert distance(hs[row], h[0]) < EXACT and distance(cs[row], c[0]) < EXACT


@pytest.mark.parametrize(
    ("children", "text"),
    [
        ([[1], [0], []], "circle"),
        ([[0], [], []], "circle"),
        ([[3], [], []], "nobody's child"),
        ([[-1], [], []], "nobody's child"),
        ([[2], [2], []], "no tree"),
        ([[], []], "N = 3"),
    ],
)
def test_what_is_no_tree_is_named(children, text):
    with pytest.raises(ValueError, match=text):
        ref.tree_lstm(draw(3, 2), children, draw(6, 16), draw(16))


def test_an_empty_forest_has_no_states():
    hs, cs = ref.tree_lstm(draw(0, 2), [], draw(6, 16), draw(16))
    assert hs.shape == cs.shape == (0, 4)


# --- losses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_the_loss_is_torchs(scale):
    logits = (scale * draw(3, 5, 7)).requires_grad_()
    targets = torch.from_numpy(np.random.default_rng(1).integers(7, size=(3, 5)))
    mask = torch.arange(5) < torch.tensor([[5], [2], [3]])
    want = torch.nn.functional.cross_entropy(logits[mask], targets[mask])
    for form in (mask, mask.to(F64), mask.to(torch.int64)):
        got = ref.cross_entropy(logits, targets, form)
        assert distance(got, want) < EXACT
    assert distance(*(torch.autograd.grad(one, logits)[0] for one in (got, want))) < EXACT


def test_what_the_loss_does_not_count_may_be_anything():
    logits, mask = draw(2, 3, 4), torch.tensor([[True, False, False], [True, True, False]])
    spoilt = torch.where(mask[:, :, None], logits, torch.tensor(float("nan"), dtype=F64)).requires_grad_()
    targets = torch.where(mask, 1, -7)
    loss = ref.cross_entropy(spoilt, targets, mask)
    assert distance(loss, ref.cross_entropy(logits, targets.clamp_min(0), mask)) < EXACT
    assert (torch.autograd.grad(loss, spoilt)[0][~mask] == 0).all()


def test_where_no_step_counts_the_loss_is_zero_and_so_is_its_gradient():
    logits = draw(1, 2, 3).requires_grad_()
    loss = ref.cross_entropy(logits, torch.tensor([[0, 2]]), torch.zeros(1, 2, dtype=F64))
    assert loss.shape == () and loss == 0
    assert (torch.autograd.grad(loss, logits)[0] == 0).all()


@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_the_softmax_is_torchs(scale):
    logits = (scale * draw(3, 5, 7)).requires_grad_()
    got, want = ref.softmax(logits), torch.softmax(logits, dim=2)
    assert distance(got, want) < EXACT
    assert distance(*(torch.autograd.grad((one * want.detach()).sum(), logits)[0] for one in (got, want))) < EXACT


def test_what_the_losses_refuse():
    with pytest.raises(ValueError, match="targets run from 0 to 3, outside 0 ... 2"):
        ref.cross_entropy(draw(1, 2, 3), torch.tensor([[0, 3]]), torch.ones(1, 2, dtype=torch.bool))
    with pytest.raises(ValueError, match="ids run from -1 to 1"):
        ref.embed(torch.tensor([[-1, 1]]), draw(3, 2))
    with pytest.raises(TypeError, match="whole numbers"):
        ref.embed(torch.tensor([[0.5]]), draw(3, 2))
    with pytest.raises(ValueError, match=r"V has the shape"):
        ref.readout(draw(1, 2, 3), draw(4, 5), draw(5))


# --- any shape, any dtype ------------------------------------------------------------------------------


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(list(KINDS)),
    N=st.integers(0, 4),
    T=st.integers(1, 6),
    D=st.integers(1, 5),
    H=st.integers(1, 5),
    seed=st.integers(0, 99),
    lengths=st.booleans(),
    layout=st.sampled_from(["plain", "strided", "expanded"]),
)
def test_any_shape(kind, N, T, D, H, seed, lengths, layout):
    module = made(kind, D, H, seed=seed)
    xs, h0, c0 = draw(N, T, D, seed=seed), draw(N, H, seed=1), draw(N, H, seed=2)
    if layout == "strided":
        xs = draw(T, D, N, seed=seed).permute(2, 0, 1)
    if layout == "expanded":
        xs, h0 = draw(1, T, D, seed=seed).expand(N, T, D), draw(1, H).expand(N, H)
    length = torch.from_numpy(np.random.default_rng(seed).integers(0, T + 1, size=N)) if lengths else None
    got = sequence(kind, unit_of(kind, module), h0, c0)(xs, length)
    again = sequence(kind, unit_of(kind, module), h0, c0)(xs, length)
    assert got.shape == (N, T, H) and torch.equal(got, again)
    if N:
        whole, _ = run(module, kind, xs.contiguous(), h0[None].contiguous(), c0[None])
        wanted = whole if length is None else torch.where((torch.arange(T) < length[:, None])[:, :, None], whole, 0)
        assert float((got - wanted).detach().abs().max()) < EXACT


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_steps(kind):
    N, T, D, H = 2, 1000, 3, 8
    module = made(kind, D, H)
    xs, h0, c0 = draw(N, T, D), draw(N, H, seed=1), draw(N, H, seed=2)
    want, _ = run(module, kind, xs, h0[None], c0[None])
    got = sequence(kind, unit_of(kind, module), h0, c0)(xs)
    assert distance(got, want) < 1e-12
    leaves = list(module.parameters())
    for ours, theirs in zip(
        torch.autograd.grad(got.square().sum(), leaves), torch.autograd.grad(want.square().sum(), leaves), strict=True
    ):
        assert distance(ours, theirs) < 1e-11


BUDGET = {torch.float32: 2e-5, torch.float16: 2e-3, torch.bfloat16: 2e-2}  # in the mean square, of the oracle's


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("dtype", BUDGET, ids=str)
@pytest.mark.parametrize("kind", KINDS)
def test_a_lower_precision_costs_what_it_costs_torch(kind, dtype, device):
    """Within the budget, and no more than half as much again as torch's own layer."""
    N, T, D, H = 4, 30, 6, 16
    module = made(kind, D, H, dtype=dtype)
    xs, h0, c0 = (value.to(dtype) for value in (draw(N, T, D), draw(N, H, seed=1), draw(N, H, seed=2)))
    exact = made(kind, D, H, dtype=dtype).to(F64)
    module, errors = module.to(device), {}
    for name, which, values in (
        ("oracle", exact, [v.to(F64) for v in (xs, h0, c0)]),
        ("ours", module, [v.to(device) for v in (xs, h0, c0)]),
        ("torch", module, [v.to(device) for v in (xs, h0, c0)]),
    ):
        leaves = [values[0].requires_grad_(), *which.parameters()]
        if name == "torch":
            hs = run(which, kind, values[0], values[1][None], values[2][None])[0]
        else:
            hs = sequence(kind, unit_of(kind, which), *values[1:])(values[0])
        found = [hs, *torch.autograd.grad(hs.float().square().sum() if dtype != F64 else hs.square().sum(), leaves)]
        errors[name] = [value.detach().cpu().to(F64) for value in found]
    for k, oracle in enumerate(errors["oracle"]):
        size = torch.linalg.vector_norm(oracle)
        ours, theirs = (float(torch.linalg.vector_norm(errors[name][k] - oracle) / size) for name in ("ours", "torch"))
        assert ours < BUDGET[dtype], (k, ours, theirs)
        assert ours <= 1.5 * theirs + BUDGET[dtype] / 20, (k, ours, theirs)


@pytest.mark.parametrize(
    "call",
    [
        lambda a, b: ref.rnn(a(2, 3, 4), b(2, 5), a(9, 5), a(5)),
        lambda a, b: ref.lstm(a(2, 3, 4), a(2, 5), b(2, 5), a(9, 20), a(20)),
        lambda a, b: ref.gru(a(2, 3, 4), a(2, 5), a(9, 15), a(15), b(5)),
        lambda a, b: ref.tree_lstm(a(3, 4), [[]] * 3, a(9, 20), b(20)),
        lambda a, b: ref.readout(a(2, 3, 4), b(4, 5), a(5)),
        lambda a, b: ref.candidate(a(2, 4), b(2, 5), a(9, 5), a(5)),
    ],
)
def test_two_dtypes_and_two_devices_are_named(call):
    with pytest.raises(TypeError, match="torch.float32 on cpu, and .* is torch.float64 on cpu: they have to be alike"):
        call(draw, lambda *shape: draw(*shape).float())
    with pytest.raises(TypeError, match="on meta, and .* on cpu"):
        call(draw, lambda *shape: draw(*shape).to("meta"))


def test_no_steps_are_refused():
    for call in (
        lambda: ref.rnn(draw(2, 0, 4), draw(2, 5), draw(9, 5), draw(5)),
        lambda: ref.gru(draw(2, 0, 4), draw(2, 5), draw(9, 15), draw(15), draw(5)),
        lambda: ref.lstm(draw(2, 0, 4), draw(2, 5), draw(2, 5), draw(9, 20), draw(20)),
    ):
        with pytest.raises(ValueError, match="a time step"):
            call()
