"""One mask of dropout for all steps of a sequence: judged by what has to be true of it, whatever was drawn."""

import importlib

import numpy as np

from ..base import Array, Case, Exercise, Part, Property, slips

generator = importlib.import_module("..07_training._draws", __package__).generator
SIGMAS = 6.5  # how far a share of what was drawn may be off by chance: once in ten billion draws
EXACT = 1e-9
LARGE = frozenset({"large"})


def _arguments(rng, N, T, D, p):
    return {"N": N, "T": T, "D": D, "p": p, "rng": generator(rng)}


def cases(rng):
    yield Case("small", _arguments(rng, 2, 3, 4, 0.25))
    yield Case("many numbers", _arguments(rng, 30, 3, 40, 0.3))
    yield Case("many steps", _arguments(rng, 20, 12, 25, 0.5))
    yield Case("most are dropped", _arguments(rng, 50, 4, 20, 0.8))
    yield Case("a probability of many digits", _arguments(rng, 40, 2, 25, float(rng.uniform(0.1, 0.2))))
    yield Case("nothing is dropped", _arguments(rng, 4, 3, 5, 0.0))
    yield Case("one step", _arguments(rng, 30, 1, 20, 0.4))
    yield Case("one sequence", _arguments(rng, 1, 4, 500, 0.35))
    yield Case("one number a step", _arguments(rng, 400, 3, 1, 0.65))
    yield Case("one of each", _arguments(rng, 1, 1, 1, 0.5))
    rare = _arguments(rng, 150, 2, 300, float(1 - rng.uniform(5e-4, 1e-3)))
    yield Case("hardly anything is kept", rare, LARGE)
    yield Case("hundreds of steps", _arguments(rng, 2, 300, 3, 0.15), LARGE)
    yield Case("hundreds of numbers", _arguments(rng, 3, 2, 260, 0.15), LARGE)
    yield Case("hundreds of sequences", _arguments(rng, 260, 2, 3, 0.45), LARGE)


def other(case):
    """The case with another generator."""
    state = case.args["rng"].bit_generator.state["state"]["state"]
    return Case(case.name, case.args | {"rng": np.random.default_rng(int(state))}, case.tags)


def _zero(got):
    return np.abs(got["mask"]) <= EXACT


def two_values(args, got):
    scale = 1 / (1 - args["p"])
    mask = got["mask"]
    strange = ~_zero(got) & ~(np.abs(mask - scale) <= EXACT * scale)
    if strange.any():
        return f"the mask has a {mask[strange][0]:.4g} in it; 1 / (1 - p) is {scale:.4g}"
    return None


def same_at_each_step(args, got):
    changes = (got["mask"][:, 1:] != got["mask"][:, :1]).any(axis=2)  # (N, T - 1)
    if changes.any():
        n, t = np.argwhere(changes)[0]
        return f"in sequence {n} the mask of step {t + 1} is not that of step 0"
    return None


def share(args, got):
    p, count = args["p"], args["N"] * args["D"]
    dropped = float(_zero(got)[:, 0].mean())
    if abs(dropped - p) > SIGMAS * np.sqrt(p * (1 - p) / count) + (2.0 / count if p > 0 else 0.0):
        return f"the mask drops {dropped:.1%} of the numbers; p is {p:.3g}"
    return None


def one_by_one(args, got):
    zero = _zero(got)[:, 0]  # (N, D)
    wanted = 2 * zero.mean() * (1 - zero.mean())  # how often neighbours that were drawn by themselves differ
    if not wanted:
        return None
    for axis, whose in enumerate(("sequences", "numbers of a sequence")):
        differ = np.diff(zero, axis=axis)
        # Neighbouring pairs share a number: their count varies more than that of as many draws by themselves would.
        if differ.size >= 100 and abs(differ.mean() - wanted) > SIGMAS * np.sqrt(2 * wanted / differ.size):
            found = f"of neighbouring {whose}, {differ.mean():.1%} are treated differently by the mask"
            return f"{found}; it should be near {wanted:.1%}"
    return None


def redrawn(args, first, second):
    """Whether another mask came; where few numbers are drawn, or nearly none or all are dropped, the same one may."""
    p, count = args["p"], args["N"] * args["D"]
    tells = count * np.log(p**2 + (1 - p) ** 2) < np.log(1e-12)
    return not (tells and np.array_equal(first["mask"], second["mask"]))


PROPERTIES = (
    Property(
        "same_at_each_step",
        "The mask of a sequence is not the same at all its steps.",
        "A number that is dropped at one step and kept at the next comes and goes while the sequence is read. Here a "
        "sequence is read from its first step to its last by one and the same thinned network.",
        "Equation (eq:variational), its first part. How many numbers do you draw, and for which of the three axes?",
        same_at_each_step,
    ),
    Property(
        "two_values",
        "The mask holds other numbers than 0 and 1 / (1 - p).",
        "What is kept is made larger, so that a sum over all of them stays as large as it was, on the average. How "
        "much larger depends on how many are kept.",
        "Equation (eq:variational): which two values has m?",
        two_values,
    ),
    Property(
        "share",
        "The share of numbers that are dropped is not p.",
        "p says how likely a number is dropped, not how likely it is kept, and half of them only where it is 0.5.",
        "For which of the numbers between 0 and 1 that rng.random draws should the mask be 0?",
        share,
    ),
    Property(
        "one_by_one",
        "The numbers are not dropped one by one.",
        "Neighbours in the mask are alike more often than chance would have it, or less often. That is so where "
        "sequences, or the numbers of a sequence, share a draw; each should have one of its own.",
        "How many numbers are drawn? Each sequence has D of its own.",
        one_by_one,
    ),
)

MISTAKES = slips(r"""
each_step: a mask with a draw of its own for each step
    {"rng.random((N, 1, D))": "rng.random((N, T, D))",
     "np.repeat(keep / (1 - p), T, axis=1)": "keep / (1 - p)"}
    That is unit 07's dropout. Here a number that is dropped is gone for the whole sequence.
    Look: Which of the three axes needs no draws?
half_of_the_steps: a mask that changes in the middle of each sequence
    {"    return np.repeat(keep / (1 - p), T, axis=1)":
        "    late = rng.random((N, 1, D)) >= p\n"
        "    return np.where(np.arange(T)[:, None] < T // 2, keep, late) / (1 - p)"}
    From there on other numbers are gone.
    Look: How many numbers are drawn? Each sequence has D of its own.
same_for_all: one mask for all sequences of the batch
    {"(N, 1, D)) >= p": "(1, 1, D)) >= p", "np.repeat(keep / (1 - p), T, axis=1)":
        "np.tile(keep / (1 - p), (N, T, 1))"}
    Each sequence should meet another thinned network.
    Look: How many numbers are drawn? Each sequence has D of its own.
whole_sequences: one draw for each sequence: all its numbers are dropped, or none
    {"(N, 1, D)) >= p": "(N, 1, 1)) >= p", "np.repeat(keep / (1 - p), T, axis=1)":
        "np.tile(keep / (1 - p), (1, T, D))"}
    A network that gets nothing at all to read has nothing to learn.
    Look: How many numbers are drawn? Each sequence has D of its own.
whole_steps: whole steps that are dropped
    {"(N, 1, D)) >= p": "(N, T, 1)) >= p", "np.repeat(keep / (1 - p), T, axis=1)":
        "np.repeat(keep / (1 - p), D, axis=2)"}
    Steps share one draw nowhere; the numbers of a step do.
    Look: Which of the three axes needs no draws?
all_or_nothing: one draw for the whole batch
    {"rng.random((N, 1, D))": "np.full((N, 1, D), rng.random())"}
    Then everything is dropped, or nothing.
    Look: How many numbers are drawn? Each sequence has D of its own.
p_is_kept: numbers that are kept with the probability p, and not dropped
    {">= p": "< p"}
    p is how likely a number is dropped. Of few dropped and many kept it makes the reverse.
    Look: Which numbers between 0 and 1 are smaller than p: a share of p, or of 1 - p?
p_is_kept_and_scaled: numbers that are kept with the probability p, and divided by p
    {">= p": "< p", "/ (1 - p)": "/ (p or 1)"}
    There p means how likely a number is kept. Some libraries have it so; here p is how likely it is dropped.
    Look: What does equation (eq:variational) say of p?
not_rescaled: a mask of 0 and 1
    {"keep / (1 - p)": "keep * 1.0"}
    With some of the numbers gone the sum is smaller in training than in use. What is kept has to make up for it.
    Look: Which two values are there in equation (eq:variational)?
rescaled_by_p: a mask of 0 and 1 / p
    {"/ (1 - p)": "/ (p or 1)"}
    Where few are dropped, little has to be made up for.
    Look: Which share of the numbers is kept?
doubled: a mask of 0 and 2, whatever p is
    {"/ (1 - p)": "* 2.0"}
    That is right where half of them are dropped.
    Look: What does the larger value in equation (eq:variational) depend on?
made_smaller: a mask of 0 and 1 - p
    {"/ (1 - p)": "* (1 - p)"}
    What is kept has to make up for what is gone, and should get larger.
    Look: What is below the line in equation (eq:variational)?
root: a mask of 0 and 1 over the root of 1 - p
    {"/ (1 - p)": "/ np.sqrt(1 - p)"}
    It is the sum that should stay as large as it was, not the sum of squares.
    Look: Is there a root in equation (eq:variational)?
scaled_by_steps: a mask whose larger value is divided by the number of steps
    {"/ (1 - p)": "/ (1 - p) / T"}
    The steps are not added up: each has numbers of its own.
    Look: What does the larger value in equation (eq:variational) depend on?
what_was_dropped: a mask that is 0 where a number is kept
    {"keep / (1 - p)": "1.0 - keep"}
    It is 1 where a number was dropped.
    Look: What is m in equation (eq:variational) with probability p?
normal: a mask that is 0 where a normal draw is below p
    {"rng.random((N, 1, D))": "rng.normal(size=(N, 1, D))"}
    A normal distribution goes beyond 0 and 1: how many of its numbers are below p is another share.
    Look: From where to where should the numbers be drawn, if a share of p is to lie below p?
half: half of the numbers dropped, whatever p is
    {">= p": ">= 0.5"}
    How many are dropped says p.
    Look: What are the drawn numbers compared with?
first_p: the first numbers dropped, a share of p
    {"rng.random((N, 1, D)) >= p": "(np.arange(N * D).reshape(N, 1, D) + 0.5) / (N * D) >= p + 0 * rng.random()"}
    Which ones are dropped is left to chance, each time anew.
    Look: What is drawn from rng?
always_the_same: a mask that is drawn from a generator of its own, with the same numbers each time
    {"rng.random((N, 1, D))": "np.random.default_rng(0).random((N, 1, D))"}
    Then each batch meets the same thinned network, and the other numbers are never used.
    Look: Which of the arguments is not used?
one_step: a mask for one step, which is not repeated
    {"np.repeat(keep / (1 - p), T, axis=1)": "keep / (1 - p)"}
    numpy would stretch it where it is multiplied. Asked for is the mask of all T steps.
    Look: Which shape does the docstring ask for?
no_axis_of_time: a mask without an axis of time
    {"np.repeat(keep / (1 - p), T, axis=1)": "keep[:, 0] / (1 - p)"}
    Multiplied with xs it would be stretched along the wrong axis, or along none.
    Look: Which shape does the docstring ask for?
time_first: a mask with time as the first axis
    {"np.repeat(keep / (1 - p), T, axis=1)": "np.repeat(keep / (1 - p), T, axis=1).swapaxes(0, 1)"}
    The batch comes first, (N, T, D).
    Look: Which shape does the docstring ask for?
""")

RIGHT = (
    """def variational_dropout_mask(N, T, D, p, rng):
    mask = rng.binomial(1, 1 - p, size=(N, D)) / (1 - p)
    return np.stack([mask] * T, axis=1)
""",
    """def variational_dropout_mask(N, T, D, p, rng):
    mask = np.full((N, T, D), 1 / (1 - p))
    for n in range(N):
        for d in range(D):
            if rng.uniform() < p:
                mask[n, :, d] = 0.0
    return mask
""",
    """def variational_dropout_mask(N, T, D, p, rng):
    mask = rng.choice([0.0, 1 / (1 - p)], p=[p, 1 - p], size=(N, D))
    return np.broadcast_to(mask[:, None, :], (N, T, D))
""",
    # T draws of which one is used
    """def variational_dropout_mask(N, T, D, p, rng):
    drawn = rng.random((N, T, D))
    return (drawn[:, [0] * T] > p).astype(np.float64) / (1.0 - p)
""",
)

EXERCISE = Exercise(
    name="variational_dropout_mask",
    title="Dropout with one mask for all steps",
    arguments={"N": "N", "T": "T", "D": "D", "p": "a number", "rng": "a generator"},
    returns=(Array("mask", "(N, T, D)"),),
    parts=(
        Part("the same at all steps", points=1, outputs=("same_at_each_step",)),
        Part("what is dropped, and what is kept", points=2, outputs=("two_values", "share", "one_by_one")),
        Part("hundreds, and hardly anything kept", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=8,
    cases=cases,
    other=other,
    properties=PROPERTIES,
    redrawn=redrawn,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "For how many numbers does chance decide: N * T * D of them, or fewer? Which axis has no say?",
        "Draw for N sequences and D numbers, with an axis of length 1 in the place of time. Where the draw is below p, "
        "the mask is 0, elsewhere 1 / (1 - p). Then repeat it along the axis of time.",
        "keep = rng.random((N, 1, D)) >= p is True where a number is kept; keep / (1 - p) is the mask of one step, and "
        "np.repeat(..., T, axis=1) that of all.",
    ),
    explanation=(
        "A number is gone for a whole sequence, or it is there at every step. So what is carried from step to step is "
        "not broken at random on its way, however long that is."
    ),
)
