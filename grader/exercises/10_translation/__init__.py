"""Unit 10: one sequence into another, with an encoder, a decoder, and attention between them."""

from ..base import Unit

UNIT = Unit(
    name="10_translation",
    title="One sequence into another",
    part="III",
    exercises=(
        "edit_distance",
        "bleu",
        "decoder_inputs",
        "greedy_decode",
        "masked_softmax",
        "attend",
        "attend_backward",
    ),
    gives="a translator that looks back at what it translates, its attention drawn, and measures of how good it is",
    needs="the training of unit 07, the way back of unit 06, the loss and the readout of units 01 and 02",
    minutes=150,
)
