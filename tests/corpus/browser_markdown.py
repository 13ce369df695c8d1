"""An own Markdown cell with scripts, event handlers, javascript links and an attachment that is an SVG."""

TITLE = "scripts in a Markdown cell"
KIND = "browser"
MUST = "full marks"
BASE = "right"


def change(notebook):
    import nbformat

    text = (
        "# Notes\n<script>window.pwned = 1</script>\n<img src=x onerror='pwned = 1'>\n"
        "[a](javascript:pwned=1) [b](&#106;avascript:pwned=1) [c]: javascript:pwned=1\n\n[c] <javascript:pwned=1>\n"
        "<details open ontoggle=pwned=1>$<svg onload=pwned=1>$</details> <style>@import 'http://192.0.2.1/x'</style>"
    )
    cell = nbformat.v4.new_markdown_cell(text)
    cell["attachments"] = {"x.svg": {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='pwned=1'/>"}}
    notebook.cells.insert(2, cell)
