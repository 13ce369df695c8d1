"""What learners print, display or write reaches an instructor's browser: none of it may live there."""

import base64
import html
import io
import json
import re
from pathlib import Path

import nbformat
import pytest
from conftest import need_program
from hostile_pages import (
    DISPLAYS,
    HTML,
    MARKDOWN,
    OUTPUTS,
    SOURCES,
    Corpus,
    base64_of,
    display,
    feedback_page,
    formgrader_page,
    picture,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.checking.verdict import MIME, Finding, PartResult, Verdict
from grader.figures.console import settings_figure
from grader.figures.show import figure_html
from grader.grading import safe_html, sanitise
from grader.grading.sanitise import Allowance, clean_html, clean_id, clean_markdown, clean_outputs
from grader.text import clean_text

# nbconvert, nbgrader and what they stand on warn about their own future, and about pictures without a description.
pytestmark = pytest.mark.filterwarnings("default")


# --- the pages ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus():
    return Corpus()


# --- the pages ------------------------------------------------------------------------------------


PAGES = {"feedback": feedback_page, "formgrader": formgrader_page}


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=need_program("chromium", "chromium-browser"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"],
        )
        yield browser
        browser.close()


# Everything a reader may do by accident: hover over, focus and click whatever is there.
TOUCH = """() => {
  addEventListener('submit', event => event.preventDefault());
  for (const element of document.querySelectorAll('#notebook *, #notebook ~ *')) {
    for (const name of ['mouseover', 'focus', 'toggle', 'animationstart', 'begin'])
      element.dispatchEvent(new Event(name, {bubbles: true}));
    const link = element.getAttribute('href') || element.getAttribute('xlink:href') || '';
    const away = element.closest('a') && !/^\\W*j\\W*a\\W*v\\W*a/i.test(link);
    try { if (!away) element.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true})); } catch {}
  }
}"""
SERVED = ("http://grader.test/", "https://cdnjs.cloudflare.com/ajax/libs/mathjax/")


class Visit:
    """A page opened in the browser: which attacks ran, and what was fetched that isn't the page's own."""

    def __init__(self, chromium, text: str, seconds: float = 0.25, look=None):
        from nbgrader.server_extensions.formgrader import handlers

        self.ran, self.fetched = set(), []
        self.page = chromium.new_page(viewport={"width": 1100, "height": 900})
        self.page.expose_function("pwned", lambda number: self.ran.add(number))
        self.page.add_init_script("window.pwn = number => { pwned(number); return 0; }")
        self.page.on("dialog", lambda dialog: (self.ran.add("dialog"), dialog.dismiss()))

        def serve(route):
            address = route.request.url
            static = Path(handlers.static_path, address.split("?")[0].partition("/formgrader/static/")[2])
            if address == "http://grader.test/page/":
                route.fulfill(body=text, content_type="text/html; charset=utf-8")
            elif "/formgrader/static/" in address and static.is_file():
                route.fulfill(path=static)
            elif address.startswith("http://grader.test/formgrader/api/"):
                route.fulfill(body="[]", content_type="application/json")
            else:
                if not address.startswith(SERVED) and not address.startswith("data:"):
                    self.fetched.append(address)
                route.abort()

        self.page.route("**/*", serve)
        try:
            self.page.goto("http://grader.test/page/")
            self.page.wait_for_timeout(1000 * seconds)
            self.page.evaluate(TOUCH)
            self.page.wait_for_timeout(1000 * seconds)
            self.seen = look(self.page) if look else None
        finally:
            self.page.close()

    @property
    def came_through(self) -> set[int]:
        sent = {int(m[1]) for address in self.fetched if (m := re.match(r"http://evil\.test/(\d+)", address))}
        return {number for number in self.ran if type(number) is int} | sent


# What may be in a learner's part of a page: a list of what is there and should not be.
ODD = """() => [...document.querySelectorAll('#notebook-container #notebook-container *')].filter(element =>
  element.matches('script, style, iframe, object, embed, form, svg, math, link, meta, base, video, audio, textarea') ||
  element.matches('input:not(.task-list-item-checkbox)') ||
  [...element.attributes].some(a => /^on|^xlink|^data-|^formaction|^srcset/.test(a.name)) ||
  (element.hasAttribute('href') && !/^(https?:|mailto:|#)/.test(element.getAttribute('href'))) ||
  (element.hasAttribute('src') && !/^data:image/.test(element.getAttribute('src'))) ||
  (element.id && !/^(cell-id=|%E2%81%A0)/.test(element.id))
).map(element => element.outerHTML.slice(0, 200))"""


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_nothing_lives_in_the_pages(chromium, corpus, name):
    cells = [*corpus.clean, new_markdown_cell("THE LAST CELL")]
    visit = Visit(
        chromium,
        PAGES[name](cells),
        look=lambda page: (
            page.evaluate(ODD),
            page.locator("#notebook-container #notebook-container > .cell").count(),
            page.title(),
        ),
    )
    odd, count, title = visit.seen
    assert visit.ran == set() and visit.fetched == []
    assert odd == []
    assert count == len(cells), "every cell is still beside the others, none inside or outside"
    assert title == "u"


@pytest.mark.browser
@pytest.mark.long
def test_the_attacks_are_real(chromium, corpus):
    """The same cells without the cleaning: most of them run or fetch, in the same pages."""
    first = len(HTML), len(HTML) + len(DISPLAYS) + len(OUTPUTS), len(corpus.raw) - len(SOURCES)
    kinds = {
        "html": range(first[0]),
        "outputs": range(first[0], first[1]),
        "markdown": range(first[1], first[2]),
        "source": range(first[2], len(corpus.raw)),
    }
    through = set()
    for numbers in kinds.values():
        for start in numbers[::12]:  # few a page, for some swallow what follows them
            cells = corpus.raw[start : min(start + 12, numbers.stop)]
            through |= Visit(chromium, feedback_page(cells), 0.05).came_through
    shares = {kind: len(through.intersection(numbers)) / len(numbers) for kind, numbers in kinds.items()}
    assert len(corpus.raw) >= 120
    assert shares["html"] > 0.5 and shares["markdown"] > 0.7, shares
    assert shares["outputs"] > 0.2, "nbconvert escapes text, errors and LaTeX; the rest lives"
    assert shares["source"] == 0, "highlighted source is escaped"


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_learner_cannot_take_a_score_fields_place(chromium, name):
    """The form grader finds its fields by id, and Markdown headings have ids."""
    texts = [
        "# check_it",
        "check_it\n========",
        "> ## check_it",
        "- # check_it",
        "#check_it",
        "<h1 id='check_it'>a</h1>",
        "<a name='check_it'></a>",
        "# check_it-comment\n\n# `check_it`",
        "# **check_it**\n\n\t# check_it",
    ]
    own = [new_markdown_cell(clean_markdown(text)) for text in texts]
    graded = new_code_cell(
        "check('it')",
        execution_count=1,
        metadata={
            "nbgrader": {
                "grade": True,
                "solution": False,
                "locked": True,
                "schema_version": 3,
                "grade_id": "check_it",
                "points": 1,
                "score": 1.0,
                "cell_type": "code",
            }
        },
    )
    seen = Visit(
        chromium,
        PAGES[name]([*own, graded]),
        0,
        look=lambda page: page.evaluate(
            "() => [...document.querySelectorAll('[id^=check_it], [name^=check_it]')].map(e => e.tagName)"
        ),
    ).seen
    assert seen == {"feedback": ["A"], "formgrader": ["INPUT", "INPUT"]}[name]
    with_heading = PAGES[name]([new_markdown_cell("# check_it"), graded])
    assert '<h1 id="check_it">' in with_heading, "as it was without cleaning"


@pytest.mark.browser
def test_our_figures_look_the_same(chromium, tmp_path):
    """A figure as the course shows it, before and after, in the feedback page: the same pixels."""
    alt = 'Four plots of c & h: "c" < 2 in all of them.'
    figure = figure_html(settings_figure(), alt=alt, caption="It isn't <b>bold</b>.")
    output = display({"text/html": figure, "text/plain": "[Figure: Four plots]"})
    (clean,) = clean_outputs([output])
    shots, alts = [], []
    for name, one in (("before", output), ("after", clean)):
        page = feedback_page([new_code_cell("draw()", execution_count=1, outputs=[nbformat.from_dict(one)])])

        def look(page, path=tmp_path / f"{name}.png"):
            shots.append(page.locator(".output_area").first.screenshot(path=path))
            alts.append(page.locator("figure img").get_attribute("alt"))

        Visit(chromium, page, 0, look)
    assert shots[0] == shots[1] and len(shots[0]) > 20_000
    assert alts == [alt, alt]


# --- one thing at a time --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        'Ordinary *Markdown* with `a < b`, **bold**, ~~gone~~ and a [link](https://example.org/?a=1&b=2 "title").',
        "A list:\n\n- one\n- two\n    1. deep\n\n3. three\n4. four\n\n- [x] done\n- [ ] not yet",
        "| a | b |\n|:--|--:|\n| 1 < 2 | 2 |",
        "$c_t = f_t c_{t-1} + i_t g_t$ and\n\n$$\n\\frac{a < b}{c}\n$$\n\n\\begin{align}\na &= b\n\\end{align}",
        "```python\nif a < b:  # not a heading\n    print('<b>')\n```\n\n```\n<script>\n```\n\n    <indented>",
        "H<sub>2</sub>O<br>and <kbd>Esc</kbd>, x &lt; y &amp; z, 1 < 2 > 0",
        "> A quote\n\n---\n\nTerm\n: what it means\n\n<https://example.org> me@example.org",
        "中文, ελληνικά, עברית \U0001f642",
    ],
)
def test_ordinary_markdown_stays_as_it_was_written(text):
    assert clean_markdown(text) == text


def test_a_heading_keeps_its_text():
    assert clean_markdown("# One\n\n###Three") == "# \u2060One\n\n###\u2060Three"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Look: ![a plot](https://example.org/a.png) **so**", ["Look:", 'alt="a plot"', "<strong>so</strong>"]),
        ("[mine](mine.html) and `code`", [">mine</a>", "<code>code</code>"]),
        ('- [x] done <img src="x" onerror="a">', ["☑", "done"]),
    ],
)
def test_the_rest_of_a_text_is_still_rendered(text, left):
    clean = clean_markdown(text)
    assert "\n" not in clean and all(part in clean for part in left), clean
    assert "example.org" not in clean and "mine.html" not in clean


def test_what_cannot_be_rendered_is_shown_as_it_was_written():
    text = "\\begin{a}" * 2000 + "\n~~~~\n<script>x</script>"
    clean = clean_markdown(text)
    assert clean.startswith("~~~~~\n") and "<script>x</script>" in clean
    assert "<script" not in sanitise._renderer()(clean)
    assert clean_markdown("a " * 100, allowance=Allowance(markdown=10)).startswith("~~~\n")


def test_pasted_pictures_stay_and_missing_ones_stop_nothing():
    data = picture()
    attachments = {"a.png": {"image/png": data}, "b.png": {"text/html": "<script>"}, "c.png": "no"}
    clean = clean_markdown("![A](attachment:a.png) ![B](attachment:b.png) ![C](attachment:c.png)", attachments)
    page = sanitise._renderer()(clean)
    assert page.count(f"data:image/png;base64,{data}") == 1
    assert 'alt="B"' in page and 'alt="C"' in page and "script" not in page
    again = clean_markdown("![A](attachment:a.png)" * 300, attachments, Allowance(characters=10 * len(data)))
    assert again.count(data) <= 10, "one picture shown a thousand times is no way to fill the disk"
    from nbconvert.filters.markdown_mistune import InvalidNotebook

    with pytest.raises(InvalidNotebook):  # a page that isn't written, without cleaning
        sanitise._renderer()("![C](attachment:c.png)")


SNIPPETS = st.sampled_from(
    [
        *HTML,
        *MARKDOWN,
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<a href='",
        "'>",
        '"',
        "`",
        "```",
        "~~~",
        "\n",
        "\n\n",
        "    ",
        "# ",
        "$",
        "$$",
        "\\[",
        "[",
        "](",
        ")",
        "![",
        "<!--",
        "-->",
        "<svg>",
        "<table>",
        "<td>",
        "&lt;",
        "&#60;",
        "> ",
        "- ",
        "|",
        "\\",
        "a",
    ]
)
STRICT = re.compile(r"""[^<]|<(/?[a-z][a-z0-9]*)((?: [a-z-]+="[^"<>]*")*)>""")


@settings(max_examples=120, deadline=None)
@given(st.lists(SNIPPETS | st.text(max_size=6), max_size=8).map("".join))
def test_whatever_is_put_together_comes_out_in_the_plainest_form(text):
    clean = clean_html(text)
    place = 0
    while place < len(clean):
        match = STRICT.match(clean, place)
        assert match, clean[place:]
        if match[1]:
            assert match[1].strip("/") in safe_html.TAGS
            assert not re.search(r" (on|id|xlink|data-)", match[2].split('="')[0])
        place = match.end()
    markdown = clean_markdown(text)
    page = sanitise._renderer()(markdown)  # never fails, and is what cleaning would leave
    shown, kept = sanitise._shown(markdown)
    assert kept is not None and safe_html.same(shown, kept), page
    assert clean_markdown(markdown) == markdown


@pytest.mark.parametrize(
    "bomb",
    [
        "<div>" * 9000,
        "<div>" * 9000 + "</div>" * 9000,
        "<b>" * 9000,
        "<" * 19_000,
        "<table>" * 6000,
        "<!--" * 9000,
        "".join(f"<b title=t{k}>" for k in range(25)) + "<p>x" * 6000,
        "<div " + "a " * 100_000 + ">",
        "<a '" * 5000,
        "<div style='width:" + "a " * 39 + "!'>",
        "x" * 5_000_000,
        "\\begin{a}" * 500,
        "\\\\[" * 1500,
        "[" * 9999,
        "> " * 4999,
        "*a **b " * 1400,
        "$" * 9999,
        "`" * 9999,
        "<a " * 3300,
        "\x1b[1m" * 100_000,
        "\x1b[" + "1" * 9999 + "m",
    ],
)
@pytest.mark.timeout(30)
def test_bombs_are_cheap(bomb):
    outputs = clean_outputs(
        [
            {"output_type": "stream", "name": "stdout", "text": bomb},
            *(display({kind: bomb}) for kind in ("text/html", "text/markdown", "text/latex")),
        ]
    )
    feedback_page([new_code_cell("a", outputs=outputs), new_markdown_cell(clean_markdown(bomb))])


def test_svg_bombs_are_left_out():
    def use(text):
        return clean_outputs([display({"image/svg+xml": text})])

    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    assert use(head + '<g id="a"><path d="M0 0"/></g>' + '<use href="#a"/>' * 100 + "</svg>")
    doubling = "".join(f'<g id="g{k + 1}"><use href="#g{k}"/><use href="#g{k}"/></g>' for k in range(30))
    assert use(f"{head}{doubling}</svg>") == []
    assert use(head + '<g id="a">' + "<path/>" * 999 + "</g>" + '<use href="#a"/>' * 999 + "</svg>") == []
    assert use('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>') == []
    assert use("<svg><g></svg>") == [] and use("<html></html>") == []


def test_a_real_svg_of_matplotlib_survives():
    buffer = io.StringIO()
    settings_figure().savefig(buffer, format="svg")
    (output,) = clean_outputs([display({"image/svg+xml": buffer.getvalue(), "text/plain": "<Figure>"})])
    image = re.match(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]*)"', output.data["text/html"])
    assert base64.b64decode(image[1]).decode() == buffer.getvalue() and image[2] == "&lt;Figure&gt;"


def test_pictures_are_what_they_say():
    def kept(kind, data):
        return clean_outputs([display({kind: data})])

    for kind, name in (("image/png", "PNG"), ("image/jpeg", "JPEG"), ("image/gif", "GIF")):
        data = picture(name)
        assert data in str(kept(kind, data[:40] + "\n" + data[40:])), "line breaks are taken out"
        for wrong in (base64_of("<svg/>"), data[:9], "x", 5, None, [data], picture("GIF" if name != "GIF" else "PNG")):
            assert kept(kind, wrong) == []
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    assert kept("image/png", base64.b64encode(buffer.getvalue()).decode()) == [], "400 million pixels in 50 kB"


def test_a_data_frame_keeps_its_look_and_loses_its_style_sheet():
    page = clean_html(
        "<div>\n<style scoped>\n .dataframe tbody { vertical-align: top; }\n</style>\n"
        '<table border="1" class="dataframe">'
        '<thead><tr style="text-align: right;"><th></th><th>a</th></tr></thead>'
        "<tbody><tr><th>0</th><td>1 &lt; 2</td></tr></tbody></table></div>"
    )
    assert "vertical-align" not in page
    assert all(part in page for part in ('class="dataframe"', "text-align:right", "1 &lt; 2"))


@pytest.mark.parametrize(
    "text",
    [
        "<p>one<p>two",
        "<P>one</P>",
        "<p class=a>one</p>",
        "<p lang='en'>one</p>",
        "<!-- a --><p>one</p>",
        "<p>one",
        "<b><i>one</b></i>",
        "<p><div>one</div></p>",
        "<p><b><ul><li>one</li></ul></b></p>",
        "<table>one</table>",
        "<table><tr><b>one</b></tr></table>",
        "<div><td>one</td></div>",
        '<a href="#x">one<b><a href="#y">two</a></b></a>',
        "<h1><h2>one</h2></h1>",
        "<dl><div><dt>one</dt></div></dl>",
        "<script>one</script>",
        "<style>a<b>one</b></style>",
        "<svg><text>one</text></svg>",
        '<p lang="en" lang="de">one</p>',
        "<b>" * 41 + "one" + "</b>" * 41,
        "1 < 2",
    ],
)
def test_html_of_no_plain_form_is_shown_as_it_was_written(text):
    (output,) = clean_outputs([display({"text/html": text})])
    page = output.data["text/html"]
    assert page.startswith("<pre>") and page.endswith("</pre>") and page.count("<") == 2
    assert html.unescape(page[5:-6]) == text


def test_a_picture_in_html_that_is_shown_as_written_is_not_shown_as_letters():
    page = clean_html(f"<img src='data:image/png;base64,{'A' * 5000}'>" + "x" * 200_000)
    assert "base64,(5000 characters)" in page and "characters left out" in page and len(page) < 101_000


PLAIN = st.recursive(
    st.sampled_from(["a", "1 &lt; 2", " ", "<br>", "<hr>", "<col>", '<img alt="a">']),
    lambda inside: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(sorted(safe_html.TAGS - {"br", "hr", "col", "img"})),
        st.lists(inside, max_size=3),
    ),
    max_leaves=12,
)
ROUND = """texts => texts.map(text => {
  const element = document.createElement('div');
  element.innerHTML = text;
  return element.innerHTML;
})"""


@pytest.mark.browser
def test_a_browser_moves_nothing_in_what_is_kept(chromium):
    """What is kept as HTML reads back from the browser's own parser as it was written: the rules of nesting hold."""
    kept, fitting = [], sorted(safe_html.TAGS - {"br", "hr", "col", "img"})
    for outer in fitting:  # every two, and every two around a third that is a text, a paragraph or a table
        for inner in fitting:
            for most in ("a", "<p>a</p>", "<h2>a</h2>", "<table><tbody><tr><td><p>a</p></td></tr></tbody></table>"):
                kept.append(f"<{outer}><{inner}>{most}</{inner}></{outer}>")
                kept.append(f"<{outer}><b><{inner}>{most}</{inner}></b></{outer}>a")

    @settings(max_examples=400, deadline=None, database=None)
    @given(st.lists(PLAIN, max_size=3).map("".join))
    def collect(text):
        kept.append(text)

    collect()
    asked = len(kept)
    kept = [text for text in dict.fromkeys(kept) if safe_html.cleaned(safe_html.tokens_of(text)) is not None]
    assert 1000 < len(kept) < asked
    page = chromium.new_page()
    try:
        read = page.evaluate(ROUND, kept)
    finally:
        page.close()

    def tokens(text):  # a browser puts the rows of a table, and a column, into a group that was not written
        text = re.sub("</?(tbody|colgroup)>", "", text)
        return [part if isinstance(part, str) else part[:2] for part in safe_html.tokens_of(text)]

    assert [text for text, again in zip(kept, read, strict=True) if tokens(text) != tokens(again)] == []


@pytest.mark.parametrize(
    ("style", "left"),
    [
        ("color: red; position:fixed; top:0", "color:red"),
        ("margin:-900px;padding:2px 3em", "padding:2px 3em"),
        ("width:99999px", ""),
        ("background:url(x)", ""),
        ("background:rgb(1, 2, 3)", "background:rgb(1, 2, 3)"),
        ("color:expression(alert(1))", ""),
        ("height:0;height:auto", "height:auto"),
        ("font-family:'x;y'", ""),
        ("color:red}*{color:blue", ""),
        ("color:/**/red", ""),
        ("display:none", ""),
        ("--a:1;color:var(--a)", ""),
        ("\\63olor:red", ""),
        ("width:calc(1px)", ""),
        ("opacity:0", ""),
    ],
)
def test_styles(style, left):
    assert clean_html(f'<p style="{style}">a</p>') == (f'<p style="{left}">a</p>' if left else "<p>a</p>")


@pytest.mark.parametrize(
    "outputs",
    [
        None,
        5,
        "text",
        {},
        [None],
        [5],
        [[]],
        [{}],
        [{"output_type": 5}],
        [{"output_type": ["stream"]}],
        [{"output_type": "stream"}],
        [{"output_type": "stream", "name": "stdin", "text": "a"}],
        [{"output_type": "stream", "name": ["stdout"], "text": "a"}],
        [{"output_type": "display_data", "data": None}],
        [{"output_type": "display_data", "data": {"text/html": {"a": 1}, 5: 6, "image/png": {}}, "metadata": 3}],
        [{"output_type": "display_data", "data": {"application/x": "<b>"}}],
        [{"output_type": "update_display_data"}],
    ],
)
def test_outputs_of_no_known_form_are_dropped(outputs):
    assert clean_outputs(outputs) == []


def test_outputs_are_valid_and_stay_as_they_are_when_cleaned_again(corpus):
    notebook = new_notebook(cells=corpus.clean)
    nbformat.validate(notebook)
    for cell in corpus.clean:
        if cell.cell_type == "code":
            assert clean_outputs(cell.outputs) == cell.outputs
        else:
            assert clean_markdown(cell.source) == cell.source
    assert MIME not in str(notebook), "no verdict but the grader's"


def test_metadata_says_sizes_and_descriptions_only():
    metadata = {"width": 640, "height": float("nan"), "alt": " what\x00 it\nshows ", "onload": "x"}
    result = display({"image/png": picture()}, {"image/png": metadata, "isolated": True})
    (output,) = clean_outputs([{**result, "output_type": "execute_result", "execution_count": "x"}])
    assert output.metadata == {"image/png": {"width": 640, "alt": "what it shows"}} and output.execution_count is None


def test_text_fits_every_file_and_nothing_in_it_stops_the_page():
    text = clean_text("a\ud800\x00\x08b\r\nc\rd\ufffe")
    assert text == "ab\nc\nd" and text.encode()
    from nbconvert.filters.ansi import ansi2html

    for codes in ("38", "48", "38;5", "38;2;1;2", "38;5;256", "1" * 5000, "?25l", "38;9;1"):
        with_codes = clean_text(f"\x1b[{codes}ma", colours=True)
        assert ansi2html(with_codes).endswith("a")
    assert clean_text("\x1b[1;38;5;208ma\x1b[0m", colours=True) == "\x1b[1;38;5;208ma\x1b[0m"
    with pytest.raises(IndexError):  # a page that isn't written, without cleaning
        ansi2html("\x1b[38ma")


def test_what_is_too_much_is_left_out_and_said():
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 99_000}
    many = clean_outputs([stream] * 900)
    assert len(many) == sanitise.MOST_OUTPUTS + 1 and "left out" in many[-1].text
    assert "characters left out" in clean_outputs([{**stream, "text": "x" * 10**7}])[0].text
    allowance = Allowance(characters=200_000)
    assert len(clean_outputs([stream] * 5, allowance)) == 3
    assert clean_outputs([stream], allowance)[0].text.startswith("(more")
    allowance = Allowance(tags=5)
    assert clean_html("<b>a</b>" * 2, allowance) == "<b>a</b>" * 2
    assert clean_html("<b>a</b>" * 2, allowance) == "<pre>&lt;b&gt;a&lt;/b&gt;&lt;b&gt;a&lt;/b&gt;</pre>"


@pytest.mark.parametrize(
    "text",
    [
        "$\\href{javascript:a}{x}$",
        "$\\let\\x\\href\\x{javascript:a}{x}$",
        "$\\csname href\\endcsname{javascript:a}{x}$",
        "$\\mmlToken{mi}[href='javascript:a']{x}$",
        "$\\style{position:fixed}{x}$",
        "$\\cssId{a}{x}$",
        "$\\class{score}{x}$",
        "$\\require{html}$",
        "&#36;\\&#104;ref{javascript:a}{x}&#36;",
    ],
)
def test_mathematics_sets_no_links_styles_or_ids(text):
    """Seen in MathJax 2.7 without its Safe extension, too: what is left of these commands is an unknown one."""
    (output,) = clean_outputs([display({"text/html": f"<p>{text}</p>", "text/markdown": text, "text/latex": text})])
    pages = [*output.data.values(), sanitise._renderer()(clean_markdown(text))]
    pages[1] = sanitise._renderer()(pages[1])
    assert len(pages) == 4
    for page in pages:
        shown = page if page == output.data["text/latex"] else html.unescape(page)
        assert not re.search(r"\\(href|csname|mmlToken|style|cssId|class|require)(?![a-z])", shown, re.I), page
    assert clean_markdown("$\\classical \\frac{a}{b} \\mathbf{h}$") == "$\\classical \\frac{a}{b} \\mathbf{h}$"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a-1_B", True),
        ("x" * 64, True),
        ("x" * 65, False),
        ("", False),
        ("a b", False),
        ("a\n", False),
        ('"><script>', False),
        (None, False),
        (5, False),
        (["a"], False),
        ("é", False),
    ],
)
def test_ids(text, kept):
    assert clean_id(text) == (text if kept else None)


# --- what is ours ---------------------------------------------------------------------------------


@pytest.mark.browser
def test_a_verdict_shows_hostile_words_as_words(chromium):
    """Names, errors, warnings and prints come from the learner; the verdict's HTML around them is ours."""
    cells = []
    texts = [*HTML, *MARKDOWN, "`<img src=x: onerror=RUN>`", "a`</code><img src=x: onerror=RUN>`b`", "\ud800<b>"]
    for number, text in enumerate(texts):
        text = text.replace("RUN", f"pwn({number})").replace("SEND", f"http://evil.test/{number}")
        verdict = Verdict(
            text,
            False,
            [PartResult(text, 1, True), PartResult(text, 1, False)],
            mistake=text,
            finding=Finding(text, text, text, text),
            notes=[text],
            explanation=text,
        )
        data = verdict._repr_mimebundle_()
        for shown in (data, {**data, "text/html": Verdict(text, True, notes=[text], explanation=text)._html()}):
            output = {"output_type": "execute_result", "execution_count": 1, "data": shown, "metadata": {}}
            cells.append(new_code_cell("check()", execution_count=1, outputs=[nbformat.from_dict(output)]))
    json.dumps([cell.outputs[0].data["text/html"] for cell in cells]).encode()
    visit = Visit(
        chromium,
        formgrader_page(cells),
        look=lambda page: (
            page.evaluate(ODD),
            page.locator(".grader-verdict").count(),
            page.locator("#notebook-container #notebook-container > .cell").count(),
        ),
    )
    assert visit.ran == set() and visit.fetched == []
    assert visit.seen == ([], len(cells), len(cells))
