"""An LSTM that reads: what its gates do and what its cells hold at each step, to drag through, and as heat maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ._controls import Dial, display_live
from ._drawing import Drawing
from ._plots import Picture, picture
from ._sheet import listed
from ._svg import number
from .palette import COLORS, ink, ink_on, mix

__all__ = ["Reading", "heat_maps", "show_reading"]

TITLES = {
    "i": "input gate i",
    "f": "forget gate f",
    "g": "candidate g",
    "o": "output gate o",
    "c": "cell state c",
    "h": "hidden state h",
}
MOST_CELLS = 4  # that are drawn side by side


def _two(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "\N{MINUS SIGN}")


def _factor(value: float) -> str:
    """A number after a multiplication sign: in brackets where it is negative."""
    return f"({_two(value)})" if value < -0.005 else _two(value)


class Reading:
    """The live half: a sentence to choose, a time step to drag. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any, inside: Mapping[str, np.ndarray], sentences: Sequence[Sequence[str]]) -> None:
        self.inside, self.sentences = inside, [list(words) for words in sentences]
        titles = [(" ".join(words), n) for n, words in enumerate(self.sentences)]
        self.sentence = widgets.Dropdown(options=titles, value=0, description="sentence")
        self.step = Dial(widgets, "time step t", 0, inside["c"].shape[1] - 1, 0, 1)
        self.plot, self.words = widgets.HTML(), widgets.HTML()
        self.sentence.observe(lambda _: self.update(), names="value")
        self.step.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([widgets.HBox([self.sentence, self.step.row]), self.plot, self.words])

    def at(self, key: str, t: int) -> np.ndarray:
        """A quantity's (H,) after step t of the chosen sentence; zeros before the first step."""
        values = self.inside[key][self.sentence.value]
        return values[t] if t >= 0 else np.zeros_like(values[0])

    def equations(self) -> list[str]:
        """For each cell what its c and h are made of at this step."""
        t = self.step.value
        lines = []
        i, f, g, o, c, h = (self.at(key, t) for key in "ifgoch")
        before = self.at("c", t - 1)
        for k in range(len(c)):
            held = f"{_two(f[k])} × {_factor(before[k])} + {_two(i[k])} × {_factor(g[k])}"
            shown = f"{_two(o[k])} × {_factor(np.tanh(c[k]))}"
            lines.append(
                f"cell {k}: c = f c_before + i g = {held} = {_two(c[k])}, h = o tanh(c) = {shown} = {_two(h[k])}"
            )
        return lines

    def update(self) -> None:
        """Draw the chosen step anew."""
        lines = self.equations()
        self.plot.value = self._svg(". ".join(lines))
        self.words.value = "".join(f"<div>{line.replace('c_before', 'c<sub>before</sub>')}</div>" for line in lines)

    def _svg(self, label: str) -> str:
        t, words = self.step.value, self.sentences[self.sentence.value]
        cells = min(MOST_CELLS, self.inside["c"].shape[2])
        wide, left, top, high = 200.0, 40.0, 66.0, 150.0
        reach = max(1.05, *(float(np.abs(self.inside[key]).max()) for key in "ch")) * 1.02
        middle = top + high / 2
        drawing = Drawing(left + cells * wide + 8, top + high + 44, label)

        def y(value: float) -> float:
            return middle - value / reach * high / 2

        for n, word in enumerate(words):
            x, now = left + (n + 0.5) * min(90, cells * wide / len(words)), n == t
            drawing.text(x, 22, word, bold=now, size=16 if now else 13, color="#111111" if now else "#666666")
            if now:
                drawing.text(x, 40, f"t = {t}", size=11)
        for level in (-1.0, 0.0, 1.0):
            drawing.line([(left, y(level)), (left + cells * wide, y(level))], "#8A8A8A" if level == 0 else "#E4E6E8")
            drawing.text(left - 6, y(level) + 4, number(level), anchor="end", size=11)
        before = self.at("c", t - 1)
        for k in range(cells):
            start = left + k * wide
            drawing.text(start + wide / 2, top + high + 38, f"cell {k}", bold=True)
            for n, key in enumerate("ifgoch"):
                value, x = float(self.at(key, t)[k]), start + 14 + n * 29
                up, down = sorted((y(0), y(value)))
                drawing.rect(x, up, 21, max(down - up, 1), mix(COLORS[key], "#FFFFFF", 0.25))
                if key == "c":  # what the cell held before: an empty outline
                    up, down = sorted((y(0), y(float(before[k]))))
                    drawing.rect(x - 3, up, 27, down - up, "none", "#222222", stroke_width=1.2)
                drawing.text(x + 10.5, top + high + 16, key, bold=True, color=ink(COLORS[key]), size=14)
                drawing.text(x + 10.5, y(max(value, 0)) - 5, _two(value), size=10)
        return str(drawing)


@picture
def heat_maps(inside: Mapping[str, np.ndarray], words: Sequence[str]) -> Picture:
    """The six quantities of the first sequence, (T, H) each, time to the right and a row for each cell."""
    fig = Figure(figsize=(max(9.0, len(words) * 2.4), 4.6), facecolor="white")
    axes = fig.subplots(2, 3)
    fig.subplots_adjust(left=0.06, right=0.99, bottom=0.1, top=0.93, hspace=0.45, wspace=0.36)
    cells = inside["c"].shape[2]
    reach = max(1.6, *(float(np.abs(values[0]).max()) for values in inside.values()))
    drawn: Any = None
    for ax, (key, title) in zip(axes.flat, TITLES.items(), strict=True):
        values = inside[key][0].T  # (H, T)
        drawn = ax.imshow(values, cmap="PuOr_r", vmin=-reach, vmax=reach, aspect="auto")
        for (cell, t), value in np.ndenumerate(values):
            ax.text(t, cell, _two(value), ha="center", va="center", color=ink_on(drawn, value))
        ax.set_title(title, color=ink(COLORS[key]), fontweight="bold")
        ax.set_xticks(range(len(words)), [f"{word}\nt = {t}" for t, word in enumerate(words)])
        ax.set_yticks(range(cells), [f"cell {k}" for k in range(cells)])
        ax.hlines(np.arange(1, cells) - 0.5, -0.5, len(words) - 0.5, color="white", linewidth=2)
    fig.colorbar(drawn, ax=axes, label="value", shrink=0.8)
    rows = []
    for k in range(cells):
        said = [f"{key} is {', '.join(_two(v) for v in inside[key][0][:, k])}" for key in "ifgoch"]
        rows.append(f"Cell {k}: {listed(said)}.")
    alt = f"Six heat maps over the words {listed(words)}, a row for each of {cells} cells. {' '.join(rows)}"
    return fig, alt, f"{' '.join(words)}, step by step. Violet is negative, orange positive."


def show_reading(inside: Mapping[str, np.ndarray], sentences: Sequence[Sequence[str]]) -> None:
    """Display the live steps of every sentence, and the heat maps of the first."""
    display_live(
        lambda widgets: Reading(widgets, inside, sentences).widget, "the picture shows the first sentence instead."
    )
    heat_maps(inside, sentences[0])
