"""The hand-marked answer in words holds scripts, event handlers, javascript links and an attachment that is an SVG."""

TITLE = "scripts in a hand-marked answer in words"
KIND = "marked"
MUST = "marked by hand"
BASE = "right"
CELLS = {"why": (
    "# Notes\n<script>window.pwned = 1</script>\n<img src=x onerror='pwned = 1'>\n"
    "[a](javascript:pwned=1) [b](&#106;avascript:pwned=1) ![c](attachment:x.svg)\n"
    "<details open ontoggle=pwned=1>$<svg onload=pwned=1>$</details> <input class=score id=check_sigmoid value=99>"
)}


def change(notebook):
    for cell in notebook.cells:
        if cell.get("id") == "why":
            cell["attachments"] = {
                "x.svg": {"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' onload='pwned=1'/>"}
            }
