"""The figures of unit 00: the sigmoid and its mirror image, the axes of a batch, and words as vectors."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.ticker import FixedLocator

from ._controls import Dial, display_live, playable, side_by_side
from ._parts import canvas
from ._sheet import levels, listed, plain, sheet, squares, write
from ._svg import Plot, number
from .diagram import unrolled_diagram
from .palette import COLORS, style
from .show import show

__all__ = [
    "batch_explorer",
    "fits",
    "mirror_image",
    "one_hot_tables",
    "one_product",
    "reading_words",
    "sigmoid_curve",
    "sigmoid_slider",
]


@plain
def reading_words() -> None:
    """Show where the course leads: an LSTM that reads three words."""
    show(
        unrolled_diagram(["The", "cat", "sat"]),
        alt="Three equal cells in a row, one for each of the words The, cat and sat, at the time steps 0, 1 and 2. "
        "Each takes its word from below and passes two lines on to the next cell on its right: a cell state c along "
        "the top and a hidden state h along the bottom. Inside each cell are four boxes with the letters f, i, g, o.",
        caption="Where this course leads: an LSTM reading three words, at the time steps 0, 1 and 2; -1 marks what "
        "there is before the first. You will write every piece of it yourself, and understand why it is there.",
    )


@plain
def mirror_image(z: Any, right: Any, wrong: Any) -> None:
    """Show an attempt at the sigmoid beside what is right.

    Args:
        z: (K,), where. right, wrong: (K,), what equation and attempt give there.
    """
    fig, ax = sheet(7, 3.2)
    ax.plot(z, right, **style("good", marker="", linewidth=2), label="the sigmoid")
    ax.plot(z, wrong, **style("bad", marker="", linewidth=2), label="wrong_sigmoid")
    levels(ax, 0, 1)
    for height, text in ((0, "shut"), (1, "open")):
        ax.text(max(z) + 0.15, height, text, va="center")
    ax.set(xlabel="z", ylabel="s", xlim=(min(z), max(z)))
    ax.legend(loc="center right", frameon=False, handlelength=3.4)
    show(
        fig,
        alt=f"Two curves over z from {number(min(z))} to {number(max(z))}. The sigmoid goes from {number(right[0])} to "
        f"{number(right[-1])}; wrong_sigmoid goes from {number(wrong[0])} to {number(wrong[-1])}.",
        caption="Right and wrong, number by number: a gate with the wrong curve opens when it should shut.",
    )


@plain
def sigmoid_curve(z: Any, s: Any, slope: Any) -> None:
    """Show the sigmoid and its slope, and where it is saturated.

    Args:
        z, s, slope: (K,) each, z ascending.
    """
    z, s, slope = (np.asarray(values, dtype=float) for values in (z, s, slope))
    fig, ax = sheet(8, 3.6)
    for low, high in ((z[0], -5.0), (5.0, z[-1])):
        if low < high:
            ax.axvspan(low, high, color=COLORS["neutral"], alpha=0.15, linewidth=0)
            ax.text((low + high) / 2, 0.5, "saturated", ha="center", va="center")
    ax.plot(z, s, **style("good", marker="", linestyle="-", linewidth=2.5), label="σ(z)")
    ax.plot(z, slope, **style("neutral", marker="", linestyle="--", linewidth=2), label="its slope")
    steepest = int(np.argmax(slope))
    for name, values in (("good", s), ("neutral", slope)):
        ax.plot(z[steepest], values[steepest], **style(name, linestyle="none"))
        ax.annotate(number(values[steepest]), (z[steepest], values[steepest]), (z[steepest] + 0.4, values[steepest]))
    ax.set(xlabel="z", xlim=(z[0], z[-1]), ylim=(-0.04, 1.04))
    ax.legend(loc="upper left", frameon=False, bbox_to_anchor=(0.26, 1.0), handlelength=3)
    show(
        fig,
        alt=f"Two curves over z from {number(z[0])} to {number(z[-1])}. The sigmoid goes from {number(s[0])} to "
        f"{number(s[-1])}. Its slope is largest at z = {number(z[steepest])}, where it is {number(slope[steepest])}; "
        f"at the ends it is {number(slope[0], 5)} and {number(slope[-1], 5)}. Beyond -5 and 5 the ground is shaded and "
        "says saturated.",
        caption=f"The sigmoid and its slope, which is nowhere above {number(slope.max())}.",
    )


# --- the sigmoid, by hand ------------------------------------------------------------------------

REACH = 10.0  # how far z goes
_CURVE = [k / 5 for k in range(-50, 51)]
_TANGENTS = (-4.0, 0.0, 2.0)


class _SigmoidSlider:
    """The live half: a dial for z, the curve with its tangent there, and what happens when z moves by 1.

    ``s`` and ``slope`` are the sigmoid and its slope at the dial's z; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, squash: Callable[[Any], Any]) -> None:
        self._squash = squash
        self._points = list(zip(_CURVE, map(float, squash(np.array(_CURVE))), strict=True))
        self.dial = Dial(widgets, "z", -REACH, REACH, 0.0, step=0.5)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        self.dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.dial.row, self.numbers], self.plot)

    def update(self) -> None:
        """Compute s and its slope at the dial's z, and redraw."""
        z = float(self.dial.value)
        self.s, further = map(float, self._squash(np.array([z, z + 1.0])))
        self.slope = self.s * (1 - self.s)
        said = f"z = {number(z)}: s = {number(self.s, 6)}, slope s (1 - s) = {number(self.slope, 6)}"
        self.numbers.value = (
            f"<div><b>{said}</b><br>At z + 1 the sigmoid is {number(further, 6)}: it has moved by "
            f"{number(further - self.s, 6)}.</div>"
        )
        plot = Plot((-REACH, REACH), (-0.1, 1.1), height=260, right=20)
        plot.ticks(range(-10, 11, 5), (0, 0.25, 0.5, 0.75, 1), "z")
        plot.line("good", self._points)
        ends = (max(-REACH, z - 2), min(REACH, z + 2))
        plot.line("bad", [(x, self.s + self.slope * (x - z)) for x in ends])
        plot.mark("good", (z, self.s), size=5)
        self.plot.value = plot.svg(said)


@playable
@plain
def sigmoid_slider(squash: Callable[[Any], Any]) -> None:
    """Display a dial for z with the sigmoid and its slope there, and a picture of three places under it.

    Args:
        squash: the sigmoid that is drawn, (K,) to (K,).
    """
    display_live(lambda widgets: _SigmoidSlider(widgets, squash).widget, "the picture shows three places instead.")
    fig, ax = sheet(7, 2.8)
    ax.plot(_CURVE, squash(np.array(_CURVE)), **style("good", marker="", linestyle="-", linewidth=2.2))
    places = []
    for z, s in zip(_TANGENTS, map(float, squash(np.array(_TANGENTS))), strict=True):
        slope, run = s * (1 - s), np.array([-1.6, 1.6])
        ax.plot(z + run, s + slope * run, **style("bad", marker="", linewidth=2))
        ax.plot([z], [s], **style("good", linestyle="none", marker="o"))
        ax.annotate(f"slope {number(slope)}", (z, s), (z + 0.5, s - 0.12) if z >= 0 else (z - 1.6, s + 0.09))
        places.append(f"{number(slope)} at z = {number(z)}")
    levels(ax, 0, 1)
    ax.set(xlabel="z", ylabel="s", xlim=(-REACH, REACH), ylim=(-0.08, 1.08))
    show(
        fig,
        alt=f"The sigmoid with a short straight line along it at three places: its slope is {listed(places)}.",
        caption="Three places of the dial, for readers where it doesn't run.",
    )


# --- a batch -------------------------------------------------------------------------------------

_SLICES = {
    "xs[n, t]": "one step of one sequence: (D,)",
    "xs[n]": "one sequence, all its steps: (T, D)",
    "xs[:, t]": "one step of all the sequences: (N, D)",
}


def _taken(xs: Any, words: str, n: int, t: int) -> tuple[Any, Any]:
    """What a slice gives, and which numbers of xs it takes: (array, mask of xs's shape)."""
    place = {"xs[n, t]": (n, t), "xs[n]": (n,), "xs[:, t]": (slice(None), t)}[words]
    mask = np.zeros(xs.shape, dtype=bool)
    mask[place] = True
    return xs[place], mask


def _sheets(xs: Any, mask: Any) -> str:
    """The batch as tables of HTML, a sheet a sequence with time to the right; what is taken is dark and bold."""
    tables = []
    for n, (sheet_, taken) in enumerate(zip(xs, mask, strict=True)):
        times = "".join(f"<th scope='col' style='padding:2px 8px;color:#333'>t = {t}</th>" for t in range(len(sheet_)))
        rows = ""
        for d, (values, marks) in enumerate(zip(sheet_.T, taken.T, strict=True)):
            cells = ""
            for value, mark in zip(values, marks, strict=True):
                look = f"background:{COLORS['x']};color:#fff;font-weight:bold" if mark else "background:#fff;color:#333"
                cells += f"<td style='padding:2px 8px;text-align:right;border:1px solid #ccc;{look}'>{value:.1f}</td>"
            rows += f"<tr><th scope='row' style='padding:2px 8px;color:#333'>d = {d}</th>{cells}</tr>"
        look = "margin:4px 12px 4px 0;background:#fff;border-collapse:collapse"
        head = f"<caption style='text-align:left;color:#333;background:#fff;padding:2px'>n = {n}</caption>"
        tables.append(f"<table style='{look}'>{head}<tr><td></td>{times}</tr>{rows}</table>")
    return f"<div style='display:flex;flex-wrap:wrap'>{''.join(tables)}</div>"


class _BatchExplorer:
    """The live half: which slice, dials for n and t, the sheets and what is taken from them.

    ``taken`` is the array that the slice gives; ``widget`` is what is displayed.
    """

    def __init__(self, widgets: Any, xs: Any) -> None:
        self._xs = np.asarray(xs)
        self.slices = widgets.RadioButtons(options=list(_SLICES), description="slice", layout={"width": "220px"})
        self.n = Dial(widgets, "n (sequence)", 0, len(self._xs) - 1, 0, step=1)
        self.t = Dial(widgets, "t (time step)", 0, self._xs.shape[1] - 1, 0, step=1)
        self.sheets, self.result = widgets.HTML(), widgets.HTML()
        self.slices.observe(lambda _: self.update(), names="value")
        for dial in (self.n, self.t):
            dial.on_change(self.update)
        self.update()
        rows = [self.slices, self.n.row, self.t.row]
        self.widget = widgets.VBox([side_by_side(widgets, rows, self.sheets), self.result])

    def update(self) -> None:
        """Take the slice, and show it."""
        words, n, t = self.slices.value, self.n.value, self.t.value
        self.taken, mask = _taken(self._xs, words, n, t)
        code = words.replace("n", str(n)).replace("t", str(t))
        self.sheets.value = _sheets(self._xs, mask)
        shown = html.escape(np.array2string(self.taken, precision=1, suppress_small=True))
        said = f"<code>{code}</code> has the shape <b>{self.taken.shape}</b>, {_SLICES[words]}"
        self.result.value = f"<div>{said}<pre>{shown}</pre></div>"


@playable
@plain
def batch_explorer(xs: Any) -> None:
    """Display a batch as sheets of numbers in which one chooses n, t and a slice; a picture of xs[:, t] under it.

    Args:
        xs: (N, T, D), at most 4 sequences, 6 steps and 4 features, so that there is room.
    """
    display_live(lambda widgets: _BatchExplorer(widgets, xs).widget, "the picture shows one slice instead.")
    N, T, D = np.shape(xs)
    step = T // 2
    highest = D + 2 + 2.1 * (N - 1)
    fig, ax = canvas(T + 0.8 * N + 2 * D + 8.4, highest + 1.7, 8.6)
    for n in range(N):  # sheets, each a little further up and to the right
        left, top = 2 + 0.8 * n, D + 2 + 2.1 * n
        squares(ax, left, top, D, T, "x", share=0.25, dark=lambda d, t: t == step)
        write(ax, left + T + 0.25, top - D / 2, f"n = {n}", ha="left", fontsize=10)
    for d in range(D):
        write(ax, 1.7, D + 1.5 - d, f"d = {d}", ha="right", fontsize=10)
    for t in range(T):
        write(ax, 2.5 + t, 1.6, str(t), fontweight="bold" if t == step else "normal")
    write(ax, 2 + T / 2, 0.7, "time step t")
    write(ax, 2 + T / 2 + 0.8 * (N - 1), highest + 0.8, f"xs: (N, T, D) = ({N}, {T}, {D})", fontsize=12)
    left, middle = T + 3.2 + 0.8 * N, 2 + (highest - 2) / 2
    ax.annotate("", (left + 2.6, middle), (left - 0.4, middle), arrowprops={"arrowstyle": "->", "lw": 1.5})
    write(ax, left + 1.1, middle + 0.5, f"xs[:, {step}]", family="monospace")
    squares(ax, left + 4.2, middle + N / 2, N, D, "x", share=0.75)
    for n in range(N):
        write(ax, left + 4.0, middle + N / 2 - 0.5 - n, f"n = {n}", ha="right", fontsize=10)
    for d in range(D):
        write(ax, left + 4.7 + d, middle - N / 2 - 0.4, str(d), fontsize=10)
    write(ax, left + 4.2 + D / 2, middle - N / 2 - 1.1, "feature d")
    write(ax, left + 4.2 + D / 2, middle + N / 2 + 0.6, f"x: (N, D) = ({N}, {D})", fontsize=12)
    show(
        fig,
        alt=f"On the left {N} sheets, one for each sequence of the batch. Each sheet has {T} columns, the time steps, "
        f"and {D} rows, the features. The column of time step {step} is dark in every sheet. An arrow labelled "
        f"xs[:, {step}] leads from them to a table x with {N} rows, one a sequence, and {D} columns.",
        caption=f"A batch of N = {N} sequences with T = {T} steps and D = {D} features, and one of its steps.",
    )


@plain
def one_product(N: int = 3, D: int = 2, H: int = 5) -> None:
    """Show z = [h, x] W + b as tables of N rows, with H hidden units and D features."""
    fig, ax = canvas(4 * H + D + 7.6, H + D + 1.9, 9.6)
    middle, bottom = (H + D) / 2 + 1, 1 + (H + D - N) / 2
    left = 0.5
    squares(ax, left, middle + N / 2, N, H, "h", share=0.55)
    squares(ax, left + H, middle + N / 2, N, D, "x", share=0.55)
    for x, name in ((left + H / 2, "h"), (left + H + D / 2, "x")):
        write(ax, x, middle + N / 2 + 0.4, name, fontsize=13)
    write(ax, left + (H + D) / 2, bottom - 0.8, "[h, x]\n(N, H + D)")
    left += H + D
    write(ax, left + 0.8, middle, "@", fontsize=15)
    left += 1.6
    squares(ax, left, H + D + 1, H, H, "h", share=0.3)
    squares(ax, left, D + 1, D, H, "x", share=0.3)
    write(ax, left + H / 2, D + 1 + H / 2, "rows for h")
    write(ax, left + H / 2, 1 + D / 2, "rows for x")
    write(ax, left + H / 2, 0.4, "W  (H + D, H)")
    left += H
    write(ax, left + 0.9, middle, "+", fontsize=15)
    left += 1.8
    squares(ax, left, middle + N / 2, N, H, "neutral", share=0.15, dark=lambda r, k: r == 0)
    write(ax, left + H / 2, bottom - 0.8, "b  (H,)\nthe same in every row")
    left += H
    write(ax, left + 0.9, middle, "=", fontsize=15)
    squares(ax, left + 1.8, middle + N / 2, N, H, "neutral", share=0.45)
    write(ax, left + 1.8 + H / 2, bottom - 0.8, "z  (N, H)")
    show(
        fig,
        alt=f"A product as tables. On the left {N} rows of h, {H} squares wide, joined on their right by {N} rows of "
        f"x, {D} squares wide. Times W, a table of {H + D} rows and {H} columns, whose upper {H} rows belong to h and "
        f"lower {D} to x. Plus b, one row of {H}, repeated in pale for the other rows. Equals z, {N} rows of {H}.",
        caption=f"N = {N}, D = {D}, H = {H}. Nothing says that W has two parts; the order in [h, x] does.",
    )


# --- words ---------------------------------------------------------------------------------------


@plain
def fits(words: Sequence[str], ids: Any, wanted: Any, line: Any, own: Any) -> None:
    """Show two fits to what is wanted of each word: one weight for its id, and a weight of its own.

    Args:
        words: K of them. ids, wanted, line, own: (K,) each.
    """
    fig, axes = sheet(8, 2.9, 1, 2, sharey=True)
    names = ("one weight for the id", "one weight for each word")
    for ax, got, title, key in zip(axes, (line, own), names, ("bad", "good"), strict=True):
        ring = style("x", linestyle="none", marker="o", markersize=11, fillstyle="none")
        ax.plot(ids, wanted, **ring, label="wanted")
        look = style(key, marker="X") if key == "bad" else style(key, marker="X", linestyle="none")
        ax.plot(ids, got, **look, label="the best line" if key == "bad" else "its own weight")
        ax.set_title(title)
        ax.set_xticks(ids, [f"{word}\nid {k}" for k, word in zip(ids, words, strict=True)])
        ax.set(xlim=(min(ids) - 0.4, max(ids) + 0.4), ylim=(-0.2, 1.6))
        ax.legend(loc="upper left", ncols=2, frameon=False, fontsize=9)
    said = [
        listed(f"{number(v, 2)} for {word}" for v, word in zip(values, words, strict=True)) for values in (line, own)
    ]
    goal = listed(f"{number(v, 2)} for {word}" for v, word in zip(wanted, words, strict=True))
    show(
        fig,
        alt=f"Two panels over the words. Wanted are {goal}. Left, the best straight line through the ids gives "
        f"{said[0]}. Right, with a weight for each word one gets {said[1]}.",
        caption="A line can only rise or fall with the id, or stay level.",
    )


@plain
def one_hot_tables(y: Any, sentences: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> None:
    """Show one-hot vectors as tables, a sentence each, time to the right.

    Args:
        y: (N, T, K), what an encoding gave. sentences: N of T words. vocabulary: K words.
    """
    y = np.asarray(y, dtype=float)
    N, T, K = y.shape
    fig, axes = sheet(4 * N, 0.6 * K + 0.9, 1, N, sharey=True, squeeze=False)
    for n, ax in enumerate(axes[0]):
        ax.imshow(1 - 0.75 * y[n].T, cmap="gray", vmin=0, vmax=1, aspect="auto")  # turned: time to the right
        for t in range(T):
            for k in range(K):
                hot = y[n, t, k] > 0.5
                look = {"color": "white", "fontweight": "bold"} if hot else {"color": "#555555"}
                write(ax, t, k, number(y[n, t, k], 2), fontsize=12, **look)
        ax.set_xticks(range(T), [f"{word}\nt = {t}" for t, word in enumerate(sentences[n])])
        ax.set_yticks(range(K), [f"{word}   k = {k}" for k, word in enumerate(vocabulary)])
        ax.set_title(f"n = {n}")
        ax.xaxis.set_minor_locator(FixedLocator([t - 0.5 for t in range(T + 1)]))
        ax.yaxis.set_minor_locator(FixedLocator([k - 0.5 for k in range(K + 1)]))
        ax.grid(which="minor", color=COLORS["neutral"], linewidth=0.6)
        ax.tick_params(which="both", length=0)
    columns = []
    for n in range(N):
        ones = (
            f"{sentences[n][t]}: {listed(vocabulary[int(k)] for k in np.flatnonzero(y[n, t] > 0.5)) or 'none'}"
            for t in range(T)
        )
        columns.append(f"n = {n}, {', '.join(ones)}")
    empty = [vocabulary[k] for k in range(K) if not (y[:, :, k] > 0.5).any()]
    show(
        fig,
        alt=f"{N} tables of zeros and ones with time to the right and a row for each of the {K} words of the "
        f"vocabulary. The rows in which each column has its 1: {'; '.join(columns)}.",
        caption="y[n] turned on its side, so that time runs to the right: in the array, y[n] has a row for each time "
        f"step.{f' No column has a 1 in the row of {listed(empty)}, and the row is there.' if empty else ''}",
    )
