"""What the unit's cases share: draws of packed weights, and of numbers that go far out."""

from itertools import permutations

import numpy as np

__all__ = [
    "ORDER",
    "OTHER_ORDERS",
    "apart",
    "cancelling",
    "gate_weights",
    "many_cells",
    "overflowing",
    "packed",
    "shut",
    "spread",
]

ORDER = "ifgo"  # the course's order of the four blocks, left to right
OTHER_ORDERS = tuple("".join(order) for order in permutations(ORDER) if "".join(order) != ORDER)


def apart(order):
    """Write an order the way the texts do: ``"f, i, g, o"``."""
    return ", ".join(order)


def gate_weights(rng, D, H, *, bias=0.0, orthogonal=False, gain=1.0):
    """Draw one gate's W (H + D, H) and b (H,); the biases scatter around ``bias`` (a number or a pair)."""
    W = rng.normal(size=(H + D, H)) * gain / np.sqrt(H + D)
    if orthogonal:  # keeps the length of h, so that it still matters after many steps
        W[:H] = np.linalg.qr(rng.normal(size=(H, H)))[0]
    b = rng.uniform(*bias, size=H) if isinstance(bias, tuple) else bias + rng.normal(size=H)
    return W, b


def packed(rng, D, H, *, forget=0.0, orthogonal=False, gain=1.5, order=ORDER):
    """Draw packed weights W (H + D, 4H) and b (4H,), different in every block; as many blocks as ``order`` names."""
    gates = [
        gate_weights(rng, D, H, bias=forget if name == "f" else 0.0, orthogonal=orthogonal, gain=gain) for name in order
    ]
    return np.concatenate([W for W, _ in gates], axis=1), np.concatenate([b for _, b in gates])


def many_cells(rng, D, H, order=ORDER):
    """Draw packed weights for many cells: all but three in a column are 0, so that they take little room."""
    W, b = packed(rng, D, H, gain=1.5 * np.sqrt((H + D) / 3), order=order)
    keep = rng.permuted(np.arange(H + D)[:, None] * np.ones(len(order) * H), axis=0) < 3
    return np.where(keep, W, 0.0), b


def spread(rng, low, high, shape):
    """Draw numbers of both signs whose sizes are spread from low to high, whatever the draw."""
    count = int(np.prod(shape))
    sizes = rng.permutation(np.geomspace(low, high, count)) * rng.uniform(0.9, 1.0, size=count)
    return (sizes * _both_signs(rng, count)).reshape(shape)


def _both_signs(rng, count):
    return rng.permuted(np.resize([1.0, -1.0], count))


def overflowing(rng, shape, H, order=ORDER):
    """Draw inputs (*shape, 3) and packed weights whose z lies beyond 750 on both sides, in every column.

    Where the exponential of z, or of -z, is too large for a float64.
    """
    W, b = packed(rng, 3, H, order=order)
    W[H] = _both_signs(rng, len(order) * H) * rng.uniform(0.8, 2.0, size=len(order) * H)
    W[H + 1 :] *= 0.1
    x = 300 * rng.normal(size=(*shape, 3)).clip(-3, 3)
    x[..., 0] = (_both_signs(rng, int(np.prod(shape))) * rng.uniform(2000, 5000, size=int(np.prod(shape)))).reshape(
        shape
    )
    return x, W, b


def cancelling(rng, shape, H, order=ORDER):
    """Draw inputs (*shape, 3) and packed weights with numbers beyond 1200 in each, and a z that is none.

    The first input's product takes off most of the bias, the second input is small and its weights are large: a gate
    is neither open nor shut, and shows whatever is done to a large number on the way.
    """
    W, b = packed(rng, 3, H, order=order)
    far = _both_signs(rng, len(order) * H) * rng.uniform(1200, 3000, size=len(order) * H)
    x = rng.normal(size=(*shape, 3))
    x[..., 0] = rng.uniform(1500, 4000) * rng.choice([-1.0, 1.0])
    x[..., 1] *= 1e-3
    W[H] = (b - far) / x.flat[0]
    W[H + 1] = _both_signs(rng, len(order) * H) * rng.uniform(1200, 3000, size=len(order) * H)
    return x, W, far


def shut(rng, N, D):
    """Draw packed weights of three cells, and c (N, 3): h is next to nothing, whatever the inputs.

    The first cell forgets a large c and writes next to nothing, the second one lets nothing in, the third one shows
    nothing. What a gate lets through that is not quite shut, as little as 1e-13, shows in h.
    """
    W, b = packed(rng, D, 3)
    i, f, g, o = range(0, 12, 3)  # where each gate's columns begin
    W[:, g] *= 1e-6
    b[g] *= 1e-6
    b[[f, i + 1, o + 2]] = rng.uniform(-2000, -800, size=3)
    b[[f + 2, g + 1, o + 1]] = rng.uniform(40, 60, size=3)
    c = rng.normal(size=(N, 3)) * (0, 1e-6, 0)
    c[:, 0], c[:, 2] = spread(rng, 500, 900, (N,)), spread(rng, 20, 50, (N,))
    return W, b, c
