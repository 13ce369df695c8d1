"""A rotating sample, where asking everything would take too long.

It is another one in every run, and the same in all of a run's processes.

What was drawn is said at the end of a run; ``GRADER_TEST_SEED`` draws it again, and ``pytest --all`` takes everything.
"""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["VARIABLE", "draw", "seed"]

VARIABLE = "GRADER_TEST_SEED"
Item = TypeVar("Item")


def seed() -> str:
    """The run's seed: the first process draws it, and those that it starts inherit it."""
    return os.environ.setdefault(VARIABLE, str(secrets.randbelow(10**6)))


def draw(items: Sequence[Item], most: int, what: str) -> list[Item]:
    """At most so many of them, in their order; ``what`` makes one exercise's draw independent of another's."""
    if len(items) <= most:
        return list(items)
    chosen = random.Random(f"{seed()} {what}").sample(range(len(items)), most)
    return [items[k] for k in sorted(chosen)]
