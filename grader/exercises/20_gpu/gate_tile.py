"""The index arithmetic of a kernel: one gate's recurrent weights out of flat memory."""

from ..base import Array, Case, Exercise, Part, slips
from ._draws import LARGE, arguments, signs, single


def _arguments(rng, D, H, size, gate):
    W = arguments(rng, 1, 1, D, H)["W"]
    return {"memory": W.reshape(-1), "H": H, "size": size, "gate": gate}


def _large(rng, D, H, size, gate):
    """Numbers from 1000 to a million, of either sign."""
    memory = signs(rng, (H + D) * 4 * H) * 10 ** rng.uniform(3, 6, size=(H + D) * 4 * H)
    return {"memory": memory, "H": H, "size": size, "gate": gate}


def cases(rng):
    yield Case("candidate", _arguments(rng, D=2, H=3, size=4, gate=2))
    yield Case("input gate", _arguments(rng, D=4, H=3, size=4, gate=0))
    yield Case("forget gate", _arguments(rng, D=4, H=5, size=8, gate=1))
    yield Case("output gate", _arguments(rng, D=1, H=3, size=4, gate=3))
    yield Case("a whole tile", _arguments(rng, D=3, H=4, size=4, gate=1))
    yield Case("one more than a power of two", _arguments(rng, D=2, H=5, size=8, gate=3))
    yield Case("as wide as a tensor core", _arguments(rng, D=20, H=7, size=16, gate=2))
    yield Case("one cell", _arguments(rng, D=3, H=1, size=2, gate=2))
    yield Case("beyond the end of memory", _arguments(rng, D=1, H=3, size=8, gate=3))
    yield Case("strided", _arguments(rng, D=2, H=3, size=4, gate=1), frozenset({"strided"}))
    yield Case("float32", single(_arguments(rng, D=2, H=5, size=8, gate=1)))
    yield Case("large numbers", _large(rng, D=2, H=5, size=8, gate=0), LARGE)
    yield Case("places that no byte holds", _large(rng, D=3, H=10, size=16, gate=3), LARGE)
    many = {"memory": rng.integers(-9, 10, size=131 * 520).astype(float), "H": 130, "size": 260, "gate": 3}
    yield Case("places that two bytes don't hold", many, LARGE)


MISTAKES = slips(r"""
stride_H: a tile whose rows are taken to be H numbers apart
    {"r * (4 * H)": "r * H"}
    In W a row holds all four gates: from one row to the next it is 4H numbers.
    Look: Equation (eq:place): how far is it from one row to the next?
stride_size: a tile whose rows are taken to be 4 * size numbers apart
    {"r * (4 * H)": "r * (4 * size)"}
    The tile has size columns; W in memory has 4H of them.
    Look: Equation (eq:place): which sizes belong to memory, which to the tile?
gates_below_each_other: a tile that looks for the gates one below the other
    {"gate * H + k": "gate * H * H + k"}
    gate * H * H would be right if each gate had a matrix of its own. In W they stand side by side.
    Look: The picture of W: how many columns to the right does the gate begin?
gates_in_rows: a tile that starts in row number gate
    {"gate * H + k": "gate * 4 * H + k"}
    gate * 4H is a step of that many rows. The gates are columns.
    Look: The picture of W: how many columns to the right does the gate begin?
gate_offset_size: a tile that takes the gates to be size columns wide
    {"gate * H + k": "gate * size + k"}
    In memory a gate has H columns; size is the tile's.
    Look: Equation (eq:place): which sizes belong to memory, which to the tile?
gate_offset_one: a tile that takes the gates to be one column wide
    {"gate * H + k": "gate + k"}
    A gate has H columns, one for each cell.
    Look: Equation (eq:place): at which column does the gate begin?
always_the_input_gate: the input gate's tile, whatever gate is asked for
    {"gate * H + k": "k"}
    gate is not used.
    Look: Equation (eq:place): at which column does the gate begin?
transposed: the tile with rows and columns exchanged
    {"places[:, None], places[None, :]": "places[None, :], places[:, None]"}
    The first axis is h's, the second the gate's: h @ tile is what the kernel computes. (Going back it needs the other
    one.)
    Look: Which of your two ranges got the [:, None]?
no_mask: a tile without a mask
    {"(r < H) & (k < H)": "(r >= 0) & (k >= 0)"}
    To the right of the gate lies the next gate, and below h's rows lie x's. Multiplied by zeros in h they might do no
    harm; but their columns become cells that do not exist.
    Look: Equation (eq:place): when is a place of the tile inside?
columns_not_masked: a tile whose mask looks at the rows only
    {"(r < H) & (k < H)": "(r < H) & (k >= 0)"}
    To the right of the gate lies the next gate.
    Look: Equation (eq:place): when is a place of the tile inside?
rows_not_masked: a tile whose mask looks at the columns only
    {"(r < H) & (k < H)": "(r >= 0) & (k < H)"}
    Below h's rows lie x's, and below those whatever comes next in memory.
    Look: Equation (eq:place): when is a place of the tile inside?
mask_one_too_many: a tile whose mask lets one row and one column too many through
    {"(r < H) & (k < H)": "(r <= H) & (k <= H)"}
    Rows and columns count from 0, so the last is H - 1.
    Look: Equation (eq:place): is it < or <=?
x_rows: a tile that takes h's rows to be W's last, below x's
    {"r * (4 * H)": "(r + len(memory) // (4 * H) - H) * (4 * H)"}
    W's first H rows belong to h.
    Look: The picture of W: whose rows are on top?
""")

RIGHT = (
    {  # places that are not inside are read at a place that exists, and multiplied by 0
        "memory[torch.where(inside, offsets, 0)], 0.0": "torch.take(memory, offsets.clamp(0, len(memory) - 1)), 0.0"
    },
    """
def gate_tile(memory, H, size, gate):
    block = memory.reshape(-1, 4, H)[:H, gate]
    return torch.nn.functional.pad(block, (0, size - H, 0, size - H))
""",
    """
def gate_tile(memory, H, size, gate):
    tile = memory.new_zeros(size, size)
    for r in range(H):
        start = (4 * r + gate) * H
        tile[r, :H] = memory[start : start + H]
    return tile
""",
    """
def gate_tile(memory, H, size, gate):
    columns = torch.arange(4 * H, device=memory.device).view(4, H)[gate]
    rows = 4 * H * torch.arange(H, device=memory.device)
    block = memory.index_select(0, torch.cartesian_prod(rows, columns).sum(-1)).view(H, H)
    right = torch.cat([block, block.new_zeros(H, size - H)], dim=1)
    return torch.cat([right, right.new_zeros(size - H, size)])
""",
)

EXERCISE = Exercise(
    name="gate_tile",
    title="A tile out of flat memory",
    arguments={"memory": "((H + D) * 4H,)", "H": "H", "size": "size", "gate": "a whole number"},
    returns=(Array("tile", "(size, size)"),),
    parts=(Part("the tile", points=3),),
    difficulty=3,
    minutes=15,
    cases=cases,
    mistakes=MISTAKES,
    right=RIGHT,
    hints=(
        "Equation (eq:place). Two ranges, one standing, one lying, make a whole square of places: r[:, None] and "
        "k[None, :].",
        "r and k are both torch.arange(size). inside is r < H and k < H, with & between. The offset of a place is r "
        "times the length of a row of W, plus the column at which the gate begins, plus k. Read memory at the offsets, "
        "but at 0 where a place is not inside; then put 0 there.",
        "offsets = r * (4 * H) + gate * H + k; return torch.where(inside, memory[torch.where(inside, offsets, 0)], "
        "0.0).",
    ),
    explanation=(
        "A kernel sees no matrices, only numbers in a row; rows, columns and gates are arithmetic. The mask is what "
        "lets a square whose side is a power of two hold an H that is not."
    ),
    torch=True,
)
