"""Unit 14: do two sentences say the same? One LSTM reads both."""

from ..base import Unit

UNIT = Unit(
    name="14_paraphrase",
    title="The same in other words",
    part="III",
    exercises=("siamese_similarity", "auc", "contrastive_loss", "contrastive_backward"),
    gives="an LSTM that reads two sentences and says whether they mean the same; how well a score tells them apart",
    needs="the LSTM of unit 05, its way back of unit 06, the training of unit 07",
    minutes=75,
)
