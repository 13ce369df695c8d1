"""What the exercises on sampling share: draws of probabilities and of models, and the models' steps themselves."""

import numpy as np

from ..base import Record
from ._draws import LARGE, LONG, single, spread

__all__ = [
    "LARGE",
    "LONG",
    "STATE",
    "STEPS",
    "TIES",
    "TIRING",
    "argsort_keeps_order",
    "beam_finds",
    "drawn_near",
    "probabilities",
    "single",
    "spread",
    "state_of",
]

TIES = frozenset({"ties"})
STATE = Record({"h": "(N, H)", "c": "(N, H)"})


def probabilities(rng, N, K, sharp=1.5):
    """Draw probs (N, K), each row with likely words and unlikely ones."""
    e = np.exp(sharp * rng.normal(size=(N, K)))
    return e / e.sum(axis=1, keepdims=True)


def state_of(rng, N, H, size=1.0):
    """Draw a state (h, c), each (N, H)."""
    return np.tanh(size * rng.normal(size=(N, H))), size * rng.normal(size=(N, H))


def argsort_keeps_order():
    """Whether np.argsort, as it comes, leaves numbers that are equal in their order: that depends on the machine."""
    rows = np.random.default_rng(0).integers(0, 2, size=(200, 6)).astype(float)
    return np.array_equal(np.argsort(rows, axis=1), np.argsort(rows, axis=1, kind="stable"))


def _asked(ids, state):
    """A step's arguments: ids (n,), and h and c (n, H). Raises TypeError or ValueError where they are something
    else."""
    ids = np.asarray(ids)
    if ids.dtype.kind not in "iu":
        raise TypeError(f"step was given ids of the dtype {ids.dtype}; words are whole numbers")
    if ids.ndim != 1:
        raise ValueError(
            f"step was given ids of the shape {ids.shape}; they should have the shape (n,), one word a row"
        )
    if type(state) not in (tuple, list) or len(state) != 2:
        raise TypeError("step was given a state that is no tuple (h, c), as it was handed in and comes back")
    h, c = (np.asarray(one, np.float64) for one in state)
    if h.ndim != 2 or h.shape != c.shape or len(h) != len(ids):
        raise ValueError(
            f"step was given {len(ids)} ids, and a state with h {h.shape} and c {c.shape}; it needs a row for each id"
        )
    return ids, h, c


def _stepped(ids, state, K, sharp):
    """Probabilities (n, K) and the new state of a small model, in which each word, h and c matter, for many steps."""
    ids, h, c = _asked(ids, state)
    units = np.arange(1, h.shape[1] + 1)
    word = np.sin(1.3 * (ids[:, None] + 1) * units + 0.7)  # (n, H)
    c = 0.7 * c + word * (1 + 0.5 * h[:, ::-1])
    h = np.tanh(c + 0.5 * h)
    return _softmax(sharp * _read(h, K)), (h, c)


def _tiring(ids, state, K, sharp):
    """As :func:`_stepped`, of a model that is less and less sure: its best texts are not the longest."""
    ids, h, c = _asked(ids, state)
    units = np.arange(1, h.shape[1] + 1)
    c = c + np.sin(1.3 * (ids[:, None] + 1) * units + 0.7) * (1 + 0.5 * h[:, ::-1])
    h = np.tanh(c + 0.5 * h)
    return _softmax(sharp * _read(h, K) / (1 + 2 * np.mean(c * c, axis=1, keepdims=True))), (h, c)


def _read(h, K):
    """Logits (n, K) from h (n, H)."""
    units, places = np.arange(1, h.shape[1] + 1), np.arange(1, K + 1)
    return h @ np.cos(0.9 * np.outer(units, places) + 0.2 * places) / np.sqrt(len(units))


def _softmax(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _of_four(probs):
    """The probabilities with zeros for all but four words."""
    probs = probs * (probs >= np.sort(probs, axis=1)[:, -4:-3])
    return probs / probs.sum(axis=1, keepdims=True)


def five_words(ids, state):
    """the step of a model with five words"""
    return _stepped(ids, state, 5, 2.5)


def three_words(ids, state):
    """the step of a model with three words"""
    return _stepped(ids, state, 3, 2.0)


def nine_words(ids, state):
    """the step of a model with nine words, of which no more than four can come next"""
    probs, state = _stepped(ids, state, 9, 2.5)
    return _of_four(probs), state


def hundreds_of_words(ids, state):
    """the step of a model with 300 words, which are nearly equally likely"""
    return _stepped(ids, state, 300, 1.2)


def hundreds_alike(ids, state):
    """the step of a model with 300 words, of which none is much likelier than the others"""
    return _stepped(ids, state, 300, 0.3)


def three_tiring(ids, state):
    """the step of a model with three words, which gets less and less sure"""
    return _tiring(ids, state, 3, 6.0)


def five_tiring(ids, state):
    """the step of a model with five words, which gets less and less sure"""
    return _tiring(ids, state, 5, 6.0)


def nine_tiring(ids, state):
    """the step of a model with nine words, of which no more than four can come next; it gets less and less sure"""
    probs, state = _tiring(ids, state, 9, 6.0)
    return _of_four(probs), state


STEPS = {one.__name__: one for one in (five_words, three_words, nine_words, hundreds_of_words)}
TIRING = {one.__name__: one for one in (five_tiring, three_tiring, nine_tiring, hundreds_of_words, hundreds_alike)}


def drawn_near(rng, step, start, state, T):
    """Draw numbers us (N, T) that each lie just before a word's end or just behind it, where the model then is."""
    us, ids = np.zeros((len(start), T)), start
    for t in range(T):
        probs, state = step(ids, state)
        ends = np.cumsum(probs, axis=1)
        places = rng.integers(probs.shape[1] - 1, size=len(start))
        away = rng.choice([-1.0, 1.0], size=len(start)) * rng.uniform(1e-9, 3e-9, size=len(start))
        us[:, t] = ends[np.arange(len(start)), places] + away
        ids = np.argmax(ends > us[:, t, None], axis=1)
    return us


def beam_finds(step, start, state, width, T, eos, by_sum=False, gaps=None, lengths=None):
    """The words a beam finds, as a tuple: to choose telling draws by. ``by_sum`` has the largest sum win, no mean.

    Into the list ``gaps`` goes by how much each choice was made: where it is no more than rounding, two right answers
    may choose differently. Into the list ``lengths`` goes that of each text that is finished.
    """
    texts, totals, finished = [()], np.zeros(1), []
    ids = start
    for t in range(1, T + 1):
        probs, state = step(ids, state)
        with np.errstate(divide="ignore"):
            sums = totals[:, None] + np.log(probs)
        order = np.argsort(-sums, axis=None)
        best = order[:width]
        if gaps is not None and width < sums.size:
            kept, left = sums.flat[order[width - 1 : width + 1]]
            gaps.append(kept - left if np.isfinite(kept) else 0.0)
        rows, words = np.unravel_index(best, sums.shape)
        texts, totals = [(*texts[r], int(w)) for r, w in zip(rows, words, strict=True)], sums[rows, words]
        done = (words == eos) | (t == T)
        finished += [(totals[k] / (1 if by_sum else t), texts[k]) for k in np.flatnonzero(done)]
        on = np.flatnonzero(~done)
        if not len(on):
            break
        texts, totals, ids = [texts[k] for k in on], totals[on], words[on]
        state = tuple(one[rows[on]] for one in state)
    finished.sort(reverse=True)
    if lengths is not None:
        lengths += [len(text) for _, text in finished]
    if gaps is not None and len(finished) > 1:
        gaps.append(finished[0][0] - finished[1][0])
    return finished[0][1]
