"""What a learner drags in unit 07: how long a forget gate keeps, and how far an optimiser goes with a gradient."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._sheet import levels, listed, plain, sheet
from ._svg import Plot, number
from .palette import COLORS, style
from .show import show

__all__ = ["forget_dial", "step_dial"]

_BIASES = (0.0, 1.0, 3.0, 5.0)
_SHOWN = 110  # time steps: as long as the longest sequences of the unit
_LOOKS = ("bad", "h", "g", "good")


def _left(gate: float, T: int = _SHOWN) -> np.ndarray:
    """What is left of a cell state after 0 to T steps behind a forget gate that stays where it is: (T + 1,)."""
    return gate ** np.arange(T + 1.0)


def _share(value: float) -> str:
    """A share as one reads it aloud: "0.51", "0.003", "2e-14"."""
    if value >= 1e-3 or value == 0:
        return number(value, 2 if value > 0.095 else 3)
    return f"{value:.0e}".replace("e-0", "e-").replace("-", "\N{MINUS SIGN}")


def _half(gate: float) -> float:
    """After how many steps half is left."""
    return math.inf if gate >= 1 else math.log(0.5) / math.log(gate) if gate > 0 else 0.0


class _ForgetDial:
    """The live half: dials for a bias and a number of steps, and what is left. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any, sigmoid: Callable[[Any], Any]) -> None:
        self._sigmoid = sigmoid
        self.bias = Dial(widgets, "forget bias", -2.0, 8.0, 1.0, step=0.05)
        self.steps = Dial(widgets, "time steps", 1, _SHOWN, 30, 1)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.bias, self.steps):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.bias.row, self.steps.row, self.numbers], self.plot)

    def update(self) -> None:
        """Compute what is left with the dials' numbers, and redraw."""
        bias, T = float(self.bias.value), int(self.steps.value)
        self.gate = float(np.asarray(self._sigmoid(np.array([[bias]])))[0, 0])
        self.left = _left(self.gate)
        self.numbers.value = (
            f"<div>The gate is {number(self.gate, 4)}.<br>After {T} steps <b>{_share(self.left[T])}</b> of c is left."
            f"<br>Half of it is gone after {number(_half(self.gate), 1)} steps.</div>"
        )
        plot = Plot((0, _SHOWN), (0.0, 1.05), height=250, right=20)
        plot.ticks(range(0, _SHOWN + 1, 20), (0, 0.25, 0.5, 0.75, 1), "time steps")
        plot.line("f", list(enumerate(self.left)))
        plot.mark("c", (T, self.left[T]), size=5.5)
        self.plot.value = plot.svg(
            f"With a forget bias of {number(bias)} the gate is {number(self.gate, 4)}, and after {T} steps "
            f"{_share(self.left[T])} of the cell state is left."
        )


@playable
@plain
def forget_dial(sigmoid: Callable[[Any], Any]) -> None:
    """Display dials for a forget bias and a number of steps with what is left of c, and a picture of four biases.

    Args:
        sigmoid: from an array (N, H) to one of the same shape.
    """
    display_live(lambda widgets: _ForgetDial(widgets, sigmoid).widget, "the picture shows four biases instead.")
    fig, ax = sheet(8, 3.2)
    said = []
    for bias, key in zip(_BIASES, _LOOKS, strict=True):
        gate = float(np.asarray(sigmoid(np.array([[bias]])))[0, 0])
        left = _left(gate)
        ax.plot(left, **style(key, marker="", linewidth=2.2), label=f"bias {number(bias)}: f = {number(gate)}")
        said.append(f"{_share(left[100])} with a bias of {number(bias)}")
    ax.set(xlabel="time steps", ylabel="what is left of c", xlim=(0, _SHOWN), ylim=(-0.03, 1.05))
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5), fontsize=9, handlelength=3)
    levels(ax, 0.5)
    show(
        fig,
        alt=f"What is left of a cell state behind a forget gate that stays where its bias puts it. After 100 steps it "
        f"is {listed(said)}.",
        caption="A gate that nothing but its bias moves, f = σ(b), and nothing written. The line across marks a half.",
    )


# --- how far a step goes ---------------------------------------------------------------------------

_RATE = 0.1
_COUNT = 50
_SETTINGS = ((-3.0, 0.0), (0.0, 0.0), (0.0, 3.0), (3.0, 3.0))  # (the power of ten of the gradient, how much it wavers)


def _slopes(power: float, waver: float) -> np.ndarray:
    """The gradients of so many steps: their size, and around it noise of ``waver`` times that size; (steps,)."""
    noise = np.random.default_rng(0).normal(size=_COUNT)
    return 10.0**power * (1 + waver * (noise - noise.mean()))


Ways = Mapping[str, Any]  # how far each optimiser has come, (steps + 1,)


class _StepDial:
    """The live half: dials for the gradient's size and how much it wavers. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any, run: Callable[[Any, float], Ways]) -> None:
        self._run = run
        self.power = Dial(widgets, "size: 10 to the", -6.0, 6.0, 0.0, step=0.5)
        self.waver = Dial(widgets, "wavers by", 0.0, 10.0, 0.0, step=0.5)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.power, self.waver):
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.power.row, self.waver.row, self.numbers], self.plot)

    def update(self) -> None:
        """Take the steps with the dials' numbers, and redraw."""
        power, waver = float(self.power.value), float(self.waver.value)
        self.ways = {
            name: np.asarray(way, dtype=float) for name, way in self._run(_slopes(power, waver), _RATE).items()
        }
        ends = [f"{name} comes <b>{_far(way[-1])}</b> far" for name, way in self.ways.items()]
        self.numbers.value = f"<div>{_COUNT} steps with lr = {number(_RATE)}:<br>{'<br>'.join(ends)}.</div>"
        reach = _COUNT * _RATE * 1.2
        plot = Plot((0, _COUNT), (-reach / 3, reach), height=260, right=70)
        plot.ticks(range(0, _COUNT + 1, 10), range(-1, 7), "step")
        drawn = [
            (key, name, np.clip(way, -reach / 3, reach))
            for (name, way), key in zip(self.ways.items(), ("h", "good"), strict=False)
        ]
        for key, _, way in drawn:
            plot.line(key, list(enumerate(way)))
        plot.names([(key, float(way[-1]), name) for key, name, way in drawn])
        self.plot.value = plot.svg(
            f"With gradients of about 10 to the {number(power)} that waver by {number(waver)} times as much, "
            f"{listed(f'{name} comes {_far(way[-1])} far' for name, way in self.ways.items())}."
        )


def _far(value: float) -> str:
    """A distance of any size, as one reads it aloud."""
    value = float(value)
    if 1e-3 <= abs(value) < 1e4 or value == 0:
        return number(value, 2 if abs(value) >= 0.1 else 4)
    return f"{value:.0e}".replace("e+0", "e").replace("e-0", "e-").replace("e+", "e").replace("-", "\N{MINUS SIGN}")


@playable
@plain
def step_dial(run: Callable[[Any, float], Ways]) -> None:
    """Display dials for a gradient's size and how much it wavers with how far it leads, and a picture of four settings.

    Args:
        run: from gradients (steps,) and a learning rate to how far each optimiser has come, (steps + 1,), by its name.
    """
    display_live(lambda widgets: _StepDial(widgets, run).widget, "the picture shows four settings instead.")
    runs = {setting: run(_slopes(*setting), _RATE) for setting in _SETTINGS}
    names = list(next(iter(runs.values())))
    fig, ax = sheet(8, 3.4)
    places = np.arange(len(runs))
    wide, said = 0.8 / len(names), []
    for k, (name, key) in enumerate(zip(names, ("h", "good"), strict=False)):
        ends = np.array([abs(float(ways[name][-1])) for ways in runs.values()])
        at = places + (k - (len(names) - 1) / 2) * wide
        bars = ax.bar(at, ends, width=0.9 * wide, color=COLORS[key], label=name)
        ax.bar_label(bars, [_far(end) for end in ends], fontsize=9)
        said.append(f"{name}: {listed(_far(end) for end in ends)}")
    ax.set_yscale("log")
    ax.set_ylim(top=20 * ax.get_ylim()[1])
    ax.set_xticks(places, [f"size 10 to the {number(p)},\nwavers by {number(w)}" for p, w in runs], fontsize=9)
    ax.set_ylabel(f"how far {_COUNT} steps lead")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, loc="upper left")
    settings = listed(f"10 to the {number(p)} wavering by {number(w)}" for p, w in runs)
    show(
        fig,
        alt=f"How far {_COUNT} steps with a learning rate of {number(_RATE)} lead, on a logarithmic axis, with "
        f"gradients of {settings}. {'. '.join(said)}.",
        caption="Four settings of the dials, for readers where they don't run. Wavering by 3: the noise is three times "
        "the mean. Seed 0.",
    )
