"""Figures of the course: one palette, the cell's diagram as it grows, pictures of memory, and the gate console.

Importing this package imports neither torch nor nbgrader; ipywidgets is imported by
:func:`gate_console` alone, and matplotlib's backend is left as it is.
"""

from .console import gate_console
from .diagram import STAGES, cell_diagram, unrolled_diagram
from .memory import chip_diagram, launch_diagram, split_diagram, tile_diagram
from .palette import COLORS, style
from .show import show

__all__ = [
    "COLORS",
    "STAGES",
    "cell_diagram",
    "chip_diagram",
    "gate_console",
    "launch_diagram",
    "show",
    "split_diagram",
    "style",
    "tile_diagram",
    "unrolled_diagram",
]
