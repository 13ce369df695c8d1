"""The end of the course: what was built, drawn and counted, and a certificate to print."""

from __future__ import annotations

import html
import time
from pathlib import Path

from ..checking.look import MARKS, code, prose
from ..exercises import unit_of
from ..files import write_atomically
from ..version import __version__
from ..workspace import earlier, passed
from .show import points
from .summary import Summary

__all__ = ["FILE", "certificate", "counted", "finished"]

FILE = "certificate.html"
WORDS = ("The", "cat", "sat")
SIZES = (28, 128)  # D and H of the LSTM whose parameters are counted: those of a model of letters
_ALT = (
    "Your LSTM reading The cat sat: three equal cells in a row, one a word. Each takes its word from below and passes "
    "two lines on to the next cell on its right, the cell state c along the top and the hidden state h along the "
    "bottom. Inside each cell are the forget gate f, the input gate i, the candidate g and the output gate o."
)


def finished(found: Summary, folder: Path, prefix: str = "") -> tuple[str, str]:
    """(text, HTML) that sums up a course that is done; writes the certificate into ``folder``, where that can be.

    ``prefix`` leads from the page to that folder.
    """
    names = [one.name for unit in found.units for one in unit.exercises]
    total, whose = counted()
    path = folder / FILE
    try:
        write_atomically(path, certificate(found, total).encode())
        place, link = f"A certificate to print is in {path}.", html.escape(prefix + FILE, quote=True)
        kept = f'<p><a href="{link}">Your certificate</a>, to print or to keep. It is for your own use.</p>'
    except OSError as error:
        place = f"The certificate could not be written ({error.strerror or error}: {path})."
        kept = f"<p>{prose(place)}</p>"
    built = f"You have written {len(names)} functions, and each is right: "
    D, H = SIZES
    learns = f"With D = {D} inputs and H = {H} hidden units it learns {total:,} numbers, by {whose} "
    learns = f"{learns}num_parameters({D}, {H})." if total else ""
    text = ["That is the whole course as far as it goes.", f"{built}{', '.join(names)}.", learns, place]
    said = [
        f"<h3>{MARKS['right']} What you have built</h3>",
        f"<p>{built}{', '.join(map(code, names))}.</p>",
        _drawing(),
    ]
    said += [f"<p>{prose(learns)}</p>"] if learns else []
    return "\n".join(filter(None, text)), "".join([*said, kept])


def _drawing() -> str:
    """The learner's LSTM over a sequence, as an HTML figure."""
    from ..figures.diagram import unrolled_diagram
    from ..figures.show import figure_html

    return figure_html(unrolled_diagram(WORDS), _ALT, "Your LSTM. Every box, wire and sign in it is a line of yours.")


def counted() -> tuple[int, str]:
    """(how many numbers an LSTM of :data:`SIZES` has to learn, whose function counted them: "your" or "the course's").

    By the learner's own num_parameters, where it is kept; 0 where this course has none, or where it can't be asked.
    """
    name = "num_parameters"
    try:
        unit_of(name)
        return int(earlier(name)(*SIZES)), "your" if name in passed() else "the course's"
    except Exception:  # it passed, and is still somebody's function
        return 0, ""


_STYLE = """
body { font-family: Georgia, "Times New Roman", serif; color: #1a1a1a; background: #ffffff; margin: 2rem auto;
  max-width: 44rem; padding: 2rem 3rem; border: .3rem double #1a1a1a; }
h1 { font-size: 2rem; text-align: center; margin: 0 0 1rem 0; }
p { line-height: 1.5; } .name { margin: 2rem 0; border-bottom: 1px solid #1a1a1a; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } td, th { text-align: left; padding: .25rem .5rem;
  border-bottom: 1px solid #999999; vertical-align: top; }
td:nth-child(n + 3) { white-space: nowrap; } code { font-family: monospace; }
footer { margin-top: 2rem; font-size: .85rem; }
@media print { body { margin: 0; border: 0; padding: 0; max-width: none; } tr { break-inside: avoid; } }
"""


def certificate(found: Summary, total: int = 0) -> str:
    """What passed, unit by unit, with dates and versions: a page of HTML that needs no other file.

    ``total`` is how many numbers their LSTM has to learn, 0 where nobody knows.
    """
    rows = []
    for unit in found.units:
        names = ", ".join(f"<code>{html.escape(one.name)}</code>" for one in unit.exercises)
        versions = sorted({one.version for one in unit.exercises if one.version})
        rows.append(
            f"<tr><td>{unit.number}</td><td>{html.escape(unit.title)}<br>{names}</td>"
            f"<td>{unit.points:g} of {unit.max_points}</td><td>{_day(unit.when)}</td>"
            f"<td>{html.escape(', '.join(versions)) or 'not kept'}</td></tr>"
        )
    D, H = SIZES
    learns = f"Their LSTM with {D} inputs and {H} hidden units learns {total:,} numbers." if total else ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("unit", "what passed", "points", "last on", "version"))
    earned, most = sum(one.points for one in found.units), sum(one.max_points for one in found.units)
    last = max((one.when for one in found.units), default=0.0)
    return f"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>An LSTM, built function by function</title><style>{_STYLE}</style></head>
<body>
<main>
<h1>An LSTM, built function by function</h1>
<p class="name">Name:</p>
<p>has written every function of the course as far as it goes, each of them checked against a reference, and answered
every quiz: {points(earned, most)}, the last on {_day(last)}.</p>
<p>{learns}</p>
<table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>
</main>
<footer>Made by the course on the learner's own machine, version {html.escape(__version__)}, for the learner's own use.
Nobody has looked on.</footer>
</body>
</html>
"""


def _day(moment: float) -> str:
    """A date as 2024-05-31; what is said where there is none."""
    return time.strftime("%Y-%m-%d", time.localtime(moment)) if moment else "not kept"
