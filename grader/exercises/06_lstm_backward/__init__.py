"""Unit 06: the gradients of the LSTM, through time, by hand; and what tells a right backward pass from a wrong one."""

from ..base import Unit

UNIT = Unit(
    name="06_lstm_backward",
    title="The error carousel",
    exercises=("carousel", "gradient_check", "lstm_step_backward", "lstm_backward", "separates"),
    gives="every gradient of an LSTM, computed by your own code, and a test that tells it from those that only learn",
    needs="the LSTM of unit 05; the way back through a plain RNN, of unit 02",
    minutes=240,
)
