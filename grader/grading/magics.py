"""Cells that are no plain Python: IPython's magics, shell lines and help."""

from __future__ import annotations

import ast

__all__ = ["parse"]


def parse(source: str) -> ast.Module:
    """A cell of the instructor's as Python, as a notebook would read it; an empty module where it is no code at all.

    Plain Python is parsed as it is, and keeps its line numbers. Lines of a cell with magics may have others.
    """
    for read in (str, _transformed):
        try:
            return ast.parse(read(source))
        except (SyntaxError, ValueError):
            continue
    return ast.Module([], [])


def _transformed(source: str) -> str:
    """Without a cell magic above it, such as %%time, and with its other magics as calls."""
    from IPython.core.inputtransformer2 import TransformerManager  # which takes a while to load

    first, _, rest = source.lstrip().partition("\n")
    return TransformerManager().transform_cell(rest if first.startswith("%%") else source)
