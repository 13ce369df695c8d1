"""How alike two vectors are, whatever their lengths."""

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, pairs_of, single, spread, zeros_among

ZEROS = frozenset({"zeros"})


def cases(rng):
    mild = rng.permuted(rng.uniform([0.3, -0.4], [0.5, -0.2]))
    yield Case("small", pairs_of(rng, N=2, H=3, alike=mild))
    yield Case("more pairs than numbers", pairs_of(rng, N=7, H=2))
    yield Case("more numbers than pairs", pairs_of(rng, N=3, H=40))
    yield Case("as many pairs as numbers", pairs_of(rng, N=4, H=4))
    yield Case("one pair", pairs_of(rng, N=1, H=5))
    yield Case("one number", pairs_of(rng, N=4, H=1))
    yield Case("nearly the same way", pairs_of(rng, N=3, H=6, alike=rng.uniform(0.9, 0.99, size=3)))
    yield Case("the opposite way", pairs_of(rng, N=3, H=5, alike=-rng.uniform(0.5, 0.9, size=3)))
    turned = pairs_of(rng, N=4, H=2)
    yield Case("at right angles", turned | {"v": turned["u"][:, ::-1] * [1.0, -1.0]})
    lifted = pairs_of(rng, N=4, H=5)
    yield Case("numbers far from zero", {name: one + 2.0 for name, one in lifted.items()})
    unlike = pairs_of(rng, N=5, H=3)
    unlike["u"] *= spread(rng, 0.02, 50, (5, 1))
    yield Case("lengths that differ", unlike)
    faint = pairs_of(rng, N=3, H=4)
    yield Case("short vectors", {name: 3e-3 * one for name, one in faint.items()})
    yield Case("strided", pairs_of(rng, N=4, H=3), frozenset({"strided"}))
    yield Case("float32", single(pairs_of(rng, N=4, H=5)))
    empty = pairs_of(rng, N=5, H=3)
    empty["u"][rng.integers(2)] = 0.0
    empty["v"][2 + rng.integers(2)] = 0.0
    yield Case("vectors of zeros", empty, ZEROS)
    yield Case("zeros among the numbers", zeros_among(rng), ZEROS)
    nothing = pairs_of(rng, N=3, H=2)
    both = rng.integers(3)
    nothing["u"][both] = nothing["v"][both] = 0.0
    yield Case("a pair of two vectors of zeros", nothing, ZEROS)
    yield Case("large numbers", {name: spread(rng, 2, 900, (4, 3)) for name in "uv"}, LARGE)


DOT, BOTH = "(u * v).sum(axis=1)", "both = length_u * length_v"
MISTAKES = slips(
    r"""
dot: dot products, not divided by the lengths
    {" / np.where(both > 0, both, 1)": ""}
    A long vector then seems to be like everything. Only the direction should count.
    Look: What stands below the bar in equation (eq:cosine)?
one_length: dot products divided by the length of u alone
    {"$both": "both = length_u"}
    With v twice as long the number is twice as large. Only the directions should count.
    Look: Which lengths stand below the bar in equation (eq:cosine)?
other_length: dot products divided by the length of v alone
    {"$both": "both = length_v"}
    With u twice as long the number is twice as large. Only the directions should count.
    Look: Which lengths stand below the bar in equation (eq:cosine)?
u_twice: dot products divided by the length of u, twice
    {"$both": "both = length_u * length_u"}
    That is a cosine where both vectors are equally long, and nowhere else.
    Look: Of which vectors are the two lengths in equation (eq:cosine)?
v_twice: dot products divided by the length of v, twice
    {"$both": "both = length_v * length_v"}
    That is a cosine where both vectors are equally long, and nowhere else.
    Look: Of which vectors are the two lengths in equation (eq:cosine)?
squared_lengths: dot products divided by the squares of the lengths
    {"$both": "both = length_u**2 * length_v**2"}
    A length is the root of the sum of the squares.
    Look: Which of your lines takes the root?
sum_of_lengths: dot products divided by the sum of the lengths
    {"$both": "both = length_u + length_v"}
    Twice as long vectors then give another number.
    Look: What stands between the two lengths in equation (eq:cosine)?
root_of_product: dot products divided by the root of the product of the lengths
    {"$both": "both = np.sqrt(length_u * length_v)"}
    One root too many: a vector and itself should give 1, however long it is.
    Look: How many roots lie between u * u and what you divide by?
larger_length: dot products divided by the square of the longer one's length
    {"$both": "both = np.maximum(length_u, length_v) ** 2"}
    Then two of the same direction are alike only where they are equally long, too.
    Look: What stands between the two lengths in equation (eq:cosine)?
dice: twice the dot product divided by the sum of the squared lengths
    {"$dot": "2 * (u * v).sum(axis=1)", "$both": "both = length_u**2 + length_v**2"}
    That is called Dice's coefficient, and is the cosine only where both are equally long.
    Look: What stands below the bar in equation (eq:cosine)?
tanimoto: the dot product divided by the squared lengths less the dot product
    {"$both": "both = length_u**2 + length_v**2 - (u * v).sum(axis=1)"}
    That is the Tanimoto coefficient, for which lengths count.
    Look: What stands below the bar in equation (eq:cosine)?
mean: cosines divided by the number of components
    {"$dot": "(u * v).mean(axis=1)"}
    A dot product is a sum. With np.mean in its place a vector and itself don't give 1.
    Look: What does the dot in equation (eq:cosine) do with the H products?
mean_lengths: dot products divided by lengths of means of squares
    {"(u * u).sum(axis=1)": "(u * u).mean(axis=1)", "(v * v).sum(axis=1)": "(v * v).mean(axis=1)"}
    The square of a length is the sum of the squares, and not their mean.
    Look: What do the double bars in equation (eq:cosine) mean?
absolute_lengths: dot products divided by the sums of absolute values
    {"np.sqrt((u * u).sum(axis=1))": "np.abs(u).sum(axis=1)", "np.sqrt((v * v).sum(axis=1))": "np.abs(v).sum(axis=1)"}
    That is another length, along the axes. With it a vector and itself don't give 1.
    Look: What do the double bars in equation (eq:cosine) mean?
largest_lengths: dot products divided by the largest absolute values
    {"np.sqrt((u * u).sum(axis=1))": "np.abs(u).max(axis=1)", "np.sqrt((v * v).sum(axis=1))": "np.abs(v).max(axis=1)"}
    A length has all the components in it.
    Look: What do the double bars in equation (eq:cosine) mean?
length_of_the_batch: dot products divided by one length for the whole batch
    {"np.sqrt((u * u).sum(axis=1))": "np.sqrt((u * u).sum())", "np.sqrt((v * v).sum(axis=1))": "np.sqrt((v * v).sum())"}
    Then a pair's number depends on which other pairs stand beside it.
    Look: Over which axis do your lengths add up? np.linalg.norm without an axis takes all.
length_of_the_batch_u: dot products divided by one length for all of u, and v's own
    {"np.sqrt((u * u).sum(axis=1))": "np.sqrt((u * u).sum())"}
    Then a pair's number depends on which other pairs stand beside it.
    Look: Over which axis do both of your lengths add up? np.linalg.norm without an axis takes all.
length_of_the_batch_v: dot products divided by u's own length and one for all of v
    {"np.sqrt((v * v).sum(axis=1))": "np.sqrt((v * v).sum())"}
    Then a pair's number depends on which other pairs stand beside it.
    Look: Over which axis do both of your lengths add up? np.linalg.norm without an axis takes all.
scaled: dot products divided by the root of H
    {"return $dot / np.where(both > 0, both, 1)": "return $dot / np.sqrt(u.shape[1])"}
    So it is done where a dot product is to be kept in bounds. Lengths still count, and here they shouldn't.
    Look: What stands below the bar in equation (eq:cosine)?
over_the_batch: cosines of the columns
    {"$dot": "(u * v).sum(axis=0)", "(u * u).sum(axis=1)": "(u * u).sum(axis=0)",
        "(v * v).sum(axis=1)": "(v * v).sum(axis=0)"}
    A pair is a row. Across the rows stand numbers of different sentences.
    Look: Which axis are the pairs, and which the numbers of a vector?
matrix: cosines of each u with each v
    {"$dot / np.where(both > 0, both, 1)":
        "u @ v.T / np.where(length_u[:, None] * length_v > 0, length_u[:, None] * length_v, 1)"}
    That is an (N, N) table. Asked are its diagonal's numbers alone, a pair a row.
    Look: Which indices have u and v in equation (eq:cosine)?
first_v: cosines of each u with the first v
    {"    length_u": "    v = v[:1]\n    length_u"}
    A pair is a row of u and the same row of v.
    Look: Which indices have u and v in equation (eq:cosine)?
first_u: cosines of the first u with each v
    {"    length_u": "    u = u[:1]\n    length_u"}
    A pair is a row of u and the same row of v.
    Look: Which indices have u and v in equation (eq:cosine)?
next_pair: cosines of each u with the v of the pair before
    {"    length_u": "    v = np.roll(v, 1, axis=0)\n    length_u"}
    A pair is a row of u and the same row of v.
    Look: Which indices have u and v in equation (eq:cosine)?
centred: cosines of vectors from which their means were taken off
    {"    length_u": "    u, v = u - u.mean(axis=1, keepdims=True), v - v.mean(axis=1, keepdims=True)\n    length_u"}
    That is a correlation. Here 0 is 0.
    Look: Is a mean in equation (eq:cosine)?
absolute: cosines without their sign
    {"$dot": "np.abs((u * v).sum(axis=1))"}
    Two vectors that point the opposite way are as unlike as can be.
    Look: Is there a sign that equation (eq:cosine) takes off?
products_absolute: sums of absolute products, divided by the lengths
    {"$dot": "np.abs(u * v).sum(axis=1)"}
    Where one is positive and the other negative, they disagree.
    Look: Is there a sign that equation (eq:cosine) takes off?
squared: squares of cosines
    {"return $dot / np.where(both > 0, both, 1)": "return ($dot / np.where(both > 0, both, 1)) ** 2"}
    The sign is lost, and what is a little alike looks less so.
    Look: Is there a square around equation (eq:cosine)?
not_below_zero: cosines with 0 in the place of all that is below
    {"return $dot / np.where(both > 0, both, 1)": "return np.maximum($dot / np.where(both > 0, both, 1), 0)"}
    What points the opposite way is then no further off than what is at right angles.
    Look: From where to where does the docstring say that s goes?
distance: one less the cosine
    {"return $dot": "return 1 - $dot"}
    That is the cosine *distance*: 0 for the same direction. Asked is how alike they are.
    Look: What should come out for a vector and itself?
from_0_to_1: cosines moved to between 0 and 1
    {"return $dot / np.where(both > 0, both, 1)": "return (1 + $dot / np.where(both > 0, both, 1)) / 2"}
    Two at right angles then get a half.
    Look: From where to where does the docstring say that s goes?
negative: minus the right cosines
    {"return $dot": "return -$dot"}
    A vector and itself should give 1.
    Look: What should come out for a vector and itself?
angle: angles, in radians
    {"return $dot / np.where(both > 0, both, 1)":
        "return np.arccos(np.clip($dot / np.where(both > 0, both, 1), -1, 1))"}
    Asked is the angle's cosine. No inverse of it is needed.
    Look: Where is an angle itself in equation (eq:cosine)?
manhattan: the exponential of minus the sum of all differences
    {"$dot / np.where(both > 0, both, 1)": "np.exp(-np.abs(u - v).sum(axis=1))"}
    That is how alike two are for Mueller and Thyagarajan (2016), and where they are far apart its slope is next to
    nothing. Here it is the cosine.
    Look: What does equation (eq:cosine) ask for?
squashed: dot products through a sigmoid
    {"$dot / np.where(both > 0, both, 1)": "1 / (1 + np.exp(-np.clip((u * v).sum(axis=1), -700, 700)))"}
    It lies between 0 and 1, and lengths still count.
    Look: What does equation (eq:cosine) do to the dot product?
gauss: the exponential of minus the squared distance
    {"$dot / np.where(both > 0, both, 1)": "np.exp(-((u - v) ** 2).sum(axis=1))"}
    Lengths count for a distance. Here only directions do.
    Look: What does equation (eq:cosine) ask for?
exponential: the exponential of minus the distance
    {"$dot / np.where(both > 0, both, 1)": "np.exp(-np.sqrt(((u - v) ** 2).sum(axis=1)))"}
    Lengths count for a distance. Here only directions do.
    Look: What does equation (eq:cosine) ask for?
squared_distance: squared distances
    {"$dot / np.where(both > 0, both, 1)": "((u - v) ** 2).sum(axis=1)"}
    A distance is 0 for two that are the same, and lengths count for it.
    Look: What does equation (eq:cosine) ask for?
euclidean: distances
    {"$dot / np.where(both > 0, both, 1)": "np.sqrt(((u - v) ** 2).sum(axis=1))"}
    A distance is 0 for two that are the same, and lengths count for it.
    Look: What does equation (eq:cosine) ask for?
minus_distance: minus the distances
    {"$dot / np.where(both > 0, both, 1)": "-np.sqrt(((u - v) ** 2).sum(axis=1))"}
    Lengths count for a distance. Here only directions do.
    Look: What does equation (eq:cosine) ask for?
one_over_distance: 1 / (1 + distance)
    {"$dot / np.where(both > 0, both, 1)": "1 / (1 + np.sqrt(((u - v) ** 2).sum(axis=1)))"}
    Lengths count for a distance. Here only directions do.
    Look: What does equation (eq:cosine) ask for?
zeros_are_nan: the right cosines, which are NaN where a vector is all zeros
    {"np.where(both > 0, both, 1)": "both"}
    There it is 0 / 0. One NaN in a batch makes the loss NaN, and then all weights.
    Look: What does equation (eq:cosine) say of a vector of length 0?
zeros_are_alike: the right cosines, with 1 where a vector is all zeros
    {"$dot / np.where(both > 0, both, 1)": "np.where(both > 0, $dot / np.where(both > 0, both, 1), 1)"}
    A vector of zeros has no direction, and is like nothing.
    Look: What does equation (eq:cosine) say of a vector of length 0?
little_added: cosines with a small number added below the bar
    {"np.where(both > 0, both, 1)": "(both + 1e-8)"}
    For a vector of zeros that is a way out. Everywhere else it makes every number a little too small.
    Look: Where is a small number added in your code? Which values does it change?
little_added_to_each: cosines with a small number added to each length
    {"$both": "both = (length_u + 1e-8) * (length_v + 1e-8)"}
    For a vector of zeros that is a way out. Everywhere else it makes every number a little too small.
    Look: Where is a small number added in your code? Which values does it change?
one_at_least: cosines in which no product of lengths is smaller than 1
    {"np.where(both > 0, both, 1)": "np.maximum(both, 1)"}
    Short vectors have a direction too.
    Look: For which vectors is something to be kept away from the division?
zero_by_sum: 0 where the numbers of a vector add up to 0
    {"np.where(both > 0, both, 1)": "np.where((u.sum(axis=1) != 0) & (v.sum(axis=1) != 0) & (both > 0), both, np.inf)"}
    1 and -1 add up to 0 as well, and a vector of those has a length, and points somewhere.
    Look: How does your code find out that a vector is all zeros?
zero_by_any: 0 where any number of a vector is 0
    {"np.where(both > 0, both, 1)": "np.where((u != 0).all(axis=1) & (v != 0).all(axis=1), both, np.inf)"}
    Only a vector of which *all* numbers are 0 has no direction.
    Look: How does your code find out that a vector is all zeros?
longest_of_the_batch: dot products divided by the longest lengths of the batch
    {"$both": "both = np.full(len(u), length_u.max() * length_v.max())"}
    Then a pair's number depends on which other pairs stand beside it.
    Look: Whose lengths stand below the bar in equation (eq:cosine)?
shorter_length: dot products divided by the square of the shorter one's length
    {"$both": "both = np.minimum(length_u, length_v) ** 2"}
    That may be above 1. Both lengths should be there, each once.
    Look: What stands between the two lengths in equation (eq:cosine)?
mean_length: dot products divided by the square of the mean of both lengths
    {"$both": "both = ((length_u + length_v) / 2) ** 2 * ((length_u * length_v) > 0)"}
    That is the cosine where both are equally long, and nowhere else.
    Look: What stands between the two lengths in equation (eq:cosine)?
length_of_products: dot products divided by the length of the products
    {"$both": "both = np.sqrt(((u * v) ** 2).sum(axis=1))"}
    The two lengths are taken first, each of its own vector, and then multiplied.
    Look: Of which vectors are the two lengths in equation (eq:cosine)?
shares: dot products of vectors that were divided by their sums
    {"    length_u": "    u = u / np.where(u.sum(axis=1) == 0, 1, u.sum(axis=1))[:, None]\n"
        "    v = v / np.where(v.sum(axis=1) == 0, 1, v.sum(axis=1))[:, None]\n    length_u",
        " / np.where(both > 0, both, 1)": ""}
    Numbers that add up to 1 don't make a vector of length 1.
    Look: What do the double bars in equation (eq:cosine) mean?
share_of_the_angle: one less the angle, with two right angles as 1
    {"return $dot / np.where(both > 0, both, 1)":
        "return 1 - np.arccos(np.clip($dot / np.where(both > 0, both, 1), -1, 1)) / np.pi"}
    Asked is the angle's cosine. No inverse of it is needed.
    Look: Where is an angle itself in equation (eq:cosine)?
softmax: cosines through a softmax over the pairs
    {"return $dot / np.where(both > 0, both, 1)":
        "e = np.exp($dot / np.where(both > 0, both, 1))\n    return e / e.sum()"}
    Then a pair's number depends on which other pairs stand beside it.
    Look: Is there an exponential in equation (eq:cosine)?
rounded: cosines that were rounded
    {"return $dot / np.where(both > 0, both, 1)": "return np.round($dot / np.where(both > 0, both, 1), 3)"}
    Rounding is for whoever prints them.
    Look: What is done in your code that equation (eq:cosine) doesn't do?
in_place: vectors that were made shorter where they stand
    {"    both = length_u * length_v\n": "    u /= np.where(length_u > 0, length_u, 1)[:, None]\n    both = length_v\n"}
    u belongs to whoever called. The next one who reads it finds other numbers there.
    Look: Which of your lines writes into u or v? `u / length` makes a new array, `u /= length` doesn't.
""",
    dot=DOT,
    both=BOTH,
)

RIGHT = (
    """def siamese_similarity(u, v):
    size = np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1)
    size[size == 0] = 1.0
    return np.einsum("nh,nh->n", u, v) / size
""",
    """def siamese_similarity(u, v):
    both = np.linalg.norm(u, axis=1) * np.linalg.norm(v, axis=1)
    return np.where(both > 0, np.sum(u * v, axis=1) / both, 0.0)
""",
    """def siamese_similarity(u, v):
    def unit(x):
        size = np.sqrt(np.sum(x**2, axis=1, keepdims=True))
        return np.divide(x, size, out=np.zeros_like(x), where=size > 0)

    return np.sum(unit(u) * unit(v), axis=1)
""",
    """def siamese_similarity(u, v):
    s = np.zeros(len(u))
    for n in range(len(u)):
        size = np.sqrt(u[n] @ u[n]) * np.sqrt(v[n] @ v[n])
        if size > 0:
            s[n] = u[n] @ v[n] / size
    return s
""",
    """def siamese_similarity(u, v):
    with np.errstate(invalid="ignore"):
        s = np.diag(u @ v.T) / (np.linalg.norm(u, axis=-1) * np.linalg.norm(v, axis=-1))
    return np.where(np.isnan(s), 0.0, s)
""",
)

EXERCISE = Exercise(
    name="siamese_similarity",
    title="How alike two vectors are",
    arguments={"u": "(N, H)", "v": "(N, H)"},
    returns=(Array("s", "(N,)"),),
    parts=(
        Part("the cosines", points=2),
        Part("zeros", points=1, tags=ZEROS),
        Part("large numbers", points=1, tags=LARGE),
    ),
    difficulty=2,
    minutes=8,
    row="pair",
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "A row of u and the same row of v make one number. Which axis has to go?",
        "Multiply u and v number by number and add up along each row: that is the dot product. A length is the "
        "root of a row's dot product with itself. Divide by both lengths; where their product is 0 divide by 1.",
        "(u * v).sum(axis=1) / np.where(both > 0, both, 1), with `both` for the product of the two lengths, each like "
        "np.sqrt((u * u).sum(axis=1)).",
    ),
    explanation=(
        "Only directions count, so a long sentence, which may have moved its cells further, is not more alike to "
        "everything than a short one. And the number can't run away in training: it stays between -1 and 1."
    ),
)
