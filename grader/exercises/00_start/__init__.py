"""Unit 00: how the course works, and two functions to warm up."""

from ..base import Unit

UNIT = Unit(
    name="00_start",
    title="Start here",
    exercises=("sigmoid", "one_hot"),
    gives="how the course works, what the axes of a batch mean, a sigmoid that no input can break, words as vectors",
    needs="Python functions and a little numpy",
    minutes=60,
)
