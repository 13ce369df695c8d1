"""Two functions without a past, and a quiz."""

from ..base import Unit

UNIT = Unit(
    name="00_toy",
    title="Toys",
    exercises=("sigmoid", "one_hot"),
    gives="two functions without a past",
    needs="a little numpy",
    minutes=40,
)
