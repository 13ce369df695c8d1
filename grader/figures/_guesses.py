"""What one plays with in unit 01: the window, a softmax of three words, and the guesses of a network word by word."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ._controls import Dial, display_live, playable, side_by_side
from ._parts import canvas
from ._sheet import listed, plain, sheet, write
from ._svg import Plot, number
from .palette import COLORS, ink_on, mix
from .show import show

__all__ = ["guesses", "softmax_dials", "window_slider"]

# --- the window ----------------------------------------------------------------------------------

Guess = Callable[[int], dict[str, float]]


def _seen(words: Sequence[str], k: int) -> str:
    """What a window of k words sees, in words."""
    return " ".join(words[len(words) - k :]) or "nothing"


def _shares(guess: dict[str, float]) -> str:
    """Probabilities by word, in words."""
    return listed(f"{word} {number(p, 2)}" for word, p in guess.items())


class _Window:
    """The live half: a dial for the window, the sentence with what it sees, and the guesses. ``guess`` is the last."""

    def __init__(self, widgets: Any, words: Sequence[str], model: Guess) -> None:
        self._words, self._model = list(words), model
        self.dial = Dial(widgets, "words it sees", 1, len(words), 3, step=1)
        self.sentence, self.plot = widgets.HTML(), widgets.HTML()
        self.dial.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.dial.row, self.sentence, self.plot])

    def update(self) -> None:
        """Ask the model with the dial's window, and redraw."""
        k = int(self.dial.value)
        self.guess = self._model(k)
        spans = []
        for t, word in enumerate(self._words):
            seen = t >= len(self._words) - k
            look = "background:#fff;color:#111;font-weight:bold" if seen else "background:#ddd;color:#bbb"
            spans.append(
                f"<span style='padding:3px 8px;border:1px solid "
                f"#999;{look}'>{html.escape(word) if seen else '?'}</span>"
            )
        self.sentence.value = f"<div style='margin:6px 0'>{''.join(spans)} <b>...?</b></div>"
        said = f"A window of {k} sees {_seen(self._words, k)} and guesses {_shares(self.guess)}."
        self.plot.value = _bars(list(self.guess), list(self.guess.values()), said)


def _bars(words: Sequence[str], shares: Sequence[float], label: str, key: str = "h", first: float = 0.0) -> str:
    """Bars of probabilities over words, as SVG."""
    plot = Plot((-0.6, len(words) - 0.4), (0, 1.08), width=max(360, 62 * len(words) + 70), height=230, right=14)
    plot.ticks((), (0, 0.5, 1), "")
    for k, (word, share) in enumerate(zip(words, shares, strict=True)):
        plot.bar(key, k, float(share))
        plot.text(plot.x(k), plot.y(float(share)) - 5, number(float(share), 2))
        plot.text(plot.x(k), plot.height - 22, html.escape(word))
    return plot.svg(html.escape(label))


@playable
@plain
def window_slider(words: Sequence[str], model: Guess) -> None:
    """Display a dial for how many of the last words a model sees, with its guesses; a picture of every window under it.

    Args:
        words: T of them, up to 8. model: from the window's length to the probabilities of the next words.
    """
    display_live(lambda widgets: _Window(widgets, words, model).widget, "the picture shows every window instead.")
    T = len(words)
    every = {k: model(k) for k in range(1, T + 1)}
    fig, ax = canvas(2.2 * T + 12.5, 1.3 * T + 1.6, 9.5)
    for row, (k, guess) in enumerate(every.items()):
        y = 1.3 * (T - row) - 0.2
        for t, word in enumerate(words):
            seen = t >= T - k
            color = "#FFFFFF" if seen else mix(COLORS["neutral"], "#FFFFFF", 0.55)
            write(ax, 2.2 * t + 2.4, y, word if seen else "?", fontsize=10, fontweight="bold" if seen else "normal",
                  color="#111111" if seen else "#555555",
                  bbox={"facecolor": color, "edgecolor": COLORS["neutral"], "boxstyle": "round,pad=0.25"})  # fmt: skip
        write(ax, 0.4, y, f"{k}", ha="center", fontsize=10)
        write(ax, 2.2 * T + 2.2, y, _shares(guess), ha="left", fontsize=9.5)
    write(ax, 0.1, 1.3 * T + 1.0, "window", ha="left", fontsize=10)
    write(ax, 2.2 * T + 2.2, 1.3 * T + 1.0, "what comes next", ha="left", fontsize=10)
    show(
        fig,
        alt=f"The words {' '.join(words)}, a row for each window: "
        + "; ".join(f"{k} of them seen ({_seen(words, k)}), {_shares(guess)}" for k, guess in every.items())
        + ".",
        caption="Every place of the dial. What a window doesn't see it can't know.",
    )


# --- a softmax -----------------------------------------------------------------------------------

_SETTINGS = ((0.0, 0.0, 0.0), (2.0, 1.0, -1.0), (5.0, 4.0, 2.0))


class _Softmax:
    """The live half: a dial for each word's logit, and the probabilities. ``p`` are the last ones, (K,)."""

    def __init__(self, widgets: Any, words: Sequence[str], squash: Callable[[Any], Any]) -> None:
        self._words, self._squash = list(words), squash
        self.dials = [
            Dial(widgets, f"logit of {word}", -6.0, 6.0, v, 0.5) for word, v in zip(words, _SETTINGS[1], strict=True)
        ]
        self.numbers, self.plot = widgets.HTML(), widgets.HTML()
        for dial in self.dials:
            dial.on_change(self.update)
        self.update()
        self.widget = side_by_side(widgets, [*(dial.row for dial in self.dials), self.numbers], self.plot)

    def update(self) -> None:
        """Compute the probabilities of the dials' logits, and redraw."""
        logits = np.array([[[float(dial.value) for dial in self.dials]]])
        self.p = np.asarray(self._squash(logits))[0, 0]
        costs = (f"{word}: {number(-np.log(p), 2)}" for word, p in zip(self._words, self.p, strict=True))
        total = f"They add up to {number(self.p.sum(), 3)}."
        self.numbers.value = f"<div>{total}<br>If it comes, each costs (minus its log): {', '.join(costs)}</div>"
        said = listed(f"{word} {number(p, 3)}" for word, p in zip(self._words, self.p, strict=True))
        self.plot.value = _bars(self._words, self.p, f"Probabilities: {said}.")


@playable
@plain
def softmax_dials(words: Sequence[str], squash: Callable[[Any], Any]) -> None:
    """Display a dial for each of three words' logits, and their probabilities; a picture of three settings under it.

    Args:
        words: three. squash: a softmax, (1, 1, 3) to (1, 1, 3).
    """
    display_live(lambda widgets: _Softmax(widgets, words, squash).widget, "the picture shows three settings instead.")
    fig, axes = sheet(9, 2.6, 1, len(_SETTINGS), sharey=True)
    said = []
    for ax, logits in zip(axes, _SETTINGS, strict=True):
        p = np.asarray(squash(np.array([[logits]])))[0, 0]
        ax.bar(range(len(words)), p, width=0.6, color=COLORS["h"])
        for k, share in enumerate(p):
            write(ax, k, share, number(share, 2), va="bottom", fontsize=9)
        ax.set_xticks(range(len(words)), [f"{word}\n{number(z)}" for word, z in zip(words, logits, strict=True)])
        ax.set(ylim=(0, 1.12), yticks=(0, 0.5, 1))
        said.append(f"logits {listed(map(number, logits))} give {listed(number(share, 2) for share in p)}")
    axes[0].set_ylabel("probability")
    show(
        fig,
        alt=f"Probabilities of {listed(words)} for three settings of their logits: {'; '.join(said)}.",
        caption="Three places of the dials, the logits under the words. Only the differences between logits count.",
    )


# --- the guesses of a network --------------------------------------------------------------------

Read = Callable[[Sequence[str]], Any]  # from T words to the probabilities of the next one after each, (T, K)
_LEAST = 0.005  # probabilities below it are left out of what is said


class _Guesses:
    """The live half: a sentence to choose, a step to drag, and the guess of the next word there. ``p`` is the last "
    "one."""

    def __init__(self, widgets: Any, read: Read, sentences: Sequence[Sequence[str]], vocabulary: Sequence[str]) -> None:
        self._vocabulary = list(vocabulary)
        self._sentences = [list(words) for words in sentences]
        self._p = [np.asarray(read(words)) for words in self._sentences]
        titles = [(" ".join(words), n) for n, words in enumerate(self._sentences)]
        self.sentence = widgets.Dropdown(options=titles, value=0, description="sentence", layout={"width": "420px"})
        self.step = Dial(widgets, "words read", 1, max(map(len, sentences)), len(self._sentences[0]), 1)
        self.words, self.plot = widgets.HTML(), widgets.HTML()
        self.sentence.observe(lambda _: self.update(), names="value")
        self.step.on_change(self.update)
        self.update()
        self.widget = widgets.VBox([self.sentence, self.step.row, self.words, self.plot])

    def update(self) -> None:
        """Show the guess after the words that were read."""
        words = self._sentences[self.sentence.value]
        t = min(int(self.step.value), len(words)) - 1
        self.p = self._p[self.sentence.value][t]
        self.words.value = f"<div><b>{html.escape(' '.join(words[: t + 1]))}</b> ...?</div>"
        self.plot.value = _bars(self._vocabulary, self.p, _told(words[: t + 1], self.p, self._vocabulary))


def _told(words: Sequence[str], p: Any, vocabulary: Sequence[str]) -> str:
    order = [int(k) for k in np.argsort(-np.asarray(p)) if p[k] > _LEAST][:4]
    return f"After {' '.join(words)}: {listed(f'{vocabulary[k]} {number(p[k], 2)}' for k in order)}."


@playable
@plain
def guesses(read: Read, sentences: Sequence[Sequence[str]], vocabulary: Sequence[str], caption: str) -> None:
    """Display what a network guesses after every word of a sentence; the first one's guesses as a table under it.

    Args:
        read: from T words to the probabilities of the next one after each, (T, K). sentences: to choose from, lists of
        words. vocabulary: K words. caption: stands under the table, with the seed.
    """
    display_live(
        lambda widgets: _Guesses(widgets, read, sentences, vocabulary).widget,
        "the picture shows the first sentence instead.",
    )
    words = list(sentences[0])
    p = np.asarray(read(words), dtype=float)
    fig, ax = sheet(1.6 + 0.95 * len(words), 0.3 * len(vocabulary) + 0.9)
    image = ax.imshow(1 - 0.8 * p.T, cmap="gray", vmin=0, vmax=1, aspect="auto")
    for (t, k), value in np.ndenumerate(p):
        if value > _LEAST:
            write(ax, t, k, number(value, 2), fontsize=9, color=ink_on(image, 1 - 0.8 * value))
    ax.set_xticks(range(len(words)), words)
    ax.set_yticks(range(len(vocabulary)), vocabulary, fontsize=9)
    ax.tick_params(length=0)
    ax.set_xlabel("read so far")
    show(
        fig,
        alt="What comes next, by the network, after each word. "
        + " ".join(_told(words[: t + 1], p[t], vocabulary) for t in range(len(words))),
        caption=caption,
    )
