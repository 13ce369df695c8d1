"""One cell of an LSTM at dials: what its gates and its old state are told, for a loss that asks it for more."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._sheet import levels, listed, plain, sheet
from ._svg import Plot, number
from .palette import COLORS
from .show import show

__all__ = ["step_dials"]

_KEYS = ("i", "f", "g", "o", "c")  # the colours of what is told
_NAMES = ("dz_i", "dz_f", "dz_g", "dz_o", "dc_prev")
# what is drawn where no dial runs: (title, i, f, g, o, c_prev)
_SETTINGS = (
    ("all of it half open", 0.5, 0.5, 0.5, 0.5, 1.0),
    ("output gate shut", 0.5, 0.5, 0.5, 0.0, 1.0),
    ("input gate shut", 0.0, 0.5, 0.5, 0.5, 1.0),
    ("forget gate shut", 0.5, 0.0, 0.5, 0.5, 1.0),
    ("candidate at 1", 0.5, 0.5, 1.0, 0.5, 1.0),
)

Run = Callable[..., Any]


def _sentence(told: Any) -> str:
    return listed(f"{name} = {number(value)}" for name, value in zip(_NAMES, told, strict=True))


class _StepDials:
    """The live half: dials for the gates, the candidate and the old state, and a bar for each that is told something.

    ``told`` is what is drawn, (5,); ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, run: Run) -> None:
        self._run = run
        self.dials = [
            Dial(widgets, name, low, high, value)
            for name, low, high, value in (
                ("input gate i", 0.0, 1.0, 0.5),
                ("forget gate f", 0.0, 1.0, 0.5),
                ("candidate g", -1.0, 1.0, 0.5),
                ("output gate o", 0.0, 1.0, 0.5),
                ("c_prev", -3.0, 3.0, 1.0),
                ("dc, the future's", -1.0, 1.0, 0.0),
            )
        ]
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in self.dials:
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [*(dial.row for dial in self.dials), self.numbers], self.plot)

    def update(self) -> None:
        """Go back through the step with the dials' numbers, and redraw."""
        self.told = np.asarray(self._run(*(float(dial.value) for dial in self.dials)), dtype=float)
        self.numbers.value = f"<div>{_sentence(self.told)}</div>"
        plot = Plot((-0.6, len(_KEYS) - 0.4), (-1.3, 1.3), height=280, right=20)
        plot.ticks((), (-1, -0.5, 0, 0.5, 1), "what is told to each")
        for k, (key, name, value) in enumerate(zip(_KEYS, _NAMES, self.told, strict=True)):
            end = float(np.clip(value, -1.15, 1.15))  # where a bar would leave the axis, its number says how long it is
            plot.bar(key, k, end)
            plot.text(plot.x(k), plot.y(end) + (15 if end < 0 else -5), number(value))
            plot.text(plot.x(k), plot.height - plot.bottom + 18, name)
        self.plot.value = plot.svg(f"Bars: {_sentence(self.told)}.")


@playable
@plain
def step_dials(run: Run) -> None:
    """Display dials for one cell and what it is told on the way back, and a picture of five settings.

    Args:
        run: from (i, f, g, o, c_prev, dc), numbers, to the five numbers dz_i, dz_f, dz_g, dz_o and dc_prev.
    """
    display_live(lambda widgets: _StepDials(widgets, run).widget, "the picture shows five settings instead.")
    fig, axes = sheet(10, 2.9, 1, len(_SETTINGS), sharey=True)
    said = []
    for ax, (title, *setting) in zip(axes, _SETTINGS, strict=True):
        told = np.asarray(run(*setting, 0.0), dtype=float)
        ax.bar(range(len(told)), told, color=[COLORS[key] for key in _KEYS], width=0.65)
        ax.set_title(title, fontsize=10)
        ax.set_xticks(range(len(told)), _NAMES, rotation=90, fontsize=9)
        ax.spines[["top", "right"]].set_visible(False)
        levels(ax, 0)
        said.append(f"{title}: {_sentence(told)}")
    axes[0].set_ylabel("what is told to each")
    show(
        fig,
        alt=f"Five panels of five bars, for dh = 1 and dc = 0. {'. '.join(said)}.",
        caption="Five settings of the dials, for readers where they don't run: c_prev is 1, what isn't named is 0.5.",
    )
