"""The way back from the loss to the logits."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, single

PADDING = frozenset({"padding"})


def _padded(rng, N, T):
    """A mask whose rows end at different places, the first of them at the end and the second before it."""
    lengths = np.concatenate([[T], rng.integers(1, T, size=N - 1)]) if T > 1 else np.ones(N, dtype=int)
    return (np.arange(T) < lengths[:, None]).astype(float)


def _arguments(rng, N, T, K, **given):
    """Draw logits, targets of which the largest class is none, and a mask of ones; ``given`` are some of them."""
    drawn = {
        "logits": 2 * rng.normal(size=(N, T, K)),
        "targets": rng.integers(max(K - 1, 1), size=(N, T)),
        "mask": np.ones((N, T)),
    }
    return drawn | given


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, K=4, mask=np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]])), PADDING)
    yield Case("no padding", _arguments(rng, N=3, T=2, K=5))
    yield Case("more steps", _arguments(rng, N=2, T=6, K=3, mask=_padded(rng, 2, 6)), PADDING)
    yield Case("classes as many as steps", _arguments(rng, N=2, T=4, K=4, mask=_padded(rng, 2, 4)), PADDING)
    yield Case("one sequence", _arguments(rng, N=1, T=5, K=3))
    yield Case("one step", _arguments(rng, N=4, T=1, K=3))
    yield Case("one class", _arguments(rng, N=2, T=3, K=1))
    holes = np.array([[1.0, 0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 1.0, 0.0]])
    yield Case("holes in the mask", _arguments(rng, N=2, T=5, K=3, mask=holes), PADDING)
    empty = np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0]])
    yield Case("a sequence of nothing but padding", _arguments(rng, N=3, T=2, K=4, mask=empty), PADDING)
    alone = np.zeros((3, 4))
    alone[1, 2] = 1.0
    yield Case("one step that counts", _arguments(rng, N=3, T=4, K=5, mask=alone), PADDING)
    yield Case("nothing but padding", _arguments(rng, N=2, T=3, K=4, mask=np.zeros((2, 3))), PADDING)
    yield Case("strided", _arguments(rng, N=4, T=3, K=5, mask=_padded(rng, 4, 3)), frozenset({"strided"}) | PADDING)
    yield Case("float32", single(_arguments(rng, N=2, T=5, K=3, mask=_padded(rng, 2, 5))), PADDING)
    ids = rng.integers([[290, 257, 40]], [[299, 280, 60]], size=(1, 3))
    yield Case("many classes", _arguments(rng, N=1, T=3, K=300, targets=ids))
    knows = _arguments(rng, N=2, T=3, K=5, targets=rng.integers(1, 4, size=(2, 3)))
    knows["logits"] += 7.0 * (knows["targets"][..., None] == np.arange(5))
    knows["logits"][..., 0] -= 8.0  # what is next to nothing beside the others is there all the same
    yield Case("a network that knows", knows)
    sure = rng.uniform(800, 3000, size=(2, 3, 4)) * rng.choice([-1.0, 1.0], size=(2, 3, 4))
    yield Case("logits far out", _arguments(rng, N=2, T=3, K=4, logits=sure), LARGE)
    high = rng.uniform(900, 4000, size=(2, 4, 1)) * rng.choice([-1.0, 1.0], size=(2, 4, 1))
    near = high + rng.normal(size=(2, 4, 3))  # no class is sure, however large the numbers are
    yield Case("logits far out and near each other", _arguments(rng, N=2, T=4, K=3, logits=near), LARGE)


MISTAKES = slips(r"""
sum_for_mean: the gradient of the sum over the steps that count
    {" / count": ""}
    The loss is their mean: in a longer text each step has a smaller say.
    Look: What stands before the sum in equation (eq:loss)?
mean_over_all: a mean over all steps, padding included
    {" / count": " / mask.size"}
    The padding adds nothing to the sum, and is counted all the same. A batch with more padding would then learn less.
    Look: What is M in equation (eq:loss)?
mean_over_sequences: a sum over the steps, divided by the number of sequences
    {" / count": " / len(logits)"}
    The mean is over steps, not over sequences.
    Look: What is M in equation (eq:loss)?
own_length: a mean over each sequence's own steps, added up over the sequences
    {" / count": " / np.maximum(mask.sum(axis=1), 1)[:, None, None]"}
    A word of a short sequence then weighs more than one of a long sequence. All the steps that count have one weight.
    Look: Over what does M in equation (eq:loss) add up?
mean_of_means: the mean over the sequences of each one's own mean
    {" / count": " / np.maximum(mask.sum(axis=1), 1)[:, None, None] / len(logits)"}
    A word of a short sequence then weighs more than one of a long sequence. All the steps that count have one weight.
    Look: Over what does M in equation (eq:loss) add up?
mean_over_time: a sum over the steps, divided by how many steps a sequence is long
    {" / count": " / logits.shape[1]"}
    The mean is over all the steps that count, in all the sequences.
    Look: What is M in equation (eq:loss)?
over_classes_too: a mean over the steps and over the classes
    {" / count": " / count / logits.shape[2]"}
    Each step has one cost, not one for each class.
    Look: What is M in equation (eq:loss)?
no_mask: a gradient that flows into the padding as well
    {" * mask[..., None] / count": " / mask.size"}
    The padding is no text. What the network says there is nobody's business, and should teach it nothing.
    Look: Where does m stand in equation (eq:dlogits)?
mask_only_counted: a gradient in which the mask says how many steps count, and not which
    {" * mask[..., None]": ""}
    The padding is no text. What the network says there is nobody's business, and should teach it nothing.
    Look: Where does m stand in equation (eq:dlogits)?
mask_on_p_alone: a mask that was put on the probabilities, and not on what is taken off
    {"(p - y) * mask[..., None]": "(p * mask[..., None] - y)"}
    On the padding the target's place still gets its -1.
    Look: What is multiplied by m in equation (eq:dlogits)?
class_0_is_padding: a gradient that leaves out the class 0 as if it were padding
    {" * mask[..., None]": " * mask[..., None] * (targets != 0)[..., None]"}
    What is padding is said by the mask. Class 0 may be a word like any other.
    Look: Which argument says which steps count?
mask_on_the_logits: a mask that was put on the logits
    {"softmax(logits)": "softmax(logits * mask[..., None])", "(p - y) * mask[..., None]": "(p - y)"}
    Logits of 0 are an answer too: that all classes are equally likely. The gradient still flows into the padding.
    Look: What is multiplied by m in equation (eq:dlogits)?
nothing_counts: a division by zero where no step counts
    {"    if count == 0:\n        return np.zeros(logits.shape)\n": ""}
    0 divided by 0 is no number, and one NaN in a gradient makes all the weights NaN.
    Look: What should come back where the mask is all zero? The end of equation (eq:dlogits) says it.
little_added: a denominator with a small number added to it
    {" / count": " / (count + 1e-8)"}
    Where nothing counts that saves the division, and everywhere else it makes every number a little wrong.
    Look: What should come back where M is 0, and can that be said in another way?
no_target: probabilities alone, with nothing taken off for the right class
    {"(p - y)": "p"}
    Every class would be pushed down, the right one too.
    Look: Equation (eq:dlogits) has two terms in its bracket.
target_alone: a gradient without the probabilities
    {"(p - y)": "-y"}
    However sure the network was of the right class, it would be pushed as hard as before.
    Look: Equation (eq:dlogits) has two terms in its bracket.
minus: the right class minus the probabilities
    {"(p - y)": "(y - p)"}
    A step against the gradient would make the right class less likely. The gradient points to where the loss grows.
    Look: Look at the bracket in equation (eq:dlogits).
to_the_probabilities: the gradient with respect to the probabilities
    {"(p - y)": "-y / p"}
    That is as far as -log p. From p back to the logits there is the softmax still to go through.
    Look: With respect to what is the gradient that comes back? See the left side of equation (eq:dlogits).
right_class_alone: a gradient at the right class alone, p - 1, and zeros at all the others
    {"(p - y)": "(p - y) * y"}
    The other classes act on the loss through the sum below the fraction of the softmax: what they are given is taken
    from the right one.
    Look: Which k has equation (eq:dlogits)? What is left of its bracket where k is not the target?
no_softmax: logits in the place of the probabilities
    {"softmax(logits)": "logits"}
    Logits may be of any size and sign. What should be compared with 0 and 1 is what the network expects of each class.
    Look: What is p in equation (eq:loss)?
softmax_once_more: a gradient that goes back through a slope p (1 - p) once more
    {"(p - y)": "(p - y) * p * (1 - p)"}
    p - y is already what the log and the softmax together leave over.
    Look: Compare with equation (eq:dlogits), factor by factor.
softmax_over_time: probabilities that add up to 1 over time
    {"softmax(logits)": "softmax(logits.swapaxes(1, 2)).swapaxes(1, 2)"}
    At every step the classes compete with each other; the steps do not.
    Look: Over which axis should p add up to 1?
softmax_over_all: probabilities that add up to 1 over everything there is
    {"softmax(logits)": "softmax(logits.reshape(1, 1, -1)).reshape(logits.shape)"}
    At every step the classes compete with each other; the steps and the sequences do not.
    Look: Over which axis should p add up to 1?
sigmoid_for_softmax: sigmoids in the place of the softmax
    {"softmax(logits)": "1 / (1 + np.exp(-logits))"}
    A sigmoid looks at one class and knows nothing of the others, so they do not add up to 1.
    Look: Which function makes p in equation (eq:loss)?
overflow: a softmax whose exponentials overflow
    {"softmax(logits)": "np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True)"}
    The exponential of 710 is too large for a float64, and infinity divided by infinity is no number.
    Look: softmax is there from unit 01, and none of its numbers overflows.
next_target: targets moved by one step, to the word after the next
    {"one_hot(targets, ": "one_hot(np.roll(targets, -1, axis=1), "}
    targets holds at each step what should be said at that step: nothing has to be moved.
    Look: Which step's target belongs to step t in equation (eq:dlogits)?
last_target: targets moved by one step, to the word before
    {"one_hot(targets, ": "one_hot(np.roll(targets, 1, axis=1), "}
    targets holds at each step what should be said at that step: nothing has to be moved.
    Look: Which step's target belongs to step t in equation (eq:dlogits)?
every_target_everywhere: one taken off at every target of the whole batch, at every step
    {"(p - y)": "(p - one_hot(targets, logits.shape[2]).max(axis=(0, 1)))"}
    p[:, :, targets] -= 1 reads: for all n, for all t, at all the places in targets. Each step has a target of its own.
    Look: Equation (eq:dlogits): for which k is one taken off at step (n, t)?
""")

# The same where nothing counts too: a learner who divides by 1 there gets what the padding was given.
GUARD = r"    if count == 0:\n        return np.zeros(logits.shape)\n"
UNMASKED = slips(
    r"""
mask_in_M_alone: a gradient in which the mask says how many steps count, and not which
    {"$guard": "    count = max(count, 1)\n", " * mask[..., None]": ""}
    The padding is no text. What the network says there is nobody's business, and should teach it nothing.
    Look: Where does m stand in equation (eq:dlogits)?
mask_on_p_before_y: a mask that was put on the probabilities, and not on what is taken off
    {"$guard": "    count = max(count, 1)\n", "(p - y) * mask[..., None]": "(p * mask[..., None] - y)"}
    On the padding the target's place still gets its -1.
    Look: What is multiplied by m in equation (eq:dlogits)?
mask_before_the_softmax: a mask that was put on the logits
    {"$guard": "    count = max(count, 1)\n", "softmax(logits)": "softmax(logits * mask[..., None])",
        "(p - y) * mask[..., None]": "(p - y)"}
    Logits of 0 are an answer too: that all classes are equally likely. The gradient still flows into the padding.
    Look: What is multiplied by m in equation (eq:dlogits)?
""",
    guard=GUARD,
)

RIGHT = (
    {"softmax(logits)": "np.exp(logits - np.logaddexp.reduce(logits, axis=-1, keepdims=True))"},
    """def cross_entropy_backward(logits, targets, mask):
    N, T, K = logits.shape
    e = np.exp(logits - logits.max(axis=-1, keepdims=True))
    d = e / e.sum(axis=-1, keepdims=True)
    d[np.arange(N)[:, None], np.arange(T), targets] -= 1
    d *= mask[:, :, None]
    return d / max(mask.sum(), 1)
""",
    """def cross_entropy_backward(logits, targets, mask):
    dlogits = np.zeros(logits.shape)
    counted = np.argwhere(mask)
    for n, t in counted:
        z = logits[n, t] - logits[n, t].max()
        p = np.exp(z) / np.exp(z).sum()
        p[targets[n, t]] -= 1.0
        dlogits[n, t] = p / len(counted)
    return dlogits
""",
    """def cross_entropy_backward(logits, targets, mask):
    K = logits.shape[2]
    weights = mask / mask.sum() if mask.any() else np.zeros_like(mask)
    flat = softmax(logits).reshape(-1, K)
    flat = flat - np.eye(K)[targets.reshape(-1)]
    return (flat * weights.reshape(-1, 1)).reshape(logits.shape)
""",
)

EXERCISE = Exercise(
    name="cross_entropy_backward",
    title="From the loss to the logits",
    arguments={"logits": "(N, T, K)", "targets": "(N, T)", "mask": "(N, T)"},
    returns=(Array("dlogits", "(N, T, K)"),),
    parts=(
        Part("the gradient where every step counts", points=1),
        Part("padding", points=2, tags=PADDING),
        Part("logits far out", points=1, tags=LARGE),
    ),
    difficulty=3,
    minutes=20,
    cases=cases,
    mistakes=MISTAKES + UNMASKED,
    right=RIGHT,
    hints=(
        "Equation (eq:dlogits) is one number for every sequence, step and class: what was said minus what should have "
        "been said, times the step's weight. What weight has a step on padding?",
        "softmax(logits) says it for all steps at once; one_hot(targets, K) is what should have been said, in the same "
        "shape. A new last axis, mask[..., None], lets one number of the mask weigh all K classes of its step. And "
        "where nothing counts there is nothing to divide by: return zeros.",
        "count is the sum of the mask; where it is 0, np.zeros(logits.shape) comes back. Else it is the difference of "
        "softmax(logits) and one_hot(targets, logits.shape[2]), times mask[..., None], divided by count.",
    ),
    explanation=(
        "What was said minus what should have been said: nothing is left of the log and the exponentials. Where the "
        "network is sure and right, next to nothing flows back; where it is sure and wrong, as much as can. At every "
        "step the numbers add up to 0, so what one class is pushed down the others are pushed up."
    ),
)
