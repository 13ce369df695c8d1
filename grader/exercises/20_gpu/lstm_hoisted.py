"""The loop with the input products taken out of it."""

from ..base import Case, Exercise, Part, slips
from ._alike import alike
from ._draws import (
    ARGUMENTS,
    GRADIENTS,
    HS_AND_C,
    LARGE,
    arguments,
    large_cases,
    long_case,
    low_precision,
    ordinary_cases,
    single,
)


def cases(rng):
    yield from ordinary_cases(rng)
    yield Case("as many inputs as cells", arguments(rng, N=2, T=5, D=3, H=3))
    yield Case("float32", single(arguments(rng, N=3, T=4, D=5, H=2)))
    yield low_precision(arguments(rng, N=2, T=5, D=3, H=4), "bfloat16")
    yield from large_cases(rng)
    yield long_case(rng)


KIND = "a hoisted LSTM"

MISTAKES = (
    *slips(r"""
    bias_twice: a hoisted LSTM that adds b in input_product and once more in the loop
        {"h @ W_h": "h @ W_h + b"}
        b went out of the loop together with the product.
        Look: Equation (eq:hoisted): where is b now?
    no_bias: a hoisted LSTM without its bias
        {"input_product(xs, W, b)": "xs @ W[h0.shape[1] :]"}
        b is in neither of the two products.
        Look: Equation (eq:hoisted): where is b now?
    x_rows_for_h: a hoisted LSTM in whose loop h meets W's last H rows
        {"W[: h0.shape[1]]": "W[-h0.shape[1] :]"}
        The rows for h come first in W.
        Look: Equation (eq:hoisted), and the picture above it: which rows are W_h?
    hoisted_too_much: an LSTM whose gates read h0 at every step
        {"h @ W_h": "h0 @ W_h"}
        The product with h was taken out of the loop as well. That would be fast, but h_t has to be known before the
        step after it can be.
        Look: Equation (eq:hoisted): which of the two products has to wait?
    same_input: a hoisted LSTM that adds the first input's product at every step
        {"z_x + h": "zs[:, 0] + h"}
        h and c are handed on, but zs[:, 0] comes in again and again.
        Look: Which slice of zs belongs to step t?
    last_input: a hoisted LSTM that adds the last input's product at every step
        {"z_x + h": "zs[:, -1] + h"}
        h and c are handed on, but zs[:, -1] comes in again and again.
        Look: Which slice of zs belongs to step t?
    """),
    *alike(KIND, "gates_swapped", "candidate_last", "gates_added"),
    *slips(r"""
    no_tanh: a hoisted LSTM with h = o * c
        {"torch.tanh(c)": "c"}
        The cell state went out without its tanh.
        Look: Look at the last line of equation (eq:step).
    c_T_is_h_T: the right hs, with the last h in the place of c_T
        {"hs, dim=1), c": "hs, dim=1), h"}
        What the cell holds at the end is not what it shows.
        Look: The docstring says what the second value is.
    """),
    *alike(KIND, "time_first", "reshaped"),
    *slips(r"""
    cut_between_steps: a hoisted LSTM whose h and c are detached after every step
        {"h @ W_h": "(h.detach() if hs else h) @ W_h", "(z_f) * c ": "(z_f) * (c.detach() if hs else c) "}
        The values are right, and the gradient sees one step only.
        Look: What happens to h and c between two steps? .detach(), .data and torch.tensor(...) cut them off.
    cut_after_steps: a hoisted LSTM whose h and c are detached at the end of every step
        {"hs.append(h)": "hs.append(h)\n        h, c = h.detach(), c.detach()"}
        The values are right, and the gradient sees one step only; c_T, detached like the others, has no past at all.
        Look: What happens to h and c before the next step begins? .detach(), .data and torch.tensor(...) cut them off.
    input_product_cut: a hoisted LSTM from which nothing flows back through the input products
        {"input_product(xs, W, b)": "input_product(xs, W, b).detach()"}
        The values are right. xs and b get no gradient, and of W only the rows for h do.
        Look: How does what input_product gives get into the loop? Filling a new tensor from .data loses its past.
    recurrent_weights_cut: a hoisted LSTM from which nothing flows back to W's rows for h
        {"h @ W_h": "h @ W_h.detach()"}
        The values are right. It would learn what to read, and never what to remember.
        Look: W[...] has a past; W.data[...] and W.detach() have none.
    """),
    *alike(KIND, "all_cut"),
)

RIGHT = (
    {  # time first inside, and slices put together at the end
        "xs, W, b)": "xs.transpose(0, 1).contiguous(), W, b)",
        "zs.unbind(1)": "zs",
        "z_x + h @ W_h": "torch.addmm(z_x, h, W_h)",
        "torch.stack(hs, dim=1)": "torch.stack(hs).transpose(0, 1)",
    },
    """
def lstm_hoisted(xs, h0, c0, W, b):
    (N, T, D), H = xs.shape, h0.shape[1]
    zs = (xs.reshape(N * T, D) @ W[H:]).reshape(N, T, 4, H)
    W_h = W[:H].reshape(H, 4, H)
    hs = xs.new_zeros(N, T, H)
    h, c = h0, c0
    for t in range(T):
        z = zs[:, t] + torch.einsum("nk,kgh->ngh", h, W_h) + b.view(4, H)
        i, f, o = z[:, 0].sigmoid(), z[:, 1].sigmoid(), z[:, 3].sigmoid()
        c = f * c + i * z[:, 2].tanh()
        h = o * c.tanh()
        hs[:, t] = h
    return hs, c
""",
    """
def lstm_hoisted(xs, h0, c0, W, b):
    H = h0.shape[1]
    inputs = [xs @ W[H:, k::H] + b[k::H] for k in range(H)]
    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        z = torch.stack([one[:, t] + h @ W[:H, k::H] for k, one in enumerate(inputs)], dim=-1)  # (N, 4, H)
        i, f, g, o = z.unbind(1)
        c = torch.lerp(c * torch.sigmoid(f), c * torch.sigmoid(f) + torch.tanh(g), torch.sigmoid(i))
        h = torch.tanh(c) * torch.sigmoid(o)
        hs += [h]
    return torch.cat([h.unsqueeze(1) for h in hs], 1), c
""",
    """
def lstm_hoisted(xs, h0, c0, W, b):
    W_h, W_x = W[: h0.shape[1]], W[h0.shape[1] :]

    def step(state, z):
        z_i, z_f, z_g, z_o = torch.tensor_split(z + state[0] @ W_h, 4, dim=-1)
        c = (1 - torch.sigmoid(-z_f)) * state[1] + torch.sigmoid(z_i) * torch.tanh(z_g)
        return torch.sigmoid(z_o) * torch.tanh(c), c

    states = [(h0, c0)]
    for t, z in enumerate(torch.nn.functional.linear(xs, W_x.T, b).permute(1, 0, 2)):
        states.append(step(states[t], z))
    return torch.stack([h for h, _ in states[1:]], dim=1), states[-1][1]
""",
)

EXERCISE = Exercise(
    name="lstm_hoisted",
    title="The loop, with less in it",
    arguments=ARGUMENTS,
    returns=(*HS_AND_C, *GRADIENTS),
    parts=(
        Part("hs and c_T", points=2, outputs=("hs", "c_T")),
        Part("what flows back", points=1, outputs=("dxs", "dh0", "dc0", "dW", "db")),
        Part("large inputs", points=1, tags=LARGE),
        Part("200 steps", points=1, tags=frozenset({"long"})),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    reference="lstm",
    hints=(
        "Equation (eq:hoisted): which of its two terms is ready before the loop begins?",
        "Call input_product once, in front of the loop, and take W's rows for h there too. In the loop z is the step's "
        "slice of zs, plus h times those rows. The rest is lstm_torch's.",
        "zs = input_product(xs, W, b) and W_h = W[: h0.shape[1]] in front of the loop; for z_x in zs.unbind(1): "
        "z = z_x + h @ W_h, and then the gates as before.",
    ),
    explanation=(
        "There are T turns all the same, because h has to be known before the next one can begin; where the inputs' "
        "products stand in front of the loop, each turn does only what needs h. What cannot be taken out of the loop "
        "is what makes the network recurrent."
    ),
    builds_on=("input_product",),
    torch=True,
    gradients=tuple(ARGUMENTS),
)
