"""Unit 09: the LSTM's relatives, from the cell of 1997 to the GRU, around the layers and up the trees."""

from ..base import Unit

UNIT = Unit(
    name="09_variants",
    title="The family",
    part="II",
    exercises=(
        "lstm_1997_step",
        "peephole_step",
        "coupled_step",
        "gru_step",
        "gru",
        "gru_step_backward",
        "reverse_sequences",
        "bidirectional",
        "stacked",
        "variational_dropout_mask",
        "tree_lstm_node",
        "tree_lstm",
    ),
    gives="the LSTM's relatives, each built, checked and compared: what a gate is good for, the GRU and trees",
    needs="the LSTM of unit 05, its way back of unit 06, the training of unit 07",
    minutes=270,
)
