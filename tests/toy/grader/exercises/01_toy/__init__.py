"""A step and the sequence that is built on it, with a function of the unit before."""

from ..base import Unit

UNIT = Unit(
    name="01_toy",
    title="More toys",
    exercises=("lstm_step", "lstm"),
    gives="a step and a sequence",
    needs="the sigmoid of unit 00",
    minutes=90,
)
