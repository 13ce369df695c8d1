"""Products in bfloat16, everything that adds up in float32."""

import numpy as np

from ..base import Case, Exercise, Part, slips
from ._alike import alike
from ._draws import ARGUMENTS, HS_AND_C, LARGE, arguments, full_cells, gates_far_out, ordinary_cases, signs, single


def _far_out(rng):
    """xs and W beyond float16's range, and what they meet so small that z stays where the gates are not flat.

    One sequence has large inputs, one small ones, and each an input and a row of W of its own.
    """
    N, T, D, H = 2, 3, 2, 4
    drawn = arguments(rng, N, T, D, H, gain=0.5)
    large, small = (1e5, 3e5), (2e-6, 8e-6)
    drawn["xs"] = np.zeros((N, T, D))
    for n, (xs, W) in enumerate(((large, small), (small, large))):
        drawn["xs"][n, :, n] = signs(rng, T) * rng.uniform(*xs, size=T)
        drawn["W"][H + n] = signs(rng, 4 * H) * rng.uniform(*W, size=4 * H)
    return single(drawn)


def _large_bias(rng):
    """b beyond float16's range, and a product to make up for it: of numbers that bfloat16 has, so that it is exact."""
    N, T, D, H = 2, 3, 2, 4
    drawn = arguments(rng, N, T, D, H)
    drawn["xs"] = np.stack([np.ones((N, T)), np.zeros((N, T))], axis=2)
    drawn["W"][:H] = 0.0
    drawn["W"][H] = signs(rng, 4 * H) * rng.choice([1.0, 1.5, 2.0, 3.0], size=4 * H) * 2**16
    drawn["b"] -= drawn["W"][H]
    return single(drawn)


def _cancelling(rng, what):
    """Two products that cancel but for what bfloat16 rounds away: in float32 the gates stand wide open, here not.

    1 + 2^-8.3 is 1 in bfloat16, 8 bits. ``what`` is "xs" or "W": whose numbers are the ones that rounding changes.
    """
    N, T, D, H = 2, 4, 2, 3
    drawn = arguments(rng, N, T, D, H, gain=0.5)
    sides = signs(rng, 4 * H)
    just_above = 1 + rng.uniform(0.6, 0.9, size=(T if what == "xs" else 4 * H)) * 2.0**-8
    if what == "xs":
        drawn["xs"][:, :, 0], drawn["xs"][:, :, 1] = just_above, 1.0
        drawn["W"][H:] = np.stack([512 * sides, -512 * sides])  # z gets 512 (x_0 - x_1)
    else:
        drawn["xs"][:] = 512.0
        drawn["W"][H:] = np.stack([sides * just_above, -sides])
    return single(drawn)


def _slow(rng, N, H, D=2):
    """A cell that counts in steps too small for bfloat16, and that float16 rounds down by a quarter: 1.3 / 1024."""
    T = 200
    drawn = arguments(rng, N, T, D, H, gain=0.01)
    drawn["c0"] = rng.uniform(1.1, 1.3, size=(N, H))
    block = {gate: slice(k * H, (k + 1) * H) for k, gate in enumerate("ifgo")}
    drawn["b"][block["f"]] = 12.0  # f is 1 - 6e-6
    drawn["b"][block["i"]], drawn["b"][block["g"]] = -5.0, 0.19 + 0.005 * rng.uniform(size=H)
    return single(drawn)


def _fading(rng, N, H, D=2):
    """A forget gate of 0.989, whose bias bfloat16 can't hold: after 200 steps, 3 % are missing.

    The gate itself can be held even less.
    """
    T = 200
    drawn = arguments(rng, N, T, D, H, gain=0.1)
    drawn["c0"] = rng.uniform(1.5, 2.5, size=(N, H))
    drawn["W"][:, H : 2 * H] = 0.0
    drawn["b"][H : 2 * H] = 4.5 + rng.uniform(0.0135, 0.0150, size=H)  # between two numbers that are 0.03 apart
    drawn["b"][:H] = -9.0
    return single(drawn)


def cases(rng):
    for case in ordinary_cases(rng):
        yield Case(case.name, single(case.args), case.tags)
    yield Case("inputs beyond float16", single(gates_far_out(rng, N=2, T=3, D=2, H=4, scale=1e5)), LARGE)
    yield Case("arguments far out", _far_out(rng), LARGE)
    yield Case("a large bias", _large_bias(rng), LARGE)
    # Not 4 cells, or four blocks would be the same as blocks of four.
    yield Case("full cells", single(full_cells(rng, N=2, T=5, D=3, H=5)), LARGE)
    yield Case("inputs that bfloat16 rounds", _cancelling(rng, "xs"), frozenset({"products"}))
    yield Case("weights that bfloat16 rounds", _cancelling(rng, "W"), frozenset({"products"}))
    yield Case("small steps", _slow(rng, N=2, H=3), frozenset({"long"}))
    yield Case("slow fading", _fading(rng, N=2, H=3), frozenset({"long"}))


KIND = "a mixed LSTM"

MISTAKES = (
    *slips(r"""
    float32_throughout: an LSTM whose products are in float32
        {"W.to(torch.bfloat16)": "W", "dim=1).to(torch.bfloat16)": "dim=1)"}
        That is more exact than what was asked for, and has none of the speed: both factors have to be bfloat16 for the
        units that multiply it.
        Look: Look at the first line of equation (eq:mixed).
    inputs_not_rounded: an LSTM that rounds W to bfloat16, but not [h, x]
        {"dim=1).to(torch.bfloat16)": "dim=1)", "hx @ W_low": "hx @ W_low.to(torch.float32)"}
        With one factor in float32 the product is one of float32.
        Look: Look at the first line of equation (eq:mixed).
    weights_not_rounded: an LSTM that rounds [h, x] to bfloat16, but not W
        {"W.to(torch.bfloat16)": "W", "hx @ W_low": "hx.to(torch.float32) @ W_low"}
        With one factor in float32 the product is one of float32.
        Look: Look at the first line of equation (eq:mixed).
    c_in_bfloat16: an LSTM whose cell state is rounded to bfloat16 at every step
        {"hs.append(h)": "hs.append(h)\n        c = c.to(torch.bfloat16).to(torch.float32)"}
        With 8 bits, 1.2 + 0.002 is 1.2: what a step adds is lost, and a cell that counts in small steps stands still.
        Look: Equation (eq:mixed): in which type is c kept from step to step?
    c_in_bfloat16_at_once: an LSTM whose cell state is rounded to bfloat16 as soon as it is computed, before h is made
        of it
        {"h = torch.sigmoid(z_o)": "c = c.to(torch.bfloat16).to(torch.float32)\n        h = torch.sigmoid(z_o)"}
        With 8 bits, 1.2 + 0.002 is 1.2: what a step adds is lost, and a cell that counts in small steps stands still.
        Look: Equation (eq:mixed): in which type is c computed, and in which is it kept?
    gates_in_bfloat16: an LSTM whose gates are computed in bfloat16
        {".to(torch.float32) + b": " + b.to(torch.bfloat16)"}
        Just below 1, bfloat16's numbers are 0.004 apart, so a forget gate of 0.9933 becomes 0.9922. Taken two hundred
        times, that is a fifth of what the cell held.
        Look: Equation (eq:mixed): where does z turn into float32?
    bias_in_bfloat16: an LSTM that adds b in bfloat16, and goes to float32 after that
        {"(hx @ W_low).to(torch.float32) + b": "(hx @ W_low + b.to(torch.bfloat16)).to(torch.float32)"}
        Between 4 and 8, bfloat16's numbers are 0.03 apart. A forget bias that is off by half of that is off at every
        step, in the same direction.
        Look: Equation (eq:mixed): on which side of the conversion is b added?
    bfloat16_throughout: an LSTM that runs in bfloat16 from beginning to end
        body:
            hs, c_T = lstm_torch(*(value.to(torch.bfloat16) for value in (xs, h0, c0, W, b)))
            return hs.to(torch.float32), c_T.to(torch.float32)
        Only the products gain from it. The sums over many steps, which are the LSTM's memory, lose by it.
        Look: Equation (eq:mixed): which of its lines is in bfloat16?
    float16_throughout: an LSTM that runs in float16 from beginning to end
        body:
            hs, c_T = lstm_torch(*(value.to(torch.float16) for value in (xs, h0, c0, W, b)))
            return hs.to(torch.float32), c_T.to(torch.float32)
        float16 has more digits than bfloat16 and far less range: it ends at 65504.
        Look: The first line of equation (eq:mixed) names the type.
    float16_products: an LSTM whose products are in float16 in place of bfloat16
        {"W.to(torch.bfloat16)": "W.to(torch.float16)", "dim=1).to(torch.bfloat16)": "dim=1).to(torch.float16)"}
        float16 ends at 65504, where float32 and bfloat16 go on to 10^38: a large input becomes infinite.
        Look: The first line of equation (eq:mixed) names the type.
    """),
    *alike(KIND, "gates_swapped", "candidate_last", "gates_added", "x_first"),
    *slips(r"""
    no_bias: a mixed LSTM without its bias
        {".to(torch.float32) + b": ".to(torch.float32)"}
        b is added to z after the product, in float32.
        Look: Look at equation (eq:mixed).
    no_tanh: a mixed LSTM with h = o * c
        {"torch.tanh(c)": "c"}
        The cell state went out without its tanh.
        Look: Look at the last line of equation (eq:step).
    c_T_is_h_T: the right hs, with the last h in the place of c_T
        {"hs, dim=1), c": "hs, dim=1), h"}
        What the cell holds at the end is not what it shows.
        Look: The docstring says what the second value is.
    """),
    *alike(KIND, "time_first", "reshaped"),
)

RIGHT = (
    {  # rounded to bfloat16, and multiplied as float32
        "dim=1).to(torch.bfloat16)": "dim=1).bfloat16().float()",
        "(hx @ W_low).to(torch.float32)": "(hx @ W_low.float()).bfloat16().float()",
    },
    """
def lstm_mixed(xs, h0, c0, W, b):
    h, c = h0, c0
    hs = torch.empty(*xs.shape[:2], h0.shape[1], dtype=torch.float32, device=xs.device)
    for t in range(xs.shape[1]):
        with torch.autocast(xs.device.type, dtype=torch.bfloat16):
            product = torch.cat((h, xs[:, t]), -1) @ W
        i, f, g, o = (product.float() + b).split(h0.shape[1], dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        h = o.sigmoid() * c.tanh()
        hs[:, t] = h
    return hs, c
""",
    """
def lstm_mixed(xs, h0, c0, W, b):
    blocks = [block.bfloat16() for block in W.chunk(4, dim=1)]  # a product for each gate
    biases = b.chunk(4)
    xs_low = xs.bfloat16()

    def gate(k, h_low, x_low):
        return torch.mm(torch.hstack((h_low, x_low)), blocks[k]).type_as(b) + biases[k]

    h, c, hs = h0, c0, []
    for t in range(xs.shape[1]):
        h_low = h.bfloat16()
        i, f, g, o = (gate(k, h_low, xs_low[:, t]) for k in range(4))
        c = torch.addcmul(torch.sigmoid(f) * c, torch.sigmoid(i), torch.tanh(g))
        h = torch.sigmoid(o) * torch.tanh(c)
        hs.append(h.unsqueeze(1))
    return torch.cat(hs, dim=1), c
""",
    """
def lstm_mixed(xs, h0, c0, W, b):
    low = lambda value: value.to(torch.bfloat16).double()  # more exact than asked in all that is not rounded
    h, c, hs = h0.double(), c0.double(), []
    for x in xs.transpose(0, 1):
        z = low(torch.cat([low(h), low(x)], 1) @ low(W)) + b
        i, f, g, o = z.reshape(len(x), 4, -1).transpose(0, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        hs.append(h)
    return torch.stack(hs, 1).float(), c.float()
""",
)

EXERCISE = Exercise(
    name="lstm_mixed",
    title="Two precisions",
    arguments=ARGUMENTS,
    returns=HS_AND_C,
    parts=(
        Part("hs and c_T", points=2),
        Part("large inputs", points=1, tags=LARGE),
        Part("the products are bfloat16's", points=1, tags=frozenset({"products"})),
        Part("200 steps: the cell state is float32's", points=1, tags=frozenset({"long"})),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    tolerance=2e-2,  # of bfloat16; a sum may fall on either side of a rounding boundary
    hints=(
        "Equation (eq:mixed) marks the one line that is in bfloat16. Where does it begin, and where does it end?",
        ".to(torch.bfloat16) rounds a tensor. W needs it once, in front of the loop; [h, x] at every step. What comes "
        "out of the product goes back with .to(torch.float32) before b is added; from there all is lstm_torch's.",
        "W_low = W.to(torch.bfloat16) in front of the loop; in it "
        "z = (torch.cat([h, x], dim=1).to(torch.bfloat16) @ W_low).to(torch.float32) + b, and the rest as before.",
    ),
    explanation=(
        "A product rounds its factors and its result, and forgets; its error is about 0.4 % and does not grow. The "
        "cell state is a sum over all steps, and a sum keeps every rounding there ever was. So the wide type goes "
        "where things add up, and the narrow one where the time goes."
    ),
    torch=True,
)
