"""How likely each class is after every step, when what each step says adds up."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single, spread


def _arguments(rng, N, T, K, scale=1.0):
    return {"logits": scale * rng.normal(size=(N, T, K))}


def _there_and_back(rng, N, K):
    """Draw logits that speak for one class by hundreds, then as loudly against it, and then in an ordinary voice."""
    loud = np.zeros((N, 6, K))
    loud[:, 0] = spread(rng, 800, 950, (N, K))
    loud[:, 2] = -loud[:, 0]
    return {"logits": loud + rng.normal(size=(N, 6, K))}


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, K=4))
    yield Case("many texts", _arguments(rng, N=20, T=3, K=5))
    yield Case("many steps", _arguments(rng, N=2, T=40, K=3, scale=0.4))
    yield Case("many classes", _arguments(rng, N=2, T=3, K=90))
    yield Case("one text", _arguments(rng, N=1, T=6, K=3))
    yield Case("one step", _arguments(rng, N=5, T=1, K=3))
    yield Case("one class", _arguments(rng, N=3, T=4, K=1))
    yield Case("two classes", _arguments(rng, N=4, T=5, K=2))
    yield Case("as many texts as steps and classes", _arguments(rng, N=4, T=4, K=4))
    yield Case("no steps", _arguments(rng, N=2, T=0, K=3))
    yield Case("nothing said", {"logits": np.zeros((3, 4, 5))})
    below = _arguments(rng, N=3, T=5, K=4)
    yield Case("logarithms of probabilities", {"logits": below["logits"] - rng.uniform(2, 5, size=(3, 5, 1))})
    yield Case("strided", _arguments(rng, N=3, T=5, K=4), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=4, T=3, K=5)))

    yield Case("large logits", {"logits": spread(rng, 300, 999, (3, 4, 5))}, LARGE)
    long = rng.uniform(-7, -2, size=(2, 400, 1)) + 0.1 * rng.normal(size=(2, 400, 3))
    yield Case("a long text of logarithms", {"logits": long}, LARGE)
    yield Case("a long text, and all logits above 0", {"logits": 4 - long[:, ::-1]}, LARGE)
    apart = _arguments(rng, N=4, T=5, K=3)["logits"]
    levels = rng.permutation([900.0, -900.0, 0.0, 500.0])[:, None, None]
    yield Case("texts at levels far apart", {"logits": apart + levels}, LARGE)
    yield Case("said loudly, and taken back", _there_and_back(rng, N=3, K=4), LARGE)


EXPONENTIALS = "e = np.exp(s - s.max(axis=2, keepdims=True))"
RESULT = "e / e.sum(axis=2, keepdims=True)"
SUM = "np.cumsum(logits, axis=1)"
MISTAKES = slips(
    r"""
not_added: the softmax of each step's logits alone
    {"$sum": "logits * 1.0"}
    What was said at the steps before is forgotten at each step.
    Look: Over what does the sum in equation (eq:running) go?
all_steps: the answer after the last step, at every step
    {"$sum": "np.broadcast_to(logits.sum(axis=1, keepdims=True), logits.shape)"}
    After the first letter nobody knows the last.
    Look: With which s does the sum in equation (eq:running) end?
from_the_end: sums over this step and all that come after it
    {"$sum": "np.cumsum(logits[:, ::-1], axis=1)[:, ::-1]"}
    That is what a reader from right to left knows.
    Look: With which s does the sum in equation (eq:running) begin, and with which does it end?
before_this_step: sums over the steps before, without the step itself
    {"$sum": "np.cumsum(logits, axis=1) - logits"}
    After a letter is read it counts.
    Look: With which s does the sum in equation (eq:running) end?
this_and_the_one_before: sums over this step and the one before it
    {"$sum": "logits + np.concatenate([0 * logits[:, :1], logits[:, :-1]], axis=1)"}
    All steps up to this one count, from the first.
    Look: With which s does the sum in equation (eq:running) begin?
mean: the mean over the steps so far, where their sum belongs
    {"$sum": "np.cumsum(logits, axis=1) / np.arange(1, logits.shape[1] + 1)[:, None]"}
    Whoever has read more may be surer, and so the sum isn't divided.
    Look: What is done over s in equation (eq:running)?
divided_by_root: sums that were divided by the root of the number of steps
    {"$sum": "np.cumsum(logits, axis=1) / np.sqrt(np.arange(1, logits.shape[1] + 1))[:, None]"}
    Whoever has read more may be surer, and so the sum isn't divided.
    Look: What is done over s in equation (eq:running)?
minus: sums with a minus in front
    {"$sum": "-np.cumsum(logits, axis=1)"}
    A large logit speaks for a class.
    Look: Which sign has the sum in equation (eq:running)?
sizes: sums of the logits without their signs
    {"$sum": "np.cumsum(np.abs(logits), axis=1)"}
    A logit below 0 speaks against its class.
    Look: What is added up in equation (eq:running)?
first_twice: sums in which the first step counts twice
    {"$sum": "np.cumsum(logits, axis=1) + logits[:, :1]"}
    Every step counts once.
    Look: What does your sum hold before the first step is added?
carried_over: sums that go on from one text to the next
    {"$sum": "np.cumsum(logits.reshape(-1, logits.shape[2]), axis=0).reshape(logits.shape)"}
    Each text begins anew, with nothing said.
    Look: Where is your sum set to 0: before all texts, or before each?
of_three: sums over this step and the two before it
    {"$sum": "np.cumsum(logits, axis=1) - np.concatenate([0 * logits[:, :3], np.cumsum(logits, axis=1)[:, :-3]], "
        "axis=1)[:, : logits.shape[1]]"}
    All steps up to this one count, from the first.
    Look: With which s does the sum in equation (eq:running) begin?
answer_as_logit: the softmax of a step's logits and the answer before it
    body:
        p, found = np.zeros_like(logits[:, :1]), [np.zeros_like(logits[:, :0])]
        for t in range(logits.shape[1]):
            s = logits[:, t : t + 1] + p
            e = np.exp(s - s.max(axis=2, keepdims=True))
            p = e / e.sum(axis=2, keepdims=True)
            found.append(p)
        return np.concatenate(found, axis=1)
    A probability is no logit: its logarithm is what may be added.
    Look: What is handed from step to step in your loop, and what is added up in equation (eq:running)?
divided_by_T: sums that were divided by the number of all steps
    {"$sum": "np.cumsum(logits, axis=1) / max(logits.shape[1], 1)"}
    How sure one may be after three letters doesn't hang on how many come after.
    Look: What is done over s in equation (eq:running)?
leaky: sums that lose a tenth at every step
    body:
        s, sums = np.zeros_like(logits[:, :1]), []
        for t in range(logits.shape[1]):
            s = 0.9 * s + logits[:, t : t + 1]
            sums.append(s)
        s = np.concatenate([np.zeros_like(logits[:, :0]), *sums], axis=1)
        e = np.exp(s - s.max(axis=2, keepdims=True))
        return e / e.sum(axis=2, keepdims=True)
    That is a sensible reader of texts whose language changes. Here nothing is forgotten.
    Look: How much does a step far back count in equation (eq:running)?
largest_so_far: the largest logits so far, where their sum belongs
    {"$sum": "np.maximum.accumulate(logits, axis=1)"}
    Two letters that both speak for a language say more than one.
    Look: What is done over s in equation (eq:running)?
product: products of the logits, where their sum belongs
    {"$sum": "np.cumprod(logits, axis=1)"}
    Probabilities are multiplied, and logits are logarithms.
    Look: What is done over s in equation (eq:running)?
over_classes: sums over the classes, where those over the steps belong
    {"$sum": "np.cumsum(logits, axis=2)"}
    What is said of one language doesn't add to what is said of the next.
    Look: Which axis of logits is time?
over_texts: sums over the texts, where those over the steps belong
    {"$sum": "np.cumsum(logits, axis=0)"}
    Texts have nothing to do with each other.
    Look: Which axis of logits is time?
probabilities_added: sums of each step's probabilities, divided by how many there are
    {"$sum": "logits * 1.0", "$result": "np.cumsum($result, axis=1) / np.arange(1, logits.shape[1] + 1)[:, None]"}
    That is the mean of what each letter would say by itself: sixty letters make it no surer than six.
    Look: What comes first in equation (eq:running), the sum or the exponential?
probabilities_added_up: sums of each step's probabilities
    {"$sum": "logits * 1.0", "$result": "np.cumsum($result, axis=1)"}
    They add up to the number of steps. And a vote isn't what is asked for: the logits are to be added.
    Look: What comes first in equation (eq:running), the sum or the exponential?
probabilities_as_logits: the softmax of the sums of each step's probabilities
    {"$sum": "logits * 1.0", "$result": "np.exp(np.cumsum($result, axis=1)) / "
        "np.exp(np.cumsum($result, axis=1)).sum(axis=2, keepdims=True)"}
    A step can add 1 at most to a class then, however sure it is.
    Look: How many exponentials are there in equation (eq:running), and where is the sum?
posterior_summed: sums of the answers up to each step
    {"$result": "np.cumsum($result, axis=1) / np.arange(1, logits.shape[1] + 1)[:, None]"}
    Each answer has all steps up to its own in it already.
    Look: How often do you add up over the steps?
twice: sums of the sums
    {"$sum": "np.cumsum(np.cumsum(logits, axis=1), axis=1)"}
    The first step is counted again and again.
    Look: How often does each s come into the sum of equation (eq:running)?
over_time: a softmax over the steps, for each class
    {"s.max(axis=2": "s.max(axis=1", "e.sum(axis=2": "e.sum(axis=1"}
    Then a class's numbers add up to 1 over the text. At each step the classes' should.
    Look: Over which index does the sum below the line in equation (eq:running) go?
divided_over_time: exponentials divided by their sum over the steps
    {"e.sum(axis=2": "e.sum(axis=1"}
    At each step it is the classes' numbers that should add up to 1.
    Look: Over which index does the sum below the line in equation (eq:running) go?
max_over_time: exponentials from which each class's largest over the steps was taken off
    {"s.max(axis=2": "s.max(axis=1"}
    What is taken off has to be the same for all classes of a step, or it doesn't cancel.
    Look: The largest of which numbers is to be taken off?
max_not_taken_off: exponentials of sums from which the largest was not taken off
    {"s - s.max(axis=2, keepdims=True)": "s"}
    Sums grow with the text: beyond 710 an exponential is more than a float can hold, and below -745 it is 0.
    Look: What did softmax take off in unit 01, and why is it needed the more here?
max_of_the_logits: sums from which the largest logit of the step was taken off
    {"s.max(axis=2": "logits.max(axis=2"}
    It cancels, and any number would do. But it isn't the largest of the numbers in the exponent.
    Look: The largest of which numbers do you take off: before they are added up, or after?
global_max: exponentials from which the largest of all texts and steps was taken off
    {"s.max(axis=2, keepdims=True)": "s.max(initial=-np.inf)"}
    A step whose sums lie hundreds below it is left with nothing but zeros: 0 / 0.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
max_of_the_text: exponentials from which each text's largest was taken off
    {"s.max(axis=2, keepdims=True)": "s.max(axis=(1, 2), keepdims=True, initial=-np.inf)"}
    Sums drift with the text, so that another step's may lie hundreds below: it is left with zeros, and 0 / 0.
    Look: The largest of which numbers has to be taken off, so that a 1 is left in every sum?
min_off: exponentials from which the smallest of each step was taken off
    {"s.max(axis=2": "s.min(axis=2"}
    Then every exponent is above 0, and where the sums lie far apart they overflow.
    Look: Which number has to be taken off, so that no exponent is above 0?
clipped: sums cut off at -700 and 700
    {"s - s.max(axis=2, keepdims=True)": "np.clip(s, -700, 700)"}
    That keeps the overflow away, and makes all classes beyond that limit alike.
    Look: What may be taken off all classes of a step, and changes nothing?
step_by_step: probabilities that were multiplied up step by step
    body:
        p, found = np.ones_like(logits[:, :1]), [np.zeros_like(logits[:, :0])]
        for t in range(logits.shape[1]):
            now = logits[:, t : t + 1]
            p = p * np.exp(now - now.max(axis=2, keepdims=True))
            p = p / np.maximum(p.sum(axis=2, keepdims=True), 1e-300)
            found.append(p)
        return np.concatenate(found, axis=1)
    That is Bayes' rule, and it goes well until a class has the probability 0: no later step can bring it back. A sum
    can.
    Look: What happens in your loop to a class whose probability has once become 0?
products_of_exponentials: products of exponentials, divided at the end
    {"$sum": "logits * 1.0", "$exponentials": "e = np.cumprod(np.exp(s), axis=1)"}
    It is the same on paper. But a product of many exponentials overflows, or is 0, where their logarithms' sum is an
    ordinary number.
    Look: What comes first in equation (eq:running), the sum or the exponential?
sums_alone: the sums, and not yet probabilities
    {"$result": "s"}
    They put the classes in order. How sure that is shows only when they are made to add up to 1.
    Look: What has to be true of the numbers at each step, by the docstring?
unnormalised: exponentials that were not divided by their sum
    {"$result": "e"}
    The likeliest class has a 1 then, whatever the others have.
    Look: What stands below the line in equation (eq:running)?
logarithms: the logarithms of the probabilities
    {"$result": "s - s.max(axis=2, keepdims=True) - np.log(e.sum(axis=2, keepdims=True))"}
    Asked for are the probabilities themselves.
    Look: What has to be true of the numbers at each step, by the docstring?
likeliest_alone: all for the class that is ahead
    {"$result": "(s == s.max(axis=2, keepdims=True)).astype(float)"}
    That is an answer at each step, and doesn't say how sure it is.
    Look: Equation (eq:running): is any exponential 0?
sigmoids: sigmoids of the sums, each by itself
    {"$result": "0.5 + 0.5 * np.tanh(s / 2)"}
    They don't add up to 1: one class knows nothing of the others.
    Look: What stands below the line in equation (eq:running)?
base_two: powers of 2, in place of exponentials
    {"np.exp(s - s.max(axis=2, keepdims=True))": "2.0 ** (s - s.max(axis=2, keepdims=True))"}
    Logits are natural logarithms.
    Look: To which base are the powers in equation (eq:running)?
never_zero: probabilities with a little added to each
    {"$result": "(e + 1e-8) / (e + 1e-8).sum(axis=2, keepdims=True)"}
    Nothing is divided by 0 here anyway: the largest exponential is 1.
    Look: What stands above the line in equation (eq:running)?
first_text: the first text's probabilities, for all of them
    {"$result": "np.repeat(e[:1] / e[:1].sum(axis=2, keepdims=True), len(e), axis=0)"}
    Each text has logits of its own.
    Look: How many rows of logits does your function read?
last_step_missing: sums that leave out the last step
    {"$sum": "np.cumsum(logits * (np.arange(logits.shape[1]) < logits.shape[1] - 1)[:, None], axis=1)"}
    The last letter says as much as any other.
    Look: How many times does your loop run?
first_step_missing: sums that leave out the first step
    {"$sum": "np.cumsum(logits * (np.arange(logits.shape[1]) > 0)[:, None], axis=1)"}
    The first letter says as much as any other.
    Look: With which t does your loop begin?
time_first: the right probabilities with time as the first axis
    {"$result": "($result).swapaxes(0, 1)"}
    In this course the batch comes first.
    Look: Which shape is asked for?
float32_sums: sums that were made float32
    {"$sum": "np.cumsum(logits.astype(np.float32), axis=1).astype(logits.dtype)"}
    float32 keeps 7 digits, and of large sums these are the first ones, which all classes share.
    Look: What is the dtype of the sums?
written_into_logits: the right probabilities, with the sums written into the array that came in
    body:
        for t in range(1, logits.shape[1]):
            logits[:, t] += logits[:, t - 1]
        e = np.exp(logits - logits.max(axis=2, keepdims=True))
        return e / e.sum(axis=2, keepdims=True)
    Whoever called the function finds sums in the place of logits, and calling it again adds them up once more.
    Look: Which of your lines writes into logits? An operator with = at its end does.
""",
    exponentials=EXPONENTIALS,
    result=RESULT,
    sum=SUM,
)

RIGHT = (
    """def running_posterior(logits):
    N, T, K = logits.shape
    posterior, s = np.zeros((N, T, K), dtype=logits.dtype), np.zeros((N, K), dtype=logits.dtype)
    for t in range(T):
        s = s + logits[:, t]
        e = np.exp(s - s.max(axis=1, keepdims=True))
        posterior[:, t] = e / e.sum(axis=1, keepdims=True)
    return posterior
""",
    # Bayes' rule step by step, in logarithms
    """def running_posterior(logits):
    N, T, K = logits.shape
    log_p, posterior = np.zeros((N, K)), np.zeros((N, T, K))
    for t in range(T):
        log_p = log_p + logits[:, t]
        log_p = log_p - np.logaddexp.reduce(log_p, axis=1)[:, None]
        posterior[:, t] = np.exp(log_p)
    return posterior
""",
    {SUM: "np.einsum('ts,nsk->ntk', np.tri(logits.shape[1]), logits)"},
    {SUM: "np.cumsum(logits - logits.max(axis=2, keepdims=True), axis=1)"},
    # each class beside all others
    {EXPONENTIALS: "away = s[:, :, None] - s[..., None]", RESULT: "1 / np.exp(np.minimum(away, 700)).sum(axis=3)"},
)

EXERCISE = Exercise(
    name="running_posterior",
    title="After every letter",
    arguments={"logits": "(N, T, K)"},
    returns=(Array("posterior", "(N, T, K)"),),
    parts=(
        Part("the probabilities after each step", points=2),
        Part("long texts and large logits, without a warning", points=1, tags=LARGE, quiet=True),
    ),
    difficulty=1,
    minutes=8,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    row="text",
    hints=(
        "Two things happen, and their order matters: adding up over the steps, and a softmax over the classes.",
        "np.cumsum adds up along an axis and keeps every sum on the way. Then the softmax of unit 01 at each step: "
        "take the largest of the K sums off, exponentiate, divide by the sum over the last axis.",
        "s = np.cumsum(logits, axis=1), then e = np.exp(s - s.max(axis=2, keepdims=True)), then e over its own sum "
        "along the same axis.",
    ),
    explanation=(
        "Adding logarithms is multiplying probabilities, so this is Bayes' rule, a letter at a time: what was likely "
        "so far, times how well the new letter fits. Where the logits come from doesn't matter: from counts, or from a "
        "network that has read everything up to here."
    ),
)
