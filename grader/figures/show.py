"""The one way a figure is shown: as an HTML figure with alt text, then closed."""

from __future__ import annotations

import base64
import html
import io
from typing import Any

from IPython.display import display

__all__ = ["figure_html", "show"]

DPI = 150
SHORTEST_ALT = 15  # characters; less than that cannot say what a figure shows


def _checked_alt(alt: Any) -> str:
    """The alt text on one line. Raises ValueError where it is missing, or too short to say anything."""
    text = " ".join(alt.split()) if isinstance(alt, str) else ""
    if len(text) < SHORTEST_ALT:
        raise ValueError(
            f"a figure needs alt text of {SHORTEST_ALT} characters or more that says what it shows, for "
            f"readers who can't see it: show(fig, alt='c rises by 0.5 a step, h levels off below 1'); "
            f"got {alt!r}"
        )
    return text


def figure_html(fig: Any, alt: str, caption: str = "") -> str:
    """The figure as an HTML ``<figure>`` whose picture is inside it as a PNG.

    Args:
        fig: a matplotlib figure.
        alt: what the figure shows, in words; escaped here.
        caption: a line under the figure; escaped here, left out where empty.

    Raises:
        ValueError: ``alt`` is shorter than 15 characters.
    """
    alt = _checked_alt(alt)
    buffer = io.BytesIO()
    # No software name and no transparency: the same bytes from every run, readable on a dark page.
    fig.savefig(
        buffer,
        format="png",
        dpi=DPI,
        bbox_inches="tight",
        pad_inches=0.08,
        facecolor="white",
        metadata={"Software": None},
    )
    png = buffer.getvalue()
    width = int.from_bytes(png[16:20], "big")  # of the IHDR chunk
    text = f'<figcaption style="font-size:0.9em;margin-top:0.3em">{html.escape(caption)}</figcaption>'
    return (
        '<figure style="margin:0.5em 0;max-width:100%">'
        f'<img src="data:image/png;base64,{base64.b64encode(png).decode("ascii")}" '
        f'alt="{html.escape(alt)}" '
        f'style="width:{round(width * 100 / DPI)}px;max-width:100%;height:auto;background:#fff;'
        'padding:6px;border-radius:4px;box-sizing:border-box">'
        f"{text if caption else ''}</figure>"
    )


def show(fig: Any, *, alt: str | None = None, caption: str = "") -> None:
    """Display a figure with its alt text and close it.

    Args:
        fig: a matplotlib figure, from ``plt.subplots()`` or from this package.
        alt: what the figure shows, not that it is a figure; at least 15 characters.
        caption: a line under the figure.

    Raises:
        TypeError: ``fig`` isn't a matplotlib figure.
        ValueError: ``alt`` is missing or too short.
    """
    # Imported late: a figure made without pyplot needs nothing closed, and costs no import.
    from matplotlib import pyplot as plt
    from matplotlib.figure import Figure

    if not isinstance(fig, Figure):
        raise TypeError(f"show takes a matplotlib figure (fig, ax = plt.subplots()), got {type(fig).__name__}")
    try:
        text = _checked_alt(alt)
        page = figure_html(fig, text, caption)
    finally:
        plt.close(fig)  # also when it fails, or the notebook would draw the figure a second time
    plain = f"[Figure: {text}]" + (f" {caption}" if caption else "")
    display({"text/html": page, "text/plain": plain}, raw=True)
