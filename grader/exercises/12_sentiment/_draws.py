"""What the unit's cases share: states of texts of different lengths, and what is drawn far out."""

import importlib

__all__ = ["LARGE", "NOTHING", "of_lengths", "single", "spread"]

_layers = importlib.import_module("..09_variants._layers", __package__)
LARGE, single, spread = _layers.LARGE, _layers.single, _layers.spread
NOTHING = frozenset({"nothing"})


def of_lengths(rng, lengths, T, H, padding=None):
    """Draw hs (N, T, H) with lengths (N,); what lies beyond a text's end is noise, or ``padding``."""
    drawn = _layers.padded(rng, lengths, T, H, padding)
    return {"hs": drawn["xs"], "lengths": drawn["lengths"]}
