"""A network without memory: it sees a few words at a time, and gives the mean of what it makes of them.

    a_t = tanh([x_(t-k), ..., x_t, ..., x_(t+k)] W + b),    u = the mean of a_t over a sentence's own steps

With a window of one word that is a bag: in which order they stand makes no difference. With a larger one the order
counts inside of the window. Beyond a sentence's ends it sees zeros.

The sum over windows of Y. Kim, "Convolutional neural networks for sentence classification", EMNLP 2014, with a mean in
the place of the maximum.
"""

from __future__ import annotations

import numpy as np

__all__ = ["backward", "forward"]

Cache = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, int]


def forward(xs: np.ndarray, mask: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, Cache]:
    """The mean over each sequence's windows: ``xs (N, T, D)``, ``W (size D, H)``, ``b (H,)`` -> ``u (N, H)``, a cache.

    ``mask (N, T)`` is 1.0 at the real steps, of which each sequence has one at least, and 0.0 at the padding. The size
    of a window is odd. Raises ValueError where W has not the rows of such a window.
    """
    size, rest = divmod(len(W), xs.shape[2])
    if rest or size % 2 == 0:
        raise ValueError(
            f"W has {len(W)} rows, and a window has an odd number of words with {xs.shape[2]} numbers each"
        )
    padded = np.pad(xs * mask[..., None], ((0, 0), (size // 2, size // 2), (0, 0)))
    seen = np.concatenate([padded[:, k : k + xs.shape[1]] for k in range(size)], axis=2)  # (N, T, size D)
    a = np.tanh(seen @ W + b)  # (N, T, H)
    share = mask / mask.sum(axis=1, keepdims=True)  # (N, T)
    return np.einsum("nth,nt->nh", a, share), (seen, a, share, W, size)


def backward(du: np.ndarray, cache: Cache) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The way back from ``du (N, H)``: ``dxs (N, T, D)``, ``dW (size D, H)``, ``db (H,)``."""
    seen, a, share, W, size = cache
    dz = du[:, None] * share[..., None] * (1 - a * a)  # (N, T, H)
    pieces = np.split(dz @ W.T, size, axis=2)  # of each word in the window, (N, T, D)
    N, T, D = pieces[0].shape
    padded = np.zeros((N, T + size - 1, D))
    for k, piece in enumerate(pieces):
        padded[:, k : k + T] += piece
    dxs = padded[:, size // 2 : size // 2 + T] * (share > 0)[..., None]
    return dxs, np.tensordot(seen, dz, axes=([0, 1], [0, 1])), dz.sum(axis=(0, 1))
