"""Sequences of different lengths in one batch, without packing them."""

import numpy as np

from ..base import Case, Exercise, Part, slips
from ._alike import alike
from ._draws import ARGUMENTS, GRADIENTS, HS_AND_C, LARGE, arguments, large_cases, low_precision, single


def _padded(drawn, lengths, padding=None):
    """The arguments with lengths; what lies beyond a sequence's end is noise, or ``padding``."""
    if padding is not None:
        for n, length in enumerate(lengths):
            drawn["xs"][n, length:] = padding
    return {"xs": drawn.pop("xs"), "lengths": np.array(lengths), **drawn}


def _arguments(rng, lengths, T, D, H, padding=None, **options):
    return _padded(arguments(rng, len(lengths), T, D, H, **options), lengths, padding)


def cases(rng):
    yield Case("small", _arguments(rng, [3, 1], T=3, D=5, H=4))
    yield Case("more steps", _arguments(rng, [2, 7, 5], T=7, D=2, H=4))
    yield Case("as long as the batch", _arguments(rng, [4, 4, 4], T=4, D=3, H=2))
    yield Case("shorter than T", _arguments(rng, [3, 2], T=6, D=3, H=4))
    yield Case("an empty sequence", _arguments(rng, [2, 0, 4], T=4, D=3, H=5))
    yield Case("padded with zeros", _arguments(rng, [1, 5, 3, 4], T=5, D=2, H=3, padding=0.0))
    yield Case("padded with large numbers", _arguments(rng, [4, 2], T=5, D=3, H=4, padding=1e3))
    yield Case("one step", _arguments(rng, [1, 0, 1], T=1, D=4, H=2))
    yield Case("one sequence", _arguments(rng, [3], T=5, D=3, H=4))
    yield Case("one cell", _arguments(rng, [2, 3], T=3, D=4, H=1))
    yield Case("forget biases up to 5", _arguments(rng, [6, 3], T=6, D=3, H=5, forget=(1.0, 5.0), orthogonal=True))
    yield Case("strided", _arguments(rng, [4, 1, 2], T=4, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, [2, 4, 1], T=4, D=5, H=2)))
    yield low_precision(_arguments(rng, [5, 3], T=5, D=3, H=4), "bfloat16")
    lengths = ([2, 4, 3], [4, 2], [3, 1], [5, 3], [3, 5])
    for case, some in zip(large_cases(rng, N=3, D=2), lengths, strict=True):
        yield Case(case.name, _padded(case.args, some), LARGE)
    # Lengths that no byte holds. With an H of 4, four blocks would be the same as blocks of four.
    long = _arguments(rng, [300, 180], T=300, D=1, H=3, forget=(3.0, 5.0), orthogonal=True)
    yield Case("300 steps", long, frozenset({"long"}))


KIND = "a masked LSTM"
NEW_STATES = "torch.where(real, h_new, h), torch.where(real, c_new, c)"

MISTAKES = (
    *slips(r"""
    lengths_ignored: an LSTM that reads the padding like any other input
        {"t < lengths": "lengths >= 0"}
        Each c_T then depends on how long the longest sequence of the batch happened to be.
        Look: Look at equation (eq:masked).
    one_step_too_many: a masked LSTM that reads one step of padding
        {"t < lengths": "t <= lengths"}
        In code t counts from 0, so a sequence of length 3 has the steps 0, 1 and 2.
        Look: The first line of equation (eq:masked): is it < or <=?
    one_step_too_few: a masked LSTM that leaves out each sequence's last step
        {"t < lengths": "t < lengths - 1"}
        In code t counts from 0, so a sequence of length 3 has the steps 0, 1 and 2.
        Look: Look at the first line of equation (eq:masked).
    mask_inverted: a masked LSTM that holds its state on the real steps and moves it on the padding
        {"t < lengths": "t >= lengths"}
        torch.where takes its second argument where the mask is True, its third where it is not.
        Look: Look at the order of torch.where's arguments.
    padding_in_front: a masked LSTM that takes each sequence's padding to be in front of it
        {"t < lengths": "t >= xs.shape[1] - lengths"}
        The sequences begin at t = 0, and their padding comes at the end.
        Look: Look at the first line of equation (eq:masked).
    longest_for_all: a masked LSTM that runs every sequence to the end of the longest
        {"t < lengths": "t < lengths.max().expand(len(xs))"}
        Each row of the batch has its own length.
        Look: The mask needs N rows: compare t with lengths, not with its maximum.
    state_not_held: an LSTM whose hs is 0 beyond each end, but whose state goes on through the padding
        {"torch.where(real, h_new, h), torch.where(real, c_new, c)": "h_new, c_new"}
        hs looks right, and c_T has read the padding.
        Look: Look at the second and third line of equation (eq:masked).
    where_turned_round: a masked LSTM that holds its states where the steps are real, and moves them on beyond each end
        {"torch.where(real, h_new, h), torch.where(real, c_new, c)":
            "torch.where(real, h, h_new), torch.where(real, c, c_new)"}
        The first tensor in torch.where is taken where the condition is true.
        Look: torch.where(condition, where it is true, where it is false): which of the two states is which?
    only_h_held: a masked LSTM that holds h beyond each end, but not c
        {"torch.where(real, c_new, c)": "c_new"}
        The cell state went on through the padding.
        Look: The lines of equation (eq:masked): two states are held.
    hs_not_zeroed: a masked LSTM whose hs repeats the last h beyond each sequence's end
        {"torch.where(real, h, 0.0)": "h"}
        A mean over the steps, or a loss that counts all of them, would count the last h again and again.
        Look: Look at the last line of equation (eq:masked).
    neither: an LSTM that holds its cell state beyond each end and nothing else
        {"torch.where(real, h_new, h)": "h_new", "torch.where(real, h, 0.0)": "h"}
        hs is that of a cell that reads the padding with its old cell state.
        Look: Equation (eq:masked): h is held too, and hs is 0 beyond the end.
    state_zeroed: a masked LSTM that sets h and c to 0 beyond each end
        {"torch.where(real, h_new, h), torch.where(real, c_new, c)":
            "torch.where(real, h_new, 0.0), torch.where(real, c_new, 0.0)"}
        hs is right; but what c_T should remember is gone for all sequences but the longest.
        Look: Equation (eq:masked): hold is not the same as clear. Multiplying by the mask clears.
    """),
    *alike(KIND, "gates_swapped", "candidate_last", "x_first", "gates_added"),
    *slips(r"""
    no_bias: a masked LSTM without its bias
        {"@ W + b": "@ W"}
        b moves every gate's working point: a forget gate without its bias is half shut.
        Look: Look at the first line of equation (eq:step).
    no_tanh: a masked LSTM with h = o * c
        {"torch.tanh(c_new)": "c_new"}
        The cell state went out without its tanh.
        Look: Look at the last line of equation (eq:step).
    old_c_shown: a masked LSTM that makes h of the cell state before the step
        {"torch.tanh(c_new)": "torch.tanh(c)"}
        Two cell states are at hand: the one that came in, and the one that the step has made.
        Look: The last line of equation (eq:step): which c is in it?
    c_T_is_h_T: the right hs, with the last h in the place of c_T
        {"hs, dim=1), c": "hs, dim=1), hs[-1]"}
        What the cell holds at the end is not what it shows.
        Look: The docstring says what the second value is.
    c_T_is_held_h: the right hs, with the h at each sequence's end in the place of c_T
        {"hs, dim=1), c": "hs, dim=1), h"}
        What the cell holds at the end is not what it shows.
        Look: The docstring says what the second value is.
    """),
    *alike(KIND, "time_first", "reshaped"),
    *slips(r"""
    cut_between_steps: a masked LSTM whose h and c are detached after every step
        {"real = (t <": "h, c = (h.detach(), c.detach()) if t else (h, c)\n        real = (t <"}
        The values are right, and the gradient sees one step only.
        Look: What happens to h and c between two steps? .detach(), .data and torch.tensor(...) cut them off.
    cut_after_steps: a masked LSTM whose h and c are detached at the end of every step
        {"real, h, 0.0))": "real, h, 0.0))\n        h, c = h.detach(), c.detach()"}
        The values are right, and the gradient sees one step only; c_T, detached like the others, has no past at all.
        Look: What happens to h and c before the next step begins? .detach(), .data and torch.tensor(...) cut them off.
    hs_cut: a masked LSTM whose hs has lost its past
        {"torch.stack(hs, dim=1)": "torch.stack(hs, dim=1).detach()"}
        The values are right. The gradient comes back through c_T only.
        Look: How is hs put together? Writing into hs.data, torch.tensor(list) and numpy lose the past.
    """),
    *alike(KIND, "all_cut"),
)

RIGHT = (
    {  # the mask as a factor
        "[:, None] ": "[:, None].to(xs.dtype) ",
        NEW_STATES: "real * h_new + (1 - real) * h, real * c_new + (1 - real) * c",
        "torch.where(real, h, 0.0)": "h * real",
    },
    """
def lstm_masked(xs, lengths, h0, c0, W, b):
    rows, cells = [], []  # each sequence by itself, to its own end
    for x, length, h, c in zip(xs, lengths.tolist(), h0, c0):
        filled = xs.new_zeros(xs.shape[1], len(h))
        if length:
            hs, c = lstm_torch(x[None, :length], h[None], c[None], W, b)
            filled[:length], c = hs[0], c[0]
        rows.append(filled)
        cells.append(c)
    return torch.stack(rows), torch.stack(cells)
""",
    """
def lstm_masked(xs, lengths, h0, c0, W, b):
    order = torch.argsort(lengths, descending=True)  # packed: what has ended is at the bottom, and stays there
    back = torch.argsort(order)
    h, c, hs = h0[order], c0[order], []
    for t in range(xs.shape[1]):
        n = int((lengths > t).sum())
        z = torch.hstack((h[:n], xs[order[:n], t])).matmul(W).add(b)
        i, f, g, o = z.split(h.shape[1], dim=-1)
        c = torch.cat([f.sigmoid() * c[:n] + i.sigmoid() * g.tanh(), c[n:]])
        h = torch.cat([o.sigmoid() * c[:n].tanh(), h[n:]])
        hs.append(torch.cat([h[:n], torch.zeros_like(h[n:])])[back])
    return torch.stack(hs, 1), c[back]
""",
    """
def lstm_masked(xs, lengths, h0, c0, W, b):
    (N, T, _), H = xs.shape, h0.shape[1]
    beyond = torch.arange(T, device=xs.device) >= lengths.unsqueeze(1)
    zs = xs @ W[H:] + b
    h, c, hs, cs = h0, c0, [], [c0]
    for t in range(T):  # through the padding and back: c is picked at each end afterwards
        i, f, g, o = (zs[:, t] + h @ W[:H]).view(N, 4, H).unbind(1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        hs.append(h)
        cs.append(c)
    hs = torch.stack(hs, 1).masked_fill(beyond[:, :, None], 0)
    return hs, torch.stack(cs)[lengths, torch.arange(N)]
""",
)

EXERCISE = Exercise(
    name="lstm_masked",
    title="Each sequence to its own end",
    arguments={"xs": ARGUMENTS["xs"], "lengths": "(N,)", **ARGUMENTS},
    returns=(*HS_AND_C, *GRADIENTS),
    parts=(
        Part("the hidden states hs, 0 beyond the ends", points=2, outputs=("hs",)),
        Part("the cell states c_T at the ends", points=1, outputs=("c_T",)),
        Part("what flows back", points=1, outputs=("dxs", "dh0", "dc0", "dW", "db")),
        Part("large inputs", points=1, tags=LARGE),
        Part("300 steps", points=1, tags=frozenset({"long"})),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:masked): a step is computed for every row, and where it is not real its result is not used. "
        "Which two states are held, and what goes into hs?",
        "At step t, real is t < lengths, with an axis more, so that it is (N, 1) against (N, H). After the step take "
        "the new h and c where it is real and the old ones where not, with torch.where; into hs goes h where it is "
        "real, else 0.",
        "real = (t < lengths)[:, None]; compute h_new and c_new; then h = torch.where(real, h_new, h), "
        "c = torch.where(real, c_new, c), and append torch.where(real, h, 0.0).",
    ),
    explanation=(
        "With a mask every row takes every step, and the steps beyond its end change nothing. That wastes arithmetic, "
        "which is not what time is spent on, and it keeps the batch in one piece, without sorting and packing."
    ),
    torch=True,
    gradients=tuple(ARGUMENTS),
)
