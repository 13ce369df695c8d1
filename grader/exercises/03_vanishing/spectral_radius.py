"""The spectral radius: by how much a matrix stretches in the long run."""

import numpy as np

from ..base import Case, Exercise, Number, Part, slips
from ._draws import LARGE, orthogonal, spread


def _turning(rng, H, radius):
    """Draw a matrix (H, H), H even, whose eigenvalues are pairs of complex numbers, the largest of this size."""
    blocks = np.zeros((H, H))
    for k in range(0, H, 2):
        angle, size = rng.uniform(0.8, 2.3), radius * (1 - 0.2 * k / H)
        blocks[k : k + 2, k : k + 2] = size * np.array(
            [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
        )
    basis = np.eye(H) + 0.3 * rng.normal(size=(H, H)) / np.sqrt(H)
    return basis @ blocks @ np.linalg.inv(basis)


def _with(rng, values):
    """Draw a matrix with these real eigenvalues, not symmetric."""
    H = len(values)
    basis = np.eye(H) + 0.4 * rng.normal(size=(H, H)) / np.sqrt(H)
    return basis @ np.diag(values) @ np.linalg.inv(basis)


def cases(rng):
    yield Case("small", {"W_h": _with(rng, [0.9, -0.4, 0.3])})
    yield Case("drawn at random", {"W_h": rng.normal(size=(5, 5)) / np.sqrt(5)})
    yield Case("drawn at random, larger", {"W_h": 1.5 * rng.normal(size=(8, 8)) / np.sqrt(8)})
    yield Case("the largest is negative", {"W_h": _with(rng, [0.5, -1.3, 0.2, 0.8])})
    yield Case("the largest is positive", {"W_h": _with(rng, [0.5, 1.2, -0.9])})
    yield Case("it turns", {"W_h": _turning(rng, 2, 0.8)})
    yield Case("it turns, and grows", {"W_h": _turning(rng, 6, 1.4)})
    yield Case("orthogonal", {"W_h": orthogonal(rng, 4)})
    yield Case("symmetric", {"W_h": (lambda A: (A + A.T) / 2)(rng.normal(size=(4, 4)))})
    yield Case("one unit", {"W_h": rng.uniform(0.3, 0.9, size=(1, 1))})
    yield Case("one unit, a negative weight", {"W_h": -rng.uniform(1.1, 1.9, size=(1, 1))})
    chain = np.triu(rng.uniform(0.5, 3, size=(4, 4)), k=1)
    yield Case("a chain that ends", {"W_h": chain})
    yield Case(
        "long at first, short in the end",
        {"W_h": np.diag(rng.uniform(0.3, 0.8, size=3)) + rng.uniform(4, 6) * np.eye(3, k=1)},
    )
    yield Case("zero", {"W_h": np.zeros((3, 3))})
    yield Case("several sizes", {"W_h": _with(rng, [0.01, 0.6, -0.5, 0.4, 0.2])})
    yield Case("strided", {"W_h": rng.normal(size=(5, 5)) / 2}, frozenset({"strided"}))
    yield Case("float32", {"W_h": _with(rng, [0.9, -0.4, 0.3]).astype(np.float32)})
    yield Case("large", {"W_h": _with(rng, spread(rng, 300, 4000, (4,)))}, LARGE)
    yield Case("large, and it turns", {"W_h": _turning(rng, 4, 2500.0)}, LARGE)


POWERS = r"""
power_$steps: the root of order $steps of the size of the power $steps of the matrix
    body:
        return np.linalg.norm(np.linalg.matrix_power(W_h, $steps)) ** (1 / $steps)
    That comes closer, the more steps one takes. But it is not there yet.
    Look: numpy has a function for the eigenvalues in equation (eq:radius).
"""

MISTAKES = slips(r"""
absolute_of_largest: the absolute value of the largest eigenvalue, in place of the largest absolute value
    {"np.abs(eigenvalues).max()": "np.abs(eigenvalues.max())"}
    The largest of -1.3 and 0.8 is 0.8, and that one loses. First the sizes, then the largest of them.
    Look: What is taken first in equation (eq:radius), the maximum or the absolute value?
real_parts: the largest size of the eigenvalues' real parts
    {"np.abs(eigenvalues)": "np.abs(eigenvalues.real)"}
    A matrix that turns has complex eigenvalues. Their size is their distance from 0, imaginary part included.
    Look: What is the absolute value of a complex number?
largest_real: the largest real part among the eigenvalues, without absolute values
    {"np.abs(eigenvalues)": "eigenvalues.real"}
    An eigenvalue of -1.3 makes a vector longer at every step, and turns it round. Neither the sign counts nor the
    direction in which a complex one lies: the size does.
    Look: What do the bars mean in equation (eq:radius)?
imaginary_parts: the largest size of the eigenvalues' imaginary parts
    {"np.abs(eigenvalues)": "np.abs(eigenvalues.imag)"}
    Where nothing turns that is 0, and the matrix may stretch all the same.
    Look: What is the absolute value of a complex number?
spectral_norm: the largest singular value, which numpy calls the 2-norm
    {"np.linalg.eigvals(W_h)": "np.linalg.svd(W_h, compute_uv=False)"}
    That is how much the matrix can stretch a vector in one step. In the next step it stretches another direction, so
    over many steps that is not what counts.
    Look: Singular values or eigenvalues: which does equation (eq:radius) speak of?
smallest: the smallest absolute value
    {".max()": ".min()"}
    After many steps the largest has outgrown all the others.
    Look: Which one of them does equation (eq:radius) take?
mean: the mean of the absolute values
    {".max()": ".mean()"}
    After many steps the largest has outgrown all the others, and their mean says nothing.
    Look: Which one of them does equation (eq:radius) take?
total: the sum of the absolute values
    {".max()": ".sum()"}
    After many steps the largest has outgrown all the others.
    Look: Which one of them does equation (eq:radius) take?
first: the absolute value of the first eigenvalue
    {".max()": "[0]"}
    numpy gives the eigenvalues in no particular order.
    Look: Which one of them does equation (eq:radius) take?
last: the absolute value of the last eigenvalue
    {".max()": "[-1]"}
    numpy gives the eigenvalues in no particular order.
    Look: Which one of them does equation (eq:radius) take?
squared: the square of the spectral radius
    {"return np.abs(eigenvalues).max()": "return np.abs(eigenvalues).max() ** 2"}
    The square is what two steps do.
    Look: Equation (eq:radius) has no square.
root: the root of the spectral radius
    {"return np.abs(eigenvalues).max()": "return np.sqrt(np.abs(eigenvalues).max())"}
    A root belongs to singular values, where they are computed from the eigenvalues of W_h.T @ W_h.
    Look: Equation (eq:radius) has no root.
of_the_square: the largest absolute eigenvalue of W_h.T @ W_h, or of W_h @ W_h.T, which has the same ones
    {"eigvals(W_h)": "eigvals(W_h.T @ W_h)"}
    Those are the squares of the singular values: what one step can do at most, squared.
    Look: Of which matrix are the eigenvalues in equation (eq:radius)?
symmetric_part: the spectral radius of the mean of W_h and W_h.T
    {"eigvals(W_h)": "eigvals((W_h + W_h.T) / 2)"}
    Weights from unit to unit are not the same in both directions.
    Look: Of which matrix are the eigenvalues in equation (eq:radius)?
taken_for_symmetric: the answer of np.linalg.eigvalsh, which takes the matrix to be symmetric
    {"eigvals(W_h)": "eigvalsh(W_h)"}
    It looks at one half of the matrix and takes the other to be its mirror image. W_h is not symmetric.
    Look: What does the h at the end of eigvalsh stand for?
frobenius: the Frobenius norm, the root of the sum of all squares
    body:
        return np.sqrt(np.sum(W_h**2))
    That grows with the number of units, whatever many steps do.
    Look: Which numbers of a matrix does equation (eq:radius) speak of?
largest_entry: the largest absolute value among the entries of the matrix
    body:
        return np.abs(W_h).max()
    Units work together: many small weights can stretch more than one large one.
    Look: Which numbers of a matrix does equation (eq:radius) speak of?
diagonal: the largest absolute value on the diagonal
    body:
        return np.abs(np.diag(W_h)).max()
    The diagonal says what each unit hears of itself. They hear each other as well.
    Look: Which numbers of a matrix does equation (eq:radius) speak of?
row_sums: the largest sum of absolute values in a row
    body:
        return np.abs(W_h).sum(axis=1).max()
    That is a bound which the spectral radius never exceeds, and it can be far below it.
    Look: Which numbers of a matrix does equation (eq:radius) speak of?
column_sums: the largest sum of absolute values in a column
    body:
        return np.abs(W_h).sum(axis=0).max()
    That is a bound which the spectral radius never exceeds, and it can be far below it.
    Look: Which numbers of a matrix does equation (eq:radius) speak of?
trace: the trace, the sum of the diagonal
    body:
        return np.trace(W_h)
    That is the sum of all eigenvalues, in which positive and negative ones cancel out.
    Look: Which one of the eigenvalues does equation (eq:radius) take?
determinant: the size of the determinant
    body:
        return np.abs(np.linalg.det(W_h))
    That is the product of all eigenvalues' sizes: it says how volumes grow, not the longest direction.
    Look: Which one of the eigenvalues does equation (eq:radius) take?
geometric_mean: the geometric mean of the eigenvalues' sizes, from the determinant
    body:
        return np.abs(np.linalg.det(W_h)) ** (1 / len(W_h))
    That says how volumes grow. After many steps the longest direction has outgrown all the others.
    Look: Which one of the eigenvalues does equation (eq:radius) take?
place: the place of the largest, argmax, in place of its size
    {".max()": ".argmax()"}
    argmax says at which place it stands. Asked is how large it is.
    Look: What does equation (eq:radius) take of the absolute values?
of_absolute_weights: the spectral radius of the weights' absolute values
    {"eigvals(W_h)": "eigvals(np.abs(W_h))"}
    Positive and negative weights can work against each other. The absolute values are taken of the eigenvalues.
    Look: What stands between the bars in equation (eq:radius)?
eigenvectors: the largest absolute value among the eigenvectors' numbers
    {"np.linalg.eigvals(W_h)": "np.linalg.eig(W_h)[1]"}
    np.linalg.eig gives two things, the eigenvalues and the eigenvectors, in this order.
    Look: Which of the two does equation (eq:radius) speak of?
both_parts: the largest real part plus the largest imaginary part, in size
    {"np.abs(eigenvalues).max()": "np.abs(eigenvalues.real).max() + np.abs(eigenvalues.imag).max()"}
    The size of a complex number is its distance from 0, and the two largest parts may belong to different ones.
    Look: What is the absolute value of a complex number?
minus_one: how far the spectral radius is above 1
    {"return np.abs(eigenvalues).max()": "return np.abs(eigenvalues).max() - 1"}
    Whether it is above 1 decides what happens, but asked is the radius itself.
    Look: Is anything taken off in equation (eq:radius)?
logarithm: the logarithm of the spectral radius
    {"return np.abs(eigenvalues).max()": "return np.log(np.abs(eigenvalues).max() + 1e-300)"}
    Its sign says whether gradients vanish or explode, but asked is the radius itself.
    Look: Equation (eq:radius) has no logarithm.
absolute_trace: the size of the eigenvalues' sum
    {"np.abs(eigenvalues).max()": "np.abs(eigenvalues.sum())"}
    In a sum positive and negative ones cancel out. After many steps the largest has outgrown all the others.
    Look: Which one of the eigenvalues does equation (eq:radius) take?
power_iteration: how much a vector grows in one step, after 1000 steps from a vector of ones
    body:
        v = np.ones(len(W_h))
        for _ in range(1000):
            v = W_h @ v
            v = v / max(np.linalg.norm(v), 1e-300)
        return np.linalg.norm(W_h @ v)
    That works where one real eigenvalue is the largest. Where the matrix turns, one step stretches more and the next
    one less, and it never comes to rest.
    Look: numpy has a function for the eigenvalues in equation (eq:radius).
capped: the spectral radius, but 1 at most
    {"return np.abs(eigenvalues).max()": "return np.minimum(np.abs(eigenvalues).max(), 1.0)"}
    Above 1 is where gradients explode.
    Look: Equation (eq:radius) has no bounds.
rounded: the spectral radius, rounded to six digits
    {"return np.abs(eigenvalues).max()": "return np.round(np.abs(eigenvalues).max(), 6)"}
    Many steps multiply what was cut off.
    Look: Return it as it is: printing can round.
""") + tuple(one for steps in (10, 20, 50, 100) for one in slips(POWERS, steps=steps))

RIGHT = (
    {"np.linalg.eigvals(W_h)": "np.linalg.eig(W_h)[0]"},
    {"eigvals(W_h)": "eigvals(W_h.T)"},
    {"np.abs(eigenvalues)": "np.sqrt(eigenvalues.real**2 + eigenvalues.imag**2)"},
    {"return np.abs(eigenvalues).max()": "return float(max(abs(one) for one in eigenvalues))"},
    {"return np.abs(eigenvalues).max()": "return np.linalg.norm(eigenvalues, np.inf)"},
    {"return np.abs(eigenvalues).max()": "return np.sqrt((eigenvalues * eigenvalues.conj()).real.max())"},
    """
def spectral_radius(W_h):
    largest = 0.0
    for value in np.linalg.eigvals(W_h):
        size = np.hypot(value.real, value.imag)
        if size > largest:
            largest = size
    return largest
""",
)

EXERCISE = Exercise(
    name="spectral_radius",
    title="The spectral radius",
    arguments={"W_h": "(H, H)"},
    returns=(Number("radius"),),
    parts=(Part("the spectral radius", points=1), Part("right for large weights", points=1, tags=LARGE)),
    difficulty=2,
    minutes=5,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:radius): numpy finds the eigenvalues of a matrix that is not symmetric with one call. "
        "Some may be complex numbers.",
        "np.linalg.eigvals gives all H of them. Take the absolute value of each, which for a complex number is its "
        "distance from 0, and then the largest.",
        "np.abs of np.linalg.eigvals(W_h), and then .max().",
    ),
    explanation=(
        "One number that says what many steps do: below 1 they shrink whatever they are given, above 1 they "
        "blow up what lies in the right direction. One single step may do the opposite: a matrix with a small "
        "spectral radius can stretch at first."
    ),
)
