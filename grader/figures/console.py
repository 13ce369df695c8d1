"""The gate console: sliders for the gates, and what the cell keeps and shows over 20 steps.

A static picture of four settings is always shown as well, for readers where widgets don't run.
"""

from __future__ import annotations

from typing import Any

from matplotlib import style as mpl_style
from matplotlib.figure import Figure

from ._controls import Dial, display_live, playable, side_by_side
from ._gates import SETTINGS, STEPS, gate_history
from ._parts import FONT
from ._svg import Plot, number, round_unit
from .palette import COLORS, ink, style
from .show import show

__all__ = ["gate_console", "settings_figure"]

# name: what the dial says, its range and its first value
_DIALS = {
    "f": ("f (forget gate)", 0.0, 1.0, 0.9),
    "i": ("i (input gate)", 0.0, 1.0, 0.5),
    "g": ("g (candidate)", -1.0, 1.0, 0.5),
    "o": ("o (output gate)", 0.0, 1.0, 1.0),
    "c_prev": ("c at the start", -2.0, 2.0, 0.0),
}
_ALT = (
    "Four small plots of c and h over 20 equal steps. Remember (f = 1, i = 0): c stays at 1 and h at 0.76. "
    "Accumulate (f = 1, i = 0.5, g = 0.2): c climbs by 0.1 a step to 2, h bends off below 1. "
    "Leak (f = 0.8, i = 0): c decays from 2 towards 0, and h with it. "
    "Output closed (as accumulate, but o = 0): c climbs to 2 all the same while h stays at 0."
)
_CAPTION = (
    "Four settings of the console, for readers where the sliders don't run: "
    "the same gates and candidate at each of 20 steps."
)


def _svg(cs: list[float], hs: list[float], start: float) -> str:
    """c (with its start at t = 0) and h as an SVG picture that names itself.

    ``cs`` and ``hs`` hold a number for each step taken, ``start`` is c before the first. The scale follows the largest
    value of c, with zero in the middle.
    """
    reach = max(1.0, *(abs(v) for v in (start, *cs))) * 1.06
    plot = Plot((0, len(cs)), (-reach, reach))
    unit = round_unit(reach)  # at most 9 ticks
    most = int(reach / unit)
    plot.ticks(range(0, len(cs) + 1, 5), [k * unit for k in range(-most, most + 1)], "steps taken")
    plot.line("c", [(0, start), *enumerate(cs, 1)], marks=True)
    plot.line("h", list(enumerate(hs, 1)), marks=True)
    plot.names([("c", cs[-1], "c, kept"), ("h", hs[-1], "h, shown")])
    return plot.svg(
        f"Over {len(cs)} steps c goes from {number(start)} to {number(cs[-1])} and h from {number(hs[0])} to "
        f"{number(hs[-1])}."
    )


def _numbers(values: dict[str, float], cs: list[float], hs: list[float]) -> str:
    """The current values as text: the first step's c and h with their arithmetic, and the last's. HTML.

    ``values`` are the dials' by name, ``cs`` and ``hs`` what :func:`._gates.gate_history` made of them.
    """
    f, i, g, o, c_prev = (number(values[name]) for name in ("f", "i", "g", "o", "c_prev"))
    first = f"{f} &times; ({c_prev}) + {i} &times; ({g})"
    last = f"{o} &times; tanh({number(cs[-1])})"
    return (
        f"<div>After 1 step: c = f c<sub>prev</sub> + i g = {first} = <b>{number(cs[0])}</b>, "
        f"h = <b>{number(hs[0])}</b><br>After {len(cs)} steps: c = <b>{number(cs[-1])}</b>, "
        f"h = o tanh(c) = {last} = <b>{number(hs[-1])}</b></div>"
    )


class _Console:
    """The live half: dials, buttons for the four settings, numbers and plot.

    ``cs`` and ``hs`` hold what is drawn; ``widget`` is what is displayed.

    ``widgets`` is the module ipywidgets. ``dials`` and ``values`` have the names f, i, g, o and c_prev.
    """

    def __init__(self, widgets: Any) -> None:
        self.dials = {name: Dial(widgets, *about) for name, about in _DIALS.items()}
        self.buttons = []
        for setting in SETTINGS:
            button = widgets.Button(
                description=setting.title,
                layout={"width": "190px"},
                tooltip=", ".join(f"{k} = {v:g}" for k, v in setting.values.items()),
            )
            button.on_click(lambda _, chosen=setting: self.choose(chosen.values))
            self.buttons.append(button)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        self._held = False
        for dial in self.dials.values():
            dial.on_change(self.update)
        self.update()
        buttons = widgets.Box(self.buttons, layout={"flex_flow": "row wrap", "width": "410px"})
        rows = [*(dial.row for dial in self.dials.values()), buttons]
        self.widget = widgets.VBox([side_by_side(widgets, rows, self.plot), self.numbers])

    @property
    def values(self) -> dict[str, float]:
        """The dials' values by name."""
        return {name: dial.value for name, dial in self.dials.items()}

    def choose(self, values: dict[str, float]) -> None:
        """Set all dials at once, and draw once."""
        self._held = True
        try:
            for name, value in values.items():
                self.dials[name].value = value
        finally:
            self._held = False
        self.update()

    def update(self) -> None:
        """Recompute c and h from the dials, and redraw."""
        if self._held:
            return
        values = self.values
        self.cs, self.hs = gate_history(**values)
        self.plot.value = _svg(self.cs, self.hs, values["c_prev"])
        self.numbers.value = _numbers(values, self.cs, self.hs)


def settings_figure() -> Figure:
    """The static picture: c and h over 20 steps for the four settings, on equal axes.

    Drawn by :func:`gate_console`, for readers where the sliders don't run. Returns a figure that pyplot does not know.
    """
    fig = Figure(figsize=(7.4, 4.7), facecolor="white")
    axes = fig.subplots(2, 2, sharex=True, sharey=True)
    fig.subplots_adjust(left=0.075, right=0.94, bottom=0.105, top=0.93, hspace=0.3, wspace=0.16)
    for ax, setting in zip(axes.flat, SETTINGS, strict=True):
        cs, hs = gate_history(**setting.values)
        ax.plot(range(STEPS + 1), [setting.c_prev, *cs], **style("c", markersize=3.6, linewidth=1.6))
        ax.plot(range(1, STEPS + 1), hs, **style("h", markersize=3.4, linewidth=1.6))
        for key, value in (("c", cs[-1]), ("h", hs[-1])):
            shift = 0.0 if abs(cs[-1] - hs[-1]) > 0.2 else (0.13 if key == "c" else -0.11)
            ax.text(STEPS + 0.7, value + shift, f"${key}$", color=ink(COLORS[key]), va="center", fontsize=14, **FONT)
        gates = rf"$f={setting.f:g},i={setting.i:g},g={setting.g:g},o={setting.o:g}$"
        ax.set_title(setting.title, loc="left", fontsize=11, fontweight="bold", color="#222222", **FONT)
        ax.set_title(gates, loc="right", fontsize=10, color="#222222", **FONT)
        ax.set_xticks(range(0, STEPS + 1, 5))
        ax.set_yticks((0, 1, 2))
        ax.set(xlim=(-0.6, STEPS + 0.4), ylim=(-0.2, 2.2))
        ax.grid(color="#E4E6E8", linewidth=0.8)
        ax.set_axisbelow(True)
        ax.spines[["top", "right"]].set_visible(False)
        ax.tick_params(labelsize=10, labelfontfamily="DejaVu Sans")
    for ax in axes[1]:
        ax.set_xlabel("steps taken", fontsize=10.5, **FONT)
    return fig


@playable
@mpl_style.context("default")  # whatever the learner's own settings are
def gate_console() -> None:
    """Display dials for f, i, g, o and the first c, with c and h over 20 equal steps.

    Under them stands a static picture of four telling settings. Where ipywidgets isn't installed,
    a sentence says so and the picture stands alone.
    """
    display_live(lambda widgets: _Console(widgets).widget, "the picture shows four settings instead.")
    show(settings_figure(), alt=_ALT, caption=_CAPTION)
