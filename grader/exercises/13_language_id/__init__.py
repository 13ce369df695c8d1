"""Unit 13: which language a text is in, letter by letter, and where counting is the better tool."""

from ..base import Unit

UNIT = Unit(
    name="13_language_id",
    title="Which language is it?",
    exercises=("naive_bayes", "running_posterior"),
    part="III",
    gives="a reader that says after every letter which of twelve languages it is, and what counting does better",
    needs="the training of unit 07, and the LSTM's way back of unit 06",
    minutes=60,
)
