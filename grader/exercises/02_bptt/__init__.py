"""Unit 02: the gradients of the plain RNN, through time, by hand; and what is done with them."""

from ..base import Unit

UNIT = Unit(
    name="02_bptt",
    title="Credit through time",
    exercises=(
        "numerical_gradient",
        "cross_entropy_backward",
        "readout_backward",
        "rnn_step_backward",
        "rnn_backward",
        "embed_backward",
        "sgd_step",
        "clip_by_norm",
    ),
    gives="every gradient of a plain RNN, computed by your own code and checked; a network that it trains",
    needs="the network of unit 01; derivatives and the chain rule",
    minutes=210,
)
