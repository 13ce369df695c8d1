"""Unit 05: the LSTM, one packed step, a whole sequence, and the way to PyTorch and back."""

from ..base import Unit

UNIT = Unit(
    name="05_lstm",
    title="The LSTM",
    exercises=("pack", "lstm_step", "lstm", "num_parameters", "to_torch", "from_torch"),
    gives="the whole LSTM, one packed step and a sequence of any length; and its way to PyTorch and back",
    needs="the gates of unit 04",
    minutes=120,
)
