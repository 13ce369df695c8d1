"""A value that is cut off, rounded or kept in too small a type never passes: cases go far out wherever it counts.

Each argument, each variable and each calculation in the course's own solution is narrowed, one at a time. Either the
exercise's cases show it, or it makes no difference to a right answer: :data:`HARMLESS` says where, and why.
"""

import ast
import functools
import re
import warnings

import numpy as np
import pytest

from grader.checking.calling import LocalSubject
from grader.checking.climb import climb
from grader.exercises import exercise, exercises
from grader.given import given, text
from grader.vectors import load, make


def _fraction(value):
    return isinstance(value, float) or _kind(value) == "f"


def _whole(value):
    return type(value) is int or _kind(value) in ("i", "u")


def _kind(value):
    """The kind of numbers an array or a tensor holds, as numpy's letter; "" of anything else."""
    if isinstance(value, np.ndarray | np.generic):
        return value.dtype.kind
    if hasattr(value, "is_floating_point"):
        return "f" if value.is_floating_point() else "b" if "bool" in str(value.dtype) else "i"
    return ""


def _cut_off(bound):
    return lambda value: value.clip(-bound, bound) if _kind(value) else type(value)(np.clip(value, -bound, bound))


def _to_two_digits(value):
    return value.round(decimals=2) if _kind(value) else round(value, 2)


def _in_type(name):
    def narrowed(value):
        if hasattr(value, "detach"):
            import torch

            return value.to(getattr(torch, name)).to(value.dtype)
        if _kind(value):
            return value.astype(name).astype(value.dtype)
        return type(value)(np.array(value).astype(name))

    return narrowed


# How a value is narrowed: (of what, the function).
NARROWINGS = {
    **{f"cut off at {bound}": (_fraction, _cut_off(bound)) for bound in (3, 100, 700)},
    "to two digits": (_fraction, _to_two_digits),
    **{f"in {name}": (_fraction, _in_type(name)) for name in ("float32", "float16")},
    **{f"in {name}": (_whole, _in_type(name)) for name in ("int8", "uint8", "int16", "int32")},
}

PLACES = 4  # of a solution, in a sample
CUT_OFF, FLOATS, SIZES = "cut off.*", "cut off.*|to two digits|in float.*", "in uint8|in int16|in int32"

# (exercises; what is narrowed and how, patterns that have to fit all of it; why nothing is wrong with it).
HARMLESS = (
    ("masked_softmax attend", "mask", FLOATS, "zeros and ones"),
    ("masked_softmax", r"e|e / .*|np\.exp\(.*", CUT_OFF, "never beyond 1"),
    ("masked_softmax", r"np\.maximum\(.*|e\.sum\(.*", "cut off at [17]00", "no more than there are places"),
    ("masked_softmax", r"low - .*", "cut off at [17]00", "the exponential of -100 is next to nothing"),
    ("attend", r"weights|masked_softmax\(.*", CUT_OFF, "never beyond 1"),
    ("attend_backward", r"weights(\.transpose\([^)]*\))?", CUT_OFF, "never beyond 1"),
    ("decoder_inputs", r"len\(targets\)", "in u?int.*", "a size: a batch of hundreds would take room"),
    ("decoder_inputs edit_distance", "-1", "in int.*", "a whole number that is written down"),
    (
        "greedy_decode",
        r"bos|eos|ids(, again)?|np\.(stack|where|argmax|full)\(.*",
        "in int(16|32)",
        "32768 words would take megabytes",
    ),
    ("greedy_decode", "T", "in int(16|32)", "a step: 32768 words would take minutes"),
    ("greedy_decode", "t", "in u?int.*", "not used"),
    ("greedy_decode", r"len\(.*", "in u?int.*", "a size: a batch of hundreds would take room"),
    ("greedy_decode", r"state(, again)?|step\(.*", "in float.*", "it only chooses: no two words are so near"),
    ("greedy_decode", "logits", "cut off at [17]00|in float32", "it only chooses: no two words are so near"),
    (
        "edit_distance",
        r"row(, again)?|last|i|j( - 1)?|min\(.*|(last|row)\[.*|len\(b\).*|list\(.*",
        "in int(16|32)",
        "32768 words would take hours",
    ),
    ("bleu", r"c|r|sum\(.*|(max\()?len\(.*", "in int(16|32)", "32768 words would take room"),
    ("bleu", "n( - 1)?", "in u?int.*", "from 0 to 4"),
    ("bleu", r"matches\.min\(\)", FLOATS, "it only says whether there is a 0"),
    ("bleu", r"min\(.*|np\.exp\(.*|matches / totals", CUT_OFF, "never beyond 1"),
    ("bleu", r"np\.(mean|log)\(.*|(1 - )?r / c", "cut off at [17]00", "the exponential of -100 is next to nothing"),
    ("sigmoid", r"e|1 \+ e|np\.exp\(.*|np\.where\(.*", CUT_OFF, "never beyond 2"),
    ("sigmoid", r"z|-?np\.abs\(z\)", "cut off at [17]00", "from 40 on a sigmoid is within 1e-17 of its ends"),
    ("sigmoid_slope", r"-?z", "cut off at [17]00", "from 40 on the slope is below 1e-17"),
    ("sigmoid_slope", r"s|sigmoid\(.*|s \* .*", CUT_OFF, "never beyond 1"),
    ("step_jacobian", r"h|h \* h|slope|1 - h \* h", CUT_OFF, "never beyond 1"),
    ("step_jacobian", r"D|len\(W\)( - D)?", SIZES, "a size: twice the inputs would take room"),
    ("gradient_norms", r"hs.*|1 - hs.*", CUT_OFF, "never beyond 1"),
    ("gradient_norms", r"H|hs\.shape.*", SIZES, "a size: twice the units would take room"),
    ("step_jacobian", r"len\(W\) - D", "in int8", "a size: its square is in the answer"),
    ("gradient_norms", "-1", "in int.*", "a whole number that is written down"),
    ("gradient_norms", "t", SIZES, "a step: they are some hundreds"),
    (
        "one_hot",
        r"ids|num_classes|classes|np\.arange\(.*",
        "in int(16|32)",
        "classes: 32768 of them would take megabytes",
    ),
    ("one_hot", r"\(ids.*", FLOATS, "zeros and ones"),
    (
        "candidate input_gate forget_gate output_gate rnn_step",
        r"h_prev|(np\.tanh|sigmoid)\(.*",
        CUT_OFF,
        "never beyond 1",
    ),
    ("rnn_step", r"hx @ W \+ b", "cut off at [17]00", "from 40 on tanh is at its ends, to the last digit"),
    ("rnn", r"rnn_step\(.*|h, again|np\.stack\(.*", CUT_OFF, "never beyond 1"),
    ("rnn rnn_backward", "t", SIZES, "a step: they are some hundreds"),
    ("embed embed_backward", "ids", "in int(16|32)", "32768 words would take megabytes"),
    ("cross_entropy cross_entropy_backward", "targets", "in int(16|32)", "32768 words would take megabytes"),
    ("cross_entropy cross_entropy_backward", "mask", FLOATS, "zeros and ones"),
    (
        "cross_entropy cross_entropy_backward",
        r"count|(max\()?mask\.sum\(\)(, 1\))?",
        r"to two digits|in float.*|in int(16|32)",
        "whole numbers: a batch of thousands of words would take megabytes",
    ),
    ("cross_entropy", r"max\(mask.*", "in u?int.*", "1, where nothing counts; elsewhere it is none of these"),
    ("softmax", r"e|np\.exp\(.*|e / .*", CUT_OFF, "never beyond 1"),
    ("softmax", r"logits - logits.*", "cut off at [17]00", "exp(-100) is nothing beside the largest, which is 1"),
    (
        "softmax cross_entropy",
        r"logits\.max\(.*",
        "to two digits|in float.*",
        "any number near it may be taken off all the logits of a step",
    ),
    ("cross_entropy", r"np\.exp\(shifted\)", CUT_OFF, "never beyond 1"),
    ("cross_entropy", r"np\.log\(.*", "cut off at [17]00", "the log of how many words there are, at the most"),
    ("cross_entropy_backward", r"p|softmax\(.*|p - y|\(p - y\).*", CUT_OFF, "never beyond 1"),
    ("cross_entropy_backward", r"y|one_hot\(.*", FLOATS, "zeros and ones"),
    ("numerical_gradient", "x", "in int.*", "it is how far one steps from them that matters: they are few and small"),
    ("numerical_gradient", "h", "cut off.*|in float.*", "another small step gives the same slope"),
    ("numerical_gradient", r"2 \* h", "cut off at [17]00|in float32", "a small number; rounding makes more of a slope"),
    ("numerical_gradient", "k(, again)?", "in u?int.*", "a place in an array"),
    ("rnn_step_backward", r"h|h \* h|1 - h \* h", CUT_OFF, "never beyond 1"),
    ("rnn_step_backward", "H", SIZES + "|in int8", "a size: hundreds of units would take megabytes"),
    ("rnn_backward", r"len\(cache\)", SIZES, "a number of steps: some hundreds"),
    ("rnn_backward", "-1", "in int.*", "a whole number that is written down"),
    ("lstm_step_backward", r"[ifgos]|np\.tanh\(c\)|1 - [ifo]|(1 - )?([gs]) \* \2", CUT_OFF, "never beyond 1"),
    ("lstm_step_backward", "c", "cut off at [17]00", "from 20 on tanh is at its ends, to the last digit"),
    ("lstm_step_backward", "H", SIZES + "|in int8", "a size: hundreds of cells would take megabytes"),
    (
        "lstm_1997_step coupled_step peephole_step",
        r"[ifgo]|1 - f|sigmoid\(.*|np\.tanh\(.*|(i|\(1 - f\)) \* g|o \* np.*",
        CUT_OFF,
        "never beyond 1",
    ),
    (
        "lstm_1997_step coupled_step",
        r"z|np\.concatenate\(.* @ W \+ b",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    ("peephole_step", r"z\[.* \+ p_.*", "cut off at [17]00", "from 40 on a sigmoid is at its ends, to the last digit"),
    ("lstm_1997_step coupled_step peephole_step gru_step", "H", SIZES, "a size: twice the cells would take a megabyte"),
    (
        "lstm_1997_step coupled_step peephole_step gru_step",
        r"\d \* H",
        "in int(16|32)",
        "a size: a hundred times the cells would take gigabytes",
    ),
    ("gru_step", r"[rzn]|(\()?1 - z(\) \* n)?|sigmoid\(.*|np\.tanh\(.*", CUT_OFF, "never beyond 1"),
    (
        "gru_step",
        r"from_x\[.* \+ (from_h|r \* q).*",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    ("gru", "t", SIZES, "a step: they are some hundreds"),
    ("gru_step_backward", r"[rzn]|1 - [rz]|(1 - )?n \* n", CUT_OFF, "never beyond 1"),
    ("gru_step_backward", "H", SIZES + "|in int8", "a size: hundreds of units would take megabytes"),
    ("carousel", r"fs|slopes(, again)?|slopes\[.*|np\.ones\(.*", CUT_OFF, "never beyond 1"),
    ("carousel", r"slopes|np\.ones\(.*", FLOATS, "ones"),
    ("carousel", r"t|t \+ 1|fs\.shape\[1\] - 1", "in int(16|32)", "a step: they are some hundreds"),
    ("carousel", "t, again", "in u?int.*", "not used any more"),
    ("lstm_backward", r"t|len\(cache\)", SIZES, "a step: they are some hundreds"),
    ("lstm_backward", "-1", "in int.*", "a whole number that is written down"),
    ("accuracy_by_step", r"mask|right|\(logits.*", FLOATS, "zeros and ones"),
    ("accuracy_by_step", r"right\.sum\(axis=0\) / .*", CUT_OFF, "never beyond 1"),
    (
        "accuracy_by_step",
        r"(right|mask)\.sum\(axis=0\)|np\.maximum\(.*",
        "to two digits|in float32",
        "whole numbers: a batch of millions of sequences would take megabytes",
    ),
    ("accuracy_by_step", r"targets|logits\.argmax\(.*", "in int(16|32)", "32768 classes would take megabytes"),
    ("nearest_state", "known_states", "in int32", "a state's number: no automaton has 2 ** 31 of them"),
    (
        "nearest_state",
        r"nearest|.*\.argmin\(.*",
        "in int(16|32)",
        "a place among the known ones: the differences to 32768 of them would take megabytes",
    ),
    ("stream_batches", "N|T", "in int16", "a size of a batch: with tens of thousands none could be trained on"),
    ("stream_batches", r"ids.*|whole|inputs|targets|streams.*", "in int32", "no vocabulary has 2 ** 31 ids"),
    (
        "stream_batches",
        r"[NTPB]|\(?len\(ids\).*|[NBP] (\*|//) [PT]( \+ 1)?",
        "in int32",
        "2 ** 31 ids would take gigabytes",
    ),
    ("init_lstm", r"k(, again)?|k \+ 1", "in u?int.*", "0 to 4"),
    ("init_lstm", r"D|H \+ D", "in int(16|32)", "a size: 32768 inputs would take megabytes"),
    ("init_lstm", r"(2 \* )?H(, again)?", "in u?int.*", "a size: three times the cells would take a megabyte"),
    ("init_lstm", r"(4|k|\(k \+ 1\)) \* H", SIZES, "a size: three times the cells would take a megabyte"),
    ("init_lstm", r"W(, again)?|rng\.normal\(size=\(H \+ D.*", CUT_OFF, "hardly any is drawn beyond 3"),
    ("init_lstm", r"W|rng\.normal\(size=\(H \+ D.*", "in float32", "what is drawn is as good with seven digits"),
    ("init_lstm", r"rng\.normal\(size=\(H, H.*", FLOATS, "what qr makes of it is orthogonal in any case"),
    ("init_lstm", r"np\.sqrt\(D\)", "cut off at [17]00", "10000 inputs would take megabytes"),
    (
        "init_lstm",
        r"np\.sqrt\(D\)",
        "to two digits|in float.*",
        "a deviation that is off by less than a hundredth: thousands of draws do not show it",
    ),
    ("apply_temperature", r"e|np\.exp\(.*|e / .*", CUT_OFF, "never beyond 1"),
    ("apply_temperature", r"z - z\.max\(.*", "cut off at [17]00", "an exponential of -100 is 1e-44"),
    (
        "apply_temperature",
        r"z\.max\(.*",
        "to two digits|in float.*",
        "what is taken off cancels, and is near enough for no exponential to overflow",
    ),
    ("apply_temperature", "temperature", "in int(16|32)", "above 32768 degrees all words are alike to four digits"),
    ("top_k top_p", r"probs|ordered|least|kept|p|ahead|np\..*|probs \* .*|kept\b.*", CUT_OFF, "never beyond 1"),
    ("top_k", "-?k", "in int(16|32)", "32768 words would take megabytes"),
    ("top_p", r"needed( - 1)?|np\.sum\(.*", "in int(16|32)", "32768 words would take megabytes"),
    ("top_p", r"len\(probs\)|np\.arange\(.*", "in u?int.*", "a size of a batch: hundreds of rows would take megabytes"),
    ("top_p sample", "-1", "in int.*", "a whole number that is written down"),
    ("sample", r"probs|u|cumulative(, again)?|np\.cumsum\(.*|cumulative / .*", CUT_OFF, "never beyond 1"),
    ("sample", r"np\.argmax\(.*", "in int(16|32)", "32768 words would take megabytes"),
    ("generate", r"start|ids(, again)?|np\.stack\(.*|sample\(.*", "in int(16|32)", "32768 words would take megabytes"),
    ("generate", "T|t", "in int(16|32)", "a step: 32768 words would take minutes"),
    ("generate", "us|probs", CUT_OFF, "never beyond 1"),
    (
        "beam_search",
        r"start|eos|kept|unfinished(, again)?|ids(, again)?|np\.array\(.*|max\(.*",
        "in int(16|32)",
        "32768 words would take megabytes",
    ),
    ("beam_search", r"T( - 1)?|t|len\(.*", SIZES, "a step: hundreds of them take seconds"),
    ("beam_search", "width", "in u?int.*", "a width: hundreds of texts at once take seconds"),
    ("beam_search", "_", FLOATS, "not used"),
    ("beam_search", "-1", "in int.*", "a whole number that is written down"),
    ("beam_search", "probs", CUT_OFF, "never beyond 1"),
    (
        "beam_search",
        r"np\.log\(p\)|total / len\(ids\)|one\[0\] / .*",
        "cut off at [17]00",
        "a word of probability 1e-44 is never kept",
    ),
    ("beam_search", r"one\[0\] / .*", "in float.*", "it only chooses: no two means of the cases are so near"),
    ("train_step", "mask", FLOATS, "zeros and ones"),
    ("train_step", "hs", CUT_OFF, "never beyond 1"),
    ("train_step", "_(, again)?", FLOATS, "not used"),
    ("train_step", "-1", "in int.*", "a whole number that is written down"),
    ("train_step", "batch|targets", "in int(16|32)", "32768 classes would take megabytes"),
    ("train_step", r"adam|new_adam, again|adam_step\(.*", "in int32", "2 ** 31 steps would take years"),
    ("dropout", r"p|1 - p|rng\.random\(.*", CUT_OFF, "never beyond 1"),
    ("dropout", r"np\.ones\(.*", FLOATS, "ones"),
    (
        "dropout",
        r"rng\.random\(.*",
        "in float.*",
        "what is drawn is compared with p: a share that is off by a few ten-thousandths may be chance",
    ),
    ("adam_step", r"beta[12](\*\*t)?|1 - beta.*", CUT_OFF, "never beyond 1"),
    ("adam_step", r't|state|state\["t"\] \+ 1', "in int32", "2 ** 31 steps would take years"),
    ("shift cell_correlation", "-1", "in int.*", "a whole number that is written down"),
    ("nll_per_token", "targets", "in int(16|32)", "32768 words would take megabytes"),
    ("nll_per_token", "mask", FLOATS, "zeros and ones"),
    (
        "nll_per_token",
        r"logits\.max\(.*",
        "to two digits|in float.*|cut off at 700",
        "any number near it may be taken off all the logits of a step",
    ),
    ("nll_per_token", r"np\.exp\(shifted\)", CUT_OFF, "never beyond 1"),
    (
        "nll_per_token",
        r"np\.(log\(np\.)?exp\(shifted\)\.sum\(.*",
        "cut off at [17]00",
        "how many words there are, at the most, or its log",
    ),
    ("siamese_similarity", r"\(u \* v\)\.sum\(axis=1\) / .*", CUT_OFF, "a cosine: never beyond 1"),
    (
        "contrastive_loss",
        r"s|margin|1 - s|s - margin|np\.maximum\(.*|push|\(1 - labels\) .*",
        CUT_OFF,
        "cosines and their margin: never beyond 3",
    ),
    (
        "contrastive_loss",
        r"(labels \* )?\(1 - s\) \*\* 2|pull|pull \+ push|\(pull \+ push\)\.mean\(\)",
        "cut off at [17]00",
        "never beyond 4",
    ),
    (
        "contrastive_backward",
        r"d?s(, again)?|margin|1 - s|s - margin|(siamese|np\.max|2 / len).*|(\(1 - )?labels\)? \* .*",
        CUT_OFF,
        "cosines, their margin and their slopes: never beyond 3",
    ),
    ("contrastive_backward", r"[ab]|[uv] / length_[uv]|s \* [ab]|[ab] - s \* [ab]", CUT_OFF, "never beyond 2"),
    ("contrastive_loss contrastive_backward auc", r"labels|1 - labels", "in u?int.*", "zeros and ones"),
    (
        "contrastive_backward",
        r"len\(s\)",
        "in u?int.*",
        "a number of pairs: hundreds of them would take long to look at",
    ),
    ("auc", r"(won \+ )?0\.5 \* tied", FLOATS, "0, a half or 1"),
    ("auc", r"\(won \+ 0\.5 \* tied\)\.mean\(\)", CUT_OFF, "a share: never beyond 1"),
    ("bits_per_token perplexity", "masks", FLOATS, "zeros and ones"),
    (
        "bits_per_token perplexity",
        r"count|mask\.sum\(\)|sum\(mask.*|max\(count, 1\)",
        "to two digits|in float.*",
        "whole numbers: thousands of tokens would take megabytes",
    ),
    ("bits_per_token perplexity", r"max\(count, 1\)", "in u?int.*", "1, where nothing counts; elsewhere it is a float"),
    ("bits_per_token", r"np\.log\(2\)", CUT_OFF, "0.69"),
    ("perplexity", r"total / max\(count, 1\)", "cut off at 700", "the exponential of 710 is no float64 any more"),
    ("cell_correlation", r"np\.where\(moves, wanted.*, 1\)", CUT_OFF, "never beyond 1"),
    (
        "cell_correlation",
        r"cells\.mean\(axis=0\)|feature\.mean\(\)",
        "in float32",
        "of what a mean is off by nothing is left above the bar, and below it the square",
    ),
    ("cell_correlation", r"np\.ptp\(.*", "cut off.*|in float.*", "asked is only whether it is 0"),
    ("cell_correlation", r"np\.ptp\(feature\)", "to two digits", "asked is only whether it is 0"),
    ("sc_lstm_step", r"h_prev|[ifgorh]|sigmoid\(.*|np\.tanh\(.*|i \* g|o \* .*", CUT_OFF, "never beyond 1"),
    (
        "sc_lstm_step",
        r"z|hx @ W(_r)? \+ b(_r)?",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    ("sc_lstm_step", r"d @ W_d", "cut off at [17]00", "from 20 on tanh is at its ends, to the last digit"),
    ("sc_lstm_step", r"H|\d \* H", SIZES + "|in int8", "a size: twice the cells would take a megabyte"),
    ("lm_loss_and_grads", r"ids|inputs|targets|shift\(.*", "in int(16|32)", "32768 words would take megabytes"),
    ("lm_loss_and_grads", "h0|hs", CUT_OFF, "never beyond 1"),
    ("lm_loss_and_grads", "dV|db_y", CUT_OFF, "of a mean loss: never beyond 1"),
    ("lm_loss_and_grads", r"mask|np\.ones\(.*", FLOATS, "ones"),
    ("lm_loss_and_grads", "-1", "in int.*", "a whole number that is written down"),
    ("lm_loss_and_grads", r"dlogits|cross_entropy_backward\(.*", CUT_OFF, "never beyond 1"),
    ("lm_loss_and_grads", "_(, again)?", FLOATS, "not used"),
    ("lm_loss_and_grads", r"len\(params.*", "in int(16|32)", "32768 words would take megabytes"),
    (
        "gradient_check",
        ".*",
        "in float32",
        "differences are rounded themselves: five digits of the error are asked for",
    ),
    ("gradient_check", r".* / scale", CUT_OFF, "never beyond 2"),
    ("embed_backward", "num_embeddings", "in int(16|32)", "32768 words would take megabytes"),
    ("clip_by_norm", r"max_norm / norm.*|scale", CUT_OFF, "never beyond 1"),
    (
        "candidate input_gate forget_gate output_gate",
        r"hx @ W \+ b",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are within 1e-17 of their ends",
    ),
    ("leaky_update", r"alpha|g|1 - alpha|\(1 - alpha\) \* g", CUT_OFF, "never beyond 1"),
    ("cell_update", r"[ifg]|i \* g", CUT_OFF, "never beyond 1"),
    ("hidden_update", r"o|np\.tanh\(c\)|o \* .*", CUT_OFF, "never beyond 1"),
    ("hidden_update", "c", "cut off at [17]00", "from 40 on tanh is at its ends, to the last digit"),
    ("lstm_step", r"h_prev|[ifgoh]|sigmoid\(.*|np\.tanh\(.*|i \* g|o \* .*", CUT_OFF, "never beyond 1"),
    (
        "lstm_step",
        r"z|hx @ W \+ b",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    ("lstm_step", "H", SIZES, "a size: twice the cells would take a megabyte"),
    ("lstm_step", r"\d \* H", "in int(16|32)", "a size: a hundred times the cells would take gigabytes"),
    ("lstm", r"h(, again)?|h0|np\.stack\(.*", CUT_OFF, "never beyond 1"),
    ("lstm", "step_cache", FLOATS, "no test looks into a cache"),
    ("lstm", "t", SIZES, "a step: they are some hundreds"),
    ("num_parameters", r"D|H|4 \* H|H \+ D( \+ 1)?", "in int32", "a size; only their product is larger"),
    ("to_torch", r"D|H|len\(W\)( - D)?", SIZES, "a size: twice the cells would take a megabyte"),
    (
        "lstm_torch lstm_hoisted lstm_masked lstm_mixed",
        r"h0?|h, again|h_new|torch\.(sigmoid|tanh)\(\w+\)|torch\.sigmoid\(z_[io]\) \* .*|torch\.stack\(.*",
        CUT_OFF,
        "never beyond 1",
    ),
    ("lstm_masked", r"torch\.where\(real, h.*", CUT_OFF, "never beyond 1"),
    (
        "lstm_torch lstm_hoisted lstm_masked",
        r"z|z_[ifgo]|z\.chunk\(.*|z_x \+ h @ W_h|.* @ W \+ b",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    (
        "lstm_mixed",
        r"z|z_[ifgo]|z\.chunk\(.*|.* \+ b",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    ("lstm_mixed", "h, again", "in float16", "more digits than are asked"),
    ("lstm_mixed", "z_g", "cut off at 3", "tanh(3) is 1 to the two digits that are asked"),
    ("lstm_mixed", ".*", "in float32", "the arguments are float32's"),
    (
        "lstm_mixed",
        r"h0?|c0|c|b|z|z_[ifgo]|z\.chunk\(.*|.*hx @ W_low.*|torch\.(sigmoid\(z_o|tanh\().*|torch\.stack\(.*",
        "to two digits",
        "two digits are asked, as bfloat16 has them; what many steps add up is another matter",
    ),
    (
        "lstm_mixed",
        r"h0?|c0?|z|z_[ifgo]|z\.chunk\(.*|.*\) \+ b|torch\.(sigmoid\(z_[io]\).*|(sigmoid|tanh)\(\w+\)|stack\(.*)",
        "in float16",
        "two digits are asked, and float16 has three",
    ),
    ("lstm_masked", "t", "in int16|in int32", "a step: they are some hundreds"),
    ("lstm_masked", "lengths", "in int16|in int32", "a number of steps: some hundreds"),
    ("input_product", r"H|W\.shape\[1\] // 4", SIZES, "a size: twice the cells would take a megabyte"),
    ("fused_step_backward", r"[ifgos]|torch\.(sigmoid|tanh)\(.*|i \* g|1 - .*|([gs]) \* \2", CUT_OFF, "never beyond 1"),
    (
        "fused_step_backward",
        r"z|z_[ifgo]|z\.chunk\(.*|f \* c_prev( \+ i \* g)?",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    ("gate_tile", "H", SIZES, "a size: twice the cells would take megabytes"),
    ("gate_tile", "gate", "in u?int.*", "0 to 3"),
    (
        "gate_tile",
        r"size|places|r|k|torch\.arange\(.*|gate \* H|4 \* H",
        "in int(16|32)",
        "a size: a hundred times the cells would take gigabytes",
    ),
    ("masked_mean", "mask", FLOATS, "zeros and ones"),
    (
        "masked_mean",
        r"count|mask\.sum\(.*|np\.maximum\(count, 1\)",
        "cut off at 700|to two digits|in float.*",
        "whole numbers, some hundreds at the most: all of these hold them as they are",
    ),
    (
        "last_valid",
        r"rows|np\.arange\(len\(hs\)\)|len\(hs\)|lengths( - 1)?",
        "in int(16|32)",
        "a number of texts or of steps: some hundreds",
    ),
    ("saliency", r"size / np\.where\(.*", CUT_OFF, "a share: never beyond 1"),
    (
        "copy_distribution",
        r"p_vocab|attention|p_gen|g|copied|attention @ stands|.* \* (p_vocab|copied)|1 - g",
        CUT_OFF,
        "never beyond 1",
    ),
    ("copy_distribution", r"stands|np\.eye\(.*", FLOATS, "zeros and ones"),
    ("copy_distribution", "ids", "in int(16|32)", "32768 words would take megabytes"),
    ("rouge_l", "candidate|reference", "in int(16|32)", "32768 words would take megabytes"),
    (
        "rouge_l",
        r"[LM]|[LM] \+ [1M]|max\([LM].*|len\(.*|[ij](, again| \+ 1)?",
        "in int(16|32)",
        "a text of some hundreds of words",
    ),
    (
        "rouge_l",
        r"longest\[i, j\] \+ 1|max\(longest.*|common|2 \* common",
        "cut off at 700|to two digits|in float.*",
        "whole numbers, some hundreds",
    ),
    ("rouge_l", "longest, again", "cut off at 700|to two digits|in float.*", "whole numbers, some hundreds"),
    ("rouge_l", "j, again", "in u?int8", "not used any more in this round"),
    ("rouge_l", r"precision|recall|f|(2 \* )?common / .*", CUT_OFF, "never beyond 1"),
    ("reverse_sequences", "-1", "in int.*", "a whole number that is written down"),
    ("reverse_sequences", r"n(, again)?|length, again", "in u?int.*", "a row, or not used any more"),
    (
        "reverse_sequences bidirectional",
        r"lengths?|np\.arange\(xs\.shape\[1\]\)",
        "in int(16|32)",
        "a number of steps: some hundreds",
    ),
    ("variational_dropout_mask", r"p|1 - p|rng\.random\(.*", CUT_OFF, "never beyond 1"),
    (
        "variational_dropout_mask",
        r"rng\.random\(.*",
        "in float.*",
        "what is drawn is compared with p: a share that is off by a few ten-thousandths may be chance",
    ),
    ("variational_dropout_mask", "[NTD]", "in int(16|32)", "a size: 32768 steps would take megabytes"),
    ("tree_lstm_node", r"[ifgoh]|sigmoid\(.*|np\.tanh\(.*|i \* g|o \* .*", CUT_OFF, "never beyond 1"),
    (
        "tree_lstm_node",
        r"z|np\.concatenate\(.* \+ b|from_x\[.*\] \+ from_h",
        "cut off at [17]00",
        "from 40 on sigmoid and tanh are at their ends, to the last digit",
    ),
    ("tree_lstm_node", r"H|len\(b\) // 4", SIZES, "a size: twice the cells would take a megabyte"),
    ("tree_lstm_node", r"len\(b\)|\d \* H", "in int(16|32)", "a size: a hundred times the cells would take gigabytes"),
    (
        "tree_lstm",
        r"children|N|len\(xs\)|below|child|root|n \+ 1",
        "in int(16|32)",
        "a row: 32768 nodes would take megabytes",
    ),
    ("tree_lstm", r"n(, again)?", "in u?int.*", "not used any more"),
    ("tree_lstm", r"H|len\(b\)( // 4)?", "in u?int.*", "a size: a node's own cases have many cells"),
    ("tree_lstm", "h", CUT_OFF, "never beyond 1"),
    ("tree_lstm", r"c|tree_lstm_node\(.*", "cut off at 700", "never beyond the number of nodes"),
    (
        "gate_tile",
        r"offsets|r \* \(4 \* H\).*|torch\.where\(inside, offsets, 0\)",
        "in int32",
        "a place: the memory would take gigabytes",
    ),
    ("naive_bayes", r"counts.*", "to two digits", "counts are whole numbers"),
    ("naive_bayes", "ids", "in int(16|32)", "32768 items would take megabytes"),
    ("naive_bayes", r"p|\(counts \+ 1\) / .*", CUT_OFF, "never beyond 1"),
    ("naive_bayes", r"evidence|np\.log\(p\).*", "cut off at [17]00", "no share is below e to the -100"),
    ("naive_bayes running_posterior", r"e|e / .*|np\.exp\(.*", CUT_OFF, "never beyond 1"),
    ("naive_bayes running_posterior", r"e\.sum\(.*", "cut off at [17]00", "at most as many as there are classes"),
    ("naive_bayes running_posterior", r"scores - .*|s - .*", "cut off at [17]00", "e to the -100 isn't seen beside 1"),
    (
        "naive_bayes running_posterior",
        r"scores\.max\(.*|s\.max\(.*",
        "to two digits|in float.*",
        "any number near it may be taken off",
    ),
    ("naive_bayes", r"scores\.max\(.*", "cut off at 700", "a number a hundred away from it may be taken off as well"),
    ("bio_spans viterbi", "-1", "in int.*", "a whole number that is written down"),
    (
        "bio_spans",
        "before",
        "in u?int.*",
        "at first it is the type of no span: -1, or another that no case begins with",
    ),
    ("bio_spans", r"tag % 2", "in u?int.*", "0 or 1"),
    ("bio_spans viterbi crf_log_likelihood", r"t|t [+-] 1", "in int(16|32)", "a step: they are some hundreds"),
    ("span_f1 crf_log_likelihood", "mask", FLOATS, "zeros and ones"),
    ("span_f1", r"mask\.sum\(axis=1\)", "to two digits|in float.*", "a number of words: some hundreds"),
    ("span_f1", r"n|length|mask\.sum.*int\)", "in int(16|32)", "a row, or a number of words: some hundreds"),
    ("span_f1", r"precision|recall|(2 \* )?right / .*", CUT_OFF, "never beyond 1"),
    (
        "span_f1",
        r"len\(.*|max\(.*|found \+ true|2 \* right",
        "in int(16|32)",
        "a number of spans: 32768 of them would take long",
    ),
    (
        "viterbi",
        r"path|pointers|len\(scores\)|best\.argmax\(\)|ways\.argmax.*|np\.array\(path.*",
        "in int(16|32)",
        "tags, or steps: 32768 tags would take gigabytes",
    ),
    ("crf_log_likelihood", "tags", "in int(16|32)", "32768 tags would take gigabytes"),
    ("crf_log_likelihood", r"rows|len\(scores\)|np\.arange.*", "in int(16|32)", "sequences: some hundreds"),
)

# What goes one way on one draw and the other way on another: (exercise; what is narrowed and how; why).
AT_THE_EDGE = (
    ("lstm_mixed", "h, again", "to two digits", "a hundredth is what bfloat16 keeps of a hidden state near 1"),
    ("beam_search", "one[0] / len(one[1])", "to two digits", "it only chooses: two means would have to be as near"),
    ("greedy_decode", "logits", "in float16", "it only chooses: two words would have to be as near"),
    ("greedy_decode", "state", "to two digits", "it only chooses: two words would have to be as near"),
    ("top_p", "p", "in float32", "it only chooses: a sum would have to lie between p and its seven digits"),
    ("bio_spans", "-1", "in uint8", "255 is as good for the type of no span, and no index or axis at all"),
)


def sites(name):
    """(what is narrowed, the solution's text with ``_narrowed`` there) for everything in it that has a value."""
    source = text(name)
    function = ast.parse(source).body[0]
    lines = source.splitlines(keepends=True)
    starts = np.cumsum([0, *map(len, lines)])

    bound = set()

    def assigned(target, line, indent):
        for one in ast.walk(target):
            if isinstance(one, ast.Name):
                at = starts[line]
                again = ", again" * (one.id in bound)
                bound.add(one.id)
                yield one.id + again, f"{source[:at]}{' ' * indent}{one.id} = _narrowed({one.id})\n{source[at:]}"

    first = function.body[0]
    for argument in function.args.args:
        yield from assigned(ast.Name(argument.arg), first.lineno - 1, first.col_offset)
    for node in ast.walk(function):
        if isinstance(node, ast.BinOp | ast.Call | ast.UnaryOp):
            start, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
            yield source[start:end], f"{source[:start]}_narrowed({source[start:end]}){source[end:]}"
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                yield from assigned(target, node.end_lineno, node.col_offset)
        elif isinstance(node, ast.For):
            yield from assigned(node.target, node.body[0].lineno - 1, node.body[0].col_offset)


class Narrowed:
    """A narrowing, and whether it was ever given a value that it is for."""

    def __init__(self, how):
        (self.fits, self.narrow), self.met = NARROWINGS[how], False

    def __call__(self, value):
        """The value narrowed. Zeros stay what they are in any way: that an array begins with them is no matter."""
        if type(value) in (list, tuple):
            return type(value)(map(self, value))
        if type(value) is dict:
            return {key: self(item) for key, item in value.items()}
        if not self.fits(value) or not (bool((value != 0).any()) if _kind(value) else value):
            return value
        self.met = True
        return self.narrow(value)


def passes(name, function, vectors):
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return climb(LocalSubject(name, function), exercise(name), vectors, first_failure=True).passed


# What a test of functions computes with are numbers of its own choice, and any that tell are right.
JUDGED_BY_NUMBERS = [e.name for e in exercises() if list(e.arguments.values()) != ["a list of functions"]]


@pytest.mark.parametrize("name", JUDGED_BY_NUMBERS)
@pytest.mark.some(6)
def test_what_is_narrowed_fails_or_makes_no_difference(name, some, whole):
    """Of a sample of the places in the solution's text; of all of them in the long run."""
    shipped = sorted(load(name), key=lambda vector: "long" in vector.case.tags)
    short = [vector for vector in shipped if "long" not in vector.case.tags]
    allowed = {entry: set() for entry in HARMLESS if name in entry[0].split()}
    through = []
    for what, source in list(sites(name)) if whole else some(list(sites(name)), PLACES, name):
        for how in NARROWINGS:
            if any(name == one[0] and (what, how) == one[1:3] for one in AT_THE_EDGE):
                continue
            known = [entry for entry in allowed if re.fullmatch(entry[1], what) and re.fullmatch(entry[2], how)]
            narrowed = Narrowed(how)
            scope = dict(given(name).__globals__, _narrowed=narrowed)
            exec(compile(source, f"<{name}: {what} {how}>", "exec"), scope)
            passed = [passes(name, scope[name], vectors) for vectors in ([short] if known else [shipped, drawn(name)])]
            for entry in known if narrowed.met else ():
                allowed[entry].add(passed[0])
            if narrowed.met and any(passed) and not known:
                through.append(f"{what} {how}: passes on {sum(passed)} of {len(passed)} draws")
    assert not through, "\n".join(through)
    for entry, seen in allowed.items():
        assert seen <= {True}, f"{entry} is not harmless"
        assert seen or not whole, f"{entry}: there is no such thing"


@functools.cache
def drawn(name):
    """Vectors like a class's hidden ones."""
    return make.make_exercise(name, "a class")
