"""Unit 12: a network that reads reviews, and says whether they are good or bad, and which words decided it."""

from ..base import Unit

UNIT = Unit(
    name="12_sentiment",
    title="Good or bad?",
    exercises=("masked_mean", "last_valid", "saliency"),
    part="III",
    gives="a network of yours that reads past negations and contrasts, and the words that decided, drawn over a text",
    needs="the training of unit 07; the LSTM of unit 05, its way back of unit 06, the loss and the readout of unit 01",
    minutes=65,
)
