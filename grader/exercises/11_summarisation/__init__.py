"""Unit 11: reports summed up in a line, with a network that can copy words it has never seen."""

from ..base import Unit

UNIT = Unit(
    name="11_summarisation",
    title="Summing up",
    exercises=("copy_distribution", "rouge_l"),
    part="III",
    gives="a network that sums up a report in a line, and copies from it the names that it has never seen",
    needs="the training of unit 07, and the attention of unit 10, which comes ready-made if you haven't written it",
    minutes=75,
)
