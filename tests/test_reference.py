"""The oracle against what it shares no code with: torch's own LSTM, and derivatives taken another way."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from reference_calls import (
    DEVICES,
    F64,
    NAMES,
    SIZES,
    calls,
    distance,
    draw,
    gradients,
    layer,
    outputs,
    scalar,
    with_grad,
)

from grader import reference as ref


@pytest.fixture(autouse=True)
def one_thread():
    """Two-core machines: threads cost more than they bring at these sizes."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# --- against torch's own cell and layer -----------------------------------------------------------


def by_hand(module, W, b, suffix=""):
    """Load W, b into a torch module number by number: nothing in common with to_torch.

    Gate k of torch's i, f, g, o owns the rows k H ... (k + 1) H - 1; h is multiplied by the first H rows of
    W. Both of torch's biases are used, so that their sum counts.
    """
    H, D = module.hidden_size, module.input_size
    own = dict(module.named_parameters())
    with torch.no_grad():
        for gate, unit in itertools.product(range(4), range(H)):
            row = gate * H + unit
            for d in range(D):
                own["weight_ih" + suffix][row, d] = W[H + d, row]
            for u in range(H):
                own["weight_hh" + suffix][row, u] = W[u, row]
            own["bias_ih" + suffix][row] = 0.25 * b[row]
            own["bias_hh" + suffix][row] = 0.75 * b[row]
    return module


def by_to_torch(module, W, b, suffix=""):
    """Load W, b the way a learner will."""
    state = ref.to_torch(W, b, module.input_size)
    module.load_state_dict({key.replace("_l0", suffix): value for key, value in state.items()})
    return module


@pytest.mark.parametrize("load", [by_hand, by_to_torch])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("device", DEVICES)
def test_a_step_is_torchs_lstm_cell(size, load, device):
    N, _, D, H = size
    xs, h0, c0, W, b = layer(*size)
    cell = load(torch.nn.LSTMCell(D, H, dtype=F64), W, b).to(device)

    x, h0, c0, W, b = (value.to(device) for value in (xs[:, 0], h0, c0, W, b))
    want_h, want_c = cell(x, (h0, c0))
    h, c = ref.lstm_step(x, h0, c0, W, b)

    assert distance(h, want_h) < 1e-14
    assert distance(c, want_c) < 1e-14


@pytest.mark.parametrize("load", [by_hand, by_to_torch])
@pytest.mark.parametrize("size", [*SIZES, (2, 60, 3, 4)])
@pytest.mark.parametrize("device", DEVICES)
def test_a_sequence_and_its_gradients_are_torchs_lstm(size, load, device):
    N, T, D, H = size
    xs, h0, c0, W, b = layer(*size)
    module = load(torch.nn.LSTM(D, H, batch_first=True, dtype=F64), W, b, "_l0").to(device)
    mine = [value.to(device).requires_grad_() for value in (xs, h0, c0, W, b)]
    hers = [value.to(device).requires_grad_() for value in (xs, h0, c0)]

    hs, c_T = ref.lstm(*mine)
    want_hs, (_, want_c_T) = module(hers[0], (hers[1][None], hers[2][None]))

    assert distance(hs, want_hs) < 1e-13
    assert distance(c_T, want_c_T[0]) < 1e-13

    # A loss that uses every h_t and c_T.
    u, v = draw(N, T, H, seed=70).to(device), draw(N, H, seed=71).to(device)
    dxs, dh0, dc0, dW, db = torch.autograd.grad((u * hs).sum() + (v * c_T).sum(), mine)
    loss = (u * want_hs).sum() + (v * want_c_T[0]).sum()
    hers += [module.weight_hh_l0, module.weight_ih_l0, module.bias_ih_l0, module.bias_hh_l0]
    want_dxs, want_dh0, want_dc0, dW_hh, dW_ih, db_ih, db_hh = torch.autograd.grad(loss, hers)
    want_dW = torch.cat([dW_hh.T, dW_ih.T])

    for got, want in zip(
        (dxs, dh0, dc0, dW, db, db), (want_dxs, want_dh0, want_dc0, want_dW, db_ih, db_hh), strict=True
    ):
        assert distance(got, want) < 1e-12


@pytest.mark.parametrize("forget_bias", [-5.0, 5.0])
def test_saturated_gates_and_many_steps(forget_bias):
    N, T, D, H = 2, 200, 3, 4
    xs, h0, c0, W, b = layer(N, T, D, H)
    b[H : 2 * H] += forget_bias
    module = by_hand(torch.nn.LSTM(D, H, batch_first=True, dtype=F64), W, b, "_l0")

    for scale in (1.0, 500.0):  # the second drives every gate to its end
        hs, c_T = ref.lstm(scale * xs, h0, c0, W, b)
        want_hs, (_, want_c_T) = module(scale * xs, (h0[None], c0[None]))

        assert torch.isfinite(hs).all()
        assert distance(hs, want_hs) < 1e-12
        assert distance(c_T, want_c_T[0]) < 1e-12


@pytest.mark.parametrize("size", SIZES)
def test_the_pieces_make_the_step(size):
    N, _, D, H = size
    x, h_prev, c_prev = draw(N, D, seed=80), draw(N, H, seed=81), draw(N, H, seed=82)
    W_i, W_f, W_g, W_o = (draw(H + D, H, seed=seed) for seed in range(83, 87))
    b_i, b_f, b_g, b_o = (draw(H, seed=seed) for seed in range(87, 91))

    i = ref.input_gate(x, h_prev, W_i, b_i)
    f = ref.forget_gate(x, h_prev, W_f, b_f)
    g = ref.candidate(x, h_prev, W_g, b_g)
    o = ref.output_gate(x, h_prev, W_o, b_o)
    want_c = ref.cell_update(f, c_prev, i, g)
    want_h = ref.hidden_update(o, want_c)
    h, c = ref.lstm_step(x, h_prev, c_prev, *ref.pack(W_i, W_f, W_g, W_o, b_i, b_f, b_g, b_o))

    assert distance(h, want_h) < 1e-14
    assert distance(c, want_c) < 1e-14


def test_the_small_functions_against_numpy():
    z = draw(3, 4, scale=4).numpy()
    x, h, W, b = (draw(*shape, seed=1).numpy() for shape in ((2, 3), (2, 4), (7, 4), (4,)))
    f, c, i, g = (draw(2, 4, seed=seed).numpy() for seed in range(2, 6))
    a = np.einsum("nk,kj->nj", h, W[:4]) + np.einsum("nk,kj->nj", x, W[4:]) + b
    T = torch.from_numpy

    for got, want in [
        (ref.sigmoid(T(z)), 0.5 + 0.5 * np.tanh(z / 2)),
        (ref.candidate(T(x), T(h), T(W), T(b)), np.tanh(a)),
        (ref.input_gate(T(x), T(h), T(W), T(b)), 1 / (1 + np.exp(-a))),
        (ref.forget_gate(T(x), T(h), T(W), T(b)), 1 / (1 + np.exp(-a))),
        (ref.output_gate(T(x), T(h), T(W), T(b)), 1 / (1 + np.exp(-a))),
        (ref.leaky_update(T(c), T(g), 0.9), 0.9 * c + 0.1 * g),
        (ref.cell_update(T(f), T(c), T(i), T(g)), f * c + i * g),
        (ref.hidden_update(T(f), T(c)), f * np.tanh(c)),
    ]:
        assert got.dtype == F64
        assert distance(got, T(want)) < 1e-14


# --- derivatives, three ways ----------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_first_and_second_derivatives(name):
    function, arguments = calls(N=2, T=2, D=2, H=2)[name]

    assert torch.autograd.gradcheck(function, with_grad(arguments))
    assert torch.autograd.gradgradcheck(function, with_grad(arguments))


@pytest.mark.parametrize("name", NAMES)
def test_complex_step_is_autograd(name):
    """f(x + i h) has the derivative in its imaginary part, to the last digit: h can be 1e-30."""
    function, arguments = calls()[name]
    want = gradients(function, arguments)

    for k, wanted in enumerate(want):
        got = torch.empty_like(arguments[k])
        for index in np.ndindex(*got.shape):
            moved = [value.to(torch.complex128) for value in arguments]
            moved[k] = moved[k].clone()
            moved[k][index] += 1e-30j
            got[index] = scalar(function, moved).imag / 1e-30

        assert distance(got, wanted) < 1e-13


@pytest.mark.parametrize("name", NAMES)
def test_central_differences_are_autograd(name):
    function, arguments = calls()[name]
    want = gradients(function, arguments)
    step = 1e-5

    for k, wanted in enumerate(want):
        got = torch.empty_like(arguments[k])
        for index in np.ndindex(*got.shape):
            values = []
            for sign in (1, -1):
                moved = list(arguments)
                moved[k] = moved[k].clone()
                moved[k][index] += sign * step
                values.append(scalar(function, moved))
            got[index] = (values[0] - values[1]) / (2 * step)

        assert distance(got, wanted) < 1e-7


def test_sigmoid_far_out():
    z = torch.tensor([-5000.0, -750.0, -30.0, 0.0, 30.0, 750.0, 5000.0], dtype=F64)
    step = torch.complex(z, torch.full_like(z, 1e-30))
    slope = ref.sigmoid(z) * ref.sigmoid(-z)

    assert torch.isfinite(ref.sigmoid(z)).all()
    assert ref.sigmoid(z)[[0, 3, 6]].tolist() == [0, 0.5, 1]
    assert torch.allclose(ref.sigmoid(step).imag / 1e-30, slope, rtol=1e-13, atol=0)
    assert torch.allclose(ref.sigmoid(step).real, ref.sigmoid(z), rtol=1e-14, atol=0)


# --- dtypes, devices, manners ---------------------------------------------------------------------


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 2e-5), (torch.bfloat16, 5e-2)], ids=str)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("device", DEVICES)
def test_lower_precision_stays_near(name, dtype, tolerance, device):
    function, arguments = calls()[name]
    rounded = [value.to(dtype) for value in arguments]
    want = outputs(function, [value.to(F64) for value in rounded])
    wanted = gradients(function, [value.to(F64) for value in rounded])

    got = outputs(function, [value.to(device) for value in rounded])
    given = gradients(function, [value.to(device) for value in rounded])

    for low, high in zip((*got, *given), (*want, *wanted), strict=True):
        assert low.dtype == dtype
        assert low.device.type == device
        assert torch.linalg.vector_norm(low.cpu().to(F64) - high) < tolerance * torch.linalg.vector_norm(high)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("device", DEVICES)
def test_the_device_changes_nothing(name, device):
    function, arguments = calls()[name]

    got = outputs(function, [value.to(device) for value in arguments])
    want = outputs(function, arguments)

    for there, here in zip(got, want, strict=True):
        assert there.device.type == device
        assert distance(there.cpu(), here) < 1e-13


@pytest.mark.parametrize("name", NAMES)
def test_arguments_stay_as_they_were(name):
    function, arguments = calls()[name]
    copies = [value.clone() for value in arguments]

    first = outputs(function, arguments)
    kept = [value.clone() for value in first]
    second = outputs(function, arguments)
    for value in second:
        value.add_(1)  # what comes back is no window onto the arguments

    assert all(torch.equal(value, copy) for value, copy in zip(arguments, copies, strict=True))
    assert all(torch.equal(value, copy) for value, copy in zip(first, kept, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_non_contiguous_arguments(name):
    function, arguments = calls()[name]
    views = []
    for value in arguments:
        room = torch.full([2 * n for n in value.shape], 7.0, dtype=F64)
        view = room[tuple(slice(None, None, 2) for _ in value.shape)]
        view.copy_(value)
        views.append(view)

    for got, want in zip(outputs(function, views), outputs(function, arguments), strict=True):
        assert distance(got, want) < 1e-15


# --- whole numbers and conversions ----------------------------------------------------------------


@pytest.mark.parametrize("dtype", [torch.int64, torch.int32, torch.uint8], ids=str)
@pytest.mark.parametrize("size", [(2, 5, 4), (1, 1, 1), (3, 1, 6), (1, 4, 2)])
@pytest.mark.parametrize("device", DEVICES)
def test_one_hot(size, dtype, device):
    N, T, K = size
    ids = torch.from_numpy(np.random.default_rng(3).integers(K, size=(N, T)))

    got = ref.one_hot(ids.to(device=device, dtype=dtype), K)

    assert got.dtype == F64
    assert got.device.type == device
    assert torch.equal(got.cpu(), torch.nn.functional.one_hot(ids, K).to(F64))
    assert ref.one_hot(ids, K, dtype=torch.float32).dtype == torch.float32


@pytest.mark.parametrize("size", SIZES)
def test_num_parameters_counts_a_torch_layer(size):
    _, _, D, H = size
    module = torch.nn.LSTM(D, H)
    second_bias = 4 * H

    assert ref.num_parameters(D, H) == sum(p.numel() for p in module.parameters()) - second_bias
    assert type(ref.num_parameters(D, H)) is int


@pytest.mark.parametrize("size", SIZES)
def test_round_trip(size):
    _, _, D, H = size
    W, b = draw(H + D, 4 * H), draw(4 * H)

    state = ref.to_torch(W, b, D)
    W_back, b_back = ref.from_torch(state)

    assert torch.equal(W_back, W)
    assert torch.equal(b_back, b)
    assert state["weight_ih_l0"].shape == (4 * H, D)
    assert state["weight_hh_l0"].shape == (4 * H, H)
    assert not state["bias_hh_l0"].any()
    assert all(value.is_contiguous() for value in state.values())


@pytest.mark.parametrize("size", SIZES)
def test_from_torch_takes_a_layer_as_torch_made_it(size):
    N, T, D, H = size
    xs, h0, c0, _, _ = layer(*size)
    torch.manual_seed(0)
    module = torch.nn.LSTM(D, H, batch_first=True, dtype=F64)  # its two biases differ

    W, b = ref.from_torch(module.state_dict())
    hs, c_T = ref.lstm(xs, h0, c0, W, b)
    want_hs, (_, want_c_T) = module(xs, (h0[None], c0[None]))

    assert distance(hs, want_hs) < 1e-14
    assert distance(c_T, want_c_T[0]) < 1e-14


# --- errors ---------------------------------------------------------------------------------------


def zeros(*shape):
    return torch.zeros(shape, dtype=F64)


PACKED = (zeros(7, 16), zeros(16))  # H = 4, D = 3


@pytest.mark.parametrize(
    ("call", "got", "expected"),
    [
        (lambda: ref.candidate(zeros(2, 3), zeros(2, 4), zeros(6, 4), zeros(4)), "(6, 4)", "(7, 4)"),
        (lambda: ref.input_gate(zeros(2, 3), zeros(1, 4), zeros(7, 4), zeros(4)), "(1, 4)", "(2, 4)"),
        (lambda: ref.forget_gate(zeros(2, 3), zeros(2, 4), zeros(7, 4), zeros(1)), "(1,)", "(4,)"),
        (lambda: ref.output_gate(zeros(3), zeros(2, 4), zeros(7, 4), zeros(4)), "(3,)", "(N, D)"),
        (lambda: ref.leaky_update(zeros(2, 4), zeros(2, 1), 0.5), "(2, 1)", "(2, 4)"),
        (lambda: ref.leaky_update(zeros(2, 4), zeros(2, 4), zeros(3, 1)), "(3, 1)", "(2, 4)"),
        (lambda: ref.leaky_update(zeros(1, 4), zeros(1, 4), zeros(3, 1)), "(3, 1)", "(1, 4)"),
        (lambda: ref.cell_update(zeros(2, 4), zeros(2, 4), zeros(1, 4), zeros(2, 4)), "(1, 4)", "(2, 4)"),
        (lambda: ref.hidden_update(zeros(2, 4), zeros(4)), "(4,)", "(2, 4)"),
        (lambda: ref.pack(*[zeros(7, 4)] * 3, zeros(6, 4), *[zeros(4)] * 4), "(6, 4)", "(7, 4)"),
        (lambda: ref.lstm_step(zeros(2, 3), *[zeros(2, 4)] * 2, zeros(7, 4), zeros(16)), "(7, 4)", "(7, 16)"),
        (lambda: ref.lstm(zeros(2, 5, 3), zeros(2, 4), zeros(1, 4), *PACKED), "(1, 4)", "(2, 4)"),
        (lambda: ref.lstm(zeros(2, 3), zeros(2, 4), zeros(2, 4), *PACKED), "(2, 3)", "(N, T, D)"),
        (lambda: ref.lstm(zeros(2, 0, 3), zeros(2, 4), zeros(2, 4), *PACKED), "(2, 0, 3)", "T of"),
        (lambda: ref.to_torch(*PACKED, 4), "(7, 16)", "(8, 16)"),
        (lambda: ref.to_torch(*PACKED, 0), "0", "at least 1"),
        (lambda: ref.from_torch({**ref.to_torch(*PACKED, 3), "bias_hh_l0": zeros(1)}), "(1,)", "(16,)"),
        (lambda: ref.from_torch({"weight_ih_l0": zeros(16, 3)}), "weight_ih_l0", "weight_hh_l0"),
        (lambda: ref.one_hot(torch.tensor([[0, 3]]), 3), "3", "0 ... 2"),
        (lambda: ref.one_hot(torch.tensor([[0, -1]]), 3), "-1", "0 ... 2"),
        (lambda: ref.num_parameters(3, 0), "H = 0", "at least 1"),
    ],
)
def test_a_wrong_shape_is_named(call, got, expected):
    with pytest.raises(ValueError) as error:
        call()

    assert got in str(error.value)
    assert expected in str(error.value)


def test_what_is_no_tensor_of_whole_numbers():
    with pytest.raises(TypeError, match="whole numbers"):
        ref.one_hot(zeros(2, 3), 3)
    with pytest.raises(TypeError, match="torch tensor"):
        ref.hidden_update(np.zeros((2, 3)), zeros(2, 3))


def test_exported_names():
    assert ref.__all__ == sorted(ref.__all__)
    assert all(callable(getattr(ref, name)) for name in ref.__all__)
