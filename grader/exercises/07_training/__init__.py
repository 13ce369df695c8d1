"""Unit 07: what it takes for an LSTM to learn, and the tasks of 1997 with one's own."""

from ..base import Unit

UNIT = Unit(
    name="07_training",
    title="Making it learn",
    exercises=(
        "init_lstm",
        "adam_step",
        "train_step",
        "accuracy_by_step",
        "nearest_state",
        "stream_batches",
        "dropout",
        "dropout_backward",
    ),
    gives="an LSTM that was trained by your own code, and your own table of 1997",
    needs="the LSTM's backward pass of unit 06; the loss and the clipping of units 01 and 02",
    minutes=240,
)
