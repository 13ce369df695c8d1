"""Unit 00: how the course works, and two functions to warm up."""

from ..base import Unit

UNIT = Unit(name="00_start", title="Start here", exercises=("sigmoid", "one_hot"))
