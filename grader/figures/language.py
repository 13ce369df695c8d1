"""The figures of unit 08: bits beside those of counting, what a cell follows, what is drawn and why, rhymes.

What is said of a plot is made from the numbers it is given, so that it stays true when a learner changes them.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.patches import FancyArrowPatch
from matplotlib.ticker import MaxNLocator

from ._choices import beam_dial, choice_dial, spoken
from ._followed import cell_reader
from ._parts import canvas
from ._sheet import listed, plain, sheet, squares, write
from ._svg import number
from .palette import COLORS, ink, ink_on, style
from .show import show

__all__ = [
    "beam_dial",
    "bits_over_time",
    "by_place",
    "cell_reader",
    "choice_dial",
    "compared",
    "draws",
    "follows",
    "shifted",
    "side_by_side",
    "spoken",
    "used_up",
    "verse",
]

_LOOKS = ("h", "bad", "good", "alpha", "o", "x")  # of lines that belong to no quantity


def _shown(symbol: str) -> str:
    """A symbol that can be seen: a space and a line's end have none of their own."""
    return {" ": "\N{OPEN BOX}", "\n": "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}"}.get(symbol, symbol)


# --- a model, and how good it is --------------------------------------------------------------------


@plain
def shifted(symbols: Sequence[str]) -> None:
    """Show a text twice, what is read and under it what is asked for: the same one step later.

    Args:
        symbols: T + 1 of them.
    """
    T = len(symbols) - 1
    fig, ax = canvas(T + 4.2, 3.6, min(9.0, 0.62 * (T + 4.2)))
    for row, (name, key, part) in enumerate((("inputs", "x", symbols[:-1]), ("targets", "good", symbols[1:]))):
        top = 3.1 - 1.7 * row
        write(ax, 2.7, top - 0.5, name, ha="right", fontsize=11)
        squares(ax, 3, top, 1, T, key, 0.16)
        for t, symbol in enumerate(part):
            write(ax, 3.5 + t, top - 0.5, _shown(symbol), fontsize=12)
    for t in range(T):
        look = {"arrowstyle": "-|>", "color": COLORS["neutral"], "lw": 1.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (3.5 + t, 1.45), (3.5 + t, 2.05), arrowprops=look)
        write(ax, 3.5 + t, 3.3, str(t), fontsize=8, color=ink(COLORS["neutral"]))
    pairs = listed(f"after {_shown(a)} comes {_shown(b)}" for a, b in list(zip(symbols, symbols[1:], strict=False))[:3])
    show(
        fig,
        alt=f"{T + 1} symbols make {T} inputs and {T} targets, one under the other. A target is the symbol that comes "
        f"next: {pairs}{', and so on' if T > 3 else ''}.",
        caption="The first symbol is never asked for, and the last is never read. The number is the time step.",
    )


@plain
def bits_over_time(
    runs: Mapping[str, Sequence[Any]], levels: Mapping[str, float], what: str, *, x: str, y: str = "bits a symbol"
) -> None:
    """Show how many bits a symbol costs while networks are trained, and what it costs those who count.

    Args:
        runs: by the network's name, for each seed a pair: at which times (K,), and the bits (K,). levels: bits of
        others, by what they are called, each a line across. what: a sentence for the caption. x, y: the axes' names.
    """
    fig, ax = sheet(8.5, 4.0)
    said = []
    for (name, seeds), key in zip(runs.items(), _LOOKS, strict=False):
        for k, (at, bits) in enumerate(seeds):
            look = style(key, marker="", linewidth=1.9, alpha=0.9)
            ax.plot(np.asarray(at, dtype=float), np.asarray(bits, dtype=float), **look, label="" if k else name)
        first = listed(dict.fromkeys(number(bits[0], 2) for _, bits in seeds))
        last = listed(number(bits[-1], 2) for _, bits in seeds)
        said.append(f"{name} goes from {first} to {last}")
    for height in levels.values():
        ax.axhline(height, color=COLORS["neutral"], linewidth=1.2, linestyle=":")
    ax.set(xlabel=x, ylabel=y)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    ax.spines[["top", "right"]].set_visible(False)
    low, high = ax.get_ylim()
    below = -np.inf
    for name, height in sorted(levels.items(), key=lambda one: one[1]):  # kept apart where they are close
        below = max((height - low) / (high - low), below + 0.065)
        look = {"color": ink(COLORS["neutral"]), "fontsize": 9, "va": "center", "transform": ax.transAxes}
        ax.text(1.01, below, f"{name}, {number(height, 2)}", **look)
    ax.set_ylim(low, high)
    ax.legend(frameon=False, fontsize=9, handlelength=3)
    across = listed(f"{name} at {number(height, 2)}" for name, height in levels.items())
    show(
        fig,
        alt=f"{y[0].upper() + y[1:]} over {x}, a line a seed: {'; '.join(said)}."
        f"{f' Lines across mark {across}.' if across else ''}",
        caption=what,
    )


@plain
def by_place(places: Sequence[Any], values: Mapping[str, Any], what: str, *, x: str, y: str) -> None:
    """Show a measure at several places, a line for each model, and faint ones for each of its seeds.

    Args:
        places: K of them, numbers or words. values: by the model's name, (K,), or (seeds, K). what: a sentence for the
        caption. x, y: the axes' names.
    """
    fig, ax = sheet(8.5, 3.6)
    at, said = np.arange(len(places)), []
    for (name, found), key in zip(values.items(), _LOOKS, strict=False):
        seeds = np.atleast_2d(np.asarray(found, dtype=float))  # (seeds, K)
        mean = seeds.mean(axis=0)
        for one in seeds if len(seeds) > 1 else ():
            ax.plot(at, one, color=COLORS[key], alpha=0.35, linewidth=1)
        ax.plot(at, mean, **style(key, markersize=5), label=name)
        low, high = int(mean.argmin()), int(mean.argmax())
        said.append(
            f"{name} has {number(mean[0], 2)} at {places[0]} and {number(mean[-1], 2)} at {places[-1]}, least at "
            f"{places[low]} ({number(mean[low], 2)}), most at {places[high]} ({number(mean[high], 2)})"
        )
    ax.set_xticks(at, [str(one) for one in places], fontsize=9)
    ax.set(xlabel=x, ylabel=y)
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3, loc="center left", bbox_to_anchor=(1.01, 0.5))
    show(fig, alt=f"{y[0].upper() + y[1:]}, by {x}: {'; '.join(said)}.", caption=what)


@plain
def compared(
    found: Mapping[str, Sequence[float]], what: str, *, y: str, levels: Mapping[str, float] | None = None
) -> None:
    """Show one number of several models: a bar as high as the mean over the seeds, and a mark for each of them.

    Args:
        found: by the model's name, one number a seed. what: a sentence for the caption. y: what the number is. levels:
        lines across, by what they mark.
    """
    fig, ax = sheet(1.9 + 1.5 * len(found), 3.4)
    means = np.array([np.mean(values) for values in found.values()])
    ax.bar(range(len(found)), means, width=0.6, color=COLORS["h"])
    said = []
    for k, (name, values) in enumerate(found.items()):
        look = style("c", linestyle="", markersize=5)
        ax.plot(k + np.linspace(-0.12, 0.12, len(values)) * (len(values) > 1), np.asarray(values, dtype=float), **look)
        said.append(f"{name} {listed(number(v, 3) for v in values)}")
    for name, height in (levels or {}).items():
        ax.axhline(height, color=COLORS["neutral"], linewidth=1.2, linestyle=":")
        place = {"fontsize": 9, "va": "center", "transform": ax.get_yaxis_transform()}
        ax.text(1.01, height, f"{name}, {number(height, 2)}", color=ink(COLORS["neutral"]), **place)
    ax.set_xticks(range(len(found)), list(found), fontsize=9)
    ax.set_ylabel(y)
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    ax.spines[["top", "right"]].set_visible(False)
    across = listed(f"{name} at {number(height, 2)}" for name, height in (levels or {}).items())
    show(
        fig,
        alt=f"{y[0].upper() + y[1:]}: {'; '.join(said)}.{f' Lines across mark {across}.' if across else ''}",
        caption=what,
    )


# --- what a cell follows ----------------------------------------------------------------------------


@plain
def follows(correlations: Mapping[str, Any], feature: str) -> None:
    """Show how closely each cell follows a feature of the text, the closest first, a line for each network.

    Args:
        correlations: by the network's name, (H,), from -1 to 1. feature: what it is, in words.
    """
    fig, ax = sheet(8.5, 3.3)
    said = []
    for (name, values), key in zip(correlations.items(), _LOOKS, strict=False):
        size = np.sort(np.abs(np.asarray(values, dtype=float)))[::-1]
        ax.plot(np.arange(1, len(size) + 1), size, **style(key, marker="", linewidth=2), label=name)
        said.append(f"{name}: {number(size[0], 2)} in the closest, {number(np.median(size), 2)} in the middle one")
    ax.set(xlabel="cells, the closest first", ylabel="correlation, without its sign", ylim=(0, 1.03))
    ax.set_xlim(left=0.5)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9, handlelength=3)
    show(
        fig,
        alt=f"How closely each of {len(size)} cells follows {feature}, as the size of its correlation, sorted. "
        f"{'. '.join(said)}.",
        caption=f"1: the cell says at every symbol {feature}. 0: it says nothing of it.",
    )


# --- what is drawn ----------------------------------------------------------------------------------


@plain
def draws(words: Sequence[str], probs: Any, counts: Any) -> None:
    """Show how often each word was drawn beside its probability, and how far off chance may be.

    Args:
        words: K of them. probs: (K,). counts: (K,), how often each was drawn.
    """
    probs, counts = np.asarray(probs, dtype=float), np.asarray(counts, dtype=float)
    many = counts.sum()
    shares = counts / max(many, 1)
    off = 3 * np.sqrt(probs * (1 - probs) / max(many, 1))
    fig, ax = sheet(min(11.0, max(6.0, 0.62 * len(words) + 1.5)), 3.3)
    at = np.arange(len(words))
    ax.bar(at, shares, width=0.7, color=COLORS["h"], alpha=0.75, label="drawn")
    ax.errorbar(at, probs, yerr=off, color=COLORS["c"], fmt="_", markersize=13, capsize=4, label="probability")
    ax.set_xticks(at, [_shown(word) for word in words], fontsize=10)
    ax.set_ylabel("share")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(frameon=False, fontsize=9)
    outside = int(np.sum(np.abs(shares - probs) > off + 1e-12))
    top = int(probs.argmax())
    show(
        fig,
        alt=f"Bars of how often {len(words)} symbols were drawn in {many:,.0f} draws, each with a mark at its "
        f"probability. The likeliest, {_shown(words[top])}, has {number(probs[top], 3)} and came in a share of "
        f"{number(shares[top], 3)}. {outside or 'None'} of them {'lie' if outside > 1 else 'lies'} further off than "
        "three standard deviations.",
        caption=f"{many:,.0f} draws. The thin lines reach three standard deviations of chance up and down.",
    )


def side_by_side(texts: Mapping[str, str], caption: str) -> None:
    """Show texts beside one another, each under its title.

    Args:
        texts: by their titles. caption: what they are.
    """
    from IPython.display import display

    heads = "".join(f'<th scope="col" style="text-align:left">{html.escape(title)}</th>' for title in texts)
    look = "white-space:pre-wrap;text-align:left;vertical-align:top;font-family:monospace;max-width:30em"
    cells = "".join(f'<td style="{look}">{html.escape(text)}</td>' for text in texts.values())
    page = f"<table><caption>{html.escape(caption)}</caption><tr>{heads}</tr><tr>{cells}</tr></table>"
    said = "\n\n".join(f"{title}:\n{text}" for title, text in texts.items())
    display({"text/html": page, "text/plain": f"{caption}\n\n{said}"}, raw=True)


# --- saying what is meant ---------------------------------------------------------------------------


@plain
def used_up(words: Sequence[str], d: Any, slots: Sequence[str]) -> None:
    """Show what is left to be said, slot by slot, while a sentence is written.

    Args:
        words: T of them, as they were written. d: (T, S), what is left of each slot after each word, 0 to 1. slots:
        what the S are called.
    """
    d = np.asarray(d, dtype=float)
    fig, ax = sheet(1.8 + 0.42 * len(words), 0.9 + 0.3 * len(slots))
    image = ax.imshow(1 - 0.75 * d.T, cmap="gray", vmin=0, vmax=1, aspect="auto")
    if d.size <= 400:
        for (t, k), left in np.ndenumerate(d):
            if left >= 0.05:
                write(ax, t, k, number(left, 1), fontsize=8, color=ink_on(image, 1 - 0.75 * left))
    ax.set_xticks(range(len(words)), words, rotation=90, fontsize=9)
    ax.set_yticks(range(len(slots)), slots, fontsize=9)
    ax.tick_params(length=0)
    gone = []
    for k, slot in enumerate(slots):
        steps = np.flatnonzero(d[:, k] < 0.5)
        gone.append(f"{slot} falls below a half at {words[steps[0]]}" if len(steps) else f"{slot} never does")
    show(
        fig,
        alt=f"What is left of {len(slots)} slots after each of {len(words)} words: {'; '.join(gone)}.",
        caption="Dark: still to be said. The number is the entry of d, left out below 0.05.",
    )


@plain
def verse(lines: Sequence[str], pairs: Sequence[tuple[int, int, bool]], what: str) -> None:
    """Show verses with arcs between the lines that should rhyme.

    Args:
        lines: L of them. pairs: (one line, the other, whether they rhyme). what: a sentence for the caption.
    """
    wide = max(map(len, lines))
    fig, ax = canvas(0.23 * wide + 5.4, 0.62 * len(lines) + 0.4, min(9.5, 0.11 * wide + 3))
    right = 0.23 * wide + 0.5
    for k, line in enumerate(lines):
        write(ax, 0.3, 0.62 * (len(lines) - k) - 0.1, line, ha="left", fontsize=11)
    said = []
    for one, other, rhymes in pairs:
        key = "good" if rhymes else "bad"
        start, end = ((right, 0.62 * (len(lines) - k) - 0.1) for k in (one, other))
        bend = f"arc3,rad={-0.45 if other - one > 1 else -0.9}"
        look: dict[str, Any] = {"arrowstyle": "-", "linewidth": 2, "linestyle": "-" if rhymes else ":"}
        ax.add_patch(FancyArrowPatch(start, end, connectionstyle=bend, color=COLORS[key], **look))
        middle = (start[1] + end[1]) / 2
        reach = 0.45 * 0.62 * (other - one) if other - one == 1 else 0.3 * 0.62 * (other - one)
        write(ax, right + reach + 0.4, middle, "✓" if rhymes else "✗", fontsize=12, color=ink(COLORS[key]))
        said.append(f"lines {one + 1} and {other + 1} {'rhyme' if rhymes else 'do not rhyme'}")
    show(fig, alt=f"{len(lines)} lines: {' / '.join(lines)}. {listed(said)}.", caption=what)
