"""Two functions without a past, and a quiz."""

from ..base import Unit

UNIT = Unit(name="00_toy", title="Toys", exercises=("sigmoid", "one_hot"))
