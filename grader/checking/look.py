"""How everything that is told to a learner looks: a mark and a word for each state, a bar of one colour, code as code.

Text has the colour that the front end gives it. Only the bar at its left has one of ours, and always the same: each
was chosen to stand out from white as from black (3 to 1 or more, by the Web Content Accessibility Guidelines 2.2), so
that no front end's style sheet has to be there. What it says is said by the mark and the word as well.
"""

from __future__ import annotations

import html
import re

__all__ = ["MARKS", "TONES", "box", "code", "folded", "pre", "prose"]

MARKS = {"right": "✓", "partly": "◐", "wrong": "✗", "to do": "○", "not judged": "!", "told": "→"}
TONES = {
    "right": "#0d9c5e",  # green
    "partly": "#c07a00",  # amber
    "wrong": "#ea5055",  # red
    "to do": "#808890",  # grey
    "not judged": "#9b72d9",  # violet
    "told": "#4488dd",  # blue: hints, solutions, progress
}

LONGEST_LINE = 100  # characters
_MONO = "font-family:var(--jp-code-font-family, ui-monospace, Menlo, Consolas, monospace)"
_ONE = r"(?:\d+|\d?[A-Za-z]|\w*_\w+)"  # a number, a letter, a name with an underscore
_SUM = rf"{_ONE}(?: [+*] {_ONE})*"
_INSIDE = r"[^()\n]*(?:\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)[^()\n]*)*"
# In backticks, or what can be nothing but code: a call, an index, a method or an attribute from its dot on, a name with
# an underscore in it, one of numpy's or torch's.
_CODE = re.compile(
    r"`([^`\n]+)`"
    r"|(?<=(?<!\w)')([A-Za-z_]\w*)(?='(?!\w))"
    rf"|(?<![\w.`])([A-Za-z_][\w.]*(?:\({_INSIDE}\)|\[[^\[\]\n]*\])+"
    rf"|(?<![^\s(])\.[A-Za-z_]\w*(?:\({_INSIDE}\))?"
    r"|(?:np|torch|math|random)(?:\.[A-Za-z_]\w*)+"
    r"|[A-Za-z_]\w*\.(?:dtype|ndim|shape|size|T)\b"
    r"|\.?[A-Za-z]\w*_\w+|_\w+"
    rf"|\((?=[^()]*_){_SUM}(?:,|(?:, {_SUM})+)\)|\[(?=[^\[\]]*_){_SUM}(?:, {_SUM})+\])"
)


def prose(text: str) -> str:
    """A text as HTML: escaped, with what is code in it in a fixed-width font.

    Code is what stands in backticks, and what can be nothing else: a call as ``np.exp(z)``, ``xs[:, 2]``, a method as
    ``.detach()``, a name of numpy's or torch's, a name with an underscore or in quotes, an array's attribute, a shape
    with such a name in it, as a whole. Authors need backticks for the rest alone.
    """
    pieces, position = [], 0
    for match in _CODE.finditer(text):
        pieces += [html.escape(text[position : match.start()]), code(match[1] or match[2] or match[3])]
        position = match.end()
    return "".join([*pieces, html.escape(text[position:])])


def code(text: str) -> str:
    """A piece of code in a line of text, as HTML."""
    return f'<code style="{_MONO};color:inherit">{html.escape(text)}</code>'


def pre(text: str, *, source: bool = False) -> str:
    """Lines in a fixed-width font, as HTML: code, or numbers. What is marked by ``≠`` behind it is bold, too.

    Lines stay whole where they are short enough to be read in columns, and where they are ``source``, a program's.
    """
    lines = re.sub(r"([^\s\[\],|(]+≠)", r"<strong>\1</strong>", html.escape(text))
    wrap = "pre-wrap" if not source and max(map(len, text.split("\n"))) > LONGEST_LINE else "pre"
    return (
        f'<pre style="margin:.4em 0;padding:.4em .6em;background:rgba(128,128,128,.12);color:inherit;{_MONO};'
        f'white-space:{wrap};word-break:normal;overflow:auto;max-height:64em" tabindex="0">{lines}</pre>'
    )


def folded(title: str, inside: str) -> str:
    """HTML that is unfolded by a click, or by the keyboard. ``inside`` is HTML, ``title`` a text."""
    summary = f'<summary style="cursor:pointer">{prose(title)}</summary>'
    return f'<details style="margin:.3em 0">{summary}{inside}</details>'


def box(state: str, inside: str, kind: str = "") -> str:
    """HTML that stands for itself, with a bar at its left in the colour of a state (a key of :data:`TONES`).

    ``inside`` is HTML. ``kind`` is a further class name, by which tests and style sheets find it.
    """
    return (
        # No page's MathJax takes a dollar sign in it for mathematics.
        f'<div class="{f"grader-{kind} " if kind else ""}tex2jax_ignore mathjax_ignore" role="status" '
        f'style="border-left:.35em solid {TONES[state]};padding:.4em .8em;margin:.3em 0;max-width:60em">{inside}</div>'
    )
