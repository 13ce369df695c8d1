"""Unit 01: a network with a memory, from words to a loss."""

from ..base import Unit

UNIT = Unit(
    name="01_rnn",
    title="The network with a memory",
    exercises=("embed", "rnn_step", "rnn", "readout", "softmax", "cross_entropy"),
    gives="a recurrent network that reads words one by one, and what its guess of the next word costs",
    needs="the axes of a batch and the one-hot vectors of unit 00",
    minutes=110,
)
