"""The gate console: sliders for the gates, and what the cell keeps and shows over 20 steps.

The live plot is an SVG written as text into an HTML widget: it is redrawn in a moment, so nothing
flickers while a slider moves. A static picture of four settings is always shown as well, for
readers where widgets don't run.
"""

from __future__ import annotations

import math
from typing import Any

from matplotlib import style as mpl_style
from matplotlib.figure import Figure

from ._gates import SETTINGS, STEPS, gate_history
from ._parts import FONT
from .palette import COLORS, ink, style
from .show import show

__all__ = ["gate_console", "settings_figure"]

# name: what the slider says, its range and its first value
_SLIDERS = {
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

    ``cs`` and ``hs`` hold a number for each step, from t = 1 on, ``start`` is c at t = 0. Returns the ``<svg>``
    element, 560 by 300, with a sentence in ``aria-label``. The scale follows the largest value of c, with zero in the
    middle.
    """
    width, height, left, right, top, bottom = 560, 300, 46, 84, 14, 40
    reach = max(1.0, *(abs(v) for v in (start, *cs))) * 1.06
    # A unit of 1, 2 or 5 times a power of ten, so that the ticks are round numbers, at most 9 of them.
    power = 10.0 ** math.floor(math.log10(reach / 2))
    unit = next(power * k for k in (1, 2, 5, 10) if reach / (power * k) <= 4)

    def x(t: float) -> float:
        return left + (width - left - right) * t / len(cs)

    def y(value: float) -> float:
        return top + (height - top - bottom) * (reach - value) / (2 * reach)

    def text(px: float, py: float, words: str, anchor: str = "end", look: str = 'fill="#333"') -> str:
        return f'<text x="{px:.1f}" y="{py:.1f}" text-anchor="{anchor}" {look}>{words}</text>'

    out = []
    for k in range(-math.floor(reach / unit), math.floor(reach / unit) + 1):
        line = "#8A8A8A" if k == 0 else "#E4E6E8"
        out.append(f'<path d="M{left} {y(k * unit):.1f}H{width - right}" stroke="{line}"/>')
        out.append(text(left - 7, y(k * unit) + 4, f"{k * unit:.3g}".replace("-", "&#8722;")))
    out += [text(x(t), height - bottom + 18, str(t), "middle") for t in range(0, len(cs) + 1, 5)]
    out.append(text((left + width - right) / 2, height - 5, "time step t", "middle"))
    for key, points, dash in (
        ("c", [(0, start), *enumerate(cs, 1)], ""),
        ("h", list(enumerate(hs, 1)), ' stroke-dasharray="7 4"'),
    ):
        path = " ".join(f"{x(t):.1f},{y(v):.1f}" for t, v in points)
        out.append(f'<polyline points="{path}" fill="none" stroke="{COLORS[key]}" stroke-width="2.2"{dash}/>')
        for px, py in ((x(t), y(v)) for t, v in points):  # c has discs and h squares, as in style()
            shape = (
                f'circle cx="{px:.1f}" cy="{py:.1f}" r="3.2"'
                if key == "c"
                else f'rect x="{px - 2.9:.1f}" y="{py - 2.9:.1f}" width="5.8" height="5.8"'
            )
            out.append(f'<{shape} fill="{COLORS[key]}"/>')
    ends = {"c": y(cs[-1]) + 4, "h": y(hs[-1]) + 4}
    if abs(ends["c"] - ends["h"]) < 17:  # keep the two names apart where the lines end together
        middle, sign = (ends["c"] + ends["h"]) / 2, 1 if ends["c"] <= ends["h"] else -1
        ends = {"c": middle - 8.5 * sign, "h": middle + 8.5 * sign}
    for key, word in (("c", "kept"), ("h", "shown")):
        look = f'fill="{ink(COLORS[key])}" font-weight="bold"'
        out.append(text(width - right + 10, ends[key], f"{key}, {word}", "start", look))
    label = f"Over {len(cs)} steps c goes from {start:.2f} to {cs[-1]:.2f} and h from {hs[0]:.2f} to {hs[-1]:.2f}."
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {width} {height}" width="{width}" '
        'style="max-width:100%;height:auto;background:#fff;border-radius:4px" '
        f'font-family="sans-serif" font-size="12.5">{"".join(out)}</svg>'
    )


def _numbers(values: dict[str, float], cs: list[float], hs: list[float]) -> str:
    """The current values as text: the first step's c and h with their arithmetic, and the last's. HTML.

    ``values`` are the sliders' by name, ``cs`` and ``hs`` what :func:`._gates.gate_history` made of them.
    """
    f, i, g, o, c_prev = (f"{values[name]:.2f}" for name in ("f", "i", "g", "o", "c_prev"))
    first = f"{f} &times; ({c_prev}) + {i} &times; ({g})"
    last = f"{o} &times; tanh({cs[-1]:.3f})"
    return (
        f"<div>Step 1: c = f c<sub>prev</sub> + i g = {first} = <b>{cs[0]:.3f}</b>, "
        f"h = <b>{hs[0]:.3f}</b><br>Step {len(cs)}: c = <b>{cs[-1]:.3f}</b>, "
        f"h = o tanh(c) = {last} = <b>{hs[-1]:.3f}</b></div>"
    )


class _Console:
    """The live half: sliders, buttons for the four settings, numbers and plot.

    ``cs`` and ``hs`` hold what is drawn; ``widget`` is what is displayed.

    ``widgets`` is the module ipywidgets. ``sliders`` and ``values`` have the names f, i, g, o and c_prev; each slider
    is tied to a field in which the number can be typed.
    """

    def __init__(self, widgets: Any) -> None:
        self.sliders, rows = {}, []
        for name, (label, low, high, value) in _SLIDERS.items():
            reach = {"value": value, "min": low, "max": high, "step": 0.05}
            slider = widgets.FloatSlider(
                **reach,
                readout=False,
                tooltip=f"{label}, from {low:g} to {high:g}",
                layout={"width": "190px", "margin": "2px 14px 2px 2px"},
            )
            # A slider's handle has no accessible name in ipywidgets 8; a number field's label is tied to it.
            field = widgets.BoundedFloatText(
                **reach, description=label, style={"description_width": "115px"}, layout={"width": "200px"}
            )
            widgets.link((slider, "value"), (field, "value"))
            self.sliders[name] = slider
            rows.append(widgets.HBox([field, slider]))
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
        for slider in self.sliders.values():
            slider.observe(self.update, names="value")
        self.update()
        controls = widgets.VBox([*rows, widgets.Box(self.buttons, layout={"flex_flow": "row wrap", "width": "400px"})])
        self.widget = widgets.VBox(
            [
                widgets.Box([controls, self.plot], layout={"flex_flow": "row wrap", "align_items": "center"}),
                self.numbers,
            ]
        )

    @property
    def values(self) -> dict[str, float]:
        """The sliders' values by name."""
        return {name: slider.value for name, slider in self.sliders.items()}

    def choose(self, values: dict[str, float]) -> None:
        """Move all sliders at once, and draw once."""
        self._held = True
        try:
            for name, value in values.items():
                self.sliders[name].value = value
        finally:
            self._held = False
        self.update()

    def update(self, _change: Any = None) -> None:
        """Recompute c and h from the sliders, and redraw.

        ipywidgets passes what has changed, which isn't looked at.
        """
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
        ax.set_xlabel("time step $t$", fontsize=10.5, **FONT)
    return fig


def gate_console() -> None:
    """Display sliders for f, i, g, o and the first c, with c and h over 20 equal steps.

    Under them stands a static picture of four telling settings. Where ipywidgets isn't installed,
    a sentence says so and the picture stands alone.
    """
    from IPython.display import display

    try:
        import ipywidgets
    except ImportError:
        print("The sliders need ipywidgets, which isn't installed here; the picture shows four settings instead.")
    else:
        display(_Console(ipywidgets).widget)
    with mpl_style.context("default"):  # whatever the learner's own settings are
        show(settings_figure(), alt=_ALT, caption=_CAPTION)
