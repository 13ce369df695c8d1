"""The node of a Tree-LSTM, from the leaves to the root."""

import numpy as np

from ..base import Array, Case, Exercise, Part, slips
from ._trees import LARGE, arguments, binary, bushy, cancelling, chain, overflowing, shuffled, single, star

LONG = frozenset({"long"})


def _counting(rng, children, D, H):
    """Draw a forest whose cells keep what their children hold and add 1, or take 1 away."""
    drawn = arguments(rng, children, D, H)
    drawn["W"] *= 1e-3
    drawn["b"][: 2 * H] = rng.uniform(40, 60, size=2 * H)
    drawn["b"][2 * H : 3 * H] = rng.permuted(np.resize([1.0, -1.0], H)) * rng.uniform(1.5, 3.0, size=H)
    return drawn


def cases(rng):
    yield Case("small", arguments(rng, [[2, 1], [], [3], []], D=1, H=2))
    yield Case("a larger tree", arguments(rng, shuffled(rng, bushy(rng, 9)), D=4, H=3))
    yield Case("two children each", arguments(rng, shuffled(rng, binary(7)), D=2, H=5, gain=2.0))
    yield Case("from the root down", arguments(rng, binary(7), D=3, H=4))
    yield Case("from the leaves up", arguments(rng, [[6 - k for k in below] for below in binary(7)][::-1], D=3, H=4))
    yield Case("a root with many children", arguments(rng, shuffled(rng, star(10)), D=3, H=4))
    yield Case("a chain", arguments(rng, shuffled(rng, chain(6)), D=3, H=4))
    yield Case("several trees", arguments(rng, shuffled(rng, bushy(rng, 11, roots=3)), D=4, H=2))
    yield Case("leaves alone", arguments(rng, [[] for _ in range(5)], D=4, H=3))
    yield Case("one node", arguments(rng, [[]], D=4, H=3))
    yield Case("forget biases up to 5", arguments(rng, shuffled(rng, bushy(rng, 12)), D=2, H=5, forget=(1.0, 5.0)))
    yield Case("one input", arguments(rng, shuffled(rng, bushy(rng, 6)), D=1, H=3))
    yield Case("one cell", arguments(rng, shuffled(rng, bushy(rng, 6)), D=3, H=1))
    yield Case("one of each", arguments(rng, [[]], D=1, H=1))
    zeros = arguments(rng, shuffled(rng, bushy(rng, 8)), D=3, H=4)
    yield Case("zero inputs", zeros | {"xs": np.zeros((8, 3))})
    yield Case("strided", arguments(rng, shuffled(rng, bushy(rng, 7)), D=3, H=5), frozenset({"strided"}))
    yield Case("float32", single(arguments(rng, shuffled(rng, bushy(rng, 7)), D=4, H=2)))
    faint = arguments(rng, shuffled(rng, bushy(rng, 6)), D=4, H=3)
    yield Case("faint", faint | {"xs": 1e-5 * faint["xs"], "b": 1e-5 * faint["b"]})

    xs, W, b = overflowing(rng, (6,), H=4)
    yield Case("large inputs", {"xs": xs, "children": shuffled(rng, bushy(rng, 6)), "W": W, "b": b}, LARGE)
    xs, W, b = cancelling(rng, (5,), H=4)
    mixed = shuffled(rng, bushy(rng, 5))
    yield Case("large numbers that cancel", {"xs": xs, "children": mixed, "W": W, "b": b}, LARGE)
    yield Case("large cell states", _counting(rng, shuffled(rng, chain(130)), D=1, H=3), LONG)
    # Two trees of one node each at its end: roots whose rows no byte holds.
    hundreds = [*shuffled(rng, bushy(rng, 298)), [], []]
    yield Case("hundreds of nodes", arguments(rng, hundreds, D=1, H=2, forget=(1.0, 3.0)), LONG)


ROOTS = "set(range(N)) - {child for below in children for child in below}"

ORDER = slips(
    r"""
rows_in_order: a Tree-LSTM that goes through the rows from the first to the last
    {"$roots": "range(N)",
     "visit(child)": "pass"}
    Where a child's row comes after its parent's, its states are still 0 when they are needed.
    Look: Which nodes have to be done before node n?
rows_from_the_end: a Tree-LSTM that goes through the rows from the last to the first
    {"$roots": "reversed(range(N))",
     "visit(child)": "pass"}
    Where a child's row comes before its parent's, its states are still 0 when they are needed.
    Look: Which nodes have to be done before node n?
parents_first: a Tree-LSTM in which nothing travels upwards: each node is done as if it were a leaf
    {"visit(child)": "pass",
     "        hs[n], cs[n] = h[0], c[0]\n":
        "        hs[n], cs[n] = h[0], c[0]\n        for child in below:\n            visit(child)\n"}
    That comes of doing a node before its children, whose states are then still 0, and of giving tree_lstm_node no
    children at all.
    Look: What goes into tree_lstm_node beside x, in equation (eq:tree), and what has to come before that call?
leaves_first_then_rows: a Tree-LSTM that does the leaves first, and then all other rows from the first to the last
    {"$roots": "sorted(range(N), key=lambda n: len(children[n]) > 0)",
     "visit(child)": "pass"}
    Two levels are right so. Where a child has children itself, it has to come before its parent too.
    Look: Which nodes have to be done before node n?
few_children_first: a Tree-LSTM that does the nodes with few children before those with many
    {"$roots": "sorted(range(N), key=lambda n: len(children[n]))",
     "visit(child)": "pass"}
    A child may have more children than its parent.
    Look: Which nodes have to be done before node n?
from_row_0: a Tree-LSTM that does row 0 and what is below it, and nothing else
    {"$roots": "[0]"}
    The root may stand in any row, and there may be several.
    Look: How can one see from children that a node is a root?
from_the_last_row: a Tree-LSTM that does the last row and what is below it, and nothing else
    {"$roots": "[N - 1]"}
    The root may stand in any row, and there may be several.
    Look: How can one see from children that a node is a root?
one_root: a Tree-LSTM that does one tree, and nothing else
    {"$roots": "sorted($roots)[:1]"}
    There may be several roots.
    Look: How can one see from children that a node is a root?
last_root: a Tree-LSTM that does the tree whose root has the last row, and nothing else
    {"$roots": "sorted($roots)[-1:]"}
    There may be several roots.
    Look: How can one see from children that a node is a root?
visited_order: the right states, in the order in which they were computed
    {"hs, cs = np.zeros((N, H)), np.zeros((N, H))": "hs, cs, order = np.zeros((N, H)), np.zeros((N, H)), []",
     "        hs[n], cs[n] = h[0], c[0]\n": "        hs[n], cs[n] = h[0], c[0]\n        order.append(n)\n",
     "return hs, cs": "return hs[order], cs[order]"}
    Row n of what comes back belongs to node n.
    Look: What does the docstring's last line say of hs and cs?
""",
    roots=ROOTS,
)

BELOW = slips(
    r"""
empty_leaves: a Tree-LSTM whose leaves have states of zeros
    {"        hs[n], cs[n] = h[0], c[0]\n": "        if below:\n            hs[n], cs[n] = h[0], c[0]\n"}
    A leaf has an input of its own, which goes through tree_lstm_node like any other.
    Look: What is equation (eq:tree) for a node without children?
leaves_alone_read: a Tree-LSTM whose inner nodes do not read their own inputs
    {"xs[n : n + 1]": "xs[n : n + 1] * (not below)"}
    Every node has a row of xs.
    Look: What goes into tree_lstm_node in equation (eq:tree)?
first_child: a Tree-LSTM whose nodes look at their first child alone
    {"hs[None, below], cs[None, below]": "hs[None, below[:1]], cs[None, below[:1]]"}
    A node may have any number of children.
    Look: Over which k do the lists in equation (eq:tree) go?
last_child: a Tree-LSTM whose nodes look at their last child alone
    {"hs[None, below], cs[None, below]": "hs[None, below[-1:]], cs[None, below[-1:]]"}
    A node may have any number of children, and one call of tree_lstm_node takes all of them. Where it is called for one
    child after the other, the last call is what is left.
    Look: Over which k do the lists in equation (eq:tree) go, and how often is tree_lstm_node called for a node?
two_children: a Tree-LSTM whose nodes look at their first two children alone
    {"hs[None, below], cs[None, below]": "hs[None, below[:2]], cs[None, below[:2]]"}
    A node may have any number of children.
    Look: Over which k do the lists in equation (eq:tree) go?
child_by_child_summed: a Tree-LSTM whose nodes are called once for each child, and added up
    {"        hs[n], cs[n] = h[0], c[0]\n":
        "        if below:\n"
        "            each = [tree_lstm_node(xs[n : n + 1], hs[None, [k]], cs[None, [k]], W, b) for k in below]\n"
        "            h, c = sum(one[0] for one in each), sum(one[1] for one in each)\n"
        "        hs[n], cs[n] = h[0], c[0]\n"}
    The gates should see all children at once.
    Look: How often is tree_lstm_node called for one node, in equation (eq:tree)?
all_below: a Tree-LSTM whose nodes take all nodes below them for their children
    {"        h, c = tree_lstm_node(":
        "        below = [*below]\n        for child in below:\n            below += children[child]\n"
        "        h, c = tree_lstm_node("}
    What is further below has come up already, in the children's states.
    Look: Over which k do the lists in equation (eq:tree) go?
grandchildren: a Tree-LSTM whose nodes take their children's children for their children
    {"hs[None, below], cs[None, below]":
        "hs[None, [k for child in below for k in children[child]]], "
        "cs[None, [k for child in below for k in children[child]]]"}
    A level is left out.
    Look: Over which k do the lists in equation (eq:tree) go?
childs_input: a Tree-LSTM whose nodes read their first child's input, where they have one
    {"xs[n : n + 1]": "xs[[below[0] if below else n]]"}
    The children's inputs are in the children's states already.
    Look: Whose x is it, in equation (eq:tree)?
row_0: a Tree-LSTM whose nodes all read the first row of xs
    {"xs[n : n + 1]": "xs[:1]"}
    Each node has an input of its own.
    Look: Whose x is it, in equation (eq:tree)?
next_row: a Tree-LSTM whose nodes read the input of the row before their own
    {"xs[n : n + 1]": "xs[[n - 1]]"}
    Each node has an input of its own.
    Look: Whose x is it, in equation (eq:tree)?
counted_from_1: a Tree-LSTM that takes the rows of children to be counted from 1
    {"hs[None, below], cs[None, below]": "hs[None, [k - 1 for k in below]], cs[None, [k - 1 for k in below]]"}
    In code, rows are counted from 0.
    Look: Which row of hs belongs to the child k?
downwards: a Tree-LSTM that goes from the root down: each node gets its parent's state in the place of its children's
    {"visit(child)": "pass",
     "        below = children[n]\n":
        "        below = children[n]\n        above = [k for k in range(N) if n in children[k]]\n",
     "hs[None, below], cs[None, below]": "hs[None, above], cs[None, above]",
     "        hs[n], cs[n] = h[0], c[0]\n":
        "        hs[n], cs[n] = h[0], c[0]\n        for child in below:\n            visit(child)\n"}
    The root should know the whole tree; so its leaves come first.
    Look: Whose states go into tree_lstm_node in equation (eq:tree)?
as_a_sequence: an LSTM over the rows, each of which goes on from the row before
    {"visit(child)": "pass",
     "hs[None, below], cs[None, below]": "hs[None, max(n - 1, 0) : n], cs[None, max(n - 1, 0) : n]",
     "$roots": "range(N)"}
    Which row comes after which says nothing here; who is whose child is in children.
    Look: Which of the arguments is not used?
""",
    roots=ROOTS,
)

STATES = slips(
    r"""
hs_twice: a Tree-LSTM whose nodes get their children's hidden states in the place of the cell states as well
    {"hs[None, below], cs[None, below]": "hs[None, below], hs[None, below]"}
    What a child holds back is then lost.
    Look: Which two states of each child go into tree_lstm_node?
cs_twice: a Tree-LSTM whose nodes get their children's cell states in the place of the hidden states as well
    {"hs[None, below], cs[None, below]": "cs[None, below], cs[None, below]"}
    The gates then read what the children hold, not what they show.
    Look: Which two states of each child go into tree_lstm_node?
call_swapped: a Tree-LSTM whose nodes get their children's two states in the wrong order
    {"hs[None, below], cs[None, below]": "cs[None, below], hs[None, below]"}
    The gates read what the children hold, and what they show is kept.
    Look: Compare the order of tree_lstm_node's arguments with your call.
stored_swapped: a Tree-LSTM that takes h and c back from tree_lstm_node in the wrong order
    {"        hs[n], cs[n] = h[0], c[0]\n": "        hs[n], cs[n] = c[0], h[0]\n"}
    What a node holds is stored as what it shows, and the other way round, and goes up the tree so.
    Look: Compare the order in which tree_lstm_node returns h and c with the names you give them.
no_h_up: a Tree-LSTM whose nodes get their children's cell states, and zeros for their hidden states
    {"hs[None, below], cs[None, below]": "0 * hs[None, below], cs[None, below]"}
    The gates then do not know what came up.
    Look: Which two states of each child go into tree_lstm_node?
no_c_up: a Tree-LSTM whose nodes get their children's hidden states, and zeros for their cell states
    {"hs[None, below], cs[None, below]": "hs[None, below], 0 * cs[None, below]"}
    What the children hold is left behind.
    Look: Which two states of each child go into tree_lstm_node?
hs_are_cs: a Tree-LSTM whose hs holds the cell states, and cs as well
    {"return hs, cs": "return cs.copy(), cs"}
    What a node shows and what it holds are two things.
    Look: What does the docstring's last line say of hs and cs?
cs_are_hs: a Tree-LSTM whose cs holds the hidden states, and hs as well
    {"return hs, cs": "return hs, hs.copy()"}
    What a node shows and what it holds are two things.
    Look: What does the docstring's last line say of hs and cs?
returned_swapped: the right Tree-LSTM with hs and cs in the wrong order
    {"return hs, cs": "return cs, hs"}
    Both are right; each stands in the other's place.
    Look: The docstring's last line gives the order.
root_alone: a Tree-LSTM that returns the states of its last root alone
    {"return hs, cs": "return hs[[root]], cs[[root]]"}
    Every node's states are wanted: a loss may look at all of them.
    Look: The docstring's last line gives the shapes.
children_emptied: a Tree-LSTM that takes the children out of their lists
    {"        below = children[n]\n": "        below = [children[n].pop(0) for _ in range(len(children[n]))]\n",
     "$roots": "sorted($roots)"}
    Whoever called has lost the tree.
    Look: Which of your lines takes something out of a list?
children_turned: a Tree-LSTM that turns the lists of children round
    {"        below = children[n]\n": "        below = children[n]\n        below.reverse()\n"}
    The order makes no difference to the states. But the lists are not yours to change.
    Look: Which of your lines changes a list?
""",
    roots=ROOTS,
)

RIGHT = (
    '''def tree_lstm(xs, children, W, b):
    """Round after round: every node whose children are done."""
    N, H = len(xs), len(b) // 4
    hs, cs, done = np.zeros((N, H)), np.zeros((N, H)), set()
    while len(done) < N:
        for n in range(N):
            if n not in done and done.issuperset(children[n]):
                rows = list(children[n])
                h, c = tree_lstm_node(xs[[n]], hs[rows][None], cs[rows][None], W, b)
                hs[n], cs[n] = h[0], c[0]
                done.add(n)
    return hs, cs
''',
    '''def tree_lstm(xs, children, W, b):
    """With a stack of its own, and a dict of states."""
    H = len(b) // 4
    states = {}
    stack = list(range(len(xs)))
    while stack:
        n = stack[-1]
        missing = [k for k in children[n] if k not in states]
        if missing:
            stack += missing
            continue
        stack.pop()
        if n not in states:
            above = np.array([states[k] for k in children[n]]).reshape(1, len(children[n]), 2, H)
            states[n] = tuple(part[0] for part in tree_lstm_node(xs[n][None], above[:, :, 0], above[:, :, 1], W, b))
    return np.array([states[n][0] for n in range(len(xs))]), np.array([states[n][1] for n in range(len(xs))])
''',
    '''def tree_lstm(xs, children, W, b):
    """All nodes of one height together, padded with children of zeros."""
    N, H = len(xs), len(b) // 4
    height = [0] * N
    for _ in range(N):
        new = [1 + max((height[k] for k in below), default=-1) for below in children]
        if new == height:
            break
        height = new
    hs, cs = np.zeros((N + 1, H)), np.zeros((N + 1, H))
    for level in range(max(height) + 1):
        rows = [n for n in range(N) if height[n] == level]
        K = max(len(children[n]) for n in rows)
        table = [list(children[n]) + [N] * (K - len(children[n])) for n in rows]
        table = np.array(table, dtype=int).reshape(len(rows), K)
        hs[rows], cs[rows] = tree_lstm_node(xs[rows], hs[table], cs[table], W, b)
    return hs[:N], cs[:N]
''',
    '''def tree_lstm(xs, children, W, b):
    """By calling itself, without a loop over the roots; children from the last to the first."""
    states = {}

    def state(n):
        if n not in states:
            below = [state(k) for k in reversed(children[n])]
            H = len(b) // 4
            child_hs = np.array([h for h, _ in below]).reshape(1, len(below), H)
            child_cs = np.array([c for _, c in below]).reshape(1, len(below), H)
            h, c = tree_lstm_node(xs[n : n + 1], child_hs, child_cs, W, b)
            states[n] = h[0], c[0]
        return states[n]

    both = [state(n) for n in range(len(xs))]
    return np.stack([h for h, _ in both]), np.stack([c for _, c in both])
''',
)

EXERCISE = Exercise(
    name="tree_lstm",
    title="Up the whole tree",
    arguments={"xs": "(N, D)", "children": "a list of lists", "W": "(H + D, 4H)", "b": "(4H,)"},
    returns=(Array("hs", "(N, H)"), Array("cs", "(N, H)")),
    parts=(
        Part("the hidden states hs", points=2, outputs=("hs",)),
        Part("the cell states cs", points=1, outputs=("cs",)),
        Part("large numbers", points=1, tags=LARGE),
        Part("hundreds of nodes", points=1, tags=LONG),
    ),
    row="node",
    difficulty=4,
    minutes=25,
    cases=cases,
    builds_on=("tree_lstm_node",),
    harmless=("tree_lstm_node.into_child_cs",),  # a list of rows picks copies
    mistakes=(*ORDER, *BELOW, *STATES),
    right=RIGHT,
    hints=(
        "Draw the tree of children = [[2, 1], [], [3], []]. In which order can its four nodes be done? What would go "
        "wrong with the order of the rows?",
        "Begin with hs and cs full of zeros. A function visit(n) inside of yours calls itself for every child of n, "
        "and only then tree_lstm_node for n, with the children's rows of hs and cs; what comes back goes into row n. "
        "Call it for every root: a row that is nobody's child.",
        "In visit, after the children: h, c = tree_lstm_node(xs[n : n + 1], hs[None, below], cs[None, below], W, b) "
        "with below = children[n]; a list of rows picks these rows, and None makes the axis N = 1. Then hs[n], cs[n] = "
        "h[0], c[0].",
    ),
    explanation=(
        "The same W and b serve every node, so that a tree of any form fits through the same cell. From a leaf to the "
        "root it is as many steps as the tree is high: where a sequence of a hundred words has a hundred, a tree of "
        "them may have seven."
    ),
)
