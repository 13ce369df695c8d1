"""One test that tells all broken backward passes from the right ones."""

from ..base import Case, Exercise, Part, Truths, slips
from ._backwards import BATCH, FORMULAS, FUNCTIONS, LEAVING, LONG_ONES, RAISING, RIGHT, SINGLE, TOLD
from .gradient_check import EXERCISE as CHECK
from .lstm_backward import EXERCISE as SEQUENCE
from .lstm_step_backward import EXERCISE as STEP

ALONE, STEPS, MANNERS = frozenset({"alone"}), frozenset({"long"}), frozenset({"manners"})


# The mistakes of the functions that may be called here.
HARMLESS = tuple(
    f"{piece.name}.{inner}{one.name}"
    for piece, inner, bank in (
        (SEQUENCE, "", SEQUENCE.mistakes),
        (SEQUENCE, f"{STEP.name}.", STEP.mistakes),
        (CHECK, "", CHECK.mistakes),
    )
    for one in bank
)


def _case(rng, name, wrong, right, tags=frozenset()):
    """Some wrong ones, by their names, and as many of the right ones, in any order."""
    chosen = [*wrong, *rng.choice(RIGHT, size=right, replace=False)]
    return Case(name, {"backwards": [FUNCTIONS[chosen[k]] for k in rng.permutation(len(chosen))]}, tags)


def _leaving(rng, name):
    """Those that write into their arguments, between two right ones.

    Whoever makes no copies is seen by the last of all, and by the first that writes, which is not the one that writes
    into an array of the cache: that one passes where the list alone was copied.
    """
    into_dhs, *others = [".".join(one) for one in LEAVING]
    first, last = rng.choice(RIGHT, size=2, replace=False)
    chosen = [first, into_dhs, *rng.permutation(others), last]
    return Case(name, {"backwards": [FUNCTIONS[one] for one in chosen]}, MANNERS)


def _turned(case):
    """The case with its functions from the last to the first."""
    return Case(case.name, {"backwards": case.args["backwards"][::-1]}, case.tags)


def cases(rng):
    formulas = rng.permutation([f"lstm_step_backward.{name}" for name in FORMULAS])
    yield _case(rng, "a right one and a wrong one", formulas[:1], 1)
    yield _case(rng, "wrong formulas", formulas[1:5], 2)
    yield _case(rng, "more wrong formulas", formulas[5:11], 1)
    yield _case(rng, "right ones", (), 7)
    yield _case(rng, "one of the five results is wrong", [".".join(one) for one in SINGLE], 2, ALONE)
    yield _case(rng, "batches", [f"lstm_step_backward.{name}" for name in BATCH], 1, ALONE)
    yield _case(rng, "long sequences", [f"lstm_backward.{name}" for name in LONG_ONES], 2, STEPS)
    yield _leaving(rng, "changed arguments")
    raising = [name if name in FUNCTIONS else f"lstm_backward.{name}" for name in RAISING]
    yield _case(rng, "no results, or other ones", raising, 1, MANNERS)


MISTAKES = slips(r"""
all_true: True for every function
    {"is_gradient(backward) for": "True for"}
    Each of them is to be called, and what it gives compared with the gradient.
    Look: What does your function know of a backward pass when it answers?
all_false: False for every function
    {"is_gradient(backward) for": "False for"}
    Some of them are right, and are written in other ways than yours.
    Look: What do you compare, and how near does it have to be?
turned_round: True for the wrong ones, and False for the right ones
    {"is_gradient(backward) for": "not is_gradient(backward) for"}
    True is asked for where it is the gradient.
    Look: What does the docstring say of True?
to_the_last_bit: a test that takes any difference for a mistake
    {"1e-6 * np.abs(w).max()": "1e-300 * np.abs(w).max()"}
    Whoever adds up in another order rounds in another way, and is as right.
    Look: How near do two right answers come to each other? What did unit 02 find?
too_kind: a test that lets pass what is off by half
    {"1e-6 * np.abs(w).max()": "0.5 * np.abs(w).max()"}
    A wrong gradient may be near the right one. A right one agrees to ten digits.
    Look: How near do two right answers come to each other, and how near does yours ask for?
dxs_alone: a test that looks at dxs alone
    {"zip(got, wanted)": "zip(got[:1], wanted)"}
    Five gradients come back, and each may be wrong alone.
    Look: Which of the five do you compare?
weights_alone: a test that looks at dW and db alone
    {"zip(got, wanted)": "zip(got[3:], wanted[3:])"}
    Five gradients come back, and each may be wrong alone.
    Look: Which of the five do you compare?
db_not_looked_at: a test that doesn't look at db
    {"zip(got, wanted)": "zip(got[:4], wanted)"}
    Five gradients come back, and each may be wrong alone.
    Look: Which of the five do you compare?
states_not_looked_at: a test that doesn't look at dh0 and dc0
    {"zip(got, wanted)": "[(got[k], wanted[k]) for k in (0, 3, 4)]"}
    Five gradients come back, and each may be wrong alone.
    Look: Which of the five do you compare?
no_dc_T: a test with a dc_T of zeros
    {"dc_T = rng.normal(size=(N, T, H)), rng.normal(size=(N, H))":
        "dc_T = rng.normal(size=(N, T, H)), np.zeros((N, H))"}
    Whoever forgets dc_T is right then.
    Look: Does everything that comes into your test reach what comes out of it?
no_dhs: a test with a dhs of zeros
    {"dhs, dc_T = rng.normal(size=(N, T, H))": "dhs, dc_T = np.zeros((N, T, H))"}
    Whoever goes back from dc_T alone is right then, and nothing that is done with dhs shows.
    Look: Does everything that comes into your test reach what comes out of it?
few_steps: a test whose sequences have no more than twenty steps
    {"N, T, D, H = 2, 60": "N, T, D, H = 2, 5"}
    What is cut off after fifty steps is right in shorter sequences.
    Look: How long are your sequences, and what does the docstring say of length?
thirty_steps: a test whose sequences have more than twenty steps and no more than fifty
    {"N, T, D, H = 2, 60": "N, T, D, H = 2, 30"}
    What is cut off after fifty steps is right in shorter sequences.
    Look: How long are your sequences, and what does the docstring say of length?
one_step: a test with a single step
    {"N, T, D, H = 2, 60": "N, T, D, H = 2, 1"}
    What is wrong between two steps, or grows with their number, can't show.
    Look: How long are your sequences?
one_sequence: a test with a batch of one
    {"N, T, D, H = 2,": "N, T, D, H = 1,"}
    A mean over one sequence is its sum.
    Look: How large is your batch?
no_copies: a test that hands the same arrays to all of the functions, without copies
    {"own = [tuple(array.copy() for array in step) for step in cache]": "own = cache",
        "dhs.copy(), dc_T.copy()": "dhs, dc_T",
        "and bool(near) and kept": "and bool(near)"}
    The first one that writes into them spoils them for all that come after it. And an array that is compared with
    itself has never changed.
    Look: Which arrays does each function get, and with what can you compare them afterwards?
list_copied: a test that copies the list of the caches, and not the arrays in it
    {"own = [tuple(array.copy() for array in step) for step in cache]": "own = list(cache)"}
    A copied list holds the very same arrays. Whoever writes into one of them has written into both.
    Look: How deep does your copy of the cache go? copy.deepcopy copies all that is inside, too.
arguments_not_looked_at: a test that doesn't ask whether the arguments are what they were
    {"bool(near) and kept": "bool(near)"}
    The gradients may be right and the caller's arrays gone.
    Look: What does the docstring say that some of them change?
cache_not_looked_at: a test that doesn't ask whether the cache is what it was
    {"len(own) == T and all(np.array_equal(a, w) for step in zip(own, cache) for a, w in zip(*step))": "True"}
    The gradients may be right and what the forward pass has kept be gone.
    Look: Which of the three arguments do you look at afterwards?
cache_length_not_looked_at: a test that compares the steps that are left in the cache, and not how many there are
    {"len(own) == T and ": ""}
    zip ends with the shorter of two lists. Of a list that was emptied nothing is compared, and nothing differs.
    Look: What does your comparison say of an empty cache?
dhs_not_looked_at: a test that doesn't ask whether dhs is what it was
    {"and np.array_equal(own_dhs, dhs)": ""}
    The gradients may be right and the caller's dhs be gone.
    Look: Which of the three arguments do you look at afterwards?
dc_T_not_looked_at: a test that doesn't ask whether dc_T is what it was
    {" and np.array_equal(own_dc_T, dc_T)": ""}
    The gradients may be right and the caller's dc_T be gone.
    Look: Which of the three arguments do you look at afterwards?
results_not_counted: a test that compares the results that came, and not how many there are
    {"len(got) == 5 and ": ""}
    zip ends with the shorter of two lists: a result that is missing is compared with nothing.
    Look: What does your function say of one that gives four results, all of them right?
nothing_caught: a test that stops where one of the functions raises
    {"        except Exception:": "        except KeyboardInterrupt:"}
    Some of them raise an error, and the others still wait for their verdict.
    Look: What does your function do when one of those it calls raises?
raising_is_right: True for a function that raises
    {"            return False\n": "            return True\n"}
    Whoever gives no gradient has not given the gradient.
    Look: What does your function say of those that raise?
""")

RIGHT_ANSWERS = (
    # by differences alone, along one random direction of everything at once and along each array's own
    """def separates(backwards):
    rng = np.random.default_rng(7)
    N, T, D, H = 2, 70, 3, 4
    at = [rng.normal(size=s) for s in ((N, T, D), (N, H), (N, H), (H + D, 4 * H), (4 * H,))]
    at[4][H : 2 * H] += 3
    A, B = rng.normal(size=(N, T, H)), rng.normal(size=(N, H))

    def loss(values):
        hs, c_T, _ = lstm_forward(*values)
        return float((hs * A).sum() + (c_T * B).sum())

    slopes = []
    for k in range(5):
        move = rng.normal(size=at[k].shape)
        up, down = list(at), list(at)
        up[k], down[k] = at[k] + 1e-5 * move, at[k] - 1e-5 * move
        slopes.append((move, (loss(up) - loss(down)) / 2e-5))
    verdicts = []
    for backward in backwards:
        cache = [tuple(one.copy() for one in step) for step in lstm_forward(*at)[2]]
        before = [tuple(one.copy() for one in step) for step in cache]
        a, b = A.copy(), B.copy()
        try:
            found = backward(a, b, cache)
            right = len(found) == 5
            for one, array, (move, slope) in zip(found, at, slopes):
                right = right and one.shape == array.shape
                right = right and abs((one * move).sum() - slope) < 1e-5 * np.sqrt(abs(one).sum() ** 2 + 1)
        except Exception:
            right = False
        right = right and (a == A).all() and (b == B).all() and len(cache) == T
        right = right and all((x == y).all() for one, two in zip(cache, before) for x, y in zip(one, two))
        verdicts.append(bool(right))
    return verdicts
""",
    # with the gradient check, every array of a small network, and the states at the start of a long sequence
    """def separates(backwards):
    rng = np.random.default_rng(1)

    def trial(N, T, D, H, arrays):
        at = {
            "xs": rng.normal(size=(N, T, D)),
            "h0": np.tanh(rng.normal(size=(N, H))),
            "c0": rng.normal(size=(N, H)),
            "W": rng.normal(size=(H + D, 4 * H)),
            "b": rng.normal(size=4 * H) + np.repeat([0, 3, 0, 0], H),
        }
        A, B = rng.normal(size=(N, T, H)), rng.normal(size=(N, H))
        _, _, cache = lstm_forward(*at.values())
        measured = {}

        def holds(backward):
            kept = [tuple(a.copy() for a in step) for step in cache]
            a, b = A.copy(), B.copy()
            try:
                got = dict(zip(at, backward(a, b, kept), strict=True))
                if any(got[name].shape != at[name].shape for name in at):
                    return False
            except Exception:
                return False
            for name in arrays:
                def f(value):
                    hs, c_T, _ = lstm_forward(*(at | {name: value}).values())
                    return np.sum(hs * A) + np.sum(c_T * B)
                if name not in measured:
                    measured[name] = numerical_gradient(f, at[name], 1e-5)
                n = measured[name]
                if not np.abs(got[name] - n).max() < 1e-5 * np.abs(n).max():
                    return False
            return (
                np.array_equal(a, A)
                and np.array_equal(b, B)
                and len(kept) == len(cache)
                and all(np.array_equal(p, q) for one, two in zip(kept, cache) for p, q in zip(one, two))
            )

        return holds

    small = trial(3, 4, 2, 3, ("xs", "h0", "c0", "W", "b"))
    long = trial(2, 55, 1, 2, ("h0", "c0", "b"))
    return np.array([small(backward) and long(backward) for backward in backwards])
""",
    {
        "N, T, D, H = 2, 60, 3, 4": "N, T, D, H = 3, 53, 1, 2",
        "1e-6 * np.abs(w).max()": "1e-9 * np.abs(w).max()",
        "return [is_gradient(backward) for backward in backwards]": "return tuple(map(is_gradient, backwards))",
    },
)

EXERCISE = Exercise(
    name="separates",
    title="Which of them is the gradient?",
    arguments={"backwards": "a list of functions"},
    returns=(Truths("verdicts", of="backwards"),),
    parts=(
        Part("wrong formulas, and right ones", points=2),
        Part("one result, or a batch", points=1, tags=ALONE),
        Part("long sequences", points=1, tags=STEPS),
        Part("what a call leaves behind", points=1, tags=MANNERS),
    ),
    difficulty=4,
    minutes=40,
    cases=cases,
    functions=FUNCTIONS,
    told=TOLD,
    other=_turned,
    # Its own check says when one of them is no good; their mistakes are not looked for in a list of True and False.
    builds_on=("lstm_backward", "gradient_check"),
    harmless=HARMLESS,
    mistakes=MISTAKES,
    two_at_once=False,  # each of them goes back through many long sequences
    right=RIGHT_ANSWERS,
    hints=(
        "What has every right backward pass in common, however it is written? Its numbers, on any input. So one input "
        "is enough, if everything that can be wrong shows there. Which sizes are telling? Which arrays must not be 0?",
        "Draw xs, h0, c0, W and b, of sizes that are all different, with a batch, more than 50 steps, and forget gates "
        "that are open. lstm_forward gives the cache. Draw dhs and dc_T too. What your lstm_backward makes of them is "
        "what all the others should make of them, in all five arrays, up to rounding. Give each function copies, look "
        "whether these are unchanged afterwards, and call it inside of a try.",
        "For each function: a new cache from lstm_forward with the same arrays; got = backward(dhs.copy(), ...) inside "
        "of try, with except Exception: False; then for each of the five got.shape == wanted.shape and np.abs(got - "
        "wanted).max() below 1e-6 times np.abs(wanted).max(); then np.array_equal for all that went in.",
    ),
    explanation=(
        "No task, no training, no loss that comes down: numbers at random have told them all apart, because they were "
        "drawn so that nothing can hide. Different sizes, many steps, a batch, a gradient into every output. That is "
        "what a test of a backward pass needs, and it takes no more than seconds."
    ),
)
