"""Pictures and HTML from a learner's side, made safe for a page.

HTML is read in its plainest form only (:func:`tokens_of`), nested so that no browser moves a part of it
(:func:`cleaned`). It leaves this module through :func:`rebuilt`, which writes allowed tags with checked attributes and
nothing else: no two readers can read that in two ways. HTML in any other form is shown as the text that it is.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import html
import io
import re
import warnings
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from ..text import clean_text, cut

__all__ = [
    "JOINER",
    "PICTURES",
    "TAGS",
    "Allowance",
    "clean_html",
    "cleaned",
    "picture",
    "rebuilt",
    "same",
    "svg",
    "tame_tex",
    "tokens_of",
    "without_pictures",
]

LONGEST_HTML = 300_000  # characters of one output, pictures not counted
LONGEST_PICTURE = 6_000_000  # characters of base64
LONGEST_SVG = 1_500_000
MOST_PIXELS = 40_000_000
MOST_ELEMENTS = 200_000  # of an SVG, each reference counted as what it shows
DEEPEST = 40  # HTML elements inside one another
JOINER = "\u2060"  # shows nothing and has no width


@dataclass
class Allowance:
    """What one submission may still cost; shared by the calls that clean it, and used up by them."""

    characters: int = 30_000_000  # of outputs
    tags: int = 20_000  # of HTML
    markdown: int = 60_000  # characters that are rendered to see what becomes of them

    def take(self, name: str, amount: int) -> bool:
        """Use up some of ``characters``, ``tags`` or ``markdown``. False, and nothing used, where it isn't left."""
        left = getattr(self, name)
        if amount > left:
            return False
        setattr(self, name, left - amount)
        return True


# MathJax commands that set links, styles, classes and ids, or load extensions. A joiner in front of the
# name leaves the text's look as it is and the command unknown.
_TEX = re.compile(
    r"\\(?=(?:href|url|class|cssId|style|require|csname|mmlToken|html[A-Za-z]*|data|includegraphics|bbox|"
    r"texttip|mathtip)(?![A-Za-z]))"
)


def tame_tex(text: str) -> str:
    """A text whose TeX, wherever there is some, sets no links or styles and loads nothing; it looks the same."""
    return _TEX.sub(lambda match: "\\" + JOINER, text)


# --- pictures ---------------------------------------------------------------------------------------

PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF"}


def picture(kind: str, value: Any) -> str | None:
    """The base64 of a picture that is of this kind and not too large; None otherwise.

    Args:
        kind: one of :data:`PICTURES`, a MIME type.
        value: what should be its base64; anything may come. At most :data:`LONGEST_PICTURE` characters.

    The size, at most :data:`MOST_PIXELS`, is that in its header: the picture is not unpacked.
    """
    from PIL import Image

    if not isinstance(value, str) or len(value) > LONGEST_PICTURE:
        return None
    try:
        data = base64.b64decode("".join(value.split()), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of pictures that unpack to gigabytes
            with Image.open(io.BytesIO(data), formats=(PICTURES[kind],)) as image:
                width, height = image.size
    except Exception:  # Pillow's readers raise many kinds
        return None
    return base64.b64encode(data).decode() if 0 < width * height <= MOST_PIXELS else None


def svg(value: Any) -> str | None:
    """The base64 of an SVG that is well-formed and no bomb; None otherwise. Only for ``<img>``, where no script runs.

    A bomb is one that a browser draws for long: entities, elements that refer to others that refer on, or more than
    :data:`MOST_ELEMENTS` elements, each reference counted as all that it shows. ``value`` is the SVG's text.
    """
    text = clean_text(value)
    if not text or len(text) > LONGEST_SVG or "<!entity" in text.lower():
        return None
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError):
        return None
    if root.tag not in ("svg", "{http://www.w3.org/2000/svg}svg"):
        return None
    references = [name for element in root.iter() for name in _references(element)]
    wanted = set(references)
    shown: dict[str, int] = {}
    size = 0
    for element in root.iter():
        size += 1
        name = element.get("id", "")
        if name in wanted:
            inside = list(element.iter())
            if len(shown) > 5_000 or any(_references(child) for child in inside):
                return None  # what is referred to refers on: five lines of it can draw for years
            shown[name] = len(inside)
            size += len(inside)
            if size > MOST_ELEMENTS:
                return None
    size += sum(shown.get(name, 0) for name in references)
    return base64.b64encode(text.encode()).decode() if size <= MOST_ELEMENTS else None


def _references(element: ElementTree.Element) -> list[str]:
    """The ids that an SVG element draws with."""
    found = []
    for name, value in element.attrib.items():
        if name.endswith("href") and value.startswith("#"):
            found.append(value[1:])
        elif "url(" in value:
            found += re.findall(r"url\(\s*[\"']?#([^\"')]+)", value)
    return found


# --- HTML -------------------------------------------------------------------------------------------

TAGS = frozenset(
    "a abbr b blockquote br caption center code col colgroup dd del details div dl dt em figcaption figure font "
    "h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup table tbody td "
    "tfoot th thead tr u ul var".split()
)
# A browser that meets one of these in a paragraph ends the paragraph before it.
_ENDS_PARAGRAPH = frozenset(
    "blockquote center dd details div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre summary table ul".split()
)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
# Elsewhere a browser leaves them out, or ends elements until they fit.
_ONLY_IN = {
    "caption": {"table"},
    "col": {"colgroup"},
    "colgroup": {"table"},
    "dd": {"dl"},
    "dt": {"dl"},
    "li": {"ol", "ul"},
    "tbody": {"table"},
    "td": {"tr"},
    "tfoot": {"table"},
    "th": {"tr"},
    "thead": {"table"},
    "tr": {"table", "tbody", "tfoot", "thead"},
}
_OF_TABLES = frozenset({"colgroup", "table", "tbody", "tfoot", "thead", "tr"})  # anything else is moved out of them
_VOID = frozenset({"br", "col", "hr", "img"})
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z][a-z0-9:_-]*(?:="[^"<]*")?)*) ?/?>')
_ATTRIBUTE = re.compile(r' ([a-z][a-z0-9:_-]*)(?:="([^"<]*)")?')

_STYLES = re.compile(
    r"(background|background-color|border|border-(bottom|collapse|color|left|radius|right|spacing|style|top|width)|"
    r"box-sizing|color|font|font-family|font-size|font-style|font-variant|font-weight|list-style|list-style-type|"
    r"margin|margin-(bottom|left|right|top)|max-width|min-width|overflow|overflow-x|padding|"
    r"padding-(bottom|left|right|top)|text-align|text-decoration|vertical-align|white-space|width|word-break)"
)
# Plain words, colours, sizes. No quotes, escapes or url(), nothing negative or huge: nothing is fetched, and
# nothing is drawn over what stands beside it. Our own figures' height:auto is the one height there is.
_COLOUR = re.compile(r"\b(?:rgb|hsl)a?\([\d\s%.,]*\)")
_STYLE_WORD = re.compile(r"[a-z#][\w#-]*|\d{1,4}(\.\d{1,9})?(%|[a-z]{1,3})?|\.\d{1,9}(%|[a-z]{1,3})?", re.I)
_CLASS = re.compile(
    r"[a-z]\w{0,2}|highlight|dataframe|anchor-link|task-list-item|language-[\w+#-]{1,30}|tex2jax_ignore|mathjax_ignore"
)  # pygments', pandas', the Markdown renderer's, MathJax's; nothing that the form grader's scripts look for
_PLAIN = {
    "align": r"left|right|center|justify|top|bottom|middle",
    "alt": None,
    "aria-hidden": r"true|false",
    "aria-label": None,
    "border": r"\d",
    "colspan": r"\d{1,3}",
    "dir": r"ltr|rtl|auto",
    "height": r"\d{1,4}",
    "lang": r"[A-Za-z-]{1,20}",
    "open": r"",
    "rowspan": r"\d{1,3}",
    "scope": r"col|row|colgroup|rowgroup",
    "span": r"\d{1,3}",
    "start": r"\d{1,6}",
    "title": None,
    "valign": r"top|middle|bottom|baseline",
    "width": r"\d{1,4}%?",
}  # attribute: what its value has to look like; None for any text
_HEADING_ID = re.compile(r"%E2%81%A0[\w.~%?/:@!$&'()*+,;=-]*")  # begins with JOINER


def _style(value: str) -> str:
    """The declarations of a style attribute that are allowed, of properties and values both."""
    kept = []
    for declaration in value.split(";"):
        name, _, what = declaration.partition(":")
        name, what = name.strip().lower(), what.strip()
        words = re.split(r"[\s,]+", _COLOUR.sub("red", what)) if _STYLES.fullmatch(name) and len(what) <= 80 else [""]
        if (name, what) == ("height", "auto") or all(map(_STYLE_WORD.fullmatch, words)):
            kept.append(f"{name}:{what}")
    return ";".join(kept)


def _link(value: str) -> str | None:
    """Whole addresses and places on the page. Not relative ones: the form grader serves a learner's files."""
    if re.fullmatch(r"(?i:https?://|mailto:)[^\s\x00-\x20\"'<>\\`]+|#[^\s\x00-\x20\"<>\\`]*", value):
        return value
    return None


def _source(value: str) -> str | None:
    """A picture that is all there; nothing is fetched from elsewhere."""
    kind, _, data = value.partition(";base64,")
    kind = kind.removeprefix("data:")
    shown: str | None = None
    if kind in PICTURES:
        shown = picture(kind, data)
    elif kind == "image/svg+xml":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            shown = svg(base64.b64decode(data, validate=True).decode())
    return shown and f"data:{kind};base64,{shown}"


def _attribute(tag: str, name: str, value: str) -> str | None:
    """The value an attribute may have; None where it is left out."""
    if name in _PLAIN:
        shape = _PLAIN[name]
        return value if shape is None or re.fullmatch(shape, value) else None
    if name == "style":
        return _style(value) or None
    if name == "class":
        return " ".join(word for word in value.split() if _CLASS.fullmatch(word)) or None
    if name == "href":
        return _link(value) if tag == "a" else None
    if name == "src":
        return _source(value) if tag == "img" else None
    if name == "id" and re.fullmatch("h[1-6]", tag) and _HEADING_ID.fullmatch(value):
        return value
    return None


_Token = str | tuple[str, bool, dict[str, str]]  # a text, or a tag: its name, whether it is an end, its attributes


def tokens_of(text: str) -> list[_Token] | None:
    """HTML in its plainest form, as a list of texts and of tags (name, is an end, attributes).

    None where it is in another form: a ``<`` that begins no tag (so no comments either), capitals in tags, attributes
    without double quotes or given twice. Entities are resolved in texts and attributes. Takes linear time.
    """
    found: list[_Token] = []
    place = 0
    for match in _TAG.finditer(text):
        before = text[place : match.start()]
        if "<" in before:
            return None
        if before:
            found.append(html.unescape(before))
        written = _ATTRIBUTE.findall(match[3])
        attributes = {name: html.unescape(value) for name, value in written}
        if len(attributes) < len(written):  # browsers take the first
            return None
        found.append((match[2], bool(match[1]), attributes))
        place = match.end()
    if "<" in text[place:]:
        return None
    if text[place:]:
        found.append(html.unescape(text[place:]))
    return found


def cleaned(tokens: list[_Token] | None) -> list[_Token] | None:
    """These tokens (of :func:`tokens_of`) with allowed attributes only, and without style sheets.

    Texts are cleaned, and tamed where they are TeX. None for None, where a tag is not allowed, and where they are
    nested so that a browser would move a part, or deeper than :data:`DEEPEST`.
    """
    if tokens is None:
        return None
    kept: list[_Token] = []
    stack: list[str] = []
    for token in tokens:
        if isinstance(token, str):
            if stack[-1:] == ["style"]:
                continue
            if stack and stack[-1] in _OF_TABLES and token.strip():
                return None
            kept.append(tame_tex(clean_text(token)))
            continue
        tag, ends, attributes = token
        if ends:
            if not stack or stack.pop() != tag:
                return None
            if tag != "style":
                kept.append((tag, True, {}))
            continue
        if stack[-1:] == ["style"]:
            return None
        if tag == "style":  # pandas writes one into each table; what it says of the look is not needed
            stack.append(tag)
            continue
        if tag not in TAGS or not _fits(tag, stack):
            return None
        if tag not in _VOID:
            stack.append(tag)
            if len(stack) > DEEPEST:
                return None
        values = {name: _attribute(tag, name, clean_text(value)) for name, value in attributes.items()}
        kept.append((tag, False, {name: value for name, value in values.items() if value is not None}))
    return None if stack else kept


def _fits(tag: str, stack: list[str]) -> bool:
    """Whether a browser leaves this element where it is, inside those that are open (the innermost last)."""
    inside = stack[-1] if stack else ""
    if tag in _ONLY_IN:
        return inside in _ONLY_IN[tag]
    if inside in _OF_TABLES or tag == "a" and "a" in stack:
        return False
    if tag in _HEADINGS and not _HEADINGS.isdisjoint(stack):
        return False
    return tag not in _ENDS_PARAGRAPH or "p" not in stack


def rebuilt(tokens: list[_Token]) -> str:
    """HTML of allowed tokens: every ``<`` begins a tag of ours, every value is quoted and escaped.

    It is for tokens that :func:`cleaned` let through; what is allowed is not asked again.
    """
    out = []
    for token in tokens:
        if isinstance(token, str):
            out.append(html.escape(token, quote=False))
        elif token[1]:
            out.append(f"</{token[0]}>")
        else:
            out.append("<" + " ".join([token[0], *(f'{k}="{html.escape(v)}"' for k, v in token[2].items())]) + ">")
    return "".join(out)


def same(one: list[_Token] | None, other: list[_Token]) -> bool:
    """Whether two pages' tokens are equal but for white space; None is equal to nothing."""
    if one is None:
        return False
    texts = [[" ".join(t.split()) if isinstance(t, str) else t for t in tokens] for tokens in (one, other)]
    return [t for t in texts[0] if t] == [t for t in texts[1] if t]


_PICTURE_DATA = re.compile(r"base64,([A-Za-z0-9+/=]{1000,})")


def without_pictures(text: str) -> int:
    """The length of a text, its base64 pictures not counted."""
    return len(text) - sum(map(len, _PICTURE_DATA.findall(text)))


def clean_html(value: Any, allowance: Allowance | None = None) -> str:
    """HTML that runs nothing, fetches nothing and stays in its place.

    What is not in the plainest form, or more than ``allowance`` has left, comes as the text that was written, in a
    ``<pre>``. Empty only where there was none.

    Args:
        value: what was displayed as HTML: a text, a list of texts, or anything else.
        allowance: what the submission may still cost; its ``tags`` are used up. A new one where it is None.
    """
    text = clean_text(value)
    allowance = allowance or Allowance()
    if without_pictures(text) <= LONGEST_HTML and allowance.take("tags", text.count("<")):
        tokens = cleaned(tokens_of(text))
        if tokens is not None:
            return rebuilt(tokens)
    if not text.strip():
        return ""
    shown = _PICTURE_DATA.sub(lambda match: f"base64,({len(match[1])} characters)", text)
    return rebuilt([("pre", False, {}), tame_tex(cut(shown)), ("pre", True, {})])
