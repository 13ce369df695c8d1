"""A broken backward pass under examination: which of its results are wrong, under which circumstances, and its text."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from ._controls import Dial, display_live, playable
from ._sheet import listed, plain, sheet
from ._svg import number
from ._unrolled import BACK
from .palette import COLORS, ink_on
from .show import show

__all__ = ["suspect_dials"]

_MAP = LinearSegmentedColormap.from_list("wrong", ["#FFFFFF", COLORS[BACK]])
_RIGHT = 1e-6  # an error below it is rounding
_LOSSES = {"at every h and at the last c": (1.0, 1.0), "at every h": (1.0, 0.0), "at the last c": (0.0, 1.0)}

Run = Callable[[str, int, float, float], Mapping[str, float]]


def _found(errors: Mapping[str, float]) -> str:
    """Which results are wrong, in words."""
    wrong = [name for name, error in errors.items() if error > _RIGHT]
    return f"wrong: {listed(wrong)}" if wrong else "nothing is wrong"


def _table(errors: Mapping[str, float]) -> str:
    """The errors as an HTML table: a mark and a number for each result."""
    rows = ""
    look = "line-height:1.35;padding:1px 8px 1px 0;text-align:left"
    for name, error in errors.items():
        mark = f"✗ {number(error, 3) if error >= 5e-4 else f'{error:.0e}'}" if error > _RIGHT else "✓"
        bold = "font-weight:bold" if error > _RIGHT else "color:#555"
        rows += (
            f'<tr><th scope="row" style="{look}"><code>{name}</code></th>'
            f'<td style="{look};min-width:5em;{bold}">{mark}</td></tr>'
        )
    return f'<table aria-label="{_found(errors)}">{rows}</table>'


class _SuspectDials:
    """The live half: which pass, how many steps, what the loss looks at, the errors found and the text.

    ``errors`` is what is shown, by the result's name; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, run: Run, text: Callable[[str], str], names: str) -> None:
        self._run, self._text = run, text
        wide = {"style": {"description_width": "125px"}, "layout": {"width": "390px"}}
        self.name = widgets.Dropdown(options=list(names), description="backward pass", **wide)
        self.loss = widgets.Dropdown(options=list(_LOSSES), description="the loss looks", **wide)
        self.steps = Dial(widgets, "steps T", 1, 8, 4, step=1)
        self.said, self.table, self.source = widgets.HTML(), widgets.HTML(), widgets.HTML()
        for one in (self.name, self.loss):
            one.observe(lambda change: self.update(), names="value")
        self.steps.on_change(self.update)
        self.update()
        look = {"flex_flow": "row wrap", "align_items": "flex-start"}
        found = widgets.Box([self.table, self.source], layout=look)
        self.widget = widgets.VBox([self.name, self.steps.row, self.loss, self.said, found])

    def update(self) -> None:
        """Examine the chosen pass, and show its text."""
        self.errors = self._run(self.name.value, self.steps.value, *_LOSSES[self.loss.value])
        self.said.value, self.table.value = _found(self.errors), _table(self.errors)
        code = html.escape(self._text(self.name.value))
        self.source.value = f'<pre style="line-height:1.35;font-size:0.9em">{code}</pre>'


@playable
@plain
def suspect_dials(run: Run, text: Callable[[str], str], names: str = "ABCDEFGH") -> None:
    """Display a choice of backward passes with what is wrong in each and its text; a table of all of them under it.

    Args:
        run: from a letter, the number of steps, and how much the loss looks at h and at c, 0 or 1 each, to the errors,
            by the result's name. text: from a letter to what is to be read. names: the letters.
    """
    display_live(
        lambda widgets: _SuspectDials(widgets, run, text, names).widget, "the picture shows all of them instead."
    )
    lengths = (1, 4)
    tables = {T: [run(name, T, 1.0, 1.0) for name in names] for T in lengths}
    results = list(tables[lengths[0]][0])
    fig, axes = sheet(11, 1.0 + 0.36 * len(names), 1, len(lengths), sharey=True)
    for ax, T in zip(axes, lengths, strict=True):
        values = np.array([[errors[result] for result in results] for errors in tables[T]])
        image = ax.imshow(values, cmap=_MAP, vmin=0, vmax=max(1.0, values.max()), aspect="auto")
        for row, column in np.ndindex(values.shape):
            value = float(values[row, column])
            words = "·" if value <= _RIGHT else number(value, 2) if value >= 5e-3 else "0.00"
            ax.text(column, row, words, ha="center", va="center", fontsize=8.5, color=ink_on(image, value))
        ax.set_xticks(range(len(results)), results, rotation=90, fontsize=9)
        ax.set_yticks(range(len(names)), list(names))
        ax.set_title(f"T = {T}", fontsize=11)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
    said = [f"{name}: {_found(errors)}" for name, errors in zip(names, tables[lengths[0]], strict=True)]
    show(
        fig,
        alt=f"Two tables of errors, a row for each of {len(names)} backward passes and a column for each of "
        f"{len(results)} results, with {lengths[0]} step and with {lengths[1]} steps; the loss looks at every h and at "
        f"the last c. With one step, {'; '.join(said)}.",
        caption="A dot is right. With one step a mistake stays where it was made; with several most of them spread.",
    )
