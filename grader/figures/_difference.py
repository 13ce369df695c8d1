"""How well a difference of two losses says a slope: the error over the size of the move, and a dial for that size."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._sheet import listed, plain, sheet
from ._svg import Plot, number
from .palette import COLORS, style
from .show import show

__all__ = ["difference_dial", "error_over_h"]

_KEYS = ("alpha", "bad", "neutral", "x")
_SMALLEST = 1e-17  # an error of nothing at all has no place on a logarithmic axis
_DIGITS = 16  # after the point: more than a float64 has


def _power(value: float) -> str:
    """A number as 2e-11: one digit and its power of ten."""
    return "0" if value == 0 else f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("e+", "e")


@plain
def error_over_h(hs: Sequence[float], errors: Mapping[str, Sequence[float]]) -> None:
    """Show how far slopes by differences are off, over the size of the move, both on logarithmic axes.

    Args:
        hs: K sizes of the move. errors: for each way of taking the difference its relative errors,
            K each.
    """
    fig, ax = sheet(7.5, 3.8)
    said, first, last = [], int(np.argmax(hs)), int(np.argmin(hs))
    lows = sorted(max(_SMALLEST, float(np.min(values))) for values in errors.values())
    for key, (name, values) in zip(_KEYS, errors.items(), strict=False):
        values = np.maximum(np.asarray(values, dtype=float), _SMALLEST)
        best = int(np.argmin(values))
        ax.plot(hs, values, **style(key, markersize=4), label=name)
        ax.annotate(
            f"{_power(values[best])}",
            (hs[best], values[best]),
            (0, 8 if values[best] > lows[0] else -14),  # inside the V of the line above, below that of the lowest
            textcoords="offset points",
            ha="center",
            fontsize=9,
        )
        said.append(
            f"{name}: {_power(values[last])} at h = {_power(hs[last])}, least at h = {_power(hs[best])} with "
            f"{_power(values[best])}, and {_power(values[first])} at h = {_power(hs[first])}"
        )
    ax.set(xscale="log", yscale="log", xlabel="h, how far the number is moved", ylabel="relative error of the slope")
    ax.set_ylim(bottom=lows[0] / 60)
    ax.grid(visible=True, color="#E4E6E8", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, handlelength=3)
    show(
        fig,
        alt=f"The relative error of a slope by differences, over h from small on the left to large on the right. "
        f"{'. '.join(said)}.",
        caption="From right to left the formula gets better, until the computer's digits run out. The smallest error "
        "of "
        "each line has its number.",
    )


# --- the dial --------------------------------------------------------------------------------------


def _both(f: Callable[[float], float], h: float) -> tuple[float, float, float]:
    """The two values and the slope that they give: (f(h), f(-h), slope)."""
    up, down = float(f(h)), float(f(-h))
    return up, down, (up - down) / (2 * h)


def _off(slope: float, exact: float) -> float:
    return abs(slope - exact) / abs(exact)


def _shared(up: float, down: float) -> int:
    """How many digits after the point two numbers have in common, of 16, counted from the left."""
    one, two = f"{up:.{_DIGITS}f}", f"{down:.{_DIGITS}f}"
    same = next((k for k, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), len(one))
    return max(0, same - one.index(".") - 1)


def _marked(value: float, shared: int) -> str:
    """A number with the digits in bold that its twin doesn't share; HTML."""
    text = f"{value:.{_DIGITS}f}"
    cut = text.index(".") + 1 + shared
    return f"<code>{text[:cut]}<b style='text-decoration:underline'>{text[cut:]}</b></code>"


def _digits(count: int) -> str:
    """How many digits cancel, in words."""
    return f"{count or 'no'} digit{'s' * (count != 1)} cancel{'s' * (count == 1)}"


class _DifferenceDial:
    """The live half: a dial for the power of ten, both values with the digits in which they differ, and the error.

    ``slope`` and ``error`` are what the dial's h gives; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, f: Callable[[float], float], exact: float) -> None:
        self._f, self._exact = f, exact
        powers = [-k / 4 for k in range(2, 57)]
        errors = [_off(_both(f, 10.0**p)[2], exact) for p in powers]
        self._line = [(p, math.log10(max(e, _SMALLEST))) for p, e in zip(powers, errors, strict=True)]
        self.dial = Dial(widgets, "h = 10 to the", -14.0, -0.5, -2.0, step=0.5)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        self.dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.dial.row, self.numbers], self.plot)

    def update(self) -> None:
        """Take the difference at the dial's h, and redraw."""
        power = float(self.dial.value)
        up, down, self.slope = _both(self._f, 10.0**power)
        self.error = _off(self.slope, self._exact)
        shared = _shared(up, down)
        self.numbers.value = (
            f"<div>moved up:&nbsp;&nbsp; {_marked(up, shared)}<br>moved down: {_marked(down, shared)}<br>"
            f"Of the digits after the point, {_digits(shared)}.<br>"
            f"slope {self.slope:.12f}<br>exact {self._exact:.12f}<br>"
            f"relative error <b>{_power(self.error)}</b></div>"
        )
        plot = Plot((-14.5, 0.0), (-17.0, 1.0), height=280, right=20)
        plot.ticks(range(-14, 1, 2), range(-16, 1, 4), "power of ten of h; upwards that of the relative error")
        plot.line("alpha", self._line)
        plot.mark("bad", (power, math.log10(max(self.error, _SMALLEST))), size=5.5)
        self.plot.value = plot.svg(
            f"With h = 10 to the {number(power)} the relative error of the slope is {_power(self.error)}."
        )


@playable
@plain
def difference_dial(f: Callable[[float], float], exact: float) -> None:
    """Display a dial for h with the two losses and the slope that they give, and a picture of three sizes under it.

    Args:
        f: from how far one weight is moved to the loss. exact: the slope at 0, by calculus.
    """
    display_live(
        lambda widgets: _DifferenceDial(widgets, f, exact).widget, "the picture shows three sizes of h instead."
    )
    powers = (-1, -5, -13)
    rows = [(p, *_both(f, 10.0**p)) for p in powers]
    fig, ax = sheet(7.5, 0.5 + 0.5 * len(rows))
    errors = [max(_off(slope, exact), _SMALLEST) for *_, slope in rows]
    names = [f"h = {_power(10.0**p)}" for p in powers]
    ax.barh(names, [math.log10(e) + 17 for e in errors], color=[COLORS["alpha"]] * len(rows), height=0.55)
    for k, ((_, up, down, _), error) in enumerate(zip(rows, errors, strict=True)):
        text = f"error {_power(error)}; {_digits(_shared(up, down))}"
        ax.text(math.log10(error) + 17.2, k, text, va="center", fontsize=9)
    ax.invert_yaxis()
    ax.set(xlim=(0, 24), xticks=[1, 5, 9, 13, 17], xticklabels=["1e-16", "1e-12", "1e-8", "1e-4", "1"])
    ax.set_xlabel("relative error")
    ax.spines[["top", "right"]].set_visible(False)
    said = listed(f"{_power(e)} with {name}" for e, name in zip(errors, names, strict=True))
    show(
        fig,
        alt=f"The relative error of a slope by differences is {said}.",
        caption="Three places of the dial, for readers where it doesn't run. A shorter bar is a better slope.",
    )
