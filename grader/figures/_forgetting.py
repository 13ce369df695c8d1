"""The forget bias at a dial: what is left of a gradient over the steps, by every path and along c alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._powers import TINY, decades, logs, size
from ._sheet import levels, listed, plain, sheet
from ._svg import Plot, number
from ._unrolled import BACK
from .palette import style
from .show import show

__all__ = ["forget_dial"]

_BIASES = (-2.0, 0.0, 1.0, 5.0)
_LOW, _HIGH = -30, 6  # powers of ten on the live axis

Run = Callable[[float], tuple[Any, Any]]


class _ForgetDial:
    """The live half: a dial for the forget bias, and the norms that it makes.

    ``whole`` and ``alone`` are what is drawn, (T,) each; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, run: Run) -> None:
        self._run = run
        self.bias = Dial(widgets, "forget bias", -3.0, 8.0, 0.0, step=0.5)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        self.bias.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.bias.row, self.numbers], self.plot)

    def update(self) -> None:
        """Compute the norms with the dial's bias, and redraw."""
        bias = float(self.bias.value)
        self.whole, self.alone = (np.asarray(values, dtype=float) for values in self._run(bias))
        ends = size(self.whole[0]), size(self.alone[0])
        self.numbers.value = (
            f"<div>The first step gets <b>{ends[0]}</b> by all paths,<br>and <b>{ends[1]}</b> along the cell state "
            "alone.</div>"
        )
        plot = Plot((0, len(self.whole) - 1), (_LOW, _HIGH), height=280, right=104)
        decades(plot, _LOW, _HIGH, range(0, len(self.whole), 20))
        lines = {BACK: logs(self.whole, _LOW, _HIGH), "c": logs(self.alone, _LOW, _HIGH)}
        for key, values in lines.items():
            plot.line(key, [(t, power) for t, power in enumerate(values) if power > _LOW])  # below, there is no line
        plot.names([(BACK, lines[BACK][-1], "all paths"), ("c", lines["c"][-1], "c alone")])
        self.plot.value = plot.svg(
            f"With a forget bias of {number(bias)} the first of {len(self.whole)} steps gets {ends[0]} by all paths "
            f"and {ends[1]} along the cell state alone; the axis shows powers of ten."
        )


@playable
@plain
def forget_dial(run: Run) -> None:
    """Display a dial for the forget bias with the norms of a gradient over time, and a picture of four settings.

    Args:
        run: from a forget bias to the norm of dc at every step, by all paths and along the cell state alone, (T,) each.
    """
    display_live(lambda widgets: _ForgetDial(widgets, run).widget, "the picture shows four settings instead.")
    fig, axes = sheet(10, 3.6, 1, len(_BIASES), sharey=True)
    said = []
    for ax, bias in zip(axes, _BIASES, strict=True):
        whole, alone = (np.asarray(values, dtype=float) for values in run(bias))
        ax.plot(np.maximum(whole, TINY), **style(BACK, marker="", linewidth=2), label="by all paths")
        ax.plot(np.maximum(alone, TINY), **style("c", marker="", linewidth=2), label="along c alone")
        ax.set(title=f"forget bias {number(bias)}", yscale="log", xlabel="time step t")
        ax.set(ylim=(10.0**_LOW, 10.0**_HIGH), yticks=[10.0**k for k in range(_LOW, _HIGH + 1, 6)])
        ax.spines[["top", "right"]].set_visible(False)
        levels(ax, 1)
        said.append(f"with {number(bias)} {size(whole[0])} and {size(alone[0])}")
    axes[0].set_ylabel("norm of dc")
    axes[-1].legend(frameon=False, fontsize=9, loc="center left", bbox_to_anchor=(1.01, 0.5), handlelength=3)
    show(
        fig,
        alt=f"The norm of dc at each of {len(whole)} steps for four forget biases, by all paths and along the cell "
        f"state alone, on a logarithmic axis. The first step gets {listed(said)}.",
        caption="Four settings of the dial, for readers where it doesn't run. What is below the axis isn't drawn.",
    )
