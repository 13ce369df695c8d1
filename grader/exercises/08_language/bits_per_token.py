"""What a token of a whole text costs on the mean, in bits."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._means import LARGE, MEANS, NOTHING, cases_of_batches, other


def cases(rng):
    yield from cases_of_batches(rng)
    far = np.array([[rng.uniform(1e5, 9e5), rng.uniform(1.0, 9.0)]])
    yield Case("a token that costs hundreds of thousands", {"nlls": [far], "masks": [np.ones((1, 2))]}, LARGE)


MISTAKES = slips(MEANS, eq="eq:bits") + slips(r"""
nats: the right mean in nats
    {" / np.log(2)": ""}
    A nat is 1.44 bits. Asked are bits: a choice between two equally likely tokens costs 1.
    Look: What stands in front of the fraction in equation (eq:bits)?
times_log_2: the mean in nats, multiplied by log 2
    {"/ np.log(2)": "* np.log(2)"}
    A choice between two equally likely tokens costs log 2 = 0.69 nats, and that is 1 bit: the number gets larger.
    Look: What stands in front of the fraction in equation (eq:bits), log 2 or one over it?
base_10: the mean in units of log 10
    {"np.log(2)": "np.log(10)"}
    Those are decimal digits. A bit is a choice between two.
    Look: Which number's log stands in equation (eq:bits)?
log2_of_the_mean: the logarithm to base 2 of the mean in nats
    {"total / max(count, 1) / np.log(2)": "np.log2(max(total / max(count, 1), 1e-300))"}
    What comes in are logs already: another unit of them is another factor.
    Look: What is the logarithm of in equation (eq:bits)?
wrong_log: the mean in nats divided by the logarithm of 2 to base 10
    {"np.log(2)": "np.log10(2)"}
    A nat is the natural logarithm's unit.
    Look: Which logarithm is np.log, and which np.log10?
rounded: the right answer, rounded to two digits
    {"total / max(count, 1) / np.log(2)": "np.round(total / max(count, 1) / np.log(2), 2)"}
    Rounding is for whoever prints it.
    Look: What is done in your code that equation (eq:bits) doesn't do?
rounded_log: the right mean with 0.693 for log 2
    {"np.log(2)": "0.693"}
    np.log(2) has it to all digits.
    Look: Which constant stands in your code?
perplexity: two to the power of the right answer
    {"total / max(count, 1) / np.log(2)": "np.exp(np.minimum(total / max(count, 1), 700))"}
    That is the perplexity, which comes next. Asked are the bits.
    Look: Is there an exponential in equation (eq:bits)?
sum: the sum of the costs, in bits
    {" / max(count, 1)": ""}
    A longer text then costs more, however well it is predicted.
    Look: What does equation (eq:bits) divide by?
sign: minus the right bits
    {"return total": "return -total"}
    nll has its minus already: costs are positive.
    Look: What does nll_per_token return for a token that was likely, and what for one that wasn't?
""")

RIGHT = (
    """def bits_per_token(nlls, masks):
    total = count = 0.0
    for nll, mask in zip(nlls, masks):
        total += np.sum(nll * mask)
        count += np.sum(mask)
    return total / (count * np.log(2)) if count > 0 else 0.0
""",
    """def bits_per_token(nlls, masks):
    costs = np.concatenate([nll[mask > 0] for nll, mask in zip(nlls, masks)])
    return costs.mean() * np.log2(np.e) if len(costs) else 0.0
""",
    """def bits_per_token(nlls, masks):
    flat = np.concatenate([nll.ravel() for nll in nlls]), np.concatenate([mask.ravel() for mask in masks])
    return np.average(flat[0], weights=flat[1]) / np.log(2) if flat[1].any() else 0.0
""",
    {"total / max(count, 1) / np.log(2)": "float(total / np.log(2) / (count or 1.0))"},
)

EXERCISE = Exercise(
    name="bits_per_token",
    title="Bits for a whole text",
    arguments={"nlls": "a list of arrays", "masks": "a list of arrays"},
    returns=(Number("bits"),),
    parts=(
        Part("the mean over all tokens", points=2),
        Part("batches that hold nothing", points=1, tags=NOTHING),
        Part("long texts and large costs", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=10,
    cases=cases,
    other=other,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Two batches, one of 100 tokens that cost 1 each, one of a single token that costs 5. What does a token cost "
        "on the mean? It isn't 3.",
        "Add up all costs over all batches, and all ones of the masks; divide once, at the very end. Then nats become "
        "bits by a division by log 2. Where no token counts, divide by 1.",
        "total = sum(nll.sum() for nll in nlls), and the masks likewise; total / max(count, 1) / np.log(2).",
    ),
    explanation=(
        "The number no longer depends on how the text was cut. So two models can be compared that were measured with "
        "other batches, and so can a model and an n-gram that never heard of any."
    ),
)
