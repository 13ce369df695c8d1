"""One step of learning, all pieces together; and ten of them, each with what the last one gave."""

import numpy as np

from ..base import Arrays, Case, Exercise, List, Number, Part, Record, Whole, slips
from ._draws import CALLS, LARGE, LONG, adam_of, network, single, spread

SHAPES = {"W": "(H + D, 4H)", "b": "(4H,)", "V": "(H, K)", "b_y": "(K,)"}
TEN = frozenset({CALLS})


def softmax_loss(outputs, targets, mask):
    """the mean cross-entropy of the logits over the steps that count, and its gradient (targets are classes)"""
    outputs, targets, mask = np.asarray(outputs), np.asarray(targets), np.asarray(mask)
    e = np.exp(outputs - outputs.max(axis=2, keepdims=True))
    p = e / e.sum(axis=2, keepdims=True)
    y = np.arange(outputs.shape[2]) == targets[..., None]
    count = max(float(mask.sum()), 1.0)
    loss = -np.sum(np.log(np.where(y, p, 1.0).prod(axis=2)) * mask) / count
    return float(loss), (p - y) * mask[..., None] / count


def squared_loss(outputs, targets, mask):
    """the mean of the squared differences to the targets over the steps that count, and its gradient"""
    outputs, targets, mask = np.asarray(outputs), np.asarray(targets), np.asarray(mask)
    error, count = (outputs - targets) * mask[..., None], max(float(mask.sum()), 1.0)
    return float(np.sum(error * error) / count), 2 * error / count


FUNCTIONS = {"softmax_loss": softmax_loss, "squared_loss": squared_loss}


def _arguments(rng, N, T, D, H, K, loss_fn=softmax_loss, t=3, size=0.1, lr=0.05, max_norm=1000.0, **options):
    params = network(rng, D, H, K, **options)
    targets = rng.integers(0, K, size=(N, T)) if loss_fn is softmax_loss else rng.normal(size=(N, T, K))
    mask = (rng.random((N, T)) < 0.7).astype(float)
    mask[rng.integers(N), rng.integers(T)] = 1.0
    return {
        "params": params,
        "adam": adam_of(rng, params, t, size),
        "batch": (rng.normal(size=(N, T, D)), targets, mask),
        "start": (np.tanh(rng.normal(size=(N, H))), rng.normal(size=(N, H))),
        "loss_fn": loss_fn,
        "lr": lr,
        "max_norm": max_norm,
    }


def _with(arguments, xs=None, targets=None, mask=None, **others):
    parts = (xs, targets, mask)
    batch = tuple(old if new is None else new for old, new in zip(arguments["batch"], parts, strict=True))
    return arguments | {"batch": batch} | others


def cases(rng):
    yield Case("small", _arguments(rng, N=2, T=3, D=5, H=1, K=4))
    yield Case("clipped", _arguments(rng, N=3, T=4, D=2, H=5, K=6, max_norm=float(rng.uniform(0.02, 0.04))))
    squares = _arguments(rng, 2, 4, 3, 5, 1, squared_loss, lr=float(rng.uniform(0.01, 0.02)))
    yield Case("numbers in the place of classes", squares)
    first = _arguments(rng, N=4, T=2, D=3, H=6, K=5, t=0, lr=0.01)
    yield Case("the first step", _with(first, start=(np.zeros((4, 6)), np.zeros((4, 6)))))
    unlike = _arguments(rng, N=3, T=2, D=4, H=5, K=6)
    for name, t in zip(unlike["params"], (1, 70_000, 2, 9), strict=True):
        unlike["adam"][name]["t"] = t
    yield Case("each parameter after another number of steps", unlike)
    last = _arguments(rng, N=3, T=4, D=2, H=5, K=6)
    yield Case("only the last step counts", _with(last, mask=np.eye(4)[[3] * 3]))
    yield Case("one step", _arguments(rng, N=3, T=1, D=4, H=2, K=5))
    yield Case("one sequence", _arguments(rng, N=1, T=5, D=3, H=4, K=2, max_norm=0.03))
    yield Case("one cell, one input", _arguments(rng, N=3, T=4, D=1, H=1, K=2))
    yield Case("no rate", _arguments(rng, N=2, T=4, D=3, H=5, K=1, loss_fn=squared_loss, lr=0.0))
    silent = _arguments(rng, N=2, T=3, D=4, H=5, K=6, t=0)
    yield Case("inputs of zeros in the first step", _with(silent, xs=np.zeros((2, 3, 4))))
    turned = _arguments(rng, N=2, T=3, D=4, H=5, K=6)
    yield Case("the states of Adam in another order", turned | {"adam": dict(reversed(turned["adam"].items()))})
    yield Case("strided", _arguments(rng, N=3, T=4, D=2, H=5, K=6), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, N=3, T=2, D=4, H=5, K=6)))
    loud = _arguments(rng, N=3, T=4, D=2, H=5, K=1, loss_fn=squared_loss, size=1e6, max_norm=1e12)
    loud["params"] |= {"V": spread(rng, 50, 3000, (5, 1)), "b_y": spread(rng, 900, 1000, (1,))}
    yield Case(
        "large targets", _with(loud, targets=spread(rng, 50, 3e5, (3, 4, 1)), lr=float(rng.uniform(800, 900))), LARGE
    )
    held = _arguments(rng, N=2, T=3, D=4, H=5, K=6)
    held["params"]["b"][5:10], held["params"]["b"][15:] = rng.uniform(40, 60, size=(2, 5))
    yield Case(
        "a large cell state that is held", held | {"start": (held["start"][0], spread(rng, 5, 3000, (2, 5)))}, LARGE
    )
    heard = _arguments(rng, N=2, T=3, D=2, H=4, K=3, max_norm=1e6)
    heard["params"]["W"][4:] /= 1000
    yield Case("large inputs", _with(heard, xs=spread(rng, 50, 3000, (2, 3, 2))), LARGE)
    classes = rng.integers(260, 300, size=(1, 2))
    many = _arguments(rng, N=1, T=2, D=2, H=1, K=300, t=0)
    yield Case("hundreds of classes", _with(many, targets=classes, mask=np.ones((1, 2))), LARGE)
    ten = _arguments(rng, N=2, T=5, D=3, H=4, K=6, t=0, lr=0.02, max_norm=0.3)
    yield Case("ten steps", ten, TEN)
    ten = _arguments(rng, N=3, T=4, D=2, H=5, K=1, t=0, loss_fn=squared_loss, lr=0.01, max_norm=1.0)
    yield Case("ten steps with numbers", ten, TEN)
    far = _arguments(rng, N=2, T=200, D=1, H=4, K=3, forget=(3.0, 5.0), whole=True)
    late = np.zeros((2, 200))
    late[:, -12:] = rng.random((2, 12)) < 0.5
    late[:, -1] = 1.0
    yield Case("200 steps", _with(far, mask=late), LONG)


def other(case):
    """The case with sequences, start and Adam's first moments of other numbers."""
    xs, targets, mask = case.args["batch"]
    adam = {name: one | {"m": 0.5 * one["m"]} for name, one in case.args["adam"].items()}
    start = tuple((0.8 * state).astype(state.dtype) for state in case.args["start"])
    batch = ((0.9 * xs).astype(xs.dtype), targets, mask)
    return Case(case.name, case.args | {"batch": batch, "adam": adam, "start": start}, case.tags)


def then(args, got):
    """The arguments of the next step: what the last one gave, and the batch once more."""
    params = {name: got[name] for name in SHAPES}
    adam = {name: {"m": got[f"{name}.m"], "v": got[f"{name}.v"], "t": int(got[f"{name}.t"])} for name in SHAPES}
    return args | {"params": params, "adam": adam, "start": (got["end[0]"], got["end[1]"])}


GRADS = r"{\"W\": dW, \"b\": db, \"V\": dV, \"b_y\": db_y}"
CALL = "adam_step(param, grads[name], adam[name], lr, 0.9, 0.999, 1e-8)"
BACK = "lstm_backward(dhs, np.zeros_like(c_T), cache)"
MISTAKES = slips(
    r"""
dc_T_is_c_T: a way back that begins with the last cell state as a gradient
    {"np.zeros_like(c_T)": "c_T"}
    dc_T is the gradient of the loss by c_T. Nothing in this loss looks at the last cell state.
    Look: What does lstm_backward want as its second argument, and what is it for this loss?
dc_T_is_c0: a way back that begins with the cell state of the start as a gradient
    {"np.zeros_like(c_T)": "start[1]"}
    dc_T is the gradient of the loss by c_T. Nothing in this loss looks at the last cell state.
    Look: What does lstm_backward want as its second argument, and what is it for this loss?
not_clipped: gradients that were not clipped
    {"grads, _ = clip_by_norm($grads, max_norm)": "grads = $grads"}
    On steep ground one step could undo a hundred.
    Look: Which of the arguments is not used?
clipped_one_by_one: gradients of which each array was clipped by itself
    {"grads, _ = clip_by_norm($grads, max_norm)":
        "grads = {name: clip_by_norm({name: grad}, max_norm)[0][name] for name, grad in $grads.items()}"}
    The direction of all of them together was the message.
    Look: What goes into one call of clip_by_norm?
lstm_alone_clipped: gradients of which only those of the LSTM were clipped
    {"$grads, max_norm)": "{\"W\": dW, \"b\": db}, max_norm)\n    grads |= {\"V\": dV, \"b_y\": db_y}"}
    All four arrays take one step together, and are shortened together.
    Look: What goes into the call of clip_by_norm?
clipped_to_1: gradients that were clipped at 1, whatever max_norm is
    {"$grads, max_norm)": "$grads, 1.0)"}
    How long they may be, is an argument.
    Look: Which of the arguments is not used?
clipped_at_the_rate: gradients that were clipped at lr in the place of max_norm
    {"$grads, max_norm)": "$grads, lr)"}
    How long gradients may be, and how far a step goes, are two arguments.
    Look: Which of the arguments is not used?
as_far_as_max_norm: steps with max_norm as their learning rate
    {"adam[name], lr,": "adam[name], max_norm,"}
    How long gradients may be, and how far a step goes, are two arguments.
    Look: Which of the arguments is not used?
scaled_to_the_norm: gradients that were made as long as max_norm, also where they were shorter
    {"grads, _ = clip_by_norm($grads, max_norm)": "grads, norm = clip_by_norm($grads, max_norm)\n"
        "    grads = {name: grad * max(1.0, max_norm / norm) if norm else grad for name, grad in grads.items()}"}
    What is short enough stays as it is.
    Look: What does clip_by_norm do with short gradients, and what is done to them after that?
start_ignored: a forward pass that begins with zeros
    {"lstm_forward(xs, *start,": "lstm_forward(xs, *map(np.zeros_like, start),"}
    A sequence that goes on begins with the states at which the last batch ended.
    Look: With which states does your forward pass begin, and which ones came in?
start_exchanged: a forward pass that begins with the cell state as its hidden state, and the other way round
    {"*start,": "*start[::-1],"}
    start is (h0, c0).
    Look: In which order does lstm_forward take the two states, and in which order do they come?
no_c0: a forward pass that begins with an empty cell
    {"*start,": "start[0], np.zeros_like(start[1]),"}
    Both states go on from batch to batch, and the cell state is the one that remembers.
    Look: Which part of start is not used?
no_h0: a forward pass that begins with a hidden state of zeros
    {"*start,": "np.zeros_like(start[0]), start[1],"}
    Both states go on from batch to batch.
    Look: Which part of start is not used?
mask_ignored: a loss in which every step counts
    {"targets, mask)": "targets, np.ones_like(mask))"}
    What is not asked for is learned as well then, padding included.
    Look: Which part of the batch is not used?
end_is_the_first: states after the first step, returned as those after the last
    {"(hs[:, -1], c_T)": "(hs[:, 0], c_T)"}
    The next batch goes on after the last step.
    Look: Which of the T hidden states is the last?
end_is_the_start: the states at the start, returned as those at the end
    {"(hs[:, -1], c_T)": "start"}
    Then every batch begins where the first one began.
    Look: Which states go into the next batch?
end_before_the_last: states before the last step, returned as those after it
    {"(hs[:, -1], c_T)": "(cache[-1][1], cache[-1][2])"}
    Each step's cache begins with what came into it: x, and the states of the step before.
    Look: Which of the values of lstm_forward are the states after the last step?
end_masked: a hidden state at the end that is 0 where the last step does not count
    {"(hs[:, -1], c_T)": "(hs[:, -1] * mask[:, -1:], c_T)"}
    The mask says which answers count for the loss. The network goes on from its state all the same.
    Look: What is multiplied by the mask, and does the loss not do that already?
inputs_masked: a forward pass whose inputs are 0 where a step does not count
    {"lstm_forward(xs,": "lstm_forward(xs * mask[..., None],"}
    The mask says which answers count for the loss. What is read at the other steps may be just what has to be
    remembered.
    Look: What goes into lstm_forward?
end_exchanged: the states at the end in the wrong order
    {"(hs[:, -1], c_T)": "(c_T, hs[:, -1])"}
    As at the start, the hidden state comes first.
    Look: In which order does the docstring have h and c?
end_without_c: a cell state at the end that is the one from the start
    {"(hs[:, -1], c_T)": "(hs[:, -1], start[1])"}
    The cell state is what remembers over many batches.
    Look: Which cell state comes after the last step?
readout_left: a readout that does not learn
    {"new_params[name], new_adam[name] = $call": "new_params[name], new_adam[name] = $call\n"
        "        if name in (\"V\", \"b_y\"):\n            new_params[name], new_adam[name] = param, adam[name]"}
    The LSTM then has to speak to a readout of random numbers.
    Look: Over which names does your loop go?
biases_left: biases that do not learn
    {"new_params[name], new_adam[name] = $call": "new_params[name], new_adam[name] = $call\n"
        "        if name in (\"b\", \"b_y\"):\n            new_params[name], new_adam[name] = param, adam[name]"}
    They are parameters as the others.
    Look: Over which names does your loop go?
lstm_left: an LSTM that does not learn
    {"new_params[name], new_adam[name] = $call": "new_params[name], new_adam[name] = $call\n"
        "        if name in (\"W\", \"b\"):\n            new_params[name], new_adam[name] = param, adam[name]"}
    Only the readout learns then, from an LSTM of random numbers.
    Look: Over which names does your loop go?
adam_kept: a memory of Adam that is the one that came
    {"return new_params, new_adam": "return new_params, adam"}
    Every step is then the first one again.
    Look: Which dict is filled by adam_step, and which one is returned?
params_kept: parameters that are those that came
    {"return new_params, new_adam": "return params, new_adam"}
    All is computed, and nothing learned.
    Look: Which dict is filled by adam_step, and which one is returned?
one_counter: one counter of steps for all parameters
    {"adam[name], lr": "adam[name] | {\"t\": adam[\"W\"][\"t\"]}, lr"}
    Each array has a state of its own, with its own t.
    Look: Which states does each call of adam_step get?
counted_by_each: a counter that every parameter moves on
    {"for name, param in params.items():": "for k, (name, param) in enumerate(params.items()):",
        "adam[name], lr": "adam[name] | {\"t\": adam[name][\"t\"] + k}, lr"}
    Four arrays make one step together: t of each goes up by 1.
    Look: Which states does each call of adam_step get?
one_step_alone: gradients of single steps, none of which goes back to the step before
    {"_, _, _, dW, db = $back": "steps = [lstm_backward(dhs[:, t : t + 1], np.zeros_like(c_T), cache[t : t + 1]) "
        "for t in range(len(cache))]\n    dW, db = (sum(one[k] for one in steps) for k in (3, 4))"}
    What the loss at a step says to the steps before is lost. That is what the way back through time is for.
    Look: How often is lstm_backward called, and with which caches?
last_step_alone: gradients of the loss at the last step alone
    {"dhs, np.zeros": "dhs * (np.arange(dhs.shape[1]) == dhs.shape[1] - 1)[:, None], np.zeros"}
    All steps that count have something to say, and dhs has it for each of them.
    Look: Which part of dhs goes into lstm_backward?
cut_off: gradients that reach back over 50 steps only
    {"dhs, np.zeros_like(c_T), cache)": "dhs[:, -50:], np.zeros_like(c_T), cache[-50:])"}
    What came before is not told what it should have been.
    Look: How many of the steps' caches go into lstm_backward?
loss_after: the loss of the parameters after the step
    {"return new_params, new_adam, loss":
        "h_new, _, _ = lstm_forward(xs, *start, new_params[\"W\"], new_params[\"b\"])\n"
        "    loss, _ = loss_fn(readout(h_new, new_params[\"V\"], new_params[\"b_y\"]), targets, mask)\n"
        "    return new_params, new_adam, loss"}
    That is a forward pass more for each step. The loss from which the gradients come is there already.
    Look: What does the docstring say of the loss?
summed_gradient: gradients that were multiplied by the number of sequences
    {"readout_backward(doutputs,": "readout_backward(len(xs) * doutputs,"}
    The loss is a mean, and its gradient has the division in it already.
    Look: What does loss_fn return as its second value?
averaged_gradient: gradients that were divided by the number of sequences
    {"readout_backward(doutputs,": "readout_backward(doutputs / len(xs),"}
    The loss is a mean, and its gradient has the division in it already.
    Look: What does loss_fn return as its second value?
beta2_of_099: Adam with a beta2 of 0.99
    {"0.999": "0.99"}
    The text says which betas are asked for.
    Look: Compare your call of adam_step with the text above the exercise, digit by digit.
betas_exchanged: Adam with its betas in each other's place
    {"0.9, 0.999": "0.999, 0.9"}
    The gradients are averaged over a short time, their squares over a long one.
    Look: In which order does adam_step take its two betas?
eps_of_1e_6: Adam with an epsilon of 1e-6
    {"1e-8": "1e-6"}
    The text says which epsilon is asked for.
    Look: Compare your call of adam_step with the text above the exercise, digit by digit.
plain_descent: plain steps down the gradient, with Adam's memory kept up beside them
    {"new_params[name], new_adam[name] = $call": "_, new_adam[name] = $call\n"
        "        new_params[name] = param - lr * grads[name]"}
    The step that Adam computes is the one to take.
    Look: What does adam_step return first?
two_steps: two steps of Adam with one gradient
    {"new_params[name], new_adam[name] = $call": "new_params[name], new_adam[name] = $call\n"
        "        new_params[name], new_adam[name] = adam_step(new_params[name], grads[name], new_adam[name], lr, 0.9, "
        "0.999, 1e-8)"}
    One batch is one step.
    Look: How often is adam_step called for each array?
gradient_shared: one norm for all, in the place of each array's own gradient
    {"adam_step(param, grads[name],": "adam_step(param, np.full(param.shape, np.linalg.norm(grads[name])),"}
    Every number has a slope of its own, up or down.
    Look: Which gradient does each call of adam_step get?
into_params: new parameters that were written into the dict that came in
    {"new_params, new_adam = {}, {}": "new_params, new_adam = params, {}"}
    The numbers are right. But whoever wants to compare before and after has the same twice.
    Look: Which line makes the dict that comes back?
into_both: new parameters and states that were written into the dicts that came in
    {"new_params, new_adam = {}, {}": "new_params, new_adam = params, adam"}
    The numbers are right. But whoever wants to compare before and after, or to go back, has both no more.
    Look: Which lines make the dicts that come back?
into_adam: new states that were written into the dict that came in
    {"new_params, new_adam = {}, {}": "new_params, new_adam = {}, adam"}
    The numbers are right. But whoever wants to go back to before the step has its states no more.
    Look: Which line makes the dict that comes back?
""",
    grads=GRADS,
    call=CALL,
    back=BACK,
)

RIGHT = (
    """def train_step(params, adam, batch, start, loss_fn, lr, max_norm):
    h0, c0 = start
    xs, targets, mask = batch
    hs, c_T, cache = lstm_forward(xs, h0, c0, params["W"], params["b"])
    loss, dlogits = loss_fn(hs @ params["V"] + params["b_y"], targets, mask)
    grads = {"V": np.einsum("nth,ntk->hk", hs, dlogits), "b_y": dlogits.sum(axis=(0, 1))}
    dxs, dh0, dc0, grads["W"], grads["b"] = lstm_backward(dlogits @ params["V"].T, 0 * c_T, cache)
    norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
    if norm > max_norm:
        grads = {name: grad * (max_norm / norm) for name, grad in grads.items()}
    stepped = {name: adam_step(params[name], grads[name], adam[name], lr, 0.9, 0.999, 1e-8) for name in params}
    end = hs[:, -1, :].copy(), c_T
    return {name: new for name, (new, _) in stepped.items()}, {name: s for name, (_, s) in stepped.items()}, loss, end
""",
    # Adam's formulas in place
    """def train_step(params, adam, batch, start, loss_fn, lr, max_norm):
    hs, c_T, cache = lstm_forward(batch[0], start[0], start[1], params["W"], params["b"])
    loss, douts = loss_fn(readout(hs, params["V"], params["b_y"]), batch[1], batch[2])
    dhs, dV, db_y = readout_backward(douts, hs, params["V"])
    dW, db = lstm_backward(dhs, np.zeros(c_T.shape), cache)[3:]
    grads = clip_by_norm(dict(W=dW, b=db, V=dV, b_y=db_y), max_norm)[0]
    new_params, new_adam = {}, {}
    for name in sorted(grads):
        t = adam[name]["t"] + 1
        m = 0.9 * adam[name]["m"] + 0.1 * grads[name]
        v = 0.999 * adam[name]["v"] + 0.001 * grads[name] ** 2
        new_params[name] = params[name] - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        new_adam[name] = {"t": t, "m": m, "v": v}
    return new_params, new_adam, loss, [cache[-1][3 + 3] * np.tanh(c_T), c_T]
""",
    {
        "xs, targets, mask = batch": "xs, targets, mask = batch\n    new_params, new_adam = dict(params), dict(adam)",
        "    new_params, new_adam = {}, {}\n": "",
        "np.zeros_like(c_T)": "np.zeros((len(xs), c_T.shape[1]))",
    },
)

EXERCISE = Exercise(
    name="train_step",
    title="A step of learning",
    arguments={
        "params": SHAPES,
        "adam": {name: {"m": shape, "v": shape, "t": "a whole number"} for name, shape in SHAPES.items()},
        "batch": Record({"xs": "(N, T, D)", "targets": "an array", "mask": "(N, T)"}),
        "start": Record({"h0": "(N, H)", "c0": "(N, H)"}),
        "loss_fn": "a function",
        "lr": "a number",
        "max_norm": "a number",
    },
    returns=(
        Arrays("new_params", keys=SHAPES),
        Arrays(
            "new_adam",
            keys={
                name: Arrays(f"new_adam[{name!r}]", keys={"m": shape, "v": shape, "t": Whole("t")})
                for name, shape in SHAPES.items()
            },
        ),
        Number("loss"),
        List("end", shapes=("(N, H)", "(N, H)")),
    ),
    parts=(
        Part("the loss, and the states at the end", points=1, outputs=("loss", "end[0]", "end[1]")),
        Part("the new parameters", points=2, outputs=tuple(SHAPES)),
        Part("Adam's memory", points=1, outputs=tuple(f"{name}.{key}" for name in SHAPES for key in "mvt")),
        Part("ten steps", points=2, tags=TEN),
        Part("large numbers", points=1, tags=LARGE),
        Part("200 steps", points=1, tags=LONG),
    ),
    difficulty=3,
    minutes=25,
    cases=cases,
    other=other,
    then=then,
    builds_on=("adam_step",),
    harmless=("adam_step.times_t",),  # it gives no number but in the first step, where it is right
    floor=1e-20,  # gradients are small where a loss is nearly met, and their squares smaller
    functions=FUNCTIONS,
    mistakes=MISTAKES,
    right=RIGHT,
    labels={name: f"new_params[{name!r}]" for name in SHAPES}
    | {f"{name}.{key}": f"new_adam[{name!r}][{key!r}]" for name in SHAPES for key in "mvt"}
    | {"end[0]": "end[0] (h)", "end[1]": "end[1] (c)"},
    hints=(
        "Six calls, each of which gives what the next one needs: forward, readout, loss, back through the readout, "
        "back through time, clip. Then a loop over the four parameters with adam_step.",
        "lstm_forward(xs, h0, c0, W, b) gives (hs, c_T, cache); loss_fn takes what readout(hs, V, b_y) gives, and "
        "returns the loss and dlogits. readout_backward gives dhs, dV and db_y; lstm_backward takes dhs, zeros for "
        "dc_T, and the cache, and its last two values are dW and db. All four gradients go into one dict, and that "
        "into clip_by_norm.",
        "In the loop: new_params[name], new_adam[name] = adam_step(params[name], grads[name], adam[name], lr, 0.9, "
        "0.999, 1e-8). end is (hs[:, -1], c_T).",
    ),
    explanation=(
        "Every line of it is your own, down to the last slope, and there is nothing in it that you could not take "
        "apart. What follows only calls it again and again."
    ),
)
