<<<<<<< HEAD
"""The figures of units 05 and 20: what each one shows and says, and that it shows the numbers it was given."""

import html
import itertools
import re
import sys
import warnings
from fractions import Fraction

import ipywidgets
import numpy as np
import pytest

import grader.figures
from grader.figures import gpu, lstm, timing
from grader.figures._order import ORDERS, Orders
from grader.figures._prices import SETTINGS, WAYS, Prices, Setting
from grader.figures._reading import Reading, heat_maps
from grader.figures._rounding import FORMATS, Rounding, rounding_picture, rows
from grader.figures._tiles import Tiles, tile_picture

rng = np.random.default_rng(0)
T = 30
INSIDE = {key: rng.uniform(-1.2 if key in "gch" else 0, 1.2, (2, 3, 2)) for key in "ifgoch"}
SENTENCES = [["The", "cat", "sat"], ["The", "cats", "sat"]]
DISTANCES = {name: np.exp(-fall * np.arange(T)) * rng.uniform(0.5, 1, (4, 1)) for name, fall in (("h", 1), ("c", 0.1))}
ERRORS = {"float32": rng.uniform(1e-7, 2e-7, (3, T)).tolist(), "mixed": rng.uniform(1e-3, 2e-3, (3, T)).tolist()}
TIMES = {"packed gates": 123.4, "CUDA graph": None, "torch.nn.LSTM": 40.2, "floor: multiplications": 9.3}
COUNTS = {0.003: {"float32": [1.0, 1.3, 1.6], "bfloat16": [1.0, 1.0, 1.0]}}

# name: the arguments, and what has to be said of them
PICTURES = {
    lstm: {
        "whole_cell": ((), ["forget gate f", "equations of i, f, g, o, c and h"]),
        "packed_product": ((), ["5 rows by 12 columns"]),
        "block_order": ((), ["ONNX: i, o, f, g", "z[:, 3:6]"]),
        "two_counts": (
            ([1, 2, 1], [0.9, 1.9, 1.0], [0.9, 1.8, 1.9]),
            ["ends at 1.00", "ends at 1.90, and never falls"],
        ),
        "over_a_sentence": ((), ["reading The, cat and sat"]),
        "distances": ((DISTANCES,), ["with h handed on from", "to 4 seeds"]),
        "reading": ((INSIDE, SENTENCES), ["The, cat and sat", "Cell 1: i is"]),
        "torch_layout": ((), ["weight_hh_l0 on the left, 12 rows by 3 columns"]),
    },
    gpu: {
        "price_of_a_step": (([4, 8], [30.0, 50.0], [0.25, 4.0]), ["30 at H = 4 and 50 at H = 8", "0.25 and 4"]),
        "prices": ((), ["N = 1, H = 64", "Launches decide: 60 µs a step"]),
        "cut": ((), ["W_h, the first H rows"]),
        "slices": (([50, 100], [1.5, 6.0], [0.5, 1.0]), ["they go from 1.5 to 6, with unbind from 0.5 to 1"]),
        "rounding": ((), ["1 + 0.003 is kept as 1;", "1 + 0.006 is kept as 1.0078125"]),
        "counting": ((COUNTS,), ["it ends at 1.600 in float32 and 1.000 in bfloat16"]),
        "digits": ((ERRORS,), [f"float32 {np.median(ERRORS['float32'], axis=0)[-1]:.1g}"]),
        "launches": ((), ["twelve launches"]),
        "memory_and_chip": ((), ["W_h from memory"]),
        "tile": ((), ["6, 7, 8; 18, 19, 20; 30, 31, 32"]),
        "ladder": ((TIMES, "N = 16, on this machine"), ["packed gates 123.4", "CUDA graph not measured"]),
    },
}
EACH = [
    pytest.param(module, name, id=f"{module.__name__[15:]}.{name}") for module in PICTURES for name in PICTURES[module]
]


@pytest.fixture
def shown(monkeypatch):
    """What is displayed: of a picture its data, of what is live the widget."""
    out = []
    monkeypatch.setattr(sys.modules["grader.figures.show"], "display", lambda data, raw: out.append(data))
    monkeypatch.setattr(sys.modules["grader.figures.show"], "DPI", 40)
    monkeypatch.setattr("IPython.display.display", out.append)
    return out


@pytest.mark.parametrize("module", PICTURES)
def test_every_picture_of_the_unit_is_tried_here(module):
    assert module.__all__ == sorted(module.__all__)
    assert set(module.__all__) == set(PICTURES[module])


@pytest.mark.parametrize("module, name", EACH)
def test_it_shows_a_picture_and_says_what_it_shows(module, name, shown):
    arguments, said = PICTURES[module][name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert getattr(module, name)(*arguments) is None

    pictures = [one for one in shown if isinstance(one, dict)]
    assert len(pictures) == 1
    alt, caption = re.search(r'alt="([^"]+)".*<figcaption[^>]*>([^<]+)<', pictures[0]["text/html"]).groups()
    assert len(caption) > 20
    for words in said:
        assert words in html.unescape(alt) + html.unescape(caption).replace("range (shaded) of", "to"), (words, alt)


@pytest.mark.parametrize("module, name", EACH)
def test_what_can_be_played_with_is_marked_and_has_a_picture_beside_it(module, name, shown, monkeypatch, capsys):
    function, (arguments, _) = getattr(module, name), PICTURES[module][name]
    function(*arguments)
    live = [one for one in shown if isinstance(one, ipywidgets.Widget)]
    assert len(live) == bool(getattr(function, "playable", False))
    if live:
        shown.clear()
        monkeypatch.setitem(sys.modules, "ipywidgets", None)
        function(*arguments)
        assert "ipywidgets" in capsys.readouterr().out
        assert len(shown) == 1 and "<figure" in shown[0]["text/html"]


@pytest.mark.parametrize("module", PICTURES)
def test_there_are_two_things_to_play_with(module):
    assert sum(getattr(getattr(module, name), "playable", False) for name in module.__all__) >= 2


def test_importing_the_modules_needs_no_torch_and_no_widgets():
    import subprocess

    code = (
        "import sys, grader.figures.lstm, grader.figures.gpu, grader.figures.timing;"
        "bad = {'torch', 'ipywidgets', 'matplotlib.pyplot', 'grader.exercises', 'grader.reference'} & set(sys.modules);"
        "assert not bad, bad"
    )
    # As the worker has it: a package called grader with a path, and none of our functions.
    head = f"import types, sys; g = types.ModuleType('grader'); g.__path__ = {list(grader.__path__)!r}; "
    done = subprocess.run([sys.executable, "-c", head + "sys.modules['grader'] = g; " + code], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


# --- unit 05 -------------------------------------------------------------------------------------


def test_lines_have_the_numbers_given():
    count, tanh, sigmoid = [1, 2, 1], [0.9, 1.9, 1.0], [0.9, 1.8, 1.7]
    fig, alt, _ = lstm.two_counts.__wrapped__(count, tanh, sigmoid)
    drawn = [list(line.get_ydata()) for line in fig.axes[0].lines]
    assert tanh in drawn and sigmoid in drawn
    assert all(list(line.get_xdata())[0] in (0, -0.5) for line in fig.axes[0].lines), "time counts from 0"
    assert "never falls" not in alt


def test_a_line_of_distances_ends_where_a_seed_has_none():
    runs = {"h": np.array([[1.0, 0.1, 0.01, 0.0], [1.0, 0.2, 0.04, 0.01]]), "both": np.ones((2, 4))}
    fig, alt, _ = lstm.distances.__wrapped__(runs)
    h, both = fig.axes[0].lines
    np.testing.assert_allclose(h.get_ydata(), [1, 0.15, 0.025])
    assert list(both.get_xdata()) == [0, 1, 2, 3]
    assert "from 1 at t = 0 to 0.03 at t = 2" in alt

    _, alt, _ = lstm.distances.__wrapped__({"h": np.zeros((2, 4)), "both": np.ones((2, 4))})
    assert "with h handed on there is no distance from the first step on" in alt


def test_the_whole_cell_has_the_equation_of_every_letter():
    from matplotlib.offsetbox import TextArea

    fig, _, _ = lstm.whole_cell.__wrapped__()
    texts = "".join(area.get_text() for area in fig.axes[0].findobj(TextArea))
    for letter in "ifgoch":
        assert re.search(rf"{letter}_t\$\$\\;=\\;", texts), letter


@pytest.mark.parametrize("stage", grader.figures.STAGES)
def test_equations_of_a_whole_stage_stay_on_the_page_and_are_not_said_twice(stage):
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.offsetbox import AnchoredOffsetbox, HPacker

    fig = grader.figures.cell_diagram(stage, new=False)
    FigureCanvasAgg(fig).draw()
    (box,) = fig.axes[0].findobj(AnchoredOffsetbox)
    page = fig.bbox
    extent = box.get_window_extent()
    assert extent.x0 >= 0 and extent.y0 >= 0 and extent.x1 <= page.x1
    lowest = min(artist.get_window_extent().y0 for artist in fig.axes[0].texts)
    assert extent.y1 <= lowest, "the equations stand below every label"
    lines = ["".join(child.get_text() for child in line.get_children()) for line in box.findobj(HPacker)]
    assert len(set(lines)) == len(lines)


def test_the_order_says_which_gate_stands_where_ours_does():
    live = Orders(ipywidgets)
    for (k, gate), H in itertools.product(enumerate("ifgo"), (1, 3)):
        live.gate.value, live.size.value = gate, H
        assert f"z[:, {k * H}:{(k + 1) * H}] is our" in live.words.value
        for who, order in ORDERS[1:]:
            assert f"{order[k]} in the order of {who}" in live.words.value
        letters = re.findall(r">([ifgo])</text>", live.plot.value)
        assert letters == list("".join(order for _, order in ORDERS))


def test_dragging_through_the_steps_shows_their_numbers():
    live = Reading(ipywidgets, INSIDE, SENTENCES)
    for n, t in itertools.product(range(2), range(3)):
        live.sentence.value, live.step.value = n, t
        text = html.unescape(re.sub(r"<[^>]*>", "", live.words.value)).replace("\N{MINUS SIGN}", "-")
        for k in range(2):
            for key in "ifoch":
                assert f"{INSIDE[key][n, t, k]:.2f}" in text.split("cell ")[k + 1], (key, n, t, k)
            before = INSIDE["c"][n, t - 1, k] if t else 0.0
            assert f"{before:.2f}" in text.split("cell ")[k + 1]
        assert f"t = {t}" in live.plot.value and SENTENCES[n][t] in live.plot.value
        # A bar's height is its value: the same scale for all of them.
        bars = re.findall(r'<rect [^>]*width="21.0" height="([\d.]+)"', live.plot.value)
        values = [abs(INSIDE[key][n, t, k]) for k in range(2) for key in "ifgoch"]
        scale = max(map(float, bars)) / max(values)
        np.testing.assert_allclose([float(b) for b in bars], np.maximum(np.array(values) * scale, 1), atol=0.2)


def test_heat_maps_hold_the_first_sentence():
    fig, _, _ = heat_maps.__wrapped__(INSIDE, SENTENCES[0])
    for ax, key in zip(fig.axes, "ifgoch", strict=False):
        np.testing.assert_array_equal(ax.images[0].get_array(), INSIDE[key][0].T)


# --- unit 20 -------------------------------------------------------------------------------------


def test_the_formats_round_as_numpy_and_torch_do():
    import torch

    values = [float(v) for v in rng.normal(size=200) * 10.0 ** rng.integers(-8, 4, size=200)]
    values += [1.0, 1.0 + 2**-9, 1 + 3 * 2**-8, 6e-8, 1e-42, 65519.0, -2.5, 0.0]
    for kind in FORMATS:
        rounded = torch.tensor(values, dtype=torch.float64).to(getattr(torch, kind.name)).double()
        for value, expected in zip(values, rounded.tolist(), strict=True):
            assert float(kind.nearest(Fraction(value))) == expected, (kind.name, value)
        assert kind.spacing(Fraction(1)) == Fraction(torch.finfo(getattr(torch, kind.name)).eps)
        assert kind.largest == torch.finfo(getattr(torch, kind.name)).max
    with pytest.raises(OverflowError):
        FORMATS[2].nearest(Fraction(70000))


def test_what_arrives_of_a_little_that_is_added():
    table = {name: values for name, *values in rows(1.0, 0.003)}
    assert table["bfloat16"] == ["1", "1.0078125", "1", "nothing"]
    assert table["float32"][3] == "100.0% of it"
    assert {name: values for name, *values in rows(1.0, 0.006)}["bfloat16"][2] == "1.0078125"
    assert rows(70000.0, 1.0)[2][1] == "too large"


@pytest.mark.parametrize("c, added", [(0.0, 0.0), (-1.0, 0.003), (1e5, 1.0), (1e39, 1.0), (1.0, 1000.0), (1e-40, 0.0)])
def test_any_number_can_be_typed(c, added):
    live = Rounding(ipywidgets, 1.0, 0.003)
    live.c.value, live.added.value = c, added
    assert live.table.value.count("<tr>") == 5
    assert ("<svg" in live.plot.value) == (c < 1e38)
    live.c.value = float("inf")
    assert "beyond" in live.table.value


def test_the_picture_of_rounding_is_what_the_table_says():
    fig, _, _ = rounding_picture.__wrapped__()
    arrows = [text.xy[0] for ax in fig.axes for text in ax.texts if hasattr(text, "xy")]
    assert arrows == [1.0, 1.0078125]


def test_floors_are_the_arithmetic_of_their_setting():
    setting = Setting(64, 256, "two kernels a step (fused)")
    assert setting.floors == pytest.approx(
        {
            "launches": 10.0,
            "memory": (8 * 64 * 256 + 4 * 256 * 256) * 4 / 3.35e6,
            "multiplications": 2 * 64 * 256 * 1024 / 67e6,
        }
    )
    assert setting.decides == "launches"
    assert Setting(64, 256, "one kernel for 100 steps").floors["launches"] == pytest.approx(0.05)
    assert "does not fit into the 227 KiB" in Setting(1, 256, "one kernel for 100 steps", "bfloat16").sentence()
    assert "KiB" not in Setting(1, 128, "one kernel for 100 steps", "bfloat16").sentence()
    assert {setting.decides for setting in SETTINGS} >= {"launches", "multiplications"}


def test_every_choice_of_prices_is_drawn():
    live = Prices(ipywidgets)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for N, H, dtype, way in itertools.product((1, 1024), (16, 1024), live.dtype.options, WAYS):
            live.N.value, live.H.value, live.dtype.value, live.way.value = N, H, dtype, way
            assert live.setting == Setting(N, H, way, dtype)
            assert live.setting.sentence() in live.words.value
            ends = [float(x) for x in re.findall(r'<rect x="130.0" [^>]*width="([\d.]+)"', live.plot.value)]
            assert len(ends) == 3 and all(1 <= end <= 480 for end in ends)
            assert np.argmax(ends) == list(live.setting.floors).index(live.setting.decides)


def test_the_tile_holds_the_positions_of_a_gate():
    live = Tiles(ipywidgets)
    for H, D, gate in itertools.product((1, 3, 5), (1, 2), range(4)):
        live.H.value, live.D.value, live.gate.value = H, D, gate
        assert live.size >= H and live.size & (live.size - 1) == 0
        W = np.arange((H + D) * 4 * H).reshape(H + D, 4 * H)
        tile = np.zeros((live.size, live.size), dtype=int)
        tile[:H, :H] = W[:H, gate * H : (gate + 1) * H]
        numbers = [int(n) for n in re.findall(r">(\d+)</text>", live.plot.value)]
        assert numbers == [*W.ravel(), *tile.ravel()]
    _, alt, _ = tile_picture.__wrapped__(H=2, D=1, size=2, gate=1)
    assert "is marked: 2, 3; 10, 11." in alt


def test_bars_of_the_ladder_are_as_long_as_their_times():
    fig, _, _ = gpu.ladder.__wrapped__(TIMES, "here")
    assert [bar.get_width() for bar in fig.axes[0].patches] == [time or 0 for time in TIMES.values()]
    assert [text.get_text() for text in fig.axes[0].texts] == ["123.4", "not measured: needs a GPU", "40.2", "9.3"]


# --- timing --------------------------------------------------------------------------------------


def test_functions_are_measured_in_turns(monkeypatch):
    clock, calls = [0.0], []

    def work(name, seconds):
        def function():
            calls.append(name)
            clock[0] += seconds

        return function

    monkeypatch.setattr(timing, "perf_counter", lambda: clock[0])
    fast, slow = timing.microseconds(work("fast", 1e-4), work("slow", 2e-3), rounds=3)
    assert (fast, slow) == pytest.approx((100, 2000))
    turns = [name for name, _ in itertools.groupby(calls)]
    assert turns == ["fast", "slow"] * 4, "once before, and three rounds in turns"
    assert calls.count("slow") == 5, "two calls to see how long one takes, one in each round"

    calls.clear()
    timing.microseconds(work("slow", 2e-3), rounds=2, calls=1)
    assert len(calls) == 3


def test_the_shortest_round_counts(monkeypatch):
    clock, disturbed = [0.0], iter([1e-3, 1e-3, 5e-3, 1e-3, 9e-3])

    def function():
        clock[0] += next(disturbed)

    monkeypatch.setattr(timing, "perf_counter", lambda: clock[0])
    assert timing.microseconds(function, rounds=3) == pytest.approx([1000])
=======
"""The figures of the units: each draws what it is given, says what it shows, and keeps to the palette.

A module of figures a unit (grader/figures/NAME.py), and here a call of each of its functions with a learner's numbers.
"""

import importlib
import inspect
import re
import sys
import warnings
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.container import BarContainer

import grader.figures
from grader.figures import COLORS, gates, start
from grader.figures._svg import number

SHARED = {"console", "diagram", "memory", "palette", "show"}  # modules of figures that are no unit's own
UNITS = sorted(
    path.stem
    for path in Path(grader.figures.__file__).parent.glob("*.py")
    if not path.stem.startswith("_") and path.stem not in SHARED
)
NOT_DRAWN = {"answers"}  # what a module gives to experiments beside figures

z = np.linspace(-8, 8, 33)
s = 1 / (1 + np.exp(-z))
xs = np.random.default_rng(3).normal(size=(3, 4, 2))
ids = np.array([0, 1, 2])
words = ["My", "dogs", "whom", "I", "adopted", "in", "2009", "chase", "a", "squirrel", "."]
up, down = np.linspace(-0.9, 0.7, 11), np.linspace(0.8, -0.6, 11)
share = np.linspace(0, 1, 11)
pair = np.stack([up, down], axis=1)


def sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def leaky(words, alpha):
    return alpha * np.linspace(-1, 1, len(words))


def hand(weight, bias):
    i = np.array([sigmoid(bias + weight * (word == "dogs")) for word in words])
    return i, np.cumsum(i * (np.array(words) == "I") - i * (np.array(words) == "dogs"))


# the function's name: its arguments, and the numbers of theirs that stand in the picture as they are
CALLS = {
    "start": {
        "reading_words": ((), {}, ()),
        "mirror_image": ((z, s, 1 - s), {}, (s, 1 - s)),
        "sigmoid_curve": ((z, s, s * (1 - s)), {}, (s, s * (1 - s))),
        "sigmoid_slider": ((sigmoid,), {}, (sigmoid(start._CURVE),)),
        "batch_explorer": ((xs,), {}, ()),
        "one_product": ((2, 3, 4), {}, ()),
        "fits": ((["a", "b", "c"], ids, ids % 2, ids / 3, ids / 2), {}, (ids % 2, ids / 3, ids / 2)),
        "one_hot_tables": ((np.eye(4)[[[0, 2], [2, 3]]], [["a", "c"], ["c", "d"]], list("abcd")), {}, ()),
    },
    "gates": {
        "cell": (("leaky",), {}, ()),
        "plain_rnn": ((words, {0.5: up, 2.0: down}), {}, (up, down)),
        "running_sum": ((words, 9 * up), {}, (9 * up, np.tanh(9 * up))),
        "every_alpha": ((share, up, {"dogs": down, "I": share}), {}, (up, down, share)),
        "alpha_slider": ((words, leaky), {}, (leaky(words, 0.3), leaky(words, 0.98))),
        "gated": ((words,), {"g": up, "i": share, "f": 1 - share, "c": down}, (up, share, 1 - share, down)),
        "gate_by_hand": ((words, hand), {}, hand(8.0, -4.0)),
        "two_units": ((words, pair, 3 * pair, up, down), {}, (3 * up, 3 * down, up, down)),
        "ways": (({"h = c": 3, "h = o * tanh(c)": 9}, 10), {}, ((3, 9),)),
        "gate_console": ((), {}, ()),
        "latch": (
            (up, share == 0.5, share == 1),
            {"i": share, "f": 1 - share, "o": share**2, "c": down, "h": up / 2},
            (up, share, 1 - share, share**2, down, up / 2),
        ),
        "distances": (([1, 10, 100], [1, 0.9, 0.8], [0.7, 0.6, 0.5]), {}, ([1, 0.9, 0.8], [0.7, 0.6, 0.5])),
    },
}
EACH = [(module, name) for module, calls in CALLS.items() for name in calls]
PLAYABLE = [
    one for one in EACH if hasattr(getattr(importlib.import_module(f"grader.figures.{one[0]}"), one[1]), "playable")
]
each = pytest.mark.parametrize("module, name", EACH)


@pytest.fixture
def drawn(monkeypatch):
    """What the units' figures hand to show: (figure, alt text, caption), a list."""
    out = []
    for module in [*UNITS, "console"]:
        module = importlib.import_module(f"grader.figures.{module}")
        monkeypatch.setattr(module, "show", lambda fig, *, alt, caption: out.append((fig, alt, caption)))
    monkeypatch.setattr("IPython.display.display", lambda widget: None)
    return out


def call(module, name, *changed):
    arguments, named, _ = CALLS[module][name]
    getattr(importlib.import_module(f"grader.figures.{module}"), name)(*(changed or arguments), **named)


def numbers_in(fig):
    """Every line's heights and every group of bars' lengths, the axes one after the other."""
    found = []
    for ax in fig.axes:
        found += [np.asarray(line.get_ydata(), dtype=float) for line in ax.lines]
        for bars in (c for c in ax.containers if isinstance(c, BarContainer)):
            sideways = bars.orientation == "horizontal"
            found.append(np.array([bar.get_width() if sideways else bar.get_height() for bar in bars]))
    return found


def test_every_figure_of_every_unit_is_here():
    assert sorted(CALLS) == UNITS
    for module in UNITS:
        public = importlib.import_module(f"grader.figures.{module}").__all__
        assert public == sorted(public)
        assert {*CALLS[module]} == {*public} - NOT_DRAWN, module


@each
def test_it_draws_without_a_warning_and_says_what_it_shows(module, name, drawn):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        call(module, name)
        ((fig, alt, caption),) = drawn
        fig.canvas.draw()
    assert len(alt.split()) >= 12 and "figure" not in alt.lower(), alt
    assert len(caption.split()) >= 5 and caption.endswith((".", "?")), caption
    assert "nan" not in alt.split() and "  " not in alt


@each
def test_it_shows_the_numbers_that_it_is_given(module, name, drawn):
    call(module, name)
    found = numbers_in(drawn[0][0])
    for wanted in CALLS[module][name][2]:
        same = [got for got in found if got.shape == np.shape(wanted) and np.allclose(got, wanted)]
        assert same, (name, wanted)


@each
def test_its_colours_are_the_palettes(module, name, drawn):
    call(module, name)
    palette = {*COLORS.values(), "#FFFFFF", "#000000"}
    for ax in drawn[0][0].axes:
        used = [line.get_color() for line in ax.lines]
        used += [bar.get_facecolor() for bars in ax.containers if isinstance(bars, BarContainer) for bar in bars]
        assert {to_hex(color).upper() for color in used} <= palette | {"#E4E6E8"}, name


@each
def test_it_ignores_the_learners_settings(module, name, drawn):
    call(module, name)
    loud = {"axes.facecolor": "black", "lines.linewidth": 9, "font.size": 30, "axes.prop_cycle": "cycler('color', 'r')"}
    with matplotlib.rc_context(loud):
        call(module, name)
    (plain, *_), (other, *_) = drawn
    for one, two in zip(plain.axes, other.axes, strict=True):
        assert one.get_facecolor() == two.get_facecolor()
        for a, b in zip([*one.lines, *one.texts], [*two.lines, *two.texts], strict=True):
            assert a.get_color() == b.get_color() and a.__class__ is b.__class__
            size = "get_linewidth" if hasattr(a, "get_linewidth") else "get_fontsize"
            assert getattr(a, size)() == getattr(b, size)()


@pytest.mark.parametrize(
    "module, name, changed",
    [
        ("start", "mirror_image", (z, s, s)),
        ("start", "sigmoid_curve", (z, s / 2, s * (1 - s) / 2)),
        ("start", "fits", (["a", "b", "c"], ids, ids % 2, ids, ids)),
        ("start", "one_hot_tables", (np.eye(4)[[[1, 2], [2, 3]]], [["a", "c"], ["c", "d"]], list("abcd"))),
        ("gates", "plain_rnn", (words, {0.5: down, 2.0: up})),
        ("gates", "running_sum", (words, 9 * down)),
        ("gates", "every_alpha", (share, -up, {"dogs": down, "I": share})),
        ("gates", "alpha_slider", (words, lambda words, alpha: -leaky(words, alpha))),
        ("gates", "two_units", (words, -pair, -3 * pair, up, down)),
        ("gates", "ways", ({"h = c": 4, "h = o * tanh(c)": 9}, 10)),
        ("gates", "distances", ([1, 10, 100], [1, 0.9, 0.7], [0.7, 0.6, 0.5])),
    ],
)
def test_what_is_said_follows_the_numbers(module, name, changed, drawn):
    call(module, name)
    call(module, name, *changed)
    assert drawn[0][1] != drawn[1][1]


@pytest.mark.parametrize("stage", grader.figures.STAGES)
def test_every_stage_of_the_cell_has_words(stage, drawn):
    gates.cell(stage)
    ((_, alt, caption),) = drawn
    assert alt and caption and len({text for text, _ in gates._STAGES.values()}) == len(grader.figures.STAGES)


def test_answers_and_what_is_said_of_them():
    assert gates.answers(words, up) == [(6, "chases", False)]
    assert gates.answers(words, down) == [(6, "chase", True)]
    assert gates.answers(words, 0 * up) == [(6, "?", False)], "who holds nothing has no answer"
    assert gates.answers(words[:6], up[:6]) == [] and gates.answers(["2009"], [1.0]) == []


# --- what one plays with -------------------------------------------------------------------------


def test_there_are_things_to_play_with_in_every_unit():
    assert {module for module, _ in PLAYABLE} == set(CALLS)
    assert all(sum(module == one for module, _ in PLAYABLE) >= 2 for one in CALLS)


@pytest.mark.parametrize("module, name", PLAYABLE)
def test_without_ipywidgets_a_sentence_says_so_and_the_picture_stands(module, name, drawn, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    call(module, name)
    assert re.search(
        r"need ipywidgets, which isn't installed here; the picture shows .* instead\.", capsys.readouterr().out
    )
    assert len(drawn) == 1


@pytest.mark.parametrize("module, name", PLAYABLE)
def test_with_ipywidgets_it_is_displayed_and_nothing_is_printed(module, name, drawn, monkeypatch, capsys):
    import ipywidgets

    shown = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    call(module, name)
    assert len(shown) == 1 and isinstance(shown[0], ipywidgets.Box)
    assert capsys.readouterr().out == "" and len(drawn) == 1


@pytest.fixture
def widgets():
    import ipywidgets

    return ipywidgets


def test_the_sigmoid_at_the_dial(widgets):
    live = start._SigmoidSlider(widgets, sigmoid)
    for where in (-10.0, -2.5, 0.0, 0.333, 7.0, 10.0):
        live.dial.field.value = where
        assert live.s == pytest.approx(sigmoid(where)) and live.slope == pytest.approx(live.s * (1 - live.s))
        assert f"z = {number(where)}: s = {number(live.s, 6)}" in live.numbers.value
        assert f"moved by {number(sigmoid(where + 1) - sigmoid(where), 6)}" in live.numbers.value
        curve, tangent = re.findall(r'<polyline points="([^"]+)"', live.plot.value)
        (x0, y0), *_, (x1, y1) = (tuple(map(float, p.split(","))) for p in tangent.split())
        if 0 < abs(x1 - x0):  # the tangent's steepness, in pixels for each unit
            pixels = (560 - 46 - 20) / 20, (260 - 14 - 40) / 1.2
            assert -(y1 - y0) / (x1 - x0) * pixels[0] / pixels[1] == pytest.approx(live.slope, abs=2e-3)
        assert 'role="img"' in live.plot.value and "aria-label=" in live.plot.value


def test_a_slice_of_the_batch(widgets):
    live = start._BatchExplorer(widgets, xs)
    for words_, take in {
        "xs[n, t]": lambda n, t: xs[n, t],
        "xs[n]": lambda n, t: xs[n],
        "xs[:, t]": lambda n, t: xs[:, t],
    }.items():
        live.slices.value = words_
        for n, t in ((0, 0), (2, 3), (1, 2)):
            live.n.slider.value, live.t.field.value = n, t
            wanted = take(n, t)
            assert np.array_equal(live.taken, wanted)
            assert f"<b>{wanted.shape}</b>" in live.result.value
            assert live.sheets.value.count("font-weight:bold") == wanted.size, "what is taken is marked"
    assert live.sheets.value.count("<caption") == 3 and live.sheets.value.count("scope='col'") == 12


def test_the_leaky_unit_at_the_dial(widgets):
    live = gates._AlphaSlider(widgets, words, leaky)
    for alpha in (0.0, 0.33, 1.0):
        live.dial.field.value = alpha
        np.testing.assert_allclose(live.cs, leaky(words, alpha))
        assert f"<b>{number(live.cs[6])}</b>" in live.numbers.value
        assert all(f">{word}<" in live.plot.value for word in words)


def test_a_gate_set_by_hand(widgets):
    live = gates._GateByHand(widgets, words, hand)
    assert "✗ wrong" in live.numbers.value, "at the start the two words cancel out"
    live.weight.slider.value, live.bias.field.value = 8.0, -4.0
    i, c = hand(8.0, -4.0)
    np.testing.assert_allclose(live.i, i)
    np.testing.assert_allclose(live.c, c)
    assert "✓ right" in live.numbers.value and "weight of 8 and a bias of −4" in live.plot.value
    assert live.plot.value.count(f'fill="{COLORS["i"]}"') == len(words), "a bar a word"


def test_a_unit_without_room_for_its_words():
    many = words * 5
    assert len(many) > 33
    seen = []
    original, gates.show = gates.show, lambda fig, **said: seen.append((fig, said["alt"]))
    try:
        gates.running_sum(many, np.linspace(0, 9, len(many)))
    finally:
        gates.show = original
    labels = [label.get_text() for label in seen[0][0].axes[-1].get_xticklabels()]
    assert labels == ["dogs"] * 5 and "0 of 5 verbs are right" in seen[0][1]


def test_helpers_take_what_their_docstrings_name():
    for module, name in EACH:
        function = getattr(importlib.import_module(f"grader.figures.{module}"), name)
        said = inspect.getdoc(function)
        assert said and all(re.search(rf"\b{p}\b", said) for p in inspect.signature(function).parameters), name
>>>>>>> pattern
