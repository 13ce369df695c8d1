"""What the cases of layers share: layers to be lent, and batches of sequences of different lengths."""

from __future__ import annotations

import importlib

import numpy as np

__all__ = ["LARGE", "LAYERS", "LONG", "padded", "single", "spread"]

_lstm = importlib.import_module("..05_lstm._draws", __package__)
spread = _lstm.spread
LARGE, LONG = frozenset({"large"}), frozenset({"long"})


def _weights(*shape: int, phase: float) -> np.ndarray:
    """Numbers of both signs, another one at each place; always the same."""
    return np.cos(1.7 * np.arange(np.prod(shape)) + phase).reshape(shape)


def _rnn(xs: np.ndarray, H: int, phase: float) -> np.ndarray:
    """A plain RNN of H units with weights that are always the same: (N, T, D) -> (N, T, H)."""
    xs = np.asarray(xs)
    W = _weights(H + xs.shape[2], H, phase=phase) / np.sqrt(H)
    h, hs = np.zeros((len(xs), H)), np.zeros((len(xs), xs.shape[1], H))
    for t in range(xs.shape[1]):
        h = np.tanh(np.concatenate([h, xs[:, t]], axis=1) @ W + 0.3 * _weights(H, phase=phase + 1))
        hs[:, t] = h
    return hs


def running_sum(xs):
    """at each step the sum of all steps up to it"""
    return np.cumsum(np.asarray(xs), axis=1)


def leaky(xs):
    """at each step half of what it gave at the step before, and the step's own numbers"""
    hs = np.asarray(xs).copy()
    for t in range(1, hs.shape[1]):
        hs[:, t] += 0.5 * hs[:, t - 1]
    return hs


def echo(xs):
    """each step's numbers, and beside them those of the step before it (zeros at the first)"""
    xs = np.asarray(xs)
    before = np.concatenate([np.zeros_like(xs[:, :1]), xs[:, :-1]], axis=1)
    return np.concatenate([xs, before], axis=2)


def small_rnn(xs):
    """a plain RNN of three units, with weights of its own"""
    return _rnn(xs, 3, 0.5)


def other_rnn(xs):
    """another plain RNN of three units, with other weights"""
    return _rnn(xs, 3, 2.0)


def wide_rnn(xs):
    """a plain RNN of six units, with weights of its own"""
    return _rnn(xs, 6, 1.0)


def counter(xs):
    """one number a step: the mean of the step's numbers, added to what it gave at the step before"""
    return np.cumsum(np.asarray(xs).mean(axis=2, keepdims=True), axis=1)


LAYERS = {one.__name__: one for one in (running_sum, leaky, echo, small_rnn, other_rnn, wide_rnn, counter)}


def padded(rng, lengths, T, D, padding=None):
    """Draw xs (N, T, D) with lengths (N,); what lies beyond a sequence's end is noise, or ``padding``."""
    xs = rng.normal(size=(len(lengths), T, D))
    if padding is not None:
        xs[np.arange(T) >= np.array(lengths)[:, None]] = padding
    return {"xs": xs, "lengths": np.array(lengths)}


def single(drawn):
    """The arguments with all arrays of floats among them in float32."""
    return {
        name: value.astype(np.float32) if getattr(value, "dtype", None) == np.float64 else value
        for name, value in drawn.items()
    }
