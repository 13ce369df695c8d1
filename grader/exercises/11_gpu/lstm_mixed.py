"""Products in bfloat16, everything that adds up in float32."""

import numpy as np

from ..base import Case, Exercise, Mistake, Part
from ._cases import HS_AND_C, arguments, late, single


def _plain(rng, **sizes):
    """float32 arguments as any others."""
    return single(arguments(rng, **sizes))


def _cancelling(rng, what):
    """Two products that cancel but for what bfloat16 rounds away: in float32 the gates are wide open, here they are not.

    1 + 2^-8.3 is 1 in bfloat16, 8 bits. ``what`` is "xs" or "W": whose numbers are the ones that rounding changes.
    """
    N, T, D, H = 2, 4, 2, 3
    drawn = arguments(rng, N, T, D, H, gain=0.5)
    signs = rng.choice([-1.0, 1.0], size=4 * H)
    just_above = 1 + rng.uniform(0.6, 0.9, size=(T if what == "xs" else 4 * H)) * 2.0**-8
    if what == "xs":
        drawn["xs"][:, :, 0], drawn["xs"][:, :, 1] = just_above, 1.0
        drawn["W"][H:] = np.stack([512 * signs, -512 * signs])  # z gets 512 (x_0 - x_1)
    else:
        drawn["xs"][:] = 512.0
        drawn["W"][H:] = np.stack([signs * just_above, -signs])
    return single(drawn)


def _slow(rng, N, H, D=2):
    """A cell that counts in steps too small for bfloat16: c grows from 1 by about 0.002 a step."""
    T = 200
    drawn = arguments(rng, N, T, D, H, gain=0.1)
    drawn["c0"] = rng.uniform(1.1, 1.3, size=(N, H))
    block = {gate: slice(k * H, (k + 1) * H) for k, gate in enumerate("ifgo")}
    drawn["b"][block["f"]] = 12.0  # f is 1 - 6e-6
    drawn["b"][block["i"]], drawn["b"][block["g"]] = -5.0, 0.35 + 0.05 * rng.uniform(size=H)
    return single(drawn)


def _fading(rng, N, H, D=2):
    """A forget gate of 0.989, whose bias bfloat16 can't hold: after 200 steps, 3 % are missing; and the gate even less."""
    T = 200
    drawn = arguments(rng, N, T, D, H, gain=0.1)
    drawn["c0"] = rng.uniform(1.5, 2.5, size=(N, H))
    drawn["W"][:, H : 2 * H] = 0.0
    drawn["b"][H : 2 * H] = 4.5 + rng.uniform(0.0135, 0.0150, size=H)  # between two numbers that are 0.03 apart
    drawn["b"][:H] = -9.0
    return single(drawn)


def cases(rng):
    yield Case("small", _plain(rng, N=2, T=3, D=5, H=4))
    yield Case("more steps", _plain(rng, N=3, T=7, D=2, H=4))
    yield Case("one step", _plain(rng, N=3, T=1, D=4, H=2))
    yield Case("one sequence", _plain(rng, N=1, T=5, D=3, H=4))
    yield Case("one cell", _plain(rng, N=2, T=3, D=4, H=1))
    yield Case("strided", _plain(rng, N=3, T=4, D=2, H=5), frozenset({"strided"}))
    large = arguments(rng, N=2, T=3, D=2, H=4)
    large["xs"] = rng.choice([-1.0, 1.0], size=(2, 3, 2)) * rng.uniform(1e5, 9e5, size=(2, 3, 2))
    yield Case("inputs beyond float16", single(large))
    yield Case("inputs that bfloat16 rounds", _cancelling(rng, "xs"), frozenset({"products"}))
    yield Case("weights that bfloat16 rounds", _cancelling(rng, "W"), frozenset({"products"}))
    yield Case("small steps", _slow(rng, N=2, H=3), frozenset({"long"}))
    yield Case("slow fading", _fading(rng, N=2, H=3), frozenset({"long"}))


MISTAKES = (
    Mistake(
        name="float32_throughout",
        what="an LSTM whose products are in float32",
        meaning="That is more exact than what was asked for, and has none of the speed: both factors have to be bfloat16 "
        "for the units that multiply it.",
        look="The first line of equation (11.5).",
        function=late("mixed", hx="high", weights="high"),
    ),
    Mistake(
        name="inputs_not_rounded",
        what="an LSTM that rounds W to bfloat16, but not [h, x]",
        meaning="With one factor in float32 the product is one of float32.",
        look="The first line of equation (11.5).",
        function=late("mixed", hx="high"),
    ),
    Mistake(
        name="weights_not_rounded",
        what="an LSTM that rounds [h, x] to bfloat16, but not W",
        meaning="With one factor in float32 the product is one of float32.",
        look="The first line of equation (11.5).",
        function=late("mixed", weights="high"),
    ),
    Mistake(
        name="c_in_bfloat16",
        what="an LSTM whose cell state is rounded to bfloat16 at every step",
        meaning="With 8 bits, 1.2 + 0.002 is 1.2: what a step adds is lost, and a cell that counts in small steps stands "
        "still.",
        look="Equation (11.5): in which type is c kept from step to step?",
        function=late("mixed", state="low"),
    ),
    Mistake(
        name="c_in_bfloat16_at_once",
        what="an LSTM whose cell state is rounded to bfloat16 as soon as it is computed, before h is made of it",
        meaning="With 8 bits, 1.2 + 0.002 is 1.2: what a step adds is lost, and a cell that counts in small steps stands "
        "still.",
        look="Equation (11.5): in which type is c computed, and in which is it kept?",
        function=late("mixed", state="low at once"),
    ),
    Mistake(
        name="gates_in_bfloat16",
        what="an LSTM whose gates are computed in bfloat16",
        meaning="Just below 1, bfloat16's numbers are 0.004 apart, so a forget gate of 0.9933 becomes 0.9922. Taken two "
        "hundred times, that is a fifth of what the cell held.",
        look="Equation (11.5): where does z turn into float32?",
        function=late("mixed", gates="low"),
    ),
    Mistake(
        name="bias_in_bfloat16",
        what="an LSTM that adds b in bfloat16, and goes to float32 after that",
        meaning="Between 4 and 8, bfloat16's numbers are 0.03 apart. A forget bias that is off by half of that is off at every "
        "step, in the same direction.",
        look="Equation (11.5): on which side of the conversion is b added?",
        function=late("mixed", added="low"),
    ),
    Mistake(
        name="bfloat16_throughout",
        what="an LSTM that runs in bfloat16 from beginning to end",
        meaning="Only the products gain from it. The sums over many steps, which are the LSTM's memory, lose by it.",
        look="Equation (11.5): which of its lines is in bfloat16?",
        function=late("mixed", everything=True),
    ),
    Mistake(
        name="float16_throughout",
        what="an LSTM that runs in float16 from beginning to end",
        meaning="float16 has more digits than bfloat16 and far less range: it ends at 65504.",
        look="The first line of equation (11.5) names the type.",
        function=late("mixed", low="float16", everything=True),
    ),
    Mistake(
        name="float16_products",
        what="an LSTM whose products are in float16 in place of bfloat16",
        meaning="float16 ends at 65504, where float32 and bfloat16 go on to 10^38: a large input becomes infinite.",
        look="The first line of equation (11.5) names the type.",
        function=late("mixed", low="float16"),
    ),
    Mistake(
        name="gates_swapped",
        what="a mixed LSTM whose input and forget gates are swapped",
        meaning="The blocks of z are packed in the order i, f, g, o.",
        look="The second line of equation (11.1). Your lstm_torch knows already.",
        function=late("mixed", order="figo"),
    ),
    Mistake(
        name="x_first",
        what="a mixed LSTM that reads [x, h] in place of [h, x]",
        meaning="W's first H rows belong to h, and here they met x.",
        look="The first line of equation (11.1).",
        function=late("mixed", reads="[x, h]"),
    ),
    Mistake(
        name="no_bias",
        what="a mixed LSTM without its bias",
        meaning="b is added to z after the product, in float32.",
        look="Equation (11.5).",
        function=late("mixed", bias=0),
    ),
    Mistake(
        name="c_T_is_h_T",
        what="the right hs, with the last h in the place of c_T",
        meaning="What the cell holds at the end is not what it shows.",
        look="The docstring says what the second value is.",
        function=late("mixed", results="c_T is h_T"),
    ),
)

EXERCISE = Exercise(
    name="lstm_mixed",
    title="Two precisions",
    arguments={"xs": "(N, T, D)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=HS_AND_C,
    parts=(
        Part("hs and c_T", points=2),
        Part("the products are bfloat16's", points=1, tags=frozenset({"products"})),
        Part("200 steps: the cell state is float32's", points=1, tags=frozenset({"long"})),
    ),
    difficulty=3,
    minutes=15,
    cases=cases,
    mistakes=MISTAKES,
    tolerance=2e-2,  # of bfloat16; a sum may fall on either side of a rounding boundary
    hints=(
        "Equation (11.5) marks the one line that is in bfloat16. Where does it begin, and where does it end?",
        ".to(torch.bfloat16) rounds a tensor. W needs it once, in front of the loop; [h, x] at every step. What comes out of "
        "the product goes back with .to(torch.float32) before b is added; from there all is lstm_torch's.",
        "W_low = W.to(torch.bfloat16) in front of the loop; in it "
        "z = (torch.cat([h, x], dim=1).to(torch.bfloat16) @ W_low).to(torch.float32) + b, and the rest as before.",
    ),
    explanation=(
        "A product rounds its factors and its result, and forgets; its error is about 0.4 % and does not grow. The cell state is a sum over all "
        "steps, and a sum keeps every rounding there ever was. So the wide type goes where things add up, and the narrow "
        "one where the time goes."
    ),
    torch=True,
)
