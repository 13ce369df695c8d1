"""One colour, line style and marker for each quantity, in every figure of the course.

The colours were chosen so that every pair stays apart for readers with protanopia or deuteranopia
(simulated with the matrices of Machado, Oliveira and Fernandes, 2009; ``tests/test_figures.py``
measures it) and so that each has a contrast of at least 3 to 1 on white. A line style and a marker
go with each, so that no figure depends on colour alone.
"""

from __future__ import annotations

from typing import Any

__all__ = ["COLORS", "contrast", "ink", "ink_on", "mix", "style"]

COLORS = {
    "f": "#A42818",
    "i": "#059C63",
    "g": "#2C8ED6",
    "o": "#7D34E2",
    "c": "#163261",
    "h": "#E65F00",
    "x": "#1C0B17",
    "alpha": "#BA1EA1",
    "good": "#1F5444",
    "bad": "#620208",
    "neutral": "#737F85",
}

_LINES: dict[str, tuple[Any, str]] = {
    "f": ("-.", "v"),
    "i": (":", "^"),
    "g": ((0, (6, 1)), "D"),
    "o": ((0, (3, 1, 1, 1)), "P"),
    "c": ("-", "o"),
    "h": ("--", "s"),
    "x": ((0, (1, 1)), "X"),
    "alpha": ((0, (3, 1, 1, 1, 1, 1)), "*"),
    "good": ((0, (10, 1)), "<"),
    "bad": ((0, (2, 1)), ">"),
    "neutral": ((0, (1, 3)), "d"),
}


def style(name: str, **overrides: Any) -> dict[str, Any]:
    """The keyword arguments that draw one quantity: ``plt.plot(t, c, **style("c"))``.

    Args:
        name: a key of :data:`COLORS`.
        overrides: further keyword arguments of ``plot``, or other values for these:
            ``style("c", markevery=10)``, ``style("c", marker="")``.

    Returns:
        A new dict with ``color``, ``linestyle``, ``marker`` and the overrides.

    Raises:
        ValueError: the name isn't in the palette.
    """
    if name not in COLORS:
        raise ValueError(f"no style is called {name!r}; choose one of {', '.join(COLORS)}")
    linestyle, marker = _LINES[name]
    return {"color": COLORS[name], "linestyle": linestyle, "marker": marker, **overrides}


def _channels(color: str) -> list[int]:
    """Red, green and blue of ``#RRGGBB``, each from 0 to 255."""
    return [int(color[k : k + 2], 16) for k in (1, 3, 5)]


def mix(color: str, other: str, share: float) -> str:
    """``color`` with a ``share`` (0 to 1) of ``other`` in it, both as ``#RRGGBB``; so is the result."""
    pairs = zip(_channels(color), _channels(other), strict=True)
    return "#" + "".join(f"{round((1 - share) * a + share * b):02X}" for a, b in pairs)


def contrast(color: str) -> float:
    """Contrast ratio of a colour on white, from 1 to 21.

    By the Web Content Accessibility Guidelines 2.2 (W3C, 2023), which ask for 4.5 for text and 3 for lines.
    """
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in _channels(color))]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)


def ink(color: str, least: float = 4.6) -> str:
    """The colour, darkened until text in it has a contrast of ``least`` on white."""
    shade = color
    for percent in range(0, 101, 2):
        shade = mix(color, "#000000", percent / 100)
        if contrast(shade) >= least:
            break
    return shade


def ink_on(image: Any, value: float) -> str:
    """Black or white, whichever reads better on the colour that an image of matplotlib's has for a value.

    The contrast is then 4.58 or more, the root of 21, whatever the colour is.
    """
    red, green, blue = (round(255 * channel) for channel in image.to_rgba([value])[0][:3])
    return "#FFFFFF" if contrast(f"#{red:02X}{green:02X}{blue:02X}") ** 2 > 21 else "#000000"
