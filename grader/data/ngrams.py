"""What a memory of a few symbols can do: n-grams that count what came after the last n - 1 symbols.

A context that was hardly ever seen says little, so what was counted after it is mixed with what a context of one symbol
less would say, and so on down to none at all, where every symbol is as likely. How much each counts follows from how
many *different* symbols came after a context (Witten and Bell, 1991, their method C):

    P(k | context) = (count(context, k) + kinds(context) P(k | shorter context)) / (count(context) + kinds(context))

Nothing is tuned, so nothing but the training data is needed.

I. H. Witten and T. C. Bell, "The zero-frequency problem: estimating the probabilities of novel events in adaptive text
compression", IEEE Transactions on Information Theory 37, 1991.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["NGrams"]


@dataclass(frozen=True)
class _Counts:
    """Of one length: the n-grams seen and how often, the contexts seen, how often, and by how many kinds continued."""

    grams: np.ndarray
    often: np.ndarray
    contexts: np.ndarray
    total: np.ndarray
    kinds: np.ndarray


class NGrams:
    """The probability of each symbol after the n - 1 before it, as counted in sequences of ids.

    Args:
        sequences: one or more whole-number arrays (T,), each by itself: a context never reaches into the one before.
        The first symbol of each is given, as a network is given it, and only ever a context. n: how many symbols are
        looked at, the one that is asked for among them; 1 looks at no context. K: how many symbols there are.

    Raises ValueError where n is below 1, where an id is none of the K, or where n and K are too large to be counted.
    """

    def __init__(self, sequences: Sequence[np.ndarray], n: int, K: int) -> None:
        if n < 1:
            raise ValueError(f"n is {n}: an n-gram has 1 symbol or more")
        if (K + 1) ** n >= 2**63:
            raise ValueError(f"{n}-grams of {K} symbols are too many to be numbered: take a smaller n")
        self.n, self.K = n, K
        parts = [self._windows(ids) for ids in sequences]
        windows = np.concatenate(parts) if parts else np.zeros((0, n), dtype=np.int64)
        self._counts = []
        for size in range(1, n + 1):
            grams, often = np.unique(self._number(windows[:, n - size :]), return_counts=True)
            contexts, first, kinds = np.unique(grams // (K + 1), return_index=True, return_counts=True)
            total = np.add.reduceat(often, first) if len(first) else often
            self._counts.append(_Counts(grams, often, contexts, total, kinds))

    def nll(self, ids: np.ndarray) -> np.ndarray:
        """How surprising each symbol of a sequence is but the first, in nats: (T - 1,) for whole numbers (T,)."""
        windows = self._windows(ids)
        return -np.log(self._probability(windows[:, :-1], windows[:, -1]))

    def probs(self, ids: np.ndarray) -> np.ndarray:
        """How likely each of the K symbols is to come next after a sequence (T,) of one symbol or more: (K,)."""
        padded = np.concatenate([np.full(self.n - 1, self.K), self._known(ids)])
        context = padded[len(padded) - self.n + 1 :]
        return self._probability(np.repeat(context[None], self.K, axis=0), np.arange(self.K))

    def _windows(self, ids: np.ndarray) -> np.ndarray:
        """Each symbol but the first with the n - 1 before it, (T - 1, n). K stands where there is nothing before."""
        padded = np.concatenate([np.full(max(self.n - 2, 0), self.K), self._known(ids)])
        if len(padded) < self.n or len(ids) < 2:
            return np.zeros((0, self.n), dtype=np.int64)
        windows = np.lib.stride_tricks.sliding_window_view(padded, self.n)
        return windows if self.n > 1 else windows[1:]

    def _known(self, ids: np.ndarray) -> np.ndarray:
        ids = np.asarray(ids)
        if len(ids) and not (0 <= ids.min() and ids.max() < self.K):
            raise ValueError(
                f"ids go from {ids.min()} to {ids.max()}, and there are {self.K} symbols: 0 to {self.K - 1}"
            )
        return ids.astype(np.int64)

    def _number(self, windows: np.ndarray) -> np.ndarray:
        """One number for each row of symbols (M, any): (M,). Without its last digit it is that of the context."""
        return windows @ (self.K + 1) ** np.arange(windows.shape[1])[::-1]

    def _probability(self, contexts: np.ndarray, symbols: np.ndarray) -> np.ndarray:
        """How likely each of the symbols (M,) is after its context (M, n - 1): (M,)."""
        likely = np.full(len(symbols), 1 / self.K)
        for size, counts in enumerate(self._counts):
            context = self._number(contexts[:, self.n - 1 - size :])
            total, kinds = (_looked_up(context, counts.contexts, what) for what in (counts.total, counts.kinds))
            often = _looked_up(context * (self.K + 1) + symbols, counts.grams, counts.often)
            seen = total > 0  # else there is nothing to mix, and the shorter context's word stands
            likely = np.where(seen, (often + kinds * likely) / np.where(seen, total + kinds, 1), likely)
        return likely


def _looked_up(wanted: np.ndarray, known: np.ndarray, values: np.ndarray) -> np.ndarray:
    """The value that stands beside each wanted number among the known ones, which are sorted; 0 where it isn't one."""
    if not len(known):
        return np.zeros(len(wanted), dtype=np.int64)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, values[at], 0)
