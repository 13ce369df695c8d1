"""Which step is told what: a weight's gradient, in parts by the step of the loss and the step of the weight's use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from ._controls import Dial, display_live, playable, side_by_side
from ._drawing import Drawing
from ._sheet import listed, plain, sheet
from ._svg import number
from ._unrolled import BACK
from .palette import COLORS, ink, ink_on, mix
from .show import show

__all__ = ["credit_paths"]

_MAP = LinearSegmentedColormap.from_list("credit", ["#FFFFFF", COLORS[BACK]])


def _sentence(words: Sequence[str], parts: Any, s: int, t: int) -> str:
    """What the loss at step s says to W as it was used at step t, in words."""
    if t > s:
        return f"The loss at step {s} says nothing to step {t}, which comes after it: nothing leads there."
    back = s - t
    way = "at its own step" if not back else f"{back} step{'s' * (back > 1)} back"
    total = float(parts[s].sum())
    share = f", {number(100 * parts[s, t] / total, 1)} % of the lengths in this row" if total else ""
    return (
        f"What the loss at step {s} (the answer {words[s]}) says to W as it was used at step {t}, {way}, has the "
        f"length "
        f"{number(parts[s, t], 5)}{share}."
    )


def _svg(read: Sequence[str], words: Sequence[str], parts: Any, s: int, t: int) -> str:
    T, apart, left = len(words), 84.0, 56.0
    base, chain = 128.0, 176.0
    drawing = Drawing(left + T * apart + 6, 268, _sentence(words, parts, s, t))
    drawing.text(left - 46, 18, f"bars: what the loss at step {s} says to W at every step", anchor="start")
    top = max(float(parts.max()), 1e-12)
    drawing.line([(left - 40, base), (left + T * apart - 30, base)], "#8A8A8A")
    for k in range(T):
        x, on_path = left + k * apart, t <= k <= s
        tall = 96 * float(parts[s, k]) / top
        color = COLORS[BACK] if k == t else mix(COLORS[BACK], "#FFFFFF", 0.55)
        drawing.rect(x - 16, base - tall, 32, tall, color)
        if k:
            drawing.line([(x - apart + 26, chain), (x - 26, chain)], COLORS["h"], 1.6)
        if t < k <= s:
            _arrow(drawing, (x - 26, chain - 9), (x - apart + 27, chain - 9))
        edge = COLORS[BACK] if on_path else COLORS["h"]
        drawing.rect(x - 26, chain - 16, 52, 32, "#FFFFFF", edge, rx=6.0, stroke_width=2.6 if on_path else 1.4)
        drawing.text(x, chain + 5, f"step {k}", bold=on_path)
        drawing.text(x, 236, read[k], size=13.5)
        if k == s:
            drawing.text(x + 10, 150, f"loss: {words[k]}?", anchor="start", color=ink(COLORS[BACK]), bold=True)
            _arrow(drawing, (x, 140), (x, chain - 17))
        if k == t and t <= s:
            _arrow(drawing, (x, chain + 16), (x, chain + 34))
            drawing.text(x + 14, chain + 33, "W", color=ink(COLORS[BACK]), bold=True)
    drawing.text(left - 46, 258, "the words that are read, time to the right", anchor="start")
    return str(drawing)


def _arrow(drawing: Drawing, start: tuple[float, float], end: tuple[float, float]) -> None:
    """A backward arrow, to the left or downwards."""
    (_, y0), (x1, y1) = start, end
    drawing.line([start, end], COLORS[BACK], 3.0)
    head = [(x1 + 7, y1 - 5), end, (x1 + 7, y1 + 5)] if y0 == y1 else [(x1 - 5, y1 - 7), end, (x1 + 5, y1 - 7)]
    drawing.line(head, COLORS[BACK], 3.0)


class _CreditPaths:
    """The live half: which loss, which use of W, the path between them and what arrives.

    ``arrives`` is the number of the chosen pair; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, read: Sequence[str], words: Sequence[str], parts: Any, start: int) -> None:
        self._read, self._words, self._parts = list(read), list(words), np.asarray(parts, dtype=float)
        T = len(self._words)
        self.s = Dial(widgets, "loss at step", 0, T - 1, start, step=1)
        self.t = Dial(widgets, "W used at step", 0, T - 1, min(2, start), step=1)
        self.plot, self.numbers = widgets.HTML(), widgets.HTML()
        for dial in (self.s, self.t):
            dial.on_change(self.update)
        self.update()
        dials = side_by_side(widgets, [self.s.row, self.t.row], self.numbers)
        self.widget = widgets.VBox([dials, self.plot])

    def update(self) -> None:
        """Draw the path between the dials' steps."""
        s, t = self.s.value, self.t.value
        self.arrives = float(self._parts[s, t])
        self.numbers.value = f"<div>{_sentence(self._words, self._parts, s, t)}</div>"
        self.plot.value = _svg(self._read, self._words, self._parts, s, t)


@playable
@plain
def credit_paths(read: Sequence[str], words: Sequence[str], parts: Any, start: int) -> None:
    """Display a network over a sentence in which one chooses a loss and a use of W; a table of all pairs under it.

    Args:
        read: T words, what is read at every step. words: T of them, what should come next. parts: (T, T), the length of
            what the loss at step s says to W as it was used at step t. start: the loss that the dial begins at.
    """
    parts = np.asarray(parts, dtype=float)
    display_live(
        lambda widgets: _CreditPaths(widgets, read, words, parts, start).widget,
        "the picture shows all the pairs instead.",
    )
    T = len(words)
    fig, ax = sheet(7.6, 5.2)
    image = ax.imshow(np.where(np.tri(T, dtype=bool), parts, np.nan), cmap=_MAP, vmin=0)
    for s in range(T):
        for t in range(s + 1):
            text = number(1000 * parts[s, t], 0)
            ax.text(t, s, text, ha="center", va="center", fontsize=9, color=ink_on(image, parts[s, t]))
    ax.set_xticks(range(T), [f"{t}: {word}" for t, word in enumerate(read)], rotation=45, ha="right")
    ax.set_yticks(range(T), [f"{s}: {word}?" for s, word in enumerate(words)])
    ax.set(xlabel="W as it was used at step t, reading", ylabel="loss at step s, asking for")
    ax.spines[["top", "right", "bottom", "left"]].set_visible(False)
    row = parts[start, : start + 1]
    largest = [int(k) for k in np.argsort(-row)[:3]]
    said = listed(f"{number(row[k], 4)} at step {k} ({read[k]})" for k in largest)
    show(
        fig,
        alt=f"A triangle of numbers: a row for each of {T} losses, a column for each step at which W was used, empty "
        f"above the diagonal. In the row of {words[start]} the largest are {said}.",
        caption="In thousandths. Credit goes to the left of its loss and never to the right.",
    )
