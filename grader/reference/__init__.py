"""What is right: every function of the course in PyTorch.

These are the oracle. The test vectors are computed from them in float64, and autograd through them
gives every gradient. They run on any device and in any dtype, twice differentiable, complex numbers
included, and they leave their arguments as they found them. Checking a learner's function never
imports them: it needs numpy and the vectors alone.

Conventions (batch first): ``x (N, D)``, ``xs (N, T, D)``, ``h, c (N, H)``; one gate ``W (H + D, H)``,
``b (H,)`` on the concatenation ``[h, x]``; a whole cell ``W (H + D, 4H)``, ``b (4H,)``, gates in the
order i, f, g, o. A tensor of the wrong shape is a ValueError that names the shape it has and the one
it should have.
"""

from .attention import attend, attend_backward, masked_softmax
from .backward import (
    clip_by_norm,
    cross_entropy_backward,
    embed_backward,
    numerical_gradient,
    readout_backward,
    rnn_backward,
    rnn_step_backward,
    sgd_step,
)
from .basics import one_hot, sigmoid
from .convert import from_torch, to_torch
from .entities import bio_spans, crf_log_likelihood, span_f1, viterbi
from .gates import candidate, cell_update, forget_gate, hidden_update, input_gate, leaky_update, output_gate
from .gpu import fused_step_backward, gate_tile, input_product, lstm_masked, lstm_mixed
from .gru import gru, gru_step, gru_step_backward
from .identification import naive_bayes, running_posterior
from .language import (
    bits_per_token,
    cell_correlation,
    lm_loss_and_grads,
    nll_per_token,
    perplexity,
    sc_lstm_step,
    shift,
)
from .layer import lstm, lstm_step, num_parameters, pack
from .layers import bidirectional, stacked
from .lengths import last, reverse
from .losses import cross_entropy, embed, readout, softmax
from .lstm_backward import carousel, gradient_check, lstm_backward, lstm_step_backward, separates
from .pairs import auc, contrastive_backward, contrastive_loss, siamese_similarity
from .rnn import rnn, rnn_step
from .sampling import apply_temperature, beam_search, generate, sample, top_k, top_p
from .sentiment import last_valid, masked_mean, saliency
from .summarisation import copy_distribution, rouge_l
from .training import (
    accuracy_by_step,
    adam_step,
    dropout,
    dropout_backward,
    init_lstm,
    nearest_state,
    stream_batches,
    train_step,
    variational_dropout_mask,
)
from .translation import bleu, decoder_inputs, edit_distance, greedy_decode
from .tree import tree_lstm, tree_lstm_node
from .vanishing import gradient_norms, sigmoid_slope, spectral_radius, step_jacobian
from .variants import coupled_step, lstm_1997_step, peephole_step

__all__ = [
    "accuracy_by_step",
    "adam_step",
    "apply_temperature",
    "attend",
    "attend_backward",
    "auc",
    "beam_search",
    "bidirectional",
    "bio_spans",
    "bits_per_token",
    "bleu",
    "candidate",
    "carousel",
    "cell_correlation",
    "cell_update",
    "clip_by_norm",
    "contrastive_backward",
    "contrastive_loss",
    "copy_distribution",
    "coupled_step",
    "crf_log_likelihood",
    "cross_entropy",
    "cross_entropy_backward",
    "decoder_inputs",
    "dropout",
    "dropout_backward",
    "edit_distance",
    "embed",
    "embed_backward",
    "forget_gate",
    "from_torch",
    "fused_step_backward",
    "gate_tile",
    "generate",
    "gradient_check",
    "gradient_norms",
    "greedy_decode",
    "gru",
    "gru_step",
    "gru_step_backward",
    "hidden_update",
    "init_lstm",
    "input_gate",
    "input_product",
    "last",
    "last_valid",
    "leaky_update",
    "lm_loss_and_grads",
    "lstm",
    "lstm_1997_step",
    "lstm_backward",
    "lstm_masked",
    "lstm_mixed",
    "lstm_step",
    "lstm_step_backward",
    "masked_mean",
    "masked_softmax",
    "naive_bayes",
    "nearest_state",
    "nll_per_token",
    "num_parameters",
    "numerical_gradient",
    "one_hot",
    "output_gate",
    "pack",
    "peephole_step",
    "perplexity",
    "readout",
    "readout_backward",
    "reverse",
    "rnn",
    "rnn_backward",
    "rnn_step",
    "rnn_step_backward",
    "rouge_l",
    "running_posterior",
    "saliency",
    "sample",
    "sc_lstm_step",
    "separates",
    "sgd_step",
    "shift",
    "siamese_similarity",
    "sigmoid",
    "sigmoid_slope",
    "softmax",
    "span_f1",
    "spectral_radius",
    "stacked",
    "step_jacobian",
    "stream_batches",
    "to_torch",
    "top_k",
    "top_p",
    "train_step",
    "tree_lstm",
    "tree_lstm_node",
    "variational_dropout_mask",
    "viterbi",
]
