"""What one plays with in unit 08: how sharp a choice is, what is written at which temperature, how wide to search."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._parts import canvas
from ._sheet import listed, plain, sheet, write
from ._svg import Plot, number
from .palette import COLORS, ink
from .show import show

__all__ = ["beam_dial", "choice_dial", "spoken"]

Choose = Callable[[float, int, float], Any]  # from a temperature, k and p to the probabilities, (K,)

# --- what is left to choose from --------------------------------------------------------------------

_MOST = 14  # symbols that there is room for


def _seen(symbol: str) -> str:
    return {" ": "\N{OPEN BOX}", "\n": "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"}.get(symbol, symbol)


def _as_many(p: np.ndarray) -> float:
    """How many equally likely symbols would be as uncertain: e to the entropy."""
    some = p[p > 0]
    return float(np.exp(-np.sum(some * np.log(some))))


class _Choice:
    """The live half: dials for the temperature, k and p, and the probabilities. ``p`` are the last ones, (K,)."""

    def __init__(self, widgets: Any, choose: Choose, symbols: Sequence[str]) -> None:
        self._choose, self._symbols = choose, list(symbols)
        K = len(self._symbols)
        start = np.asarray(choose(1.0, K, 1.0), dtype=float)
        self.order = np.argsort(-start, kind="stable")[:_MOST]
        self.temperature = Dial(widgets, "temperature", 0.05, 3.0, 1.0, step=0.05)
        self.k = Dial(widgets, "top k", 1, K, K, step=1)
        self.top_p = Dial(widgets, "top p", 0.05, 1.0, 1.0, step=0.05)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in (self.temperature, self.k, self.top_p):
            dial.on_change(self.update)
        self.update()
        rows = [self.temperature.row, self.k.row, self.top_p.row, self.numbers]
        self.widget = side_by_side(widgets, rows, self.plot)

    def update(self) -> None:
        """Compute the probabilities with the dials' numbers, and redraw."""
        temperature, k, top_p = float(self.temperature.value), int(self.k.value), float(self.top_p.value)
        self.p = np.asarray(self._choose(temperature, k, top_p), dtype=float)
        left = int(np.sum(self.p > 0))
        self.numbers.value = (
            f"<div><b>{left}</b> of {len(self.p)} symbols can come.<br>As uncertain as "
            f"<b>{number(_as_many(self.p), 1)}</b> that are equally likely.</div>"
        )
        plot = Plot((-0.6, len(self.order) - 0.4), (0, 1.05), width=520, height=250, right=14)
        plot.ticks((), (0, 0.25, 0.5, 0.75, 1), "the likeliest symbols")
        for at, which in enumerate(self.order):
            plot.bar("h", at, float(self.p[which]), wide=0.7)
            plot.text(plot.x(at), plot.height - 24, html.escape(_seen(self._symbols[which])))
        first = listed(f"{_seen(self._symbols[which])} {number(self.p[which], 2)}" for which in self.order[:3])
        plot_says = f"At temperature {number(temperature)}, k = {k} and p = {number(top_p)}: {first}."
        self.plot.value = plot.svg(html.escape(plot_says, quote=True))


@playable
@plain
def choice_dial(choose: Choose, symbols: Sequence[str], what: str) -> None:
    """Display dials for temperature, k and p with the probabilities they leave, and a picture of four settings.

    Args:
        choose: from a temperature, k and p to the probabilities (K,). symbols: K of them. what: what was read, for the
        caption.
    """
    display_live(lambda widgets: _Choice(widgets, choose, symbols).widget, "the picture shows four settings instead.")
    K = len(symbols)
    settings = {
        "as it is": (1.0, K, 1.0),
        "temperature 0.5": (0.5, K, 1.0),
        "top k, k = 3": (1.0, 3, 1.0),
        "top p, p = 0.8": (1.0, K, 0.8),
    }
    found = {name: np.asarray(choose(*setting), dtype=float) for name, setting in settings.items()}
    order = np.argsort(-found["as it is"], kind="stable")[:_MOST]
    fig, axes = sheet(11, 2.7, 1, len(settings), sharey=True)
    said = []
    for ax, (name, p) in zip(axes, found.items(), strict=True):
        ax.bar(range(len(order)), p[order], width=0.75, color=COLORS["h"])
        ax.set_xticks(range(len(order)), [_seen(symbols[k]) for k in order], fontsize=9)
        ax.set_title(name, fontsize=10)
        ax.spines[["top", "right"]].set_visible(False)
        best = int(p.argmax())
        said.append(
            f"{name}: {int(np.sum(p > 0))} of {K} symbols can come, {_seen(symbols[best])} with {number(p[best], 2)}"
        )
    axes[0].set_ylabel("probability")
    show(
        fig,
        alt=f"The probabilities of the {len(order)} likeliest symbols for four settings. {'; '.join(said)}.",
        caption=f"Four places of the dials. {what}",
    )


# --- what is written at a temperature ---------------------------------------------------------------

_TEMPERATURES = (0.3, 0.7, 1.0, 1.5)


class _Spoken:
    """The live half: a dial for the temperature, and a text. ``text`` is the last one."""

    def __init__(self, widgets: Any, speak: Callable[[float], str]) -> None:
        self._speak = speak
        self.temperature = Dial(widgets, "temperature", 0.05, 2.0, 0.7, step=0.05)
        self.shown = widgets.HTML()
        self.temperature.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.temperature.row, self.shown])

    def update(self) -> None:
        """Write a text at the dial's temperature."""
        self.text = self._speak(float(self.temperature.value))
        look = "white-space:pre-wrap;font-family:monospace;max-width:45em;line-height:1.35"
        self.shown.value = f"<div style='{look}'>{html.escape(self.text)}</div>"


@playable
@plain
def spoken(speak: Callable[[float], str], what: str) -> None:
    """Display a dial for the temperature with what a model writes at it; a picture of four temperatures under it.

    Args:
        speak: from a temperature to a text, with the same random numbers at each. what: a sentence for the caption.
    """
    display_live(lambda widgets: _Spoken(widgets, speak).widget, "the picture shows four temperatures instead.")
    texts = {temperature: speak(temperature) for temperature in _TEMPERATURES}
    rows = {t: textwrap.wrap(" ".join(text.split()), 100)[:4] for t, text in texts.items()}
    height = sum(len(lines) + 0.8 for lines in rows.values())
    fig, ax = canvas(100, 2.6 * height + 1, 10)
    y = 2.6 * height - 0.6
    for temperature, lines in rows.items():
        write(ax, 0.5, y, number(temperature), ha="left", fontsize=11, fontweight="bold", color=ink(COLORS["h"]))
        for line in lines:
            write(ax, 6, y, line.replace("$", r"\$"), ha="left", fontsize=9, family="DejaVu Sans Mono")
            y -= 2.6
        y -= 0.8 * 2.6
    said = "; ".join(f"at {number(t)}: {lines[0]}" for t, lines in rows.items() if lines)
    show(fig, alt=f"What a model writes at {len(texts)} temperatures. Their first lines, {said}.", caption=what)


# --- how wide to search -----------------------------------------------------------------------------

Tree = Mapping[tuple[str, ...], Mapping[str, float]]  # after these words: the next ones and their probabilities
Search = Callable[[int], tuple[Sequence[str], float]]  # from a width to the words found and their score
_WIDTHS = (1, 2, 3)


def _ways(tree: Tree) -> list[tuple[str, ...]]:
    """Every prefix of every sequence in the tree, each after the one that it goes on from, the first branch first."""
    found: list[tuple[str, ...]] = []

    def walk(prefix: tuple[str, ...]) -> None:
        for word in tree.get(prefix, {}):
            found.append((*prefix, word))
            walk((*prefix, word))

    walk(())
    return found


def _places(tree: Tree) -> dict[tuple[str, ...], tuple[float, float]]:
    """Where each prefix stands: how many words it has, and a height; a leaf has one of its own."""
    ways = _ways(tree)
    places: dict[tuple[str, ...], tuple[float, float]] = {}
    leaves = 0
    for way in ways:
        if way not in tree:
            places[way] = (len(way), float(leaves))
            leaves += 1
    for way in sorted([(), *(one for one in ways if one in tree)], key=len, reverse=True):
        under = [places[(*way, word)][1] for word in tree[way]]
        places[way] = (len(way), sum(under) / len(under))
    return {way: (x, leaves - 1 - y) for way, (x, y) in places.items()}


def _probability(tree: Tree, words: Sequence[str]) -> float:
    """Of a sequence in the tree: the product along its way."""
    p = 1.0
    prefix: tuple[str, ...] = ()
    for word in words:
        p *= tree[prefix][word]
        prefix = (*prefix, word)
    return p


class _Beam:
    """The live half: a dial for the width, and the tree with what was found. ``found`` is the last one's words."""

    def __init__(self, widgets: Any, tree: Tree, search: Search, most: int) -> None:
        self._tree, self._search, self._at = tree, search, _places(tree)
        self.width = Dial(widgets, "width", 1, most, 1, step=1)
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        self.width.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [self.width.row, self.numbers], self.plot)

    def update(self) -> None:
        """Search with the dial's width, and redraw."""
        width = int(self.width.value)
        words, score = self._search(width)
        self.found = list(words)
        p = number(_probability(self._tree, self.found), 3)
        said = f"width {width} finds {' '.join(self.found)}"
        self.numbers.value = (
            f"<div>A {html.escape(said)}.<br>Its probability is <b>{p}</b>,<br>its score "
            f"{number(float(score), 3)}.</div>"
        )
        deep = max(x for x, _ in self._at.values())
        tall = max(y for _, y in self._at.values())
        plot = Plot((-0.4, deep + 0.7), (-0.6, tall + 0.6), height=int(28 * tall + 80), right=20)
        for way, (x, y) in self._at.items():
            if way:
                on = way == tuple(self.found[: len(way)])
                plot.line("h" if on else "neutral", [self._at[way[:-1]], (x, y)])
        for way, (x, y) in self._at.items():
            if way:
                on = way == tuple(self.found[: len(way)])
                label = f"{way[-1]} {number(self._tree[way[:-1]][way[-1]], 2)}"
                plot.text(plot.x(x), plot.y(y) - 5, html.escape(label), bold=on)
        self.plot.value = plot.svg(html.escape(f"A {said}, with a probability of {p}.", quote=True))


@playable
@plain
def beam_dial(tree: Tree, search: Search, most: int = 4) -> None:
    """Display a dial for how many beginnings are kept, with what is found; a picture of three widths under it.

    Args:
        tree: after these words, a tuple, the next ones and their probabilities, for every beginning of a sequence.
        search: from a width to the words that are found, and their score. most: the dial's largest width.
    """
    display_live(lambda widgets: _Beam(widgets, tree, search, most).widget, "the picture shows three widths instead.")
    places = _places(tree)
    deep = max(x for x, _ in places.values())
    tall = max(y for _, y in places.values())
    found = {width: tuple(search(width)[0]) for width in _WIDTHS}
    fig, ax = canvas(4.0 * deep + 5.5, 0.9 * tall + 1.4, 9.5)

    def at(way: tuple[str, ...]) -> tuple[float, float]:
        x, y = places[way]
        return 0.4 + 4.0 * x, 0.9 * y + 0.6

    for way in places:
        if way:
            (x0, y0), (x1, y1) = at(way[:-1]), at(way)
            on = [width for width, words in found.items() if words[: len(way)] == way]
            key = "h" if found[max(found)][: len(way)] == way else "bad" if on else "neutral"
            (dash, wide) = ("-", 3.0) if key == "h" else ("--", 2.4) if on else ("-", 1.0)
            ax.plot(
                [x0 + (0.5 if way[:-1] else 0.0), x1 - 1.5], [y0, y1], color=COLORS[key], linestyle=dash, linewidth=wide
            )
            text = f"{way[-1]} {number(tree[way[:-1]][way[-1]], 2)}"
            write(ax, x1 - 1.4, y1, text, ha="left", fontsize=10, fontweight="bold" if on else "normal")
            whole = [width for width in on if found[width] == way]
            if way not in tree:
                widths = f"    width {listed(map(str, whole))}" if whole else ""
                write(ax, x1 + 1.5, y1, f"{number(_probability(tree, way), 3)}{widths}", ha="left", fontsize=9)
    said = "; ".join(
        f"width {width} finds {' '.join(words)}, of probability {number(_probability(tree, words), 3)}"
        for width, words in found.items()
    )
    count = sum(way not in tree for way in places)
    show(
        fig,
        alt=f"A tree of {count} sequences, word by word, with the probability of each word after those before. {said}.",
        caption="Beside each word its probability after those before it, at the right that of the whole. Bold lines: "
        "what a search of this width finds.",
    )
