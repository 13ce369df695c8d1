"""Sequences of different lengths in one batch, without packing them."""

import numpy as np

from ..base import Case, Exercise, Mistake, Part
from ._cases import GRADIENTS, HS_AND_C, arguments, late, low_precision, single


def _arguments(rng, lengths, T, D, H, padding=None, **options):
    """Draw arguments; what lies beyond a sequence's end is noise, or ``padding``."""
    drawn = arguments(rng, len(lengths), T, D, H, **options)
    if padding is not None:
        for n, length in enumerate(lengths):
            drawn["xs"][n, length:] = padding
    return {"xs": drawn.pop("xs"), "lengths": np.array(lengths), **drawn}


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
    yield Case(
        "200 steps",
        _arguments(rng, [200, 120], T=200, D=1, H=4, forget=(3.0, 5.0), orthogonal=True),
        frozenset({"long"}),
    )


MISTAKES = (
    Mistake(
        name="lengths_ignored",
        what="an LSTM that reads the padding like any other input",
        meaning="Each c_T then depends on how long the longest sequence of the batch happened to be.",
        look="Equation (11.4).",
        function=late("masked", real="always"),
    ),
    Mistake(
        name="one_step_too_many",
        what="a masked LSTM that reads one step of padding",
        meaning="In code t counts from 0, so a sequence of length 3 has the steps 0, 1 and 2.",
        look="The first line of equation (11.4): is it < or <=?",
        function=late("masked", real="t <= length"),
    ),
    Mistake(
        name="one_step_too_few",
        what="a masked LSTM that leaves out each sequence's last step",
        meaning="In code t counts from 0, so a sequence of length 3 has the steps 0, 1 and 2.",
        look="The first line of equation (11.4).",
        function=late("masked", real="t < length - 1"),
    ),
    Mistake(
        name="mask_inverted",
        what="a masked LSTM that holds its state on the real steps and moves it on the padding",
        meaning="torch.where takes its second argument where the mask is True, its third where it is not.",
        look="The order of torch.where's arguments.",
        function=late("masked", real="t >= length"),
    ),
    Mistake(
        name="padding_in_front",
        what="a masked LSTM that takes each sequence's padding to be in front of it",
        meaning="The sequences begin at t = 0, and their padding comes at the end.",
        look="The first line of equation (11.4).",
        function=late("masked", real="t >= T - length"),
    ),
    Mistake(
        name="longest_for_all",
        what="a masked LSTM that runs every sequence to the end of the longest",
        meaning="Each row of the batch has its own length.",
        look="The mask needs N rows: compare t with lengths, not with its maximum.",
        function=late("masked", real="t < longest"),
    ),
    Mistake(
        name="state_not_held",
        what="an LSTM whose hs is 0 beyond each end, but whose state goes on through the padding",
        meaning="hs looks right, and c_T has read the padding.",
        look="The second and third line of equation (11.4).",
        function=late("masked", held=""),
    ),
    Mistake(
        name="where_turned_round",
        what="a masked LSTM that holds its states where the steps are real, and moves them on beyond each end",
        meaning="The first tensor in torch.where is taken where the condition is true.",
        look="torch.where(condition, where it is true, where it is false): which of the two states is which?",
        function=late("masked", held="where real"),
    ),
    Mistake(
        name="only_h_held",
        what="a masked LSTM that holds h beyond each end, but not c",
        meaning="The cell state went on through the padding.",
        look="The lines of equation (11.4): two states are held.",
        function=late("masked", held="h"),
    ),
    Mistake(
        name="hs_not_zeroed",
        what="a masked LSTM whose hs repeats the last h beyond each sequence's end",
        meaning="A mean over the steps, or a loss that counts all of them, would count the last h again and again.",
        look="The last line of equation (11.4).",
        function=late("masked", beyond="held"),
    ),
    Mistake(
        name="neither",
        what="an LSTM that holds its cell state beyond each end and nothing else",
        meaning="hs is that of a cell that reads the padding with its old cell state.",
        look="Equation (11.4): h is held too, and hs is 0 beyond the end.",
        function=late("masked", held="c", beyond="shown"),
    ),
    Mistake(
        name="state_zeroed",
        what="a masked LSTM that sets h and c to 0 beyond each end",
        meaning="hs is right; but what c_T should remember is gone for all sequences but the longest.",
        look="Equation (11.4): hold is not the same as clear. Multiplying by the mask clears.",
        function=late("masked", held="zeros"),
    ),
    Mistake(
        name="c_T_is_h_T",
        what="the right hs, with the last h in the place of c_T",
        meaning="What the cell holds at the end is not what it shows.",
        look="The docstring says what the second value is.",
        function=late("masked", results="c_T is h_T"),
    ),
    Mistake(
        name="time_first",
        what="the right LSTM with time as the first axis of hs",
        meaning="hs is (T, N, H); the batch comes first here.",
        look="torch.stack has an argument dim.",
        function=late("masked", results="time first"),
    ),
    Mistake(
        name="cut_between_steps",
        what="a masked LSTM whose h and c are detached after every step",
        meaning="The values are right, and the gradient sees one step only.",
        look="What happens to h and c between two steps? .detach(), .data and torch.tensor(...) cut them off.",
        function=late("masked", cut="h, c"),
    ),
    Mistake(
        name="cut_after_steps",
        what="a masked LSTM whose h and c are detached at the end of every step",
        meaning="The values are right, and the gradient sees one step only; c_T, detached like the others, has no past at all.",
        look="What happens to h and c before the next step begins? .detach(), .data and torch.tensor(...) cut them off.",
        function=late("masked", cut="h, c", results="cut c_T"),
    ),
    Mistake(
        name="hs_cut",
        what="a masked LSTM whose hs has lost its past",
        meaning="The values are right. The gradient comes back through c_T only.",
        look="How is hs put together? Writing into hs.data, torch.tensor(list) and numpy lose the past.",
        function=late("masked", results="cut hs"),
    ),
    Mistake(
        name="all_cut",
        what="a masked LSTM that nothing flows back through",
        meaning="All values are right, and nothing can be learned with it.",
        look="torch.no_grad(), .detach(), .data, .numpy() and torch.tensor(...) of a tensor: which of them is in your "
        "function?",
        function=late("masked", results="cut"),
    ),
)

EXERCISE = Exercise(
    name="lstm_masked",
    title="Each sequence to its own end",
    arguments={"xs": "(N, T, D)", "lengths": "(N,)", "h0": "(N, H)", "c0": "(N, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(*HS_AND_C, *GRADIENTS),
    parts=(
        Part("the hidden states hs, 0 beyond the ends", points=2, outputs=("hs",)),
        Part("the cell states c_T at the ends", points=1, outputs=("c_T",)),
        Part("what flows back", points=1, outputs=("dxs", "dh0", "dc0", "dW", "db")),
        Part("200 steps", points=1, tags=frozenset({"long"})),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=MISTAKES,
    hints=(
        "Equation (11.4): a step is computed for every row, and where it is not real its result is not used. Which two "
        "states are held, and what goes into hs?",
        "At step t, real is t < lengths, with an axis more, so that it is (N, 1) against (N, H). After the step take the "
        "new h and c where it is real and the old ones where not, with torch.where; into hs goes h where it is real, "
        "else 0.",
        "real = (t < lengths)[:, None]; compute h_new and c_new; then h = torch.where(real, h_new, h), "
        "c = torch.where(real, c_new, c), and append torch.where(real, h, 0.0).",
    ),
    explanation=(
        "Every row takes every step, and the steps beyond its end change nothing. That wastes arithmetic, which was not "
        "what time was spent on, and it keeps the batch in one piece, without sorting and packing."
    ),
    torch=True,
    gradients=("xs", "h0", "c0", "W", "b"),
)
