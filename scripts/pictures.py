"""Make the README's pictures: a diagnosis and the gate console, as JupyterLab shows them, and the map of units.

    python scripts/pictures.py

The first two are cut out of a real JupyterLab in Chromium; the map is drawn from the registry.
"""

from __future__ import annotations

import ast
import os
import sys
import tempfile
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))
os.environ["PATH"] = str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"]

from browsers import SETUP, Lab, cell_with, open_notebook, open_page, run, write
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from PIL import Image

from grader.exercises import exercise, units
from grader.exercises.base import PARTS, Unit
from grader.figures.palette import COLORS

PICTURES = ROOT / "docs" / "pictures"
COLOURS = 128  # of a picture's own palette: a screenshot needs no more, and is a third of the size


def shot(page, name: str, *places, margin: int = 6) -> None:
    """Cut out of the page what these elements cover, one under the other."""
    boxes = [place.bounding_box() for place in places]
    left, top = min(box["x"] for box in boxes) - margin, min(box["y"] for box in boxes) - margin
    right = max(box["x"] + box["width"] for box in boxes) + margin
    bottom = max(box["y"] + box["height"] for box in boxes) + margin
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, clip={"x": left, "y": top, "width": right - left, "height": bottom - top})
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def from_jupyterlab() -> None:
    """The diagnosis of a step with two gates swapped, and the console's sliders with what they do."""
    swapped = next(one for one in exercise("lstm_step").mistakes if one.name == "order_figo")
    with tempfile.TemporaryDirectory() as folder:
        lab = Lab(Path(folder))
        try:
            with open_page(viewport={"width": 1280, "height": 2400}, device_scale_factor=1.5) as page:
                open_notebook(page, lab, "05_lstm")
                run(page, cell_with(page, SETUP))
                solution, check = cell_with(page, "def lstm_step("), cell_with(page, 'check("lstm_step")')
                write(page, solution, shorter(swapped.text))
                run(page, solution)
                verdict = run(page, check).locator(".grader-verdict")
                solution.scroll_into_view_if_needed()
                shot(page, "diagnosis", solution.locator(".jp-Cell-inputWrapper"), verdict)
                open_notebook(page, lab, "04_gates")
                page.get_by_role("menuitem", name="Run", exact=True).click()
                page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
                console = page.locator(".jp-OutputArea-output", has_text="f (forget gate)").first
                console.locator(".noUi-handle").first.wait_for(timeout=200_000)
                page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=200_000)
                console.scroll_into_view_if_needed()
                shot(page, "console", console)
        finally:
            lab.stop()


def shorter(function: str) -> str:
    """A function's text without its docstring and comments."""
    return ast.unparse(_bare(ast.parse(function)))


def _bare(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:]
    return tree


def map_of_units() -> None:
    """A column a part, a box a unit, with the functions that a learner writes in it. Lengths are inches."""
    columns = [(part, [_in_a_box(one) for one in units() if one.part == part]) for part in PARTS]
    width, line = 2.75, 0.165  # of a column; from a line to the next
    heights = [[0.26 + line * len(title) + 0.137 * len(names) for title, names in column] for _, column in columns]
    tall = 0.62 + max(sum(column) + 0.14 * len(column) for column in heights)
    look = {"color": "#222222", "va": "top", "linespacing": 1.32}
    with rc_context({"svg.hashsalt": "map", "svg.fonttype": "none", "font.family": "DejaVu Sans"}):
        fig = Figure(figsize=(width * len(columns), tall), facecolor="white")
        ax = fig.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, width * len(columns)), ylim=(-tall, 0))
        ax.axis("off")
        for k, (part, column) in enumerate(columns):
            left, y = width * k + 0.14, -0.5
            ax.text(left, -0.17, f"{part}  {PARTS[part]}", fontsize=11.5, fontweight="bold", **look)
            if not column:
                ax.text(left, y - 0.08, "to come", fontsize=10, style="italic", **{**look, "color": "#595959"})
            for (title, names), high in zip(column, heights[k], strict=True):
                ax.add_patch(
                    FancyBboxPatch(
                        (left, y - high),
                        width - 0.3,
                        high,
                        boxstyle="round,pad=0,rounding_size=0.08",
                        facecolor="#F4F6F8",
                        edgecolor=COLORS["h"],
                        linewidth=1.2,
                    )
                )
                ax.text(left + 0.09, y - 0.08, "\n".join(title), fontsize=9, fontweight="bold", **look)
                below = y - 0.12 - line * len(title)
                ax.text(left + 0.09, below, "\n".join(names), fontsize=7.5, family="DejaVu Sans Mono", **look)
                y -= high + 0.14
        fig.savefig(PICTURES / "map.svg", metadata={"Date": None, "Creator": None})


def _in_a_box(unit: Unit) -> tuple[list[str], list[str]]:
    """The lines of a unit's title, and those of its exercises' names."""
    names = textwrap.wrap(", ".join(unit.exercises), 35, break_long_words=False, break_on_hyphens=False)
    return textwrap.wrap(f"{unit.name[:2]}  {unit.title}", 32, subsequent_indent=" " * 5), names


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    map_of_units()
    from_jupyterlab()
    for path in sorted(PICTURES.iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} kB")
