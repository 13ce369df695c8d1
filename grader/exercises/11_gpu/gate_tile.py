"""The index arithmetic of a kernel: one gate's recurrent weights out of flat memory."""

from ..base import Array, Case, Exercise, Mistake, Part
from ._cases import arguments, late, single


def _arguments(rng, D, H, size, gate):
    W = arguments(rng, 1, 1, D, H)["W"]
    return {"memory": W.reshape(-1), "H": H, "size": size, "gate": gate}


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


MISTAKES = (
    Mistake(
        name="stride_H",
        what="a tile whose rows are taken to be H numbers apart",
        meaning="In W a row holds all four gates: from one row to the next it is 4H numbers.",
        look="Equation (11.6): how far is it from one row to the next?",
        function=late("tile", stride="H"),
    ),
    Mistake(
        name="stride_size",
        what="a tile whose rows are taken to be 4 * size numbers apart",
        meaning="The tile has size columns; W in memory has 4H of them.",
        look="Equation (11.6): which sizes belong to memory, which to the tile?",
        function=late("tile", stride="4 size"),
    ),
    Mistake(
        name="gates_below_each_other",
        what="a tile that looks for the gates one below the other",
        meaning="gate * H * H would be right if each gate had a matrix of its own. In W they stand side by side.",
        look="The picture of W: how many columns to the right does the gate begin?",
        function=late("tile", offset="gate H H"),
    ),
    Mistake(
        name="gates_in_rows",
        what="a tile that starts in row number gate",
        meaning="gate * 4H is a step of that many rows. The gates are columns.",
        look="The picture of W: how many columns to the right does the gate begin?",
        function=late("tile", offset="gate 4H"),
    ),
    Mistake(
        name="gate_offset_size",
        what="a tile that takes the gates to be size columns wide",
        meaning="In memory a gate has H columns; size is the tile's.",
        look="Equation (11.6): which sizes belong to memory, which to the tile?",
        function=late("tile", offset="gate size"),
    ),
    Mistake(
        name="gate_offset_one",
        what="a tile that takes the gates to be one column wide",
        meaning="A gate has H columns, one for each cell.",
        look="Equation (11.6): at which column does the gate begin?",
        function=late("tile", offset="gate"),
    ),
    Mistake(
        name="always_the_input_gate",
        what="the input gate's tile, whatever gate is asked for",
        meaning="gate is not used.",
        look="Equation (11.6): at which column does the gate begin?",
        function=late("tile", offset="none"),
    ),
    Mistake(
        name="transposed",
        what="the tile with rows and columns exchanged",
        meaning="The first axis is h's, the second the gate's: h @ tile is what the kernel computes. (Going back it needs "
        "the other one.)",
        look="Which of your two ranges got the [:, None]?",
        function=late("tile", transposed=True),
    ),
    Mistake(
        name="no_mask",
        what="a tile without a mask",
        meaning="To the right of the gate lies the next gate, and below h's rows lie x's. Multiplied by zeros in h they "
        "might do no harm; but their columns become cells that do not exist.",
        look="Equation (11.6): when is a place of the tile inside?",
        function=late("tile", inside="none"),
    ),
    Mistake(
        name="columns_not_masked",
        what="a tile whose mask looks at the rows only",
        meaning="To the right of the gate lies the next gate.",
        look="Equation (11.6): when is a place of the tile inside?",
        function=late("tile", inside="rows"),
    ),
    Mistake(
        name="rows_not_masked",
        what="a tile whose mask looks at the columns only",
        meaning="Below h's rows lie x's, and below those whatever comes next in memory.",
        look="Equation (11.6): when is a place of the tile inside?",
        function=late("tile", inside="columns"),
    ),
    Mistake(
        name="mask_one_too_many",
        what="a tile whose mask lets one row and one column too many through",
        meaning="Rows and columns count from 0, so the last is H - 1.",
        look="Equation (11.6): is it < or <=?",
        function=late("tile", inside="up to H"),
    ),
    Mistake(
        name="x_rows",
        what="a tile that starts at x's rows",
        meaning="W's first H rows belong to h.",
        look="The picture of W: whose rows are on top?",
        function=late("tile", first_row="x"),
    ),
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
    hints=(
        "Equation (11.6). Two ranges, one standing, one lying, make a whole square of places: r[:, None] and k[None, :].",
        "r and k are both torch.arange(size). inside is r < H and k < H, with & between. The offset of a place is r times "
        "the length of a row of W, plus the column at which the gate begins, plus k. Read memory at the offsets, but at 0 "
        "where a place is not inside; then put 0 there.",
        "offsets = r * (4 * H) + gate * H + k; return torch.where(inside, memory[torch.where(inside, offsets, 0)], 0.0).",
    ),
    explanation=(
        "A kernel sees no matrices, only numbers in a row; rows, columns and gates are arithmetic. The mask is what lets a "
        "square whose side is a power of two hold an H that is not."
    ),
    torch=True,
)
