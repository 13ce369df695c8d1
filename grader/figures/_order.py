"""The order of an LSTM's four blocks of columns, in this course and elsewhere: live, and as a picture."""

from __future__ import annotations

from typing import Any

from ._controls import display_live
from ._drawing import Drawing
from ._parts import FONT, canvas
from ._plots import Picture, block, picture
from ._sheet import listed
from .palette import COLORS, ink, mix

__all__ = ["ORDERS", "Orders", "orders_picture", "show_orders"]

# Who, and the order of the blocks. PyTorch: torch.nn.LSTM's documentation; Keras: keras.layers.LSTM's source; ONNX: its
# operator LSTM (g is called c); CS231n: its third assignment; TensorFlow 1: tf.nn.rnn_cell.BasicLSTMCell (g is j).
ORDERS = (
    ("this course, PyTorch, cuDNN and Keras", "ifgo"),
    ("ONNX", "iofg"),
    ("CS231n (Stanford) and Caffe", "ifog"),
    ("TensorFlow 1", "igfo"),
)
NAMES = {"i": "input gate", "f": "forget gate", "g": "candidate", "o": "output gate"}
OURS = ORDERS[0][1]


def _sentence(gate: str, H: int) -> str:
    """What our slice of a gate holds in each of the other orders."""
    k = OURS.index(gate)
    others = [f"{order[k]} in the order of {who}" for who, order in ORDERS[1:]]
    return f"z[:, {k * H}:{(k + 1) * H}] is our {NAMES[gate]}, {gate}. In these columns stands {listed(others)}."


def _svg(gate: str, H: int) -> str:
    side, left, top, row = 22.0, 280.0, 44.0, 46.0
    drawing = Drawing(left + 4 * H * side + 24, top + row * len(ORDERS) + 16, _sentence(gate, H))
    k = OURS.index(gate)
    x, wide = left + k * H * side, H * side
    drawing.text(x + wide / 2, 18, f"z[:, {k * H}:{(k + 1) * H}]", bold=True, color=ink(COLORS[gate]))
    for r, (who, order) in enumerate(ORDERS):
        y = top + r * row
        drawing.text(left - 12, y + 20, who, anchor="end")
        for q, name in enumerate(order):
            here, color = left + q * H * side, COLORS[name]
            drawing.rect(here, y, wide, 30, mix(color, "#FFFFFF", 0.45 if name == gate else 0.86))
            drawing.text(here + wide / 2, y + 20, name, size=15, bold=name == gate, color=ink(color, 7))
            for n in range(H + 1):
                drawing.line([(here + n * side, y), (here + n * side, y + 30)], "#FFFFFF", 1.2)
    drawing.rect(x - 2, 26, wide + 4, top + row * len(ORDERS) - 30, "none", "#222222", stroke_width=1.6)
    return str(drawing)


class Orders:
    """The live half: a gate to choose and a size. ``widget`` is what is displayed."""

    def __init__(self, widgets: Any) -> None:
        self.gate = widgets.Dropdown(options=[(f"{g}, the {NAMES[g]}", g) for g in OURS], value="f", description="gate")
        self.size = widgets.Dropdown(options=[1, 2, 3, 4], value=3, description="H")
        self.plot, self.words = widgets.HTML(), widgets.HTML()
        for control in (self.gate, self.size):
            control.observe(self.update, names="value")
        self.update()
        self.widget = widgets.VBox([widgets.HBox([self.gate, self.size]), self.plot, self.words])

    def update(self, _change: Any = None) -> None:
        """Draw the orders anew."""
        self.plot.value = _svg(self.gate.value, self.size.value)
        self.words.value = f"<div>{_sentence(self.gate.value, self.size.value)}</div>"


@picture
def orders_picture(gate: str = "f", H: int = 3) -> Picture:
    """Four rows of blocks, one for each order, with our slice of one gate marked in all of them."""
    fig, ax = canvas(24, 8.4, 8.2)
    left, top, row, wide = 10.6, 7.0, 1.6, H
    k = OURS.index(gate)
    for r, (who, order) in enumerate(ORDERS):
        y = top - r * row
        ax.text(left - 0.4, y - 0.5, who, ha="right", va="center", fontsize=10.5, **FONT)
        for q, name in enumerate(order):
            block(ax, (left + q * wide, y), (1, H), name, f"${name}$", dark=0.75 if name == gate else 0.25)
    x, bottom = left + k * wide, top - row * (len(ORDERS) - 1) - 1
    ax.plot([x, x + wide, x + wide, x, x], [bottom - 0.2] * 2 + [top + 0.2] * 2 + [bottom - 0.2], color=COLORS["x"])
    ax.text(x + wide / 2, top + 0.7, f"z[:, {k * H}:{(k + 1) * H}]", ha="center", color=ink(COLORS[gate]), **FONT)
    rows = "; ".join(f"{who}: {', '.join(order)}" for who, order in ORDERS)
    alt = f"A row of four blocks of columns for each order. {rows}. {_sentence(gate, H)}"
    return fig, alt, f"The columns that this course takes for {gate}, in four orders of the blocks. Drawn for H = {H}."


def show_orders() -> None:
    """Display the live picture, and the one that stands still."""
    display_live(lambda widgets: Orders(widgets).widget, "the picture shows one gate instead.")
    orders_picture()
