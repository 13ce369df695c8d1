"""The figures of units 05 and 20 in detail: what is said of numbers, and what is dragged and typed.

What every figure of every unit is asked stands in test_unit_figures.py.
"""

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
from grader.figures import lstm, timing
from grader.figures._order import ORDERS, Orders
from grader.figures._prices import SETTINGS, WAYS, Prices, Setting
from grader.figures._reading import Reading, heat_maps
from grader.figures._rounding import FORMATS, Rounding, rounding_picture, rows
from grader.figures._tiles import Tiles, tile_picture

rng = np.random.default_rng(0)
INSIDE = {key: rng.uniform(-1.2 if key in "gch" else 0, 1.2, (2, 3, 2)) for key in "ifgoch"}
SENTENCES = [["The", "cat", "sat"], ["The", "cats", "sat"]]


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
