"""The embedded Reber grammar: strings whose last symbol but one was decided by their second.

    B T BTSSXXTVVE T E        B P BPVPXVPSE P E

In the middle stands a string of Reber's own small grammar. Most of its steps have two symbols to go on with, each as
likely as the other, and which of them are legal follows from the last few symbols. The outer T or P is said once more
after it: the middle says nothing of it, so it has to be remembered for as long as the middle takes.

Reading a string is walking along the arrows of an automaton. ``ARROWS`` has them, a dict a state: which symbols may
come, and the state that each leads to. The states by their numbers:

    0          nothing was read yet, or a string has just ended: B comes
    1          T or P comes, the symbol to remember
    2 to 9     it was T. 2: the middle begins; 3 to 8: in the middle; 9: the middle has ended, T comes
    10 to 17   it was P. The same once more, and at the end of it P comes
    18         E comes, and ends the string

A. S. Reber, "Implicit learning of artificial grammars", Journal of Verbal Learning and Verbal Behavior 6, 1967, has
the grammar of the middle. Embedded as here it is in S. E. Fahlman, "The recurrent cascade-correlation architecture",
NIPS 3, 1991, and is the first experiment of S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural
Computation 9, 1997. One string after the other, without an end, it is that of F. A. Gers, J. Schmidhuber and
F. Cummins, "Learning to forget: continual prediction with LSTM", Neural Computation 12, 2000.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

__all__ = [
    "ARROWS",
    "MIDDLE",
    "RECALL",
    "SYMBOLS",
    "batch",
    "best_loss",
    "decode",
    "encode",
    "legal",
    "legal_first",
    "states",
    "stream",
    "string",
]

SYMBOLS = ("B", "T", "S", "X", "P", "V", "E")
_IDS = {symbol: k for k, symbol in enumerate(SYMBOLS)}
# Reber's grammar, from its first state to that after its last symbol.
MIDDLE: tuple[Mapping[str, int], ...] = (
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": 7},
)
_FIRST = {"T": 2, "P": 10}  # where the middle begins
_LAST = 18
RECALL = tuple(first + len(MIDDLE) for first in _FIRST.values())  # the states in which only memory says what comes


def _embedded() -> tuple[dict[str, int], ...]:
    """The arrows of the whole automaton, in the order of the states."""
    arrows: list[dict[str, int]] = [{"B": 1}, dict(_FIRST)]
    for symbol, first in _FIRST.items():
        arrows += [{one: first + to for one, to in state.items()} for state in MIDDLE]
        arrows.append({symbol: _LAST})
    return (*arrows, {"E": 0})


ARROWS: tuple[Mapping[str, int], ...] = _embedded()
# The state that a symbol leads to, (states, symbols), -1 where it may not come. The last row is for what is no string.
_NEXT = np.array([[state.get(symbol, -1) for symbol in SYMBOLS] for state in (*ARROWS, {})])


def string(rng: np.random.Generator) -> list[str]:
    """One string, symbol by symbol: 9 or more of them. Where two may come, each does half of the time."""
    symbols: list[str] = []
    state = 0
    while not symbols or state:
        ways = list(ARROWS[state].items())
        symbol, state = ways[int(rng.integers(len(ways)))] if len(ways) > 1 else ways[0]
        symbols.append(symbol)
    return symbols


def encode(symbols: Sequence[str]) -> np.ndarray:
    """The symbols' ids, whole numbers (T,). Raises KeyError for a symbol that the grammar doesn't have."""
    return np.array([_IDS[symbol] for symbol in symbols], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray) -> list[str]:
    """The symbols of these ids (T,)."""
    return [SYMBOLS[k] for k in ids]


def batch(N: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """N strings to predict symbol by symbol, padded on the right: ids, targets and mask, each (N, T).

    ``ids`` is a string without its last symbol, ``targets`` the symbol that comes next at every step, ``mask`` is 1.0
    where there is one and 0.0 on the padding, where ids and targets are 0. The last step that counts asks for the E at
    the end, the one before it for what has to be remembered. T is that of the longest.
    """
    strings = [encode(string(rng)) for _ in range(N)]
    T = max(map(len, strings), default=1) - 1
    ids, targets, mask = np.zeros((N, T), dtype=np.int64), np.zeros((N, T), dtype=np.int64), np.zeros((N, T))
    for n, one in enumerate(strings):
        length = len(one) - 1
        ids[n, :length], targets[n, :length], mask[n, :length] = one[:-1], one[1:], 1.0
    return ids, targets, mask


def stream(length: int, rng: np.random.Generator) -> np.ndarray:
    """Strings one after the other as a single row of ids (length,): nothing says where one ends but its E.

    The last string is cut off where the row is full. What comes next at each step is the row itself, one step on.
    """
    ids: list[int] = []
    while len(ids) < length:
        ids.extend(encode(string(rng)))
    return np.array(ids[:length], dtype=np.int64)


def states(ids: np.ndarray) -> np.ndarray:
    """The automaton's state after each symbol, whole numbers in the shape of ``ids``, which is (T,) or (N, T).

    Each row begins where a string begins. From the first symbol on that may not come where it comes, the state is -1.
    That is so on the padding of a :func:`batch`.
    """
    ids = np.asarray(ids)
    found = np.empty(ids.shape, dtype=np.int64)
    state = np.zeros(ids.shape[:-1], dtype=np.int64)
    for t in range(ids.shape[-1]):
        state = _NEXT[state, ids[..., t]]
        found[..., t] = state
    return found


def legal(states: np.ndarray) -> np.ndarray:
    """Which symbols may come next in these states: bools, in the shape of ``states`` with one axis more, (..., 7).

    None where the state is -1.
    """
    return _NEXT[states] >= 0


def legal_first(logits: np.ndarray, legal: np.ndarray) -> np.ndarray:
    """Where all the symbols that may come are held likelier than all that may not: bools (N, T).

    This is what counts as a right prediction in 1997 and in 2000: of two symbols that are equally likely nobody can
    say which will come. ``logits (N, T, 7)``, or anything else that grows with the probability; ``legal (N, T, 7)``
    says which may come. True where none may.
    """
    lowest = np.where(legal, logits, np.inf).min(axis=-1)
    highest = np.where(legal, -np.inf, logits).max(axis=-1)
    return lowest > highest


def best_loss(continual: bool = False) -> float:
    """The smallest mean cross-entropy a symbol that any model can reach, in nats.

    Of the steps that count in very many strings; ``continual`` for those of an endless :func:`stream`, where the B that
    begins the next string is asked for too.
    """
    flow = np.zeros((len(ARROWS), len(ARROWS)))
    for state, to, share in _moves():
        flow[state, to] += share
    flow[:, 0] = 0.0  # one string alone
    visits = np.linalg.solve(
        np.eye(len(ARROWS)) - flow.T, np.eye(len(ARROWS))[0]
    )  # how often a string is in each state
    cost = visits @ np.array([math.log(len(state)) for state in ARROWS])
    steps = visits.sum() - (not continual)  # the first B is asked for by nobody
    return float(cost / steps)


def _moves() -> Iterator[tuple[int, int, float]]:
    """Every arrow as (from, to, its probability there)."""
    for state, ways in enumerate(ARROWS):
        for to in ways.values():
            yield state, to, 1 / len(ways)
