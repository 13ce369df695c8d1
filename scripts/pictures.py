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
from grader.exercises.base import PARTS
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
    """A column a part, a box a unit, with the functions that a learner writes in it."""
    columns = [(part, [one for one in units() if one.part == part]) for part in PARTS]
    most = max(len(column) for _, column in columns)
    with rc_context({"svg.hashsalt": "map", "svg.fonttype": "none", "font.family": "DejaVu Sans"}):
        fig = Figure(figsize=(11, 0.7 + 1.35 * most), facecolor="white")
        ax = fig.add_axes((0, 0, 1, 1))
        ax.set(xlim=(0, 4), ylim=(-most - 0.05, 0.55))
        ax.axis("off")
        for k, (part, column) in enumerate(columns):
            ax.text(k + 0.04, 0.2, f"{part}  {PARTS[part]}", fontsize=11.5, fontweight="bold", color="#222222")
            if not column:
                ax.text(k + 0.04, -0.3, "to come", fontsize=10, color="#595959", style="italic")
            for row, one in enumerate(column):
                ax.add_patch(
                    FancyBboxPatch(
                        (k + 0.05, -row - 0.9),
                        0.88,
                        0.85,
                        boxstyle="round,pad=0.01,rounding_size=0.03",
                        facecolor="#F4F6F8",
                        edgecolor=COLORS["h"],
                        linewidth=1.2,
                    )
                )
                title = textwrap.wrap(one.title, 30)
                names = textwrap.fill(", ".join(one.exercises), 34, break_long_words=False, break_on_hyphens=False)
                look = {"color": "#222222", "va": "top"}
                ax.text(k + 0.08, -row - 0.1, "\n".join(title), fontsize=10, fontweight="bold", **look)
                below = -row - 0.13 - 0.15 * len(title)
                ax.text(k + 0.08, below, names, fontsize=8, family="DejaVu Sans Mono", **look)
        fig.savefig(PICTURES / "map.svg", metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    map_of_units()
    from_jupyterlab()
    for path in sorted(PICTURES.iterdir()):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1024:.0f} kB")
