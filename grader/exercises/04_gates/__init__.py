"""Unit 04: the RNN becomes an LSTM, one gate at a time."""

from ..base import Unit

UNIT = Unit(
    name="04_gates",
    title="Transforming the RNN into the LSTM, gate by gate",
    exercises=("candidate", "leaky_update", "input_gate", "forget_gate", "cell_update", "output_gate", "hidden_update"),
)
