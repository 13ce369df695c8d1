"""The figures of unit 06 in detail: the way back through the cell, the dials, and what the tables say."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest

from grader.data import broken
from grader.figures import _forgetting, _powers, _suspects, _told, _way_back, carousel
from grader.figures._svg import number
from grader.figures.palette import COLORS


@pytest.fixture
def widgets():
    import ipywidgets

    return ipywidgets


@pytest.fixture
def shown(monkeypatch):
    """What is handed to show by the module carousel: (figure, alt text), a list."""
    out = []
    monkeypatch.setattr(carousel, "show", lambda fig, *, alt, caption: out.append((fig, alt)))
    return out


def names_of(fig):
    return {artist.get_gid() for artist in fig.axes[0].get_children() if artist.get_gid()}


def test_the_way_back_grows_piece_by_piece_into_the_picture_of_unit_05():
    from grader.figures.diagram import cell_diagram

    forward = names_of(cell_diagram("lstm")) - {"legend"}
    pieces = [names_of(_way_back.cell_backward_diagram(piece)) for piece in _way_back.PIECES]
    assert all(forward <= piece for piece in pieces)
    assert all(before < after for before, after in itertools.pairwise(pieces))
    assert "do" in pieces[0] and "dc_prev" not in pieces[0] and "dc_prev" in pieces[1] and "dx" in pieces[3]
    with pytest.raises(ValueError, match="no piece is called"):
        _way_back.cell_backward_diagram("tanh")


def test_what_flows_backwards_has_a_colour_of_its_own_and_nothing_overlaps_the_page():
    fig = _way_back.cell_backward_diagram("product")
    heads = {artist.get_gid(): artist for artist in fig.axes[0].patches if str(artist.get_gid()).endswith(".head")}
    for name in ("dz.head", "dh_prev.head", "dx.head"):
        from matplotlib.colors import to_hex

        assert to_hex(heads[name].get_facecolor()).upper() == COLORS["alpha"]
    ax = fig.axes[0]
    for text in ax.texts:
        x, y = text.get_position()
        assert 0 <= x <= ax.get_xlim()[1] and 0 <= y <= ax.get_ylim()[1], text.get_text()


def test_two_chains_run_from_the_last_cell_to_the_first():
    fig = _way_back.two_chains_diagram(["a", "b", "c"])
    labels = {text.get_text() for text in fig.axes[0].texts}
    assert any("dc0" in label for label in labels) and any("dh0" in label for label in labels)
    arrows = [artist for artist in fig.axes[0].patches if artist.get_gid() == "back.head"]
    assert len(arrows) == 3 + 2 + 3 + 2, "dc from cell to cell and from outside, dh, dhs, and the two out to the left"


def test_a_chain_has_a_gate_between_each_two_states():
    fig = _way_back.chain_diagram(5)
    times = [text.get_text() for text in fig.axes[0].texts if "odot" in text.get_text()]
    assert len(times) == 4
    with pytest.raises(ValueError, match="T is 2 to 6"):
        _way_back.chain_diagram(1)


def test_one_cell_at_the_dials(widgets):
    def told(i, f, g, o, c_prev, dc):
        return [i * g, f * c_prev, i, o, f + dc]

    live = _told._StepDials(widgets, told)
    for setting in ((0.5, 0.5, 0.5, 0.5, 1.0, 0.0), (0.0, 1.0, -1.0, 0.25, -3.0, 1.0)):
        for dial, value in zip(live.dials, setting, strict=True):
            dial.field.value = value
        np.testing.assert_allclose(live.told, told(*setting))
        assert f"dc_prev = {number(setting[1] + setting[5])}" in live.numbers.value
        assert re.findall(r">([^<>]*)</text>", live.plot.value)[6::2] == [number(v) for v in told(*setting)], (
            "each bar says how long it is, also one that would leave the axis"
        )
        for key in "ifgoc":
            assert f'fill="{COLORS[key]}"' in live.plot.value
    assert live.plot.value.count("<rect") == 5 and 'role="img"' in live.plot.value


def test_the_forget_bias_at_the_dial(widgets):
    def run(bias):
        gate = 1 / (1 + np.exp(-bias))
        return 3.0 * gate ** np.arange(30)[::-1], gate ** np.arange(30)[::-1]

    live = _forgetting._ForgetDial(widgets, run)
    for bias in (-3.0, 0.0, 8.0):
        live.bias.field.value = bias
        whole, alone = run(bias)
        np.testing.assert_allclose(live.whole, whole)
        assert f"<b>{_powers.size(whole[0])}</b> by all paths" in live.numbers.value
        assert f"<b>{_powers.size(alone[0])}</b> along" in live.numbers.value
        assert f"forget bias of {number(bias)}" in live.plot.value and "nan" not in live.plot.value
        lines = re.findall(r'<polyline points="([^"]*)"', live.plot.value)
        assert len(lines) == 2
        for line, values in zip(lines, (whole, alone), strict=True):
            assert len(line.split()) == np.sum(values > 1e-30), "nothing is drawn of what is below the axis"


def errors(name, T, from_h, from_c):
    """As if B were wrong in what it says of c, and C where the loss looks at h alone and there are several steps."""
    return {"dxs": 0.0, "dc0": 0.25 * (name == "B"), "db_o": 3e-5 * (name == "C" and T > 1 and not from_c)}


def test_a_suspect_at_the_dials(widgets):
    live = _suspects._SuspectDials(widgets, errors, broken.text, "ABC")
    assert "nothing is wrong" == live.said.value and live.errors == errors("A", 4, 1.0, 1.0)
    live.name.value = "B"
    assert "wrong: dc0" == live.said.value and "✗ 0.25" in live.table.value and "<pre" in live.source.value
    assert "dc * c * f" in live.source.value
    live.name.value, live.loss.value = "C", "at every h"
    assert "wrong: db_o" in live.table.value and "3e-05" in live.table.value
    live.steps.field.value = 1
    assert "nothing is wrong" in live.table.value and live.table.value.count("✓") == 3


def test_what_was_never_learned_is_said_and_marked(shown):
    strings = {"right": [300.0, 500.0, 500.0], "A": [np.nan, 700.0, np.nan], "B": [np.nan] * 3}
    carousel.learned(strings, {"right": 0.0, "A": 0.3, "B": 1.5}, 900)
    ((fig, alt),) = shown
    assert "right: error 0, learned after 300, 500 and 500 strings" in alt
    assert "A: error 0.3, learned after 700 strings, by 2 of 3 not" in alt and "B: error 1.5, not learned" in alt
    words = [text.get_text() for text in fig.axes[1].texts]
    assert words == ["✗ 2 of 3 not", "✗ 3 of 3 not"]


def test_entries_are_measured_by_themselves_and_by_the_largest(shown):
    carousel.entries(np.array([2.0, -0.5, 1e-6, 0.0]), np.array([2.0, -0.5 + 1e-6, 2e-6, 0.0]))
    ((fig, alt),) = shown
    by_itself, by_the_largest = (np.sort(line.get_ydata()) for line in fig.axes[0].lines)
    np.testing.assert_allclose(by_itself, [2e-6, 1.0])
    np.testing.assert_allclose(by_the_largest, [5e-7, 5e-7], rtol=1e-6)
    assert alt.startswith("2 entries from 1e-06 to 2e+00") and "up to 1e+00" in alt
