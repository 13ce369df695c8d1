"""Among how many equally likely tokens a model might as well have guessed."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._means import LARGE, MEANS, NOTHING, cases_of_batches, other


def cases(rng):
    yield from cases_of_batches(rng)
    far = np.array([[rng.uniform(600, 650), rng.uniform(500, 520)]])
    yield Case("tokens that cost more than five hundred", {"nlls": [far], "masks": [np.ones((1, 2))]}, LARGE)


MISTAKES = (
    slips(MEANS, eq="eq:perplexity")
    + slips(r"""
nats: the mean in nats, without the exponential
    {"np.exp(total / max(count, 1))": "total / max(count, 1)"}
    That is what a token costs. The perplexity is its exponential.
    Look: What is done to the fraction in equation (eq:perplexity)?
bits: the mean in bits
    {"np.exp(total / max(count, 1))": "total / max(count, 1) / np.log(2)"}
    That is what a token costs. The perplexity is 2 to the power of it.
    Look: What is done to the fraction in equation (eq:perplexity)?
two_to_the_nats: two to the power of the mean in nats
    {"np.exp(total": "2.0 ** (total"}
    2 belongs to bits, e to nats, and nlls are in nats.
    Look: Which two of the three belong together in equation (eq:perplexity): exp, 2, and which unit?
e_to_the_bits: e to the power of the mean in bits
    {"total / max(count, 1)": "total / max(count, 1) / np.log(2)"}
    2 belongs to bits, e to nats.
    Look: Which two of the three belong together in equation (eq:perplexity): exp, 2, and which unit?
ten_to_the_nats: ten to the power of the mean in nats
    {"np.exp(total": "10.0 ** np.minimum(300, total"}
    nlls are in nats, and e belongs to them.
    Look: What is done to the fraction in equation (eq:perplexity)?
mean_of_exponentials: the mean of each token's exponential
    {"sum(nll.sum() for nll in nlls)":
        "sum((np.exp(np.minimum(nll, 700)) * mask).sum() for nll, mask in zip(nlls, masks))",
        "np.exp(total / max(count, 1))": "total / max(count, 1) if count else 1.0"}
    A single bad guess then outweighs all the others. The exponential comes once, after the mean.
    Look: In which order do the exponential and the mean come in equation (eq:perplexity)?
mean_of_perplexities: the mean of the batches' perplexities
    {"np.exp(total / max(count, 1))":
        "sum(np.exp(nll.sum() / max(mask.sum(), 1)) for nll, mask in zip(nlls, masks)) / (len(masks) + 0 * total)"}
    What comes out depends on how the text was cut into batches.
    Look: In which order do the exponential and the mean come in equation (eq:perplexity)?
weighted_perplexities: the mean of the batches' perplexities, each counted by its tokens
    {"np.exp(total / max(count, 1))":
        "sum(mask.sum() * np.exp(nll.sum() / max(mask.sum(), 1)) for nll, mask in zip(nlls, masks)) / count "
        "if count else np.exp(total)"}
    What comes out depends on how the text was cut into batches.
    Look: In which order do the exponential and the mean come in equation (eq:perplexity)?
rounded: the right answer, rounded to two digits
    {"np.exp(total / max(count, 1))": "np.round(np.exp(total / max(count, 1)), 2)"}
    Rounding is for whoever prints it.
    Look: What is done in your code that equation (eq:perplexity) doesn't do?
two_to_the_wrong_unit: two to the power of the mean in nats times log 2
    {"np.exp(total / max(count, 1))": "2.0 ** (total / max(count, 1) * np.log(2))"}
    Nats become bits by a division by log 2.
    Look: How do nats become bits in equation (eq:bits)?
one_over: one over the right perplexity
    {"np.exp(total": "np.exp(-total"}
    That is the probability that a token was given on the (geometric) mean. The better the model, the smaller its
    perplexity, down to 1.
    Look: Which sign has nll, and which sign has the exponent in equation (eq:perplexity)?
less_one: one less than the right perplexity
    {"np.exp(": "np.expm1("}
    A model that knows every token has a perplexity of 1: it chooses among one.
    Look: What is exp(0) in equation (eq:perplexity)?
nothing_is_0: the right perplexity, which is 0 where nothing counts
    {"np.exp(total / max(count, 1))": "np.exp(total / max(count, 1)) * (count > 0)"}
    The exponential of 0 is 1.
    Look: The last line of the docstring says what comes back where no token counts.
""")
    + slips(r"""
product: a root of a product over all tokens, which in a long text is more than float64 can hold, or less
    {"total = sum(nll.sum() for nll in nlls)": "product = np.prod([np.exp(nll).prod() for nll in nlls])",
        "np.exp(total / max(count, 1))": "product ** (1 / max(count, 1))"}
    The formula is right. But float64 ends at 1e308, and what is below 1e-323 is 0: a few hundred factors lead there,
    costs as well as probabilities. That is why one adds up logs.
    Look: What does the log make of a product?
sum: the exponential of the sum of all costs
    {" / max(count, 1)": ""}
    That is one over the probability of the whole text. A longer text then has a larger one, however well it is
    predicted.
    Look: What does equation (eq:perplexity) divide by?
""")
)

RIGHT = (
    """def perplexity(nlls, masks):
    total = count = 0.0
    for nll, mask in zip(nlls, masks):
        total += np.sum(nll * mask)
        count += np.sum(mask)
    return np.exp(total / count) if count > 0 else 1.0
""",
    """def perplexity(nlls, masks):
    return 2.0 ** bits_per_token(nlls, masks)
""",
    """def perplexity(nlls, masks):
    costs = np.concatenate([nll[mask > 0] for nll, mask in zip(nlls, masks)])
    return np.exp(costs.mean()) if costs.size else 1.0
""",
    {"np.exp(total / max(count, 1))": "np.e ** (total / (count if count else 1))"},
)

EXERCISE = Exercise(
    name="perplexity",
    title="Among how many",
    arguments={"nlls": "a list of arrays", "masks": "a list of arrays"},
    returns=(Number("perplexity"),),
    parts=(
        Part("the perplexity", points=1),
        Part("batches that hold nothing", points=1, tags=NOTHING),
        Part("long texts and large costs", points=1, tags=LARGE),
    ),
    difficulty=1,
    minutes=5,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "A model that holds 8 tokens equally likely at every step has the perplexity 8. What does a token cost it, in "
        "nats, and how does one get back from there?",
        "The mean over all tokens of all batches, as before, and then the exponential of it, once. You may call "
        "bits_per_token: the perplexity is 2 to the power of the bits.",
        "np.exp(total / max(count, 1)), with total and count as in bits_per_token.",
    ),
    explanation=(
        "Bits and perplexity say the same in two ways. Perplexities are what papers report for words; for characters "
        "one mostly gives bits. One bit less is half the perplexity."
    ),
)
