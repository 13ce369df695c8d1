"""Unit 15: which words of a text are names, and of what."""

from ..base import Unit

UNIT = Unit(
    name="15_entities",
    title="Names in a text",
    exercises=("bio_spans", "span_f1", "viterbi", "crf_log_likelihood"),
    part="III",
    gives="a network that finds names it has never read, by what stands around them",
    needs="the training of unit 07, and the layer that reads from both ends of unit 09",
    minutes=110,
)
