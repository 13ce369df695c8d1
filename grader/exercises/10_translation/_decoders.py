"""Decoders for the cases of ``greedy_decode``: unit 08's small models, which give logits here, and ends that tell."""

import importlib

import numpy as np

__all__ = ["DECODERS", "five_words", "greedy", "hundreds_of_words", "nine_words", "state_of", "three_words"]

_models = importlib.import_module("..08_language._sampling", __package__)
state_of = _models.state_of


def _logits(model, ids, state):
    probs, state = model(ids, state)
    with np.errstate(divide="ignore"):
        return np.maximum(np.log(probs), -40.0) + 1.5, state


def five_words(ids, state):
    """the step of a decoder with five words"""
    return _logits(_models.five_words, ids, state)


def three_words(ids, state):
    """the step of a decoder with three words"""
    return _logits(_models.three_words, ids, state)


def nine_words(ids, state):
    """the step of a decoder with nine words, of which no more than four can come next"""
    return _logits(_models.nine_words, ids, state)


def hundreds_of_words(ids, state):
    """the step of a decoder with 300 words"""
    return _logits(_models.hundreds_of_words, ids, state)


DECODERS = {one.__name__: one for one in (five_words, three_words, nine_words, hundreds_of_words)}


def greedy(step, state, bos, T):
    """The likeliest words (N, T), whether one of them is an end or not, and by how much the closest was likelier."""
    ids, said, gap = np.full(len(state[0]), bos), [], np.inf
    for _ in range(T):
        logits, state = step(ids, state)
        ids = np.argmax(logits, axis=1)
        ranked = np.sort(logits, axis=1)
        gap = min(gap, (ranked[:, -1] - ranked[:, -2]).min())
        said.append(ids)
    return np.stack(said, axis=1), gap
