"""A node of a child-sum Tree-LSTM: any number of children, a forget gate for each."""

import numpy as np

from ..base import Array, Case, Exercise, Part
from ._node_mistakes import MISTAKES, TITLES
from ._trees import LARGE, cancelling, many_cells, node, overflowing, packed, shut, single, spread

SATURATED = 500.0  # a bias that puts a sigmoid at 1 to the last digit, while its exponential still fits


def _isolating(rng, gate, N=3, K=2, D=5, H=4):
    """Draw nodes in which one gate's weights and biases alone are at work."""
    args = node(rng, N, K, D, H)
    column = {name: slice(k * H, (k + 1) * H) for k, name in enumerate("ifgo")}
    W, b = np.zeros_like(args["W"]), np.zeros_like(args["b"])
    W[:, column[gate]], b[column[gate]] = args["W"][:, column[gate]], args["b"][column[gate]]
    # i: c = i.  f: c is the sum of f * child_cs (g is 0).  g: c = g.  o: c is the sum of child_cs, h = o * tanh(c).
    for other in {"i": "go", "f": "o", "g": "io", "o": "f"}[gate]:
        b[column[other]] = SATURATED
    if gate in "ig":
        args["child_cs"] = np.zeros_like(args["child_cs"])
    return args | {"W": W, "b": b}


def _children(rng, N, K, H):
    return {"child_hs": np.tanh(rng.normal(size=(N, K, H))), "child_cs": rng.normal(size=(N, K, H))}


def _in_order(x, children, W, b):
    return {"x": x, **children, "W": W, "b": b}


def cases(rng):
    yield Case("small", node(rng, N=1, K=2, D=4, H=3))
    yield Case("three children", node(rng, N=2, K=3, D=4, H=5))
    yield Case("no children", node(rng, N=2, K=0, D=4, H=3))
    yield Case("one child", node(rng, N=3, K=1, D=2, H=4))
    yield Case("more cells than inputs", node(rng, N=4, K=3, D=2, H=6, gain=3.0))
    for gate, title in TITLES.items():
        yield Case(f"only the {title}", _isolating(rng, gate), frozenset({f"isolates:the {title}"}))
    yield Case("many children", node(rng, N=2, K=40, D=3, H=4))
    yield Case("forget biases up to 5", node(rng, N=3, K=4, D=2, H=5, forget=(1.0, 5.0), orthogonal=True))
    fewer = node(rng, N=2, K=4, D=5, H=3)
    for n, k in ((0, 2), (0, 3), (1, 3)):
        fewer["child_hs"][n, k] = fewer["child_cs"][n, k] = 0.0
    yield Case("children of zeros beside others", fewer)
    yield Case("one input", node(rng, N=3, K=2, D=1, H=4))
    yield Case("one cell", node(rng, N=2, K=4, D=3, H=1))
    yield Case("one of each", node(rng, N=1, K=1, D=1, H=1))
    yield Case("zero child_hs", node(rng, N=2, K=3, D=4, H=5) | {"child_hs": np.zeros((2, 3, 5))})
    yield Case("zero child_cs", node(rng, N=2, K=3, D=4, H=5) | {"child_cs": np.zeros((2, 3, 5))})
    yield Case("zero x", node(rng, N=2, K=3, D=5, H=4) | {"x": np.zeros((2, 5))})
    yield Case("zero biases", node(rng, N=2, K=4, D=3, H=5) | {"b": np.zeros(20)})
    yield Case("strided", node(rng, N=4, K=2, D=3, H=5), frozenset({"strided"}))
    yield Case("float32", single(node(rng, N=3, K=4, D=5, H=2)))
    W, b = many_cells(rng, D=2, H=130)
    yield Case("many cells", _in_order(rng.normal(size=(1, 2)), _children(rng, 1, 3, 130), W, b))
    faint = node(rng, N=2, K=3, D=4, H=5)
    yield Case("faint", {name: value if name == "W" else 1e-5 * value for name, value in faint.items()})

    x, W, b = overflowing(rng, (3,), H=4)
    yield Case("large inputs", _in_order(x, _children(rng, 3, 2, 4), W, b), LARGE)
    x, W, b = cancelling(rng, (3,), H=5)
    yield Case("large numbers that cancel", _in_order(x, _children(rng, 3, 2, 5), W, b), LARGE)
    against = node(rng, N=2, K=3, D=5, H=4)
    far = spread(rng, 1200, 3000, (4,))
    against["child_hs"][:, :, 0] = rng.uniform(0.5, 0.9)  # in each child what takes off most of the bias
    against["W"][0, 4:8] = far / against["child_hs"][0, 0, 0]
    against["b"][4:8] -= far
    yield Case("children against a large bias", against, LARGE)
    lost = node(rng, N=2, K=3, D=5, H=4)
    lost["b"][4:8] = rng.uniform(-2000, -800, size=4)
    lost["child_cs"] = spread(rng, 500, 900, (2, 3, 4))
    yield Case("large cell states behind shut forget gates", lost, LARGE)
    W, b, c = shut(rng, N=4, D=2)
    nothing = {"child_hs": np.tanh(rng.normal(size=(4, 1, 3))), "child_cs": c[:, None]}
    yield Case("what shut gates let through", _in_order(rng.normal(size=(4, 2)), nothing, W, b), LARGE)
    held = node(rng, N=2, K=3, D=5, H=4)
    held["b"][4:8], held["b"][12:] = rng.uniform(200, 600, size=(2, 4))
    yield Case("large cell states behind open gates", held | {"child_cs": spread(rng, 50, 3000, (2, 3, 4))}, LARGE)
    loud = node(rng, N=2, K=3, D=4, H=5)
    loud["W"] = packed(rng, 4, 5)[0]
    loud["W"][:5] *= 4e-4  # child_hs far out, and a z that is not
    yield Case("large child_hs", loud | {"child_hs": spread(rng, 800, 3000, (2, 3, 5))}, LARGE)


RIGHT = (
    '''def tree_lstm_node(x, child_hs, child_cs, W, b):
    """One child after the other."""
    N, K, H = child_hs.shape
    D = x.shape[1]
    W_x, W_h = W[len(W) - D :], W[:H]
    total, kept = np.zeros((N, H)), np.zeros((N, H))
    for k in range(K):
        total = total + child_hs[:, k]
        kept = kept + sigmoid((x @ W_x + child_hs[:, k] @ W_h + b)[:, H : 2 * H]) * child_cs[:, k]
    i, _, g, o = np.split(x.dot(W_x) + total.dot(W_h) + b, 4, axis=1)
    c = sigmoid(i) * np.tanh(g) + kept
    return sigmoid(o) * np.tanh(c), c
''',
    '''def tree_lstm_node(x, child_hs, child_cs, W, b):
    """One node after the other, one child after the other, with lists."""
    H = child_hs.shape[2]
    hs, cs = [], []
    for n in range(len(x)):
        z = np.concatenate([sum(child_hs[n], start=np.zeros(H)), x[n]]) @ W + b
        c = sigmoid(z[:H]) * np.tanh(z[2 * H : 3 * H])
        for h_k, c_k in zip(child_hs[n], child_cs[n]):
            f = sigmoid(np.hstack([h_k, x[n]]) @ W[:, H : 2 * H] + b[H : 2 * H])
            c = c + f * c_k
        cs.append(c)
        hs.append(sigmoid(z[3 * H :]) * np.tanh(c))
    return np.array(hs), np.array(cs)
''',
    '''def tree_lstm_node(x, child_hs, child_cs, W, b):
    """Each child's whole z, of which the forget gate's block is used."""
    N, K, H = child_hs.shape
    beside = np.repeat(x[:, None, :], K, axis=1)
    z_k = np.concatenate((child_hs, beside), axis=2) @ W + b
    f = sigmoid(z_k[..., H : 2 * H])
    z = np.hstack((np.einsum("nkh->nh", child_hs), x)) @ W + b
    c = np.einsum("nkh,nkh->nh", f, child_cs) + sigmoid(z[:, :H]) * np.tanh(z[:, 2 * H : -H])
    h = np.tanh(c) * sigmoid(z[:, -H:])
    return h, c
''',
    """def tree_lstm_node(x, child_hs, child_cs, W, b):
    import torch

    x, child_hs, child_cs, W, b = (torch.from_numpy(np.ascontiguousarray(a)) for a in (x, child_hs, child_cs, W, b))
    H = b.shape[0] // 4
    z_i, z_f, z_g, z_o = torch.chunk(x @ W[H:] + b, 4, dim=1)
    s_i, _, s_g, s_o = torch.chunk(child_hs.sum(1) @ W[:H], 4, dim=1)
    f = torch.sigmoid(z_f.unsqueeze(1) + child_hs @ W[:H, H : 2 * H])
    c = torch.sigmoid(z_i + s_i) * torch.tanh(z_g + s_g) + (f * child_cs).sum(1)
    h = torch.sigmoid(z_o + s_o) * torch.tanh(c)
    return [h.numpy(), c.numpy()]
""",
    # Warns on large inputs, and is right to the last digit.
    {
        "i = sigmoid(z[:, :H])": "i = 1 / (1 + np.exp(-z[:, :H]))",
        "f = sigmoid(from_x[:, None] + from_h)": "f = 1 / (1 + np.exp(-from_x[:, None] - from_h))",
        "o = sigmoid(z[:, 3 * H :])": "o = 1 / (1 + np.exp(-z[:, 3 * H :]))",
    },
)

EXERCISE = Exercise(
    name="tree_lstm_node",
    title="A node with any number of children",
    arguments={"x": "(N, D)", "child_hs": "(N, K, H)", "child_cs": "(N, K, H)", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("h", "(N, H)"), Array("c", "(N, H)")),
    parts=(
        Part("the cell state c", points=2, outputs=("c",)),
        Part("the hidden state h", points=2, outputs=("h",)),
        Part("large numbers", points=1, tags=LARGE),
    ),
    row="node",
    difficulty=3,
    minutes=25,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Write the shape beside every line. Which quantities have an axis for the children, and on which line does it "
        "go away? And what do the two sums give where there are no children?",
        "Three gates see the sum of the children: put child_hs.sum(axis=1) and x side by side, multiply by W, add b, "
        "and take the blocks i, g and o of it. The forget gates see each child alone: x with its own rows of the "
        "block, and every child_hs with the others, added up as (N, 1, H) and (N, K, H).",
        "f = sigmoid((x @ W[H:, H : 2 * H] + b[H : 2 * H])[:, None] + child_hs @ W[:H, H : 2 * H]) is (N, K, H), and "
        "c = i * g + (f * child_cs).sum(axis=1). A sum over an axis of length 0 is 0: a leaf needs no line of its own.",
    ),
    explanation=(
        "With one child this is the LSTM's step: a sequence is a tree that never branches. With many, each child has a "
        "forget gate of its own, so that a node can keep what one child holds and drop what another one does. No "
        "child is the first: a sum has no order."
    ),
)
