"""What decides how long a step takes on a GPU: launches, memory or multiplications. Live, and as a picture.

A model of three floors, not a measurement. The numbers of the H100 (SXM) are those of NVIDIA's data sheet of 2023: 3.35
TB/s from memory, 67 TFLOP/s in float32 and 989 in bfloat16 on its tensor cores. That a launch costs 5 µs is an
assumption of a usual size. The idea is the roofline's: Williams, Waterman and Patterson, "Roofline: an insightful
visual performance model for multicore architectures", Communications of the ACM 52(4), 2009.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from matplotlib.figure import Figure

from ._controls import display_live
from ._drawing import Drawing
from ._plots import Picture, picture
from .palette import COLORS, ink, mix

__all__ = ["SETTINGS", "WAYS", "Prices", "Setting", "prices_picture", "show_prices"]

LAUNCH = 5.0  # µs
MEMORY = 3.35e6  # bytes a µs
SPEED = {"float32": 67e6, "bfloat16": 989e6}  # operations a µs; a multiplication and its addition are two
BYTES = {"float32": 4, "bfloat16": 2}
ROOM = 227 * 1024  # bytes of shared memory that a program gets on one multiprocessor
STEPS = 100  # of a sequence: what a persistent kernel's one launch is shared by
# name: (kernels a step, whether W_h is fetched at every step, how many times N x H numbers come in or go out)
WAYS = {
    "a kernel for each operation": (12.0, True, 37),
    "two kernels a step (fused)": (2.0, True, 8),
    "one kernel for 100 steps": (1 / STEPS, False, 5),
}
FLOORS = {"launches": "neutral", "memory": "h", "multiplications": "c"}


def _time(value: float) -> str:
    """A positive number with two digits, never as a power of ten."""
    digits = max(0, 1 - math.floor(math.log10(value)))
    return f"{value:,.{digits}f}"


@dataclass(frozen=True)
class Setting:
    """A step of N sequences with H cells, in one of the ``WAYS`` and one type of numbers."""

    N: int
    H: int
    way: str
    dtype: str = "float32"

    @property
    def floors(self) -> dict[str, float]:
        """The least that a step can take, in µs, for each thing that has to be done."""
        kernels, fetched, passes = WAYS[self.way]
        numbers = passes * self.N * self.H + (4 * self.H**2 if fetched else 0)
        return {
            "launches": kernels * LAUNCH,
            "memory": numbers * BYTES[self.dtype] / MEMORY,
            "multiplications": 2 * self.N * self.H * 4 * self.H / SPEED[self.dtype],
        }

    @property
    def decides(self) -> str:
        """Which of the floors is the highest."""
        return max(self.floors, key=self.floors.__getitem__)

    @property
    def title(self) -> str:
        """The setting in words."""
        return f"N = {self.N}, H = {self.H}, {self.dtype}, {self.way}"

    def sentence(self) -> str:
        """What decides, and what else there is to say of this setting."""
        floors, first = self.floors, self.decides
        second = max(value for name, value in floors.items() if name != first)
        text = f"{first.capitalize()} decide" + ("s" if first == "memory" else "")
        text += f": {_time(floors[first])} µs a step, {_time(floors[first] / second)} times the next."
        size = 4 * self.H**2 * BYTES[self.dtype]
        if not WAYS[self.way][1] and size > ROOM:
            text += (
                f" But W_h is {size // 1024} KiB and does not fit into the {ROOM // 1024} KiB of one multiprocessor."
            )
        return text


SETTINGS = (
    Setting(1, 64, "a kernel for each operation"),
    Setting(64, 256, "two kernels a step (fused)"),
    Setting(1024, 1024, "two kernels a step (fused)"),
    Setting(64, 128, "one kernel for 100 steps", "bfloat16"),
)
LEAST, MOST = 1e-4, 1e3  # µs, the ends of the axis


def _svg(setting: Setting) -> str:
    left, wide, top, row = 130.0, 480.0, 16.0, 34.0
    drawing = Drawing(left + wide + 70, top + 3 * row + 40, f"{setting.title}. {setting.sentence()}")

    def x(time: float) -> float:
        return left + wide * (math.log10(max(time, LEAST) / LEAST)) / math.log10(MOST / LEAST)

    for power in range(-4, 4):
        drawing.line([(x(10.0**power), top), (x(10.0**power), top + 3 * row)], "#E4E6E8")
        drawing.text(x(10.0**power), top + 3 * row + 16, f"{10.0**power:g}", size=11)
    drawing.text(left + wide / 2, top + 3 * row + 34, "µs a step, at least (each mark ten times the one before)")
    for k, (name, time) in enumerate(setting.floors.items()):
        y, color, first = top + k * row, COLORS[FLOORS[name]], name == setting.decides
        drawing.text(left - 10, y + 20, name, anchor="end", bold=first)
        drawing.rect(left, y + 5, max(x(time) - left, 1), 22, color if first else mix(color, "#FFFFFF", 0.55))
        drawing.text(x(time) + 8, y + 20, _time(time), anchor="start", bold=first, color=ink(color))
    return str(drawing)


class Prices:
    """The live half: sizes, a type and a way to choose. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any) -> None:
        powers = [2**k for k in range(11)]
        look = {"style": {"description_width": "90px"}}
        self.N = widgets.Dropdown(options=powers, value=1, description="sequences N", **look)
        self.H = widgets.Dropdown(options=powers[4:], value=64, description="cells H", **look)
        self.dtype = widgets.Dropdown(options=list(SPEED), description="type", **look)
        self.way = widgets.Dropdown(options=list(WAYS), description="way", **look, layout={"width": "auto"})
        self.plot, self.words = widgets.HTML(), widgets.HTML()
        controls = [self.N, self.H, self.dtype, self.way]
        for control in controls:
            control.observe(lambda _: self.update(), names="value")
        self.update()
        box = widgets.Box(controls, layout={"flex_flow": "row wrap"})
        self.widget = widgets.VBox([box, self.plot, self.words])

    @property
    def setting(self) -> Setting:
        """What is chosen."""
        return Setting(self.N.value, self.H.value, self.way.value, self.dtype.value)

    def update(self) -> None:
        """Draw the floors anew."""
        self.plot.value = _svg(self.setting)
        self.words.value = f"<div>{self.setting.sentence()}</div>"


@picture
def prices_picture() -> Picture:
    """The three floors of four settings, on one logarithmic axis."""
    fig = Figure(figsize=(8.4, 5.2), facecolor="white")
    axes = fig.subplots(len(SETTINGS), 1, sharex=True)
    fig.subplots_adjust(left=0.14, right=0.97, bottom=0.1, top=0.95, hspace=0.5)
    for ax, setting in zip(axes, SETTINGS, strict=True):
        floors, first = setting.floors, setting.decides
        bars = ax.barh(range(3), list(floors.values()), color=[COLORS[FLOORS[name]] for name in floors], height=0.7)
        for bar, (name, time) in zip(bars, floors.items(), strict=True):
            bar.set_alpha(1 if name == first else 0.45)
            weight = "bold" if name == first else "normal"
            ax.text(time * 1.15, bar.get_y() + 0.35, _time(time), va="center", fontsize=9, fontweight=weight)
        ax.set_title(setting.title, loc="left", fontsize=10)
        ax.set(xscale="log", xlim=(LEAST, MOST), yticks=range(3), yticklabels=list(FLOORS))
        ax.minorticks_off()
        ax.invert_yaxis()
        ax.spines[["top", "right"]].set_visible(False)
    axes[-1].set_xlabel("µs a step, at least")
    alt = "Three bars for each of four settings, on a logarithmic axis. " + " ".join(
        f"{setting.title}: {setting.sentence()}" for setting in SETTINGS
    )
    caption = (
        f"A model, not a measurement: {LAUNCH:g} µs a launch, and an H100 at the best its maker promises, with every "
        "number fetched from its memory."
    )
    return fig, alt, caption


def show_prices() -> None:
    """Display the live floors, and four settings that stand still."""
    display_live(lambda widgets: Prices(widgets).widget, "the picture shows four settings instead.")
    prices_picture()
