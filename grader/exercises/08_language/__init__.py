"""Unit 08: a language model of one's own, measured, and let write."""

from ..base import Unit

UNIT = Unit(
    name="08_language",
    title="Predicting the next word",
    part="II",
    exercises=("apply_temperature", "top_k", "top_p", "sample", "generate", "beam_search"),
    gives="x",
    needs="y",
    minutes=300,
)
