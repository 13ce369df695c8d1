"""Plots over the words of sentences, and what is said of them: which verb a memory chooses, and where a line goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ._sheet import levels, listed
from ._svg import number
from .palette import COLORS

__all__ = ["ASKED", "answers", "bars", "letter_beside", "mark_answers", "told", "verbs", "way", "words_below"]

ASKED = "2009"  # the verb comes next
MANY = 33  # words: above that there is room for the subjects only


def answers(words: Sequence[str], memory: Any) -> list[tuple[int, str, bool]]:
    """(t, answer, is it right?) where the verb is next; a positive memory means one, a negative several, none "?".

    Args:
        words: T of them. memory: (T,), what the cell remembers at each.
    """
    asked = [t for t, word in enumerate(words[:-1]) if word == ASKED]
    given = ["?" if abs(memory[t]) < 1e-9 else "chases" if memory[t] > 0 else "chase" for t in asked]
    return [(t, answer, answer == words[t + 1]) for t, answer in zip(asked, given, strict=True)]


def told(words: Sequence[str], memory: Any) -> str:
    """How a memory fares with the verbs, in words."""
    given = answers(words, memory)
    if not given:
        return "no verb is asked for"
    right = sum(ok for *_, ok in given)
    if len(given) > 3:
        return f"{right} of {len(given)} verbs are right"
    said = [f"{answer} ({'right' if ok else 'wrong'})" for _, answer, ok in given]
    return f"it answers {listed(said)}"


def _name(word: str) -> str:
    """A word as one reads it aloud."""
    return "the full stop" if word == "." else word


def way(words: Sequence[str], values: Any) -> str:
    """Where a line goes, in words: its lowest, its highest and its last value."""
    low, high = int(np.argmin(values)), int(np.argmax(values))
    return (
        f"is lowest at {_name(words[low])} (step {low}) with {number(values[low], 2)}, highest at {_name(words[high])} "
        f"(step {high}) with {number(values[high], 2)}, and {number(values[-1], 2)} at the end"
    )


def words_below(ax: Any, words: Sequence[str]) -> None:
    """Put the words under the time axis, a line between sentences, and a grey band where the verb is next."""
    if len(words) <= MANY:
        ax.set_xticks(range(len(words)), words, rotation=90, fontsize=8)
    else:  # too many: the subject of each sentence
        subjects = [t for t, word in enumerate(words) if word.startswith("dog")]
        ax.set_xticks(subjects, [words[t] for t in subjects], fontsize=9)
    ax.set_xlim(-0.7, len(words) - 0.3)
    levels(ax, 0)
    for t, word in enumerate(words):
        if word == "." and t < len(words) - 1:
            ax.axvline(t + 0.5, color=COLORS["neutral"], linewidth=0.8, linestyle=":")
        if word == ASKED:
            ax.axvspan(t - 0.45, t + 0.45, color=COLORS["neutral"], alpha=0.2, linewidth=0)


def letter_beside(ax: Any, name: str) -> None:
    """Name a plot's axis by the letter of what it shows, in that letter's colour."""
    look = {"color": COLORS[name], "fontsize": 12, "fontweight": "bold"}
    ax.set_ylabel(name, rotation=0, ha="right", va="center", **look)


def mark_answers(ax: Any, words: Sequence[str], memory: Any, y: float) -> None:
    """Write each answer at height y, with a tick or a cross."""
    for t, answer, right in answers(words, memory):
        sign = "✓" if right else "✗"
        look = {"color": COLORS["good" if right else "bad"], "fontweight": "bold", "fontsize": 10}
        ax.text(t, y, f"{answer} {sign}" if len(words) <= MANY else sign, ha="center", va="center", **look)


def bars(words: Sequence[str], values: Any) -> str:
    """Which words have a large bar, in words."""
    large = list(
        dict.fromkeys(f"{number(v, 2)} at {_name(w)}" for w, v in zip(words, values, strict=True) if abs(v) > 0.5)
    )
    if len(large) > 4:
        small = list(dict.fromkeys(_name(w) for w, v in zip(words, values, strict=True) if abs(v) < 0.5))
        return f"is 0.5 or more everywhere but at {listed(small)}" if small else "is 0.5 or more everywhere"
    return f"is {listed(large)}, and smaller elsewhere" if large else "is small everywhere"


def verbs(words: Sequence[str], memory: Any) -> str:
    """What is remembered where the verb is asked for, and the answer; HTML."""
    lines = [
        f"c = <b>{number(memory[t])}</b> when the verb is asked for: <b>{answer}</b> {'✓ right' if ok else '✗ wrong'}"
        for t, answer, ok in answers(words, memory)
    ]
    return "<br>".join(lines) or "No verb is asked for."
