"""What the unit's cases are drawn with. Nothing here decides what is right (:mod:`grader.reference` does)."""

import numpy as np

from ..base import Case

__all__ = ["LARGE", "faint", "far", "full", "layer_cases", "open_gate", "shut", "signs"]

LARGE = frozenset({"large"})


def open_gate(rng, N, H):
    """Draw a gate's values (N, H), all strictly between 0 and 1."""
    return 1 / (1 + np.exp(-2 * rng.normal(size=(N, H))))


def signs(rng, *shape):
    """Draw -1.0 or 1.0 in an array of that shape, of two or more numbers: each occurs."""
    drawn = rng.choice([-1.0, 1.0], size=shape)
    drawn.flat[rng.choice(drawn.size, size=2, replace=False)] = -1.0, 1.0
    return drawn


def far(rng, *shape):
    """Draw numbers of both signs so far out that whatever is cut off, at 1000 or before, shows."""
    return signs(rng, *shape) * rng.uniform(2500, 5000, size=shape)


def faint(rng, *shape):
    """Draw numbers of both signs so close to 0 that whatever is added for safety shows."""
    return 1e-7 * signs(rng, *shape) * rng.uniform(0.5, 1, size=shape)


def shut(rng, *shape):
    """Draw z of gates that are all but shut, down to where 1 + exp(z) is 1 to the last digit."""
    z = rng.uniform(-40, -12, size=shape)
    z.flat[0] = -40.0
    return z


def full(rng, N, H):
    """Draw a cell state (N, H) that has been counting: a row for a while, another for a long time."""
    lengths = np.array([(50, 900), (2500, 5000)])[np.arange(N) % 2]
    return signs(rng, N, H) * rng.uniform(*lengths.T[..., None], size=(N, H))


def _arguments(rng, N, D, H, *, gain=1.5, bias=None):
    """Draw the arguments of a gate; ``bias`` is a pair to draw b from (None: a normal draw)."""
    return {
        "x": rng.normal(size=(N, D)),
        "h_prev": np.tanh(rng.normal(size=(N, H))),
        "W": gain * rng.normal(size=(H + D, H)) / np.sqrt(H + D),
        "b": rng.normal(size=H) if bias is None else rng.uniform(*bias, size=H),
    }


def _reaching(z, args):
    """The arguments with the x that makes [h_prev, x] W + b these z (N, H); D has to be H or more."""
    h_prev, W, b = args["h_prev"], args["W"], args["b"]
    H = z.shape[1]
    x = np.linalg.lstsq(W[H:].T, (z - h_prev @ W[:H] - b).T, rcond=None)[0].T
    return args | {"x": x}


def layer_cases(rng, *, gate=True, bias=None):
    """The cases of ``squash([h_prev, x] W + b)``, of a gate or the candidate.

    ``bias`` adds a case with b drawn from that pair.
    """
    nothing = {"x": np.zeros((4, 3)), "h_prev": np.zeros((4, 2)), "b": np.zeros(2)}

    def only(name):
        args = _arguments(rng, N=4, D=3, H=2)
        for key in ("x", "h_prev"):  # whatever the draw, z has both signs: a curve that is wrong on one side shows
            args[key][1] = -args[key][0]
        args["b"] = np.abs(args["b"]) * (1, -1)
        return args | {key: value for key, value in nothing.items() if key != name}

    yield Case("small", _arguments(rng, N=3, D=4, H=2))
    yield Case("more cells than inputs", _arguments(rng, N=4, D=2, H=6, gain=3.0))
    yield Case("only h_prev", only("h_prev"), frozenset({"isolates:h_prev"}))
    yield Case("only x", only("x"), frozenset({"isolates:x"}))
    yield Case("only the bias", only("b"), frozenset({"isolates:the bias"}))
    yield Case("zero h_prev", _arguments(rng, N=2, D=4, H=3) | {"h_prev": np.zeros((2, 3))})
    yield Case("zero x", _arguments(rng, N=2, D=4, H=3) | {"x": np.zeros((2, 4))})
    yield Case("zero b", _arguments(rng, N=2, D=4, H=3) | {"b": np.zeros(3)})
    if bias is not None:
        low, high = bias
        yield Case(f"biases from {low:g} to {high:g}", _arguments(rng, N=3, D=2, H=5, bias=bias))
    close = _arguments(rng, N=2, D=6, H=4)
    if gate:
        close = _reaching(shut(rng, 2, 4), close)
    else:
        close |= {name: 1e-7 * close[name] for name in ("x", "h_prev", "b")}
    yield Case("answers close to 0", close)
    yield Case("one sequence", _arguments(rng, N=1, D=3, H=2))
    yield Case("one input", _arguments(rng, N=3, D=1, H=2))
    yield Case("one cell", _arguments(rng, N=2, D=3, H=1))
    yield Case("one of each", _arguments(rng, N=1, D=1, H=1))
    yield Case("strided", _arguments(rng, N=4, D=3, H=5), frozenset({"strided"}))
    single = _arguments(rng, N=3, D=4, H=2)
    yield Case("float32", {name: value.astype(np.float32) for name, value in single.items()})

    # Far out, and z is what is drawn: beyond 710, where exp overflows, on both sides of 0 and beside z that are not.
    z = 1.5 * rng.normal(size=(3, 4))
    z[:2] = signs(rng, 2, 4) * rng.uniform(750, 3000, size=(2, 4))
    yield Case("large z", _reaching(z, _arguments(rng, N=3, D=6, H=4)), LARGE)
    # Each argument far out, where z is not: what is cut off before the curve shows.
    loud = _arguments(rng, N=2, D=5, H=3)
    loud["x"] = far(rng, 2, 5)
    loud["W"][3:] /= 3000
    yield Case("large x, small weights", loud, LARGE)
    heavy = _arguments(rng, N=2, D=4, H=3)
    heavy = heavy | {"x": heavy["x"] / 3000, "h_prev": heavy["h_prev"] / 3000, "W": far(rng, 7, 3)}
    yield Case("large weights, small x and h_prev", heavy, LARGE)
    against = _arguments(rng, N=3, D=6, H=4) | {"b": far(rng, 4)}
    yield Case("large b, and x against it", _reaching(1.5 * rng.normal(size=(3, 4)), against), LARGE)
