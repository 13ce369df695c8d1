"""A language model's loss and all its gradients: every piece of the course in one function."""

import numpy as np

from ..base import Array, Arrays, Case, Exercise, Number, Part, slips
from ._draws import LARGE, LONG, language_model, single, spread, tokens

SHAPES = {"E": "(K, D)", "W": "(H + D, 4H)", "b": "(4H,)", "V": "(H, K)", "b_y": "(K,)"}


def _arguments(rng, N, T, K, D, H, **options):
    return {
        "params": language_model(rng, K, D, H, **options),
        "ids": tokens(rng, N, T + 1, K),
        "h0": np.tanh(rng.normal(size=(N, H))),
        "c0": rng.normal(size=(N, H)),
    }


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, K=5, D=4, H=1))
    yield Case("more cells", _arguments(rng, N=3, T=4, K=7, D=2, H=5))
    yield Case("more inputs than cells", _arguments(rng, N=4, T=2, K=6, D=5, H=3))
    fresh = _arguments(rng, N=3, T=5, K=6, D=2, H=4)
    yield Case("states of zeros", fresh | {"h0": np.zeros((3, 4)), "c0": np.zeros((3, 4))})
    often = _arguments(rng, N=3, T=6, K=9, D=2, H=4)
    often["ids"] = np.where(rng.random((3, 7)) < 0.6, 2, often["ids"])
    yield Case("a token that comes often", often)
    rare = _arguments(rng, N=2, T=5, K=12, D=3, H=4)
    rare["ids"] = 1 + rare["ids"] % 5
    yield Case("tokens that never come", rare)
    once = _arguments(rng, N=2, T=3, K=9, D=4, H=5)
    once["ids"][:, 0], once["ids"][:, 1:-1], once["ids"][:, -1] = 0, 3 + once["ids"][:, 1:-1] % 4, 8
    yield Case("a token that is only read, and one that is only asked for", once)
    yield Case("one step", _arguments(rng, N=3, T=1, K=6, D=4, H=2))
    yield Case("one row", _arguments(rng, N=1, T=5, K=7, D=3, H=4))
    yield Case("one cell, one number for each token", _arguments(rng, N=3, T=4, K=5, D=1, H=1))
    yield Case("one token", _arguments(rng, N=2, T=3, K=1, D=4, H=5))
    yield Case("as many of each", _arguments(rng, N=3, T=3, K=3, D=3, H=3))
    yield Case("as many cells as inputs", _arguments(rng, N=2, T=4, K=6, D=3, H=3))
    yield Case("strided", _arguments(rng, N=3, T=4, K=6, D=2, H=5), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=2, K=6, D=4, H=5)))
    turned = _arguments(rng, N=2, T=3, K=5, D=4, H=6)
    yield Case("params in another order", turned | {"params": dict(reversed(turned["params"].items()))})

    sure = _arguments(rng, N=2, T=4, K=5, D=3, H=6)
    sure["params"] |= {"V": spread(rng, 300, 900, (6, 5)), "b_y": spread(rng, 300, 900, (5,))}
    yield Case("large logits", sure, LARGE)
    steep = _arguments(rng, N=1, T=1, K=4, D=3, H=2)  # one step, sure and wrong: all slopes are large
    steep["ids"][:] = [[0, 1]]
    steep["params"]["V"] = rng.uniform(30_000, 90_000, size=(2, 4)) * np.array([1, -1, 1, 1])
    steep["params"]["b_y"] = rng.uniform(30_000, 90_000, size=4) * np.array([1, -1, 1, 1])
    steep["params"]["W"][2:] *= 20
    steep["params"]["E"] /= 20
    yield Case("steep", steep, LARGE)
    leaning = _arguments(rng, N=2, T=4, K=5, D=3, H=6)
    leaning["params"]["b_y"] = 900 + rng.normal(size=5)
    yield Case("logits all far up", leaning, LARGE)
    held = _arguments(rng, N=2, T=3, K=5, D=4, H=6)
    held["params"]["b"][6:12], held["params"]["b"][18:] = rng.uniform(40, 60, size=(2, 6))
    # Half of the cells are large: where all are, the gradients are the last digits of 1 - tanh(c)**2 alone.
    held["c0"][:, ::2] = spread(rng, 5, 900, (2, 3))
    yield Case("a large cell state that is held", held, LARGE)
    heard = _arguments(rng, N=2, T=3, K=5, D=2, H=4)
    heard["params"]["W"][4:] /= 500
    heard["params"]["E"] = spread(rng, 720, 999, (5, 2))
    yield Case("large embeddings", heard, LARGE)
    many = _arguments(rng, N=2, T=3, K=300, D=2, H=1)
    many["ids"] = rng.integers(260, 300, size=(2, 4))
    yield Case("ids above 255", many, LARGE)
    yield Case("200 steps", _arguments(rng, N=2, T=200, K=5, D=2, H=4, forget=(3.0, 5.0), whole=True), LONG)


BACK = "dxs, _, _, dW, db = lstm_backward(dhs, np.zeros_like(c_T), cache)"
GRADS = r"{\"E\": dE, \"W\": dW, \"b\": db, \"V\": dV, \"b_y\": db_y}"
END = "hs[:, -1], c_T"
MISTAKES = slips(
    r"""
reads_the_targets: a model that reads the token that it should predict
    {"embed(inputs,": "embed(targets,", "embed_backward(dxs, inputs,": "embed_backward(dxs, targets,"}
    Whoever sees the answer needs to know nothing. The loss goes to 0, and what was learned is to repeat.
    Look: Which of shift's two arrays goes into embed?
reads_the_targets_alone: a model that reads the targets, with the gradient of the embeddings at the inputs
    {"embed(inputs,": "embed(targets,"}
    Whoever sees the answer needs to know nothing. The loss goes to 0, and what was learned is to repeat.
    Look: Which of shift's two arrays goes into embed?
asked_for_the_inputs: a model that is asked for the token that it has just read
    {"loss = cross_entropy(logits, targets,": "loss = cross_entropy(logits, inputs,",
        "cross_entropy_backward(logits, targets,": "cross_entropy_backward(logits, inputs,"}
    Then the loss goes to 0, and what was learned is to repeat.
    Look: Which of shift's two arrays goes into the loss?
exchanged: a model that reads a text from what comes later, and is asked for what came before
    {"inputs, targets = shift(ids)": "targets, inputs = shift(ids)"}
    It is asked for the token before the one that it reads.
    Look: In which order does shift return the two?
rolled: a model whose last target in each row is the row's first token
    {"inputs, targets = shift(ids)":
        "inputs = ids[:, :-1]\n    targets = np.concatenate([ids[:, 1:-1], ids[:, :1]], axis=1)"}
    The last token of each row is there to be the last target.
    Look: What do inputs and targets hold in your function? shift makes both.
wraps_around: a model that reads the last token of each row as well, and is asked for the row's first after it
    {"inputs, targets = shift(ids)": "inputs, targets = ids, np.roll(ids, -1, axis=1)"}
    After the last token comes none that is known: there are T steps, and not T + 1.
    Look: How many steps does your forward pass make? shift makes both arrays.
last_not_asked: a loss without the last target of each row
    {"np.ones(targets.shape)": "np.ones(targets.shape) * (np.arange(targets.shape[1]) < max(targets.shape[1] - 1, 1))"}
    Every token but a row's first is a target.
    Look: Where are the zeros in your mask?
first_not_asked: a loss without the first target of each row
    {"np.ones(targets.shape)": "np.ones(targets.shape) * (np.arange(targets.shape[1]) >= min(targets.shape[1] - 1, 1))"}
    Every token but a row's first is a target, the second one too: it comes after the first.
    Look: Where are the zeros in your mask?
last_alone: a loss of the last target of each row alone
    {"np.ones(targets.shape)": "np.ones(targets.shape) * (np.arange(targets.shape[1]) == targets.shape[1] - 1)"}
    Every token but a row's first is a target.
    Look: Where are the zeros in your mask?
zero_is_padding: a loss that leaves out token 0
    {"np.ones(targets.shape)": "(targets != 0) * 1.0"}
    0 is a token like the others. There is no padding here.
    Look: Where are the zeros in your mask?
summed: a loss that is a sum over all tokens, and its gradients
    {"loss = cross_entropy(logits, targets, mask)": "loss = mask.size * cross_entropy(logits, targets, mask)",
        "dlogits = cross_entropy_backward(logits, targets, mask)":
        "dlogits = mask.size * cross_entropy_backward(logits, targets, mask)"}
    With another length or number of rows the same learning rate would mean another step.
    Look: What stands in front of the sums in equation (eq:lm_loss)?
summed_over_time: a loss that is a sum over the steps and a mean over the rows, and its gradients
    {"loss = cross_entropy(logits, targets, mask)": "loss = mask.shape[1] * cross_entropy(logits, targets, mask)",
        "dlogits = cross_entropy_backward(logits, targets, mask)":
        "dlogits = mask.shape[1] * cross_entropy_backward(logits, targets, mask)"}
    With longer pieces the same learning rate would mean a larger step.
    Look: What stands in front of the sums in equation (eq:lm_loss)?
loss_summed: a loss that is a sum over all tokens, with the gradients of the mean
    {"loss = cross_entropy(logits, targets, mask)": "loss = mask.size * cross_entropy(logits, targets, mask)"}
    Loss and gradients belong to each other, or no gradient check can pass.
    Look: What stands in front of the sums in equation (eq:lm_loss)?
grads_summed: the gradients of a sum over all tokens, where the loss is the mean
    {"dlogits = cross_entropy_backward(logits, targets, mask)":
        "dlogits = mask.size * cross_entropy_backward(logits, targets, mask)"}
    The loss has a division by N T, and so have its gradients.
    Look: Is there a factor in front of your dlogits, or was its division left out?
grads_summed_over_time: the gradients of a sum over the steps, where the loss is the mean
    {"dlogits = cross_entropy_backward(logits, targets, mask)":
        "dlogits = mask.shape[1] * cross_entropy_backward(logits, targets, mask)"}
    The loss has a division by N T, and so have its gradients.
    Look: Is there a factor in front of your dlogits, or was a part of its division left out?
grads_summed_over_rows: the gradients of a sum over the rows, where the loss is the mean
    {"dlogits = cross_entropy_backward(logits, targets, mask)":
        "dlogits = len(mask) * cross_entropy_backward(logits, targets, mask)"}
    The loss has a division by N T, and so have its gradients.
    Look: Is there a factor in front of your dlogits, or was a part of its division left out?
averaged_again: gradients that were divided by the number of rows once more
    {"dlogits = cross_entropy_backward(logits, targets, mask)":
        "dlogits = cross_entropy_backward(logits, targets, mask) / len(mask)"}
    The loss is a mean, and cross_entropy_backward has the division in it already.
    Look: How often do your gradients get divided?
averaged_over_all_again: gradients that were divided by the number of tokens once more
    {"dlogits = cross_entropy_backward(logits, targets, mask)":
        "dlogits = cross_entropy_backward(logits, targets, mask) / mask.size"}
    The loss is a mean, and cross_entropy_backward has the division in it already.
    Look: How often do your gradients get divided?
in_bits: a loss in bits, with the gradients of that in nats
    {"loss = cross_entropy(logits, targets, mask)": "loss = cross_entropy(logits, targets, mask) / np.log(2)"}
    Bits are for reports. The loss that is learned from is in nats, as its gradients are.
    Look: Which logarithm stands in equation (eq:lm_loss)?
as_perplexity: the perplexity in the place of the loss
    {"return loss,": "return np.exp(np.minimum(loss, 700)),"}
    That is for reports. The gradients are those of the loss.
    Look: Equation (eq:lm_loss) has a log and no exponential around it.
h0_ignored: a forward pass that begins with a hidden state of zeros
    {"h0, c0, params": "np.zeros_like(h0), c0, params"}
    A piece that goes on begins with the states at which the last one ended.
    Look: Which of the arguments is not used?
c0_ignored: a forward pass that begins with an empty cell
    {"h0, c0, params": "h0, np.zeros_like(c0), params"}
    A piece that goes on begins with the states at which the last one ended, and the cell state is the one that
    remembers.
    Look: Which of the arguments is not used?
start_ignored: a forward pass that begins with states of zeros
    {"h0, c0, params": "np.zeros_like(h0), np.zeros_like(c0), params"}
    A piece that goes on begins with the states at which the last one ended.
    Look: Which of the arguments are not used?
start_exchanged: a forward pass that begins with the cell state as its hidden state, and the other way round
    {"h0, c0, params": "c0, h0, params"}
    From the second step on all goes as it should, but the first one mixes the two up.
    Look: In which order does lstm_forward take the two states?
h0_for_both: a forward pass that begins with h0 as its hidden state and as its cell state
    {"h0, c0, params": "h0, h0, params"}
    The cell has a state of its own, which goes on from piece to piece.
    Look: Which of the arguments is not used?
c0_for_both: a forward pass that begins with c0 as its cell state and as its hidden state
    {"h0, c0, params": "c0, c0, params"}
    What the cell holds and what it shows are two.
    Look: Which of the arguments is not used?
dc_T_is_c_T: a way back that begins with the last cell state as a gradient
    {"np.zeros_like(c_T)": "c_T"}
    dc_T is the gradient of the loss by c_T. Nothing in this loss looks at the last cell state.
    Look: What does lstm_backward want as its second argument, and what is it for this loss?
dc_T_is_c0: a way back that begins with the first cell state as a gradient
    {"np.zeros_like(c_T)": "c0"}
    dc_T is the gradient of the loss by c_T. Nothing in this loss looks at the last cell state.
    Look: What does lstm_backward want as its second argument, and what is it for this loss?
dc_T_is_one: a way back that begins with ones as the gradient of the last cell state
    {"np.zeros_like(c_T)": "np.ones_like(c_T)"}
    dc_T is the gradient of the loss by c_T. Nothing in this loss looks at the last cell state.
    Look: What does lstm_backward want as its second argument, and what is it for this loss?
dc_T_is_dh_T: a way back that begins with the last hidden state's gradient as the last cell state's
    {"np.zeros_like(c_T)": "dhs[:, -1]"}
    What comes to c_T through the last h, lstm_backward takes care of. Nothing else in this loss looks at c_T.
    Look: What does lstm_backward want as its second argument, and what is it for this loss?
step_by_step: gradients of single steps, none of which goes back to the step before
    {"$back":
        "steps = [lstm_backward(dhs[:, t : t + 1], np.zeros_like(c_T), cache[t : t + 1]) for t in range(len(cache))]\n"
        "    dW, db = (sum(one[k] for one in steps) for k in (3, 4))\n"
        "    dxs = np.concatenate([one[0] for one in steps], axis=1)"}
    What the loss at a step says to the steps before is lost. That is what the way back through time is for.
    Look: How often is lstm_backward called, and with which caches?
last_step_goes_back: gradients of the LSTM in which only the loss of the last step counts
    {"lstm_backward(dhs,": "lstm_backward(dhs * (np.arange(dhs.shape[1]) == dhs.shape[1] - 1)[:, None],"}
    Every step has something to say, and dhs has it for each of them.
    Look: Which part of dhs goes into lstm_backward?
steps_turned: gradients that go back with the slopes of the steps in the wrong order
    {"lstm_backward(dhs,": "lstm_backward(dhs[:, ::-1],"}
    lstm_backward begins at the last step by itself: dhs comes in the order of time.
    Look: In which order do the steps of dhs and of the cache come?
slopes_cut_off: gradients of which what comes to each step was cut off at a small number
    {"lstm_backward(dhs,": "lstm_backward(np.clip(dhs, -0.05, 0.05),"}
    Clipping belongs to the step of learning, and comes later. Here it would hide the gradient.
    Look: What is done to dhs before it goes into lstm_backward?
cut_off: gradients that reach back over 50 steps only
    {"$back":
        "dxs, _, _, dW, db = lstm_backward(dhs[:, -50:], np.zeros_like(c_T), cache[-50:])\n"
        "    dxs = np.concatenate([np.zeros((len(dxs), len(cache) - dxs.shape[1], dxs.shape[2])), dxs], axis=1)"}
    What came before is not told what it should have been.
    Look: How many of the steps' caches go into lstm_backward?
E_at_the_targets: a gradient of the embeddings that went to the tokens that were asked for
    {"embed_backward(dxs, inputs,": "embed_backward(dxs, targets,"}
    What was looked up was the inputs: theirs are the rows that made a difference.
    Look: Which ids went into embed, and which go into embed_backward?
E_last_one_counts: a gradient of the embeddings in which a token that comes often keeps one of its gradients
    {"dE = embed_backward(dxs, inputs, len(params[\"E\"]))":
        "dE = np.zeros(params[\"E\"].shape)\n    dE[inputs] += dxs"}
    dE[inputs] += ... reads all rows first and writes each once, so that of several equal ids one remains.
    Look: What does numpy do with an index that comes twice? You have met it in unit 02.
E_averaged: a gradient of the embeddings that is averaged over how often a token came
    {"dE = embed_backward(dxs, inputs, len(params[\"E\"]))":
        "dE = embed_backward(dxs, inputs, len(params[\"E\"]))\n"
        "    dE = dE / np.maximum(np.bincount(inputs.ravel(), minlength=len(dE)), 1)[:, None]"}
    A token that comes often has more to say, and its gradients add up.
    Look: What does embed_backward do with the gradients of equal ids?
E_first_step: a gradient of the embeddings of the first step alone
    {"embed_backward(dxs, inputs,": "embed_backward(dxs[:, :1], inputs[:, :1],"}
    Every step looked up a row.
    Look: Which steps go into embed_backward?
E_without_the_first: a gradient of the embeddings without that of the first step
    {"embed_backward(dxs, inputs,": "embed_backward(dxs * (np.arange(dxs.shape[1]) > 0)[:, None], inputs,"}
    The first step looked up a row as well.
    Look: Which steps go into embed_backward?
E_turned: a gradient of the embeddings that went to the tokens in the wrong order
    {"embed_backward(dxs, inputs,": "embed_backward(dxs[:, ::-1], inputs,"}
    lstm_backward begins with the last step, and gives dxs in the order of time all the same.
    Look: In which order do the steps of dxs and of the inputs come?
E_in_one_row: a gradient of the embeddings that went to one row, that of token 0
    {"embed_backward(dxs, inputs,": "embed_backward(dxs, 0 * inputs,"}
    Each step's gradient belongs to the token that was read there.
    Look: Which ids go into embed_backward?
E_last_step: a gradient of the embeddings of the last step alone
    {"embed_backward(dxs, inputs,": "embed_backward(dxs[:, -1:], inputs[:, -1:],"}
    Every step looked up a row.
    Look: Which steps go into embed_backward?
E_left: a gradient of zeros for the embeddings
    {"dE = embed_backward(dxs, inputs, len(params[\"E\"]))": "dE = np.zeros_like(params[\"E\"]) + 0 * dxs.sum()"}
    The embeddings would stay the random numbers that they were at the beginning.
    Look: What does lstm_backward return first, and what is done with it?
V_left: a readout that gets no gradient
    {"\"V\": dV, \"b_y\": db_y": "\"V\": 0 * dV, \"b_y\": 0 * db_y"}
    The readout would stay the random numbers that it was at the beginning.
    Look: What does readout_backward return, and what of it is in the dict?
W_left: an LSTM that gets no gradient
    {"\"W\": dW, \"b\": db": "\"W\": 0 * dW, \"b\": 0 * db"}
    Only what reads and what writes would learn, around an LSTM of random numbers.
    Look: What does lstm_backward return, and what of it is in the dict?
biases_left: biases that get no gradient
    {"\"b\": db, \"V\": dV, \"b_y\": db_y": "\"b\": 0 * db, \"V\": dV, \"b_y\": 0 * db_y"}
    They are parameters as the others.
    Look: What is in the dict, under each of its five keys?
grads_descending: minus the right gradients
    {"$grads": "{name: -grad for name, grad in $grads.items()}"}
    The step that goes down takes them off already.
    Look: What does sgd_step or adam_step do with a gradient?
grads_averaged: gradients each of which was divided by its own size
    {"$grads":
        "{name: grad / max(np.linalg.norm(grad), 1e-300) for name, grad in $grads.items()}"}
    How long a step may be, is for whoever makes it. Asked are the gradients.
    Look: What is done to the gradients after the way back?
grads_clipped: gradients that were clipped to a norm of 1 together
    {"$grads":
        "{name: grad / max(1.0, np.sqrt(sum((one**2).sum() for one in (dE, dW, db, dV, db_y)))) for name, grad in "
        "$grads.items()}"}
    Clipping belongs to the step of learning, and comes later. Here it would hide the gradient.
    Look: What is done to the gradients after the way back?
grads_cut_off: gradients of which each number was cut off at 1
    {"$grads": "{name: np.clip(grad, -1, 1) for name, grad in $grads.items()}"}
    Clipping belongs to the step of learning, and comes later. Here it would hide the gradient.
    Look: What is done to the gradients after the way back?
grads_are_params: the parameters in the place of their gradients
    {"$grads": "dict(params) | {} if dE is not None else {}"}
    The dict that came in has the same keys.
    Look: Which dict does your function return?
weight_decay: gradients with a share of the LSTM's weights added to them
    {"\"W\": dW": "\"W\": dW + 1e-4 * params[\"W\"]"}
    That is weight decay, which keeps weights small. It belongs to the step of learning.
    Look: What is added to your gradients?
loss_with_weights: a loss with a share of the weights' squares added to it
    {"return loss,": "return loss + 0.5e-4 * (params[\"W\"] ** 2).sum(),"}
    That is another loss. It would no longer say how well the text is predicted.
    Look: How many terms does equation (eq:lm_loss) have?
end_is_the_mean: the mean of all hidden states in the place of the last
    {"$end": "hs.mean(axis=1), c_T"}
    The next piece goes on after the last step.
    Look: Which of the T hidden states is the last?
end_is_the_first: the hidden state after the first step in the place of that after the last
    {"$end": "hs[:, 0], c_T"}
    The next piece goes on after the last step.
    Look: Which of the T hidden states is the last?
end_is_the_start: the states that came in, returned as those after the last step
    {"$end": "h0, c0"}
    Then every piece begins where the first one began.
    Look: Which states does the next piece begin with?
end_before_the_last: the states before the last step, returned as those after it
    {"$end": "cache[-1][1], cache[-1][2]"}
    Each step's cache begins with what came into it: x, and the states of the step before.
    Look: Which of the values of lstm_forward are the states after the last step?
end_exchanged: the states after the last step in the wrong order
    {"$end": "c_T, hs[:, -1]"}
    As in the arguments, the hidden state comes first.
    Look: In which order does the docstring have h_T and c_T?
end_without_c: a cell state after the last step that is the one that came in
    {"$end": "hs[:, -1], c0"}
    The cell state is what remembers over many pieces.
    Look: Which cell state comes after the last step?
end_without_h: a hidden state after the last step that is the one that came in
    {"$end": "h0, c_T"}
    Both states go on from piece to piece.
    Look: Which hidden state comes after the last step?
end_is_zero: states of zeros, returned as those after the last step
    {"$end": "np.zeros_like(h0), np.zeros_like(c0)"}
    Then every piece begins as if nothing had been read.
    Look: Which states does the next piece begin with?
end_is_tanh_c: tanh of the last cell state, returned as the last hidden state
    {"$end": "np.tanh(c_T), c_T"}
    The output gate decides what of it is shown.
    Look: Which of the values of lstm_forward holds the hidden states?
end_are_gradients: the gradients of h0 and c0, returned as the states after the last step
    {"dxs, _, _, dW, db = lstm": "dxs, dh0, dc0, dW, db = lstm", "$end": "dh0, dc0"}
    The next piece goes on with states, and no gradient crosses the cut.
    Look: Which of the values of lstm_forward are the states after the last step?
""",
    back=BACK,
    grads=GRADS,
    end=END,
)

RIGHT = (
    # no function of an earlier unit but the two that go through the LSTM
    """def lm_loss_and_grads(params, ids, h0, c0):
    E, W, b, V, b_y = (params[name] for name in ("E", "W", "b", "V", "b_y"))
    x_ids, y_ids = ids[:, :-1], ids[:, 1:]
    N, T = x_ids.shape
    hs, c_T, cache = lstm_forward(E[x_ids], h0, c0, W, b)
    logits = hs @ V + b_y
    logits = logits - logits.max(axis=-1, keepdims=True)
    p = np.exp(logits)
    total = p.sum(axis=-1, keepdims=True)
    picked = np.take_along_axis(logits - np.log(total), y_ids[..., None], axis=-1)
    slopes = p / total
    slopes[np.arange(N)[:, None], np.arange(T), y_ids] -= 1
    slopes /= N * T
    dxs, dh0, dc0, dW, db = lstm_backward(slopes @ V.T, np.zeros(c0.shape), cache)
    dE = np.zeros_like(E)
    np.add.at(dE, x_ids, dxs)
    dV = np.einsum("nth,ntk->hk", hs, slopes)
    grads = {"b_y": slopes.sum(axis=(0, 1)), "V": dV, "b": db, "W": dW, "E": dE}
    return -picked.mean(), grads, hs[:, T - 1, :], c_T
""",
    """def lm_loss_and_grads(params, ids, h0, c0):
    before, after = shift(ids)
    every = np.ones_like(after, dtype=float)
    hs, c_T, cache = lstm_forward(embed(before, params["E"]), h0, c0, params["W"], params["b"])
    logits = readout(hs, params["V"], params["b_y"])
    dhs, dV, db_y = readout_backward(cross_entropy_backward(logits, after, every), hs, params["V"])
    back = lstm_backward(dhs, 0 * c_T, cache)
    one_hot = np.eye(len(params["E"]))[before]
    dE = np.tensordot(one_hot, back[0], axes=([0, 1], [0, 1]))
    end = hs[:, -1].copy()
    grads = dict(E=dE, W=back[3], b=back[4], V=dV, b_y=db_y)
    return [float(cross_entropy(logits, after, every)), grads, end, c_T]
""",
    {
        "loss = cross_entropy(logits, targets, mask)": "loss = nll_per_token(logits, targets, mask).mean()",
        "np.zeros_like(c_T)": "np.zeros((len(ids), c0.shape[1]))",
        'len(params["E"])': 'params["V"].shape[1]',
    },
    {
        "np.ones(targets.shape)": "np.ones(targets.shape, dtype=bool) * 1.0",
        "hs[:, -1], c_T\n": "hs[:, ids.shape[1] - 2], +c_T",
    },
)

# Mistakes of the pieces, by the piece. There is no padding here, and a loss doesn't change where all logits do.
NO_HARM = {
    "readout": "log_softmax largest_taken_off mean_taken_off",
    "cross_entropy": "no_mask masked_mean mean_of_means mean_of_steps mask_on_the_logits mask_on_the_logits_by_words "
    "lengths mean_of_real_means by_the_longest first_costs nothing_is_nan",
    "cross_entropy_backward": "mean_over_all mean_of_means no_mask mask_only_counted mask_on_p_alone "
    "mask_on_the_logits nothing_counts mask_in_M_alone mask_on_p_before_y mask_before_the_softmax",
}
# These give other shapes, so that the next piece raises an error, which says itself where it was.
RAISING = {
    "embed": "columns columns_last numbers_of_E summed averaged summed_over_the_batch one_hot one_hot_through_both "
    "time_first features_before_time flat joined first_sequence_only axes_reversed",
    "readout": "last_step_only averaged_over_time first_step_only largest_over_time likeliest_word turned_round "
    "time_first words_before_time flat",
    "readout_backward": "V_as_it_is",
    "shift": "inputs_whole rows_shifted plus_one turned",
}
HARMLESS = tuple(
    f"{piece}.{name}" for them in (NO_HARM, RAISING) for piece, names in them.items() for name in names.split()
)

EXERCISE = Exercise(
    name="lm_loss_and_grads",
    title="A language model",
    arguments={"params": SHAPES, "ids": "(N, T + 1)", "h0": "(N, H)", "c0": "(N, H)"},
    returns=(Number("loss"), Arrays("grads", keys=SHAPES), Array("h_T", "(N, H)"), Array("c_T", "(N, H)")),
    parts=(
        Part("the loss", points=1, outputs=("loss",)),
        Part("the states to go on with", points=1, outputs=("h_T", "c_T")),
        Part("the gradients of the readout and of the LSTM", points=2, outputs=("W", "b", "V", "b_y")),
        Part("the gradient of the embeddings", points=2, outputs=("E",)),
        Part("large numbers", points=1, tags=LARGE),
        Part("200 steps", points=1, tags=LONG),
    ),
    difficulty=4,
    minutes=30,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    builds_on=("shift",),
    # Pieces that one may well write anew here. (Nobody does so with the way back through the LSTM.)
    uses=dict.fromkeys(
        ("embed", "readout", "cross_entropy", "cross_entropy_backward", "readout_backward", "embed_backward"), {}
    ),
    harmless=HARMLESS,
    two_at_once=False,
    labels={name: f"grads[{name!r}]" for name in SHAPES},
    hints=(
        "Ten calls, each of which gives what a later one needs. Forward: shift, embed, lstm_forward, readout, "
        "cross_entropy. Then the same way back, from the last to the first. Write the shape beside each.",
        "Every target counts, so the mask is ones. cross_entropy_backward gives dlogits; readout_backward makes of "
        "it dhs, dV and db_y; lstm_backward takes dhs, zeros for dc_T, and the cache, and gives dxs first, dW and db "
        "last; embed_backward takes dxs, the ids that were looked up, and how many tokens there are.",
        "dE = embed_backward(dxs, inputs, len(params['E'])), where inputs is what went into embed. What comes back is "
        "the loss, the dict of the five gradients, hs[:, -1] and c_T.",
    ),
    explanation=(
        "That is a whole language model, and its gradient, of nothing but your own pieces. Larger ones differ in the "
        "middle: what stands in the place of the LSTM. What goes in, what is asked, and what it costs, are the same."
    ),
)
