"""Unit 04: the RNN becomes an LSTM, one gate at a time."""

from ..base import Unit

UNIT = Unit(
    name="04_gates",
    title="Transforming the RNN into the LSTM, gate by gate",
    exercises=("candidate", "leaky_update", "input_gate", "forget_gate", "cell_update", "output_gate", "hidden_update"),
    gives="the three gates, the candidate and the two updates that an LSTM is made of, and what each is for",
    needs="the sigmoid of unit 00",
    minutes=90,
)
