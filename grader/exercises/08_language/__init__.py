"""Unit 08: a language model, measured honestly, that writes, and one that says what it is told to."""

from ..base import Unit

UNIT = Unit(
    name="08_language",
    title="Predicting the next word",
    exercises=(
        "shift",
        "nll_per_token",
        "bits_per_token",
        "perplexity",
        "lm_loss_and_grads",
        "cell_correlation",
        "sample",
        "apply_temperature",
        "top_k",
        "top_p",
        "generate",
        "beam_search",
        "sc_lstm_step",
    ),
    part="II",
    gives="a language model of your own that beats the trigram on text it has never read, and that writes",
    needs="the training of unit 07, the way back of unit 06, the loss and the readout of units 01 and 02",
    minutes=300,
)
