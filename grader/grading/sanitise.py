"""What a learner printed, displayed or wrote, made safe for the pages that show it.

nbgrader's form grader and its feedback put HTML, SVG and Markdown from a submission into the page as
they are, and the form grader's page may change marks. Every string here is taken to be hostile: of any
type and size, out of a program that may have been written to attack the reader.

Markdown is kept as it was written where the page's own renderer makes nothing of it that would have had
to be changed.
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

import nbformat

from ..text import clean_text, cut
from .safe_html import (
    JOINER,
    PICTURES,
    Allowance,
    clean_html,
    cleaned,
    picture,
    rebuilt,
    same,
    svg,
    tame_tex,
    tokens_of,
    without_pictures,
)

__all__ = ["Allowance", "as_written", "clean_html", "clean_id", "clean_markdown", "clean_outputs"]

LONGEST_MARKDOWN = 10_000  # characters of one cell, pictures not counted: they may take the renderer a second
MOST_OUTPUTS = 200  # of a cell


def clean_id(value: Any) -> str | None:
    """A cell's id as nbformat wants it (1 to 64 of letters, digits, ``-`` and ``_``); None for anything else."""
    return value if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value) else None


# --- Markdown ---------------------------------------------------------------------------------------


@cache
def _renderer():
    """What makes HTML of a Markdown text in nbgrader's pages: it takes a while to load."""
    from nbconvert.filters.markdown_mistune import markdown2html_mistune
    from nbconvert.filters.strings import strip_files_prefix

    def render(text: str) -> str:
        # The pages do the second step as well: it makes javascript:... of files/javascript:...
        return strip_files_prefix(markdown2html_mistune(text))

    return render


_TICK = re.compile(r'<input class="task-list-item-checkbox" type="checkbox" disabled( checked)?/>')


def _shown(text: str) -> tuple[list | None, list | None]:
    """What the page's renderer makes of a Markdown text: its tokens, and those of its clean form; None as there."""
    page = _TICK.sub(lambda match: "☑ " if match[1] else "☐ ", _renderer()(text))
    tokens = tokens_of(page)
    return tokens, cleaned(tokens)


def clean_markdown(value: Any, attachments: Any = None, allowance: Allowance | None = None) -> str:
    """A Markdown cell's text that is safe once it is rendered.

    Ordinary Markdown stays as it is. Where the page's own renderer would make something of it that can't
    stay (scripts, other sites' pictures, relative links), the text becomes the HTML that is left; where it
    can't be rendered, a block that shows it as it was written.

    Args:
        value: the cell's source.
        attachments: the cell's attachments; its pictures go into the text.
        allowance: what the submission may still cost.
    """
    text = clean_text(value)
    allowance = allowance or Allowance()
    if not text.strip():
        return ""
    if len(text) > 20 * LONGEST_MARKDOWN and without_pictures(text) > LONGEST_MARKDOWN:
        return as_written(text)
    text = tame_tex(_with_attachments(text, attachments, allowance))
    # A heading's text becomes its id; one that is a grade cell's would take the place of its score field.
    text = re.sub(r"(?m)^( {0,3}#{1,6}[ \t]*)(?=[^\s#\u2060])", rf"\1{JOINER}", text)
    size = without_pictures(text)
    if size > LONGEST_MARKDOWN or not (allowance.take("markdown", size) and allowance.take("characters", len(text))):
        return as_written(text)
    try:
        shown, clean = _shown(text)
        if clean is None:
            return as_written(text)
        if same(shown, clean):
            return text
        # One HTML block without a line break, which the renderer leaves alone.
        page = "<div>" + rebuilt(clean).replace("\n", "&#10;") + "</div>"
        shown, clean = _shown(page)
        return page if clean is not None and same(shown, clean) else as_written(text)
    except Exception:  # the renderer's own, of many kinds: what it can't render it must not be given
        return as_written(text)


def _with_attachments(text: str, attachments: Any, allowance: Allowance) -> str:
    """A cell's text with the pictures that were pasted into it, as part of the text.

    ``attachments`` is nbformat's: by file name, base64 by MIME type. Of a picture that is missing, not allowed or more
    than is left, a link to nothing remains, as the renderer fails on an attachment that isn't there.
    """
    attachments = attachments if isinstance(attachments, dict) else {}

    def put(match: re.Match) -> str:
        kinds = attachments.get(match[2])
        for kind in PICTURES if isinstance(kinds, dict) else ():
            data = picture(kind, kinds.get(kind))
            if data and allowance.take("characters", len(data)):
                return f"{match[1]}data:{kind};base64,{data}"
        return f"{match[1]}#missing-picture"

    return re.sub(r"(\]\(<?)attachment:([^)\s>]+)", put, text)


def as_written(text: str) -> str:
    """A code block that shows a text, up to a length: nothing in it is read as Markdown."""
    text = cut(clean_text(text))
    longest = max((len(run) for run in re.findall("~+", text)), default=0)
    fence = "~" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


# --- outputs ----------------------------------------------------------------------------------------


def clean_outputs(outputs: Any, allowance: Allowance | None = None) -> list[nbformat.NotebookNode]:
    """A code cell's outputs as they may be shown, for a notebook of nbformat 4.

    Kept are printed text, errors, pictures, HTML, Markdown and LaTeX, made safe; scripts, widgets and
    whatever else pages know how to run are not, nor is a verdict that the learner's code displays.

    Args:
        outputs: what came from the learner's side, of any form.
        allowance: what the submission may still cost.
    """
    allowance = allowance or Allowance()
    kept: list[dict] = []
    if not isinstance(outputs, (list, tuple)):
        return []
    for output in outputs[:MOST_OUTPUTS]:
        clean = _output(output, allowance) if isinstance(output, dict) else None
        if clean is not None and not allowance.take("characters", _size(clean)):
            kept.append(_left_out())
            break
        if clean is not None:
            kept.append(clean)
    else:
        if len(outputs) > MOST_OUTPUTS:
            kept.append(_left_out())
    return [nbformat.from_dict(output) for output in kept]


def _left_out() -> dict:
    """An output that says that there were more."""
    return {"output_type": "stream", "name": "stderr", "text": "(more output was left out)\n"}


def _size(output: dict) -> int:
    """The characters of a clean output, pictures included."""
    texts = output.get("data", {}).values() or [output.get("text", ""), *output.get("traceback", [])]
    return sum(map(len, texts))


def _output(output: dict, allowance: Allowance) -> dict | None:
    """One output made safe; None where it is of no known kind, or nothing is left of it."""
    kind = output.get("output_type")
    if kind == "stream":
        text = cut(clean_text(output.get("text"), colours=True))
        if output.get("name") not in ("stdout", "stderr") or not text:
            return None
        return {"output_type": kind, "name": output["name"], "text": text}
    if kind == "error":
        name, value = (clean_text(output.get(key))[:2000] for key in ("ename", "evalue"))
        trace = output.get("traceback")
        lines = [clean_text(line, colours=True) for line in trace[:1000]] if isinstance(trace, (list, tuple)) else []
        text = cut("\n".join(lines))
        return {
            "output_type": kind,
            "ename": name,
            "evalue": value,
            "traceback": text.split("\n") if text else [f"{name}: {value}"],
        }
    if kind not in ("display_data", "execute_result"):
        return None
    data, metadata = _display(output.get("data"), output.get("metadata"), allowance)
    if not data:
        return None
    clean = {"output_type": kind, "data": data, "metadata": metadata}
    if kind == "execute_result":
        count = output.get("execution_count")
        clean["execution_count"] = count if type(count) is int and 0 <= count < 10**6 else None
    return clean


def _display(data: Any, metadata: Any, allowance: Allowance) -> tuple[dict, dict]:
    """What was displayed and may be shown, by MIME type, and its metadata; empty where that is nothing.

    GIF and SVG become part of the HTML, where there is no other picture and no HTML.
    """
    if not isinstance(data, dict):
        return {}, {}
    clean: dict[str, str] = {}
    if page := clean_html(data.get("text/html"), allowance):
        clean["text/html"] = page
    if text := clean_text(data.get("text/markdown")).strip():
        clean["text/markdown"] = clean_markdown(text, allowance=allowance)
    if text := tame_tex(clean_text(data.get("text/latex"))):
        clean["text/latex"] = text if len(text) <= LONGEST_MARKDOWN else cut(text).replace("$", "")
    for kind in ("image/png", "image/jpeg"):
        if good := picture(kind, data.get(kind)):
            clean[kind] = good
    if text := cut(clean_text(data.get("text/plain"), colours=True)):
        clean["text/plain"] = text
    if "text/html" not in clean and "image/png" not in clean and "image/jpeg" not in clean:
        # nbconvert doesn't show the one, and other pages run the scripts of the other.
        gif = picture("image/gif", data.get("image/gif"))
        shown = {"image/svg+xml": svg(data.get("image/svg+xml")), "image/gif": gif}
        for kind, good in shown.items():
            if good and "text/html" not in clean:
                alt = html.escape(clean.get("text/plain", "")[:300]) or "A picture without a description"
                clean["text/html"] = f'<img src="data:{kind};base64,{good}" alt="{alt}" style="max-width:100%">'
    return clean, _metadata(metadata, clean)


def _metadata(metadata: Any, data: dict[str, str]) -> dict:
    """Sizes (pixels) and descriptions of pictures, by MIME type. nbconvert writes them into the page.

    ``data`` is what is shown; of what is not a picture in it, no metadata is kept.
    """
    kept: dict[str, dict] = {}
    for kind in PICTURES.keys() & data.keys():
        given = metadata.get(kind) if isinstance(metadata, dict) else None
        given = given if isinstance(given, dict) else {}
        sizes: dict[str, Any] = {name: given.get(name) for name in ("width", "height")}
        values: dict[str, int | str] = {
            k: int(v) for k, v in sizes.items() if type(v) in (int, float) and 1 <= v <= 4096
        }
        if alt := " ".join(clean_text(given.get("alt"))[:1000].split()):
            values["alt"] = alt
        if values:
            kept[kind] = values
    return kept
