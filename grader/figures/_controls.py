"""What one drags and types: a number field with a slider, and a place for the static picture where neither runs.

A typed number is kept as it was typed, a slid one as the slider's steps are written: no value is ever 0.1999999999.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

__all__ = ["Dial", "display_live", "playable", "side_by_side"]

_F = TypeVar("_F", bound=Callable[..., Any])


def playable(function: _F) -> _F:
    """Mark a function that displays something to drag or play with: the build asks for two in every unit."""
    function.playable = True  # type: ignore[attr-defined]  # functions have attributes; Callable doesn't say so
    return function


class Dial:
    """One number, shown by a field with its name and by a slider: ``row`` is what is displayed.

    Args:
        widgets: the module ipywidgets.
        label: the field's name, read aloud with it.
        low, high: the range. value: at the start.
        step: of the field's arrows; the slider goes in fifths of it, or in whole numbers where ``step`` is 1.
    """

    def __init__(self, widgets: Any, label: str, low: float, high: float, value: float, step: float = 0.05) -> None:
        whole = step == 1
        self._fine = 1 if whole else step / 5
        self._digits = 0 if whole else max(0, len(f"{self._fine:.10f}".rstrip("0").partition(".")[2]))
        reach = {"value": value, "min": low, "max": high}
        kinds = ("BoundedIntText", "IntSlider") if whole else ("BoundedFloatText", "FloatSlider")
        # A slider's handle has no accessible name in ipywidgets 8; a number field's label is tied to it.
        self.field = getattr(widgets, kinds[0])(
            **reach, step=step, description=label, style={"description_width": "125px"}, layout={"width": "210px"}
        )
        self.slider = getattr(widgets, kinds[1])(
            **reach,
            step=self._fine,
            readout=False,
            tooltip=f"{label}, from {low:g} to {high:g}",
            layout={"width": "190px", "margin": "2px 14px 2px 2px"},
        )
        self.row = widgets.HBox([self.field, self.slider])
        self._sliding = False
        self._listeners: list[Callable[[], Any]] = []
        self.field.observe(self._typed, names="value")
        self.slider.observe(self._slid, names="value")

    @property
    def value(self) -> Any:
        """The number, as typed or slid."""
        return self.field.value

    @value.setter
    def value(self, value: float) -> None:
        self.field.value = value

    def on_change(self, listener: Callable[[], Any]) -> None:
        """Call ``listener`` after every change."""
        self._listeners.append(listener)

    def _typed(self, change: Any) -> None:
        if not self._sliding:  # or a hand that slides would be moved back to where it was a moment ago
            self.slider.value = change["new"]
        for listener in self._listeners:
            listener()

    def _slid(self, change: Any) -> None:
        # A handle can only stand on a step. Where it stands beside a typed number, the number is right.
        if abs(change["new"] - self.field.value) > 0.51 * self._fine:
            self._sliding = True
            try:
                self.field.value = round(change["new"], self._digits)
            finally:
                self._sliding = False


def side_by_side(widgets: Any, left: Sequence[Any], right: Any) -> Any:
    """Controls, one under the other, beside what they move; under it where the page is narrow."""
    look = {"flex_flow": "row wrap", "align_items": "center"}
    return widgets.Box([widgets.VBox(list(left)), right], layout=look)


def display_live(make: Callable[[Any], Any], without: str) -> None:
    """Display what ``make(ipywidgets)`` builds; where ipywidgets isn't installed say so, and ``without``."""
    from IPython.display import display

    try:
        import ipywidgets
    except ImportError:
        print(f"The sliders need ipywidgets, which isn't installed here; {without}")
    else:
        display(make(ipywidgets))
