"""Figures: the palette's distances, the diagram's constant layout, alt text, and the console's numbers."""

import itertools
import math
import os
import re
import subprocess
import sys
from html.parser import HTMLParser

import matplotlib
import numpy as np
import pytest
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure

import grader.figures as figures
from grader.figures import console, palette
from grader.figures import show as _show_function  # the name of a module too: the function wins
from grader.figures._controls import Dial
from grader.figures._gates import SETTINGS, STEPS, gate_history
from grader.figures._svg import number, round_unit

SIGHTS = {
    "full": np.eye(3),
    # Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}


def lab(color, sight):
    """CIE L*a*b* (D65) of a #RRGGBB colour as seen with the matrix ``sight``."""
    rgb = np.array([int(color[k : k + 2], 16) for k in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    t = to_xyz @ np.clip(sight @ linear, 0, 1) / np.array([0.95047, 1.0, 1.08883])
    f = np.where(t > 0.008856, np.cbrt(t), 7.787 * t + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


# ---------------------------------------------------------------------------------------- palette


@pytest.mark.parametrize("sight", SIGHTS)
def test_colors_stay_apart(sight):
    seen = {name: lab(color, SIGHTS[sight]) for name, color in figures.COLORS.items()}
    for a, b in itertools.combinations(seen, 2):
        # About 2 is just noticeable side by side; the cell's seven are further apart than the rest.
        least = 28 if {a, b} <= set("figochx") else 20
        assert np.linalg.norm(seen[a] - seen[b]) >= least, (sight, a, b)


def test_colors_read_on_white():
    assert palette.contrast("#000000") == pytest.approx(21)
    assert palette.contrast("#FFFFFF") == pytest.approx(1)
    for name, color in figures.COLORS.items():
        assert palette.contrast(color) >= 3, name
        assert palette.contrast(palette.ink(color)) >= 4.5, name


@pytest.mark.parametrize("colors", ["PuOr_r", "gray"])
def test_numbers_read_on_every_color_of_a_picture(colors):
    image = ScalarMappable(Normalize(-2, 2), colors)
    for value in np.linspace(-2, 2, 101):
        ground = palette.contrast(to_hex(image.to_rgba(value)))
        on = {"#FFFFFF": ground, "#000000": 21 / ground}
        assert on[palette.ink_on(image, value)] >= 4.5, value


def test_styles_differ_by_more_than_color():
    styles = [figures.style(name) for name in figures.COLORS]
    for key in ("linestyle", "marker", "color"):
        assert len({str(s[key]) for s in styles}) == len(styles), key


def test_style_is_a_fresh_dict_with_overrides():
    figures.style("c")["color"] = "red"

    assert figures.style("c", markevery=5) == {
        "color": figures.COLORS["c"],
        "linestyle": "-",
        "marker": "o",
        "markevery": 5,
    }
    with pytest.raises(ValueError, match="'C'"):
        figures.style("C")


def test_every_style_can_be_plotted():
    ax = Figure().subplots()
    for name in figures.COLORS:
        ax.plot([0, 1], [0, 1], **figures.style(name))
    ax.figure.canvas.draw()


# --------------------------------------------------------------------------------------- diagrams


def elements(fig):
    """The named artists of a drawing: name -> box in pixels (left, bottom, right, top)."""
    renderer = fig.canvas.get_renderer() if hasattr(fig.canvas, "get_renderer") else None
    found = {}
    for artist in fig.axes[0].get_children():
        if artist.get_gid():
            assert artist.get_gid() not in found, artist.get_gid()
            found[artist.get_gid()] = artist, np.array(artist.get_window_extent(renderer).extents)
    return found


def drawn(fig):
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(fig).draw()
    return elements(fig)


@pytest.fixture(scope="module")
def stages():
    return {stage: drawn(figures.cell_diagram(stage)) for stage in figures.STAGES}


def test_stages_are_those_of_the_course():
    assert figures.STAGES == ("rnn", "candidate", "sum", "leaky", "gates_in", "gates_in_forget", "lstm")


def test_shared_elements_keep_their_place(stages):
    for a, b in itertools.combinations(stages, 2):
        for name in stages[a].keys() & stages[b].keys() - {"title", "legend", "g_wire", "h_out", "c_down"}:
            (_, box), (_, other) = stages[a][name], stages[b][name]
            middle, moved = (box[:2] + box[2:]) / 2, (other[:2] + other[2:]) / 2
            # Bold text and thick lines are a little larger; their middles stay.
            assert np.abs(middle - moved).max() < 5, (a, b, name)


def test_every_stage_has_one_size(stages):
    sizes = {tuple(figures.cell_diagram(stage).get_size_inches()) for stage in figures.STAGES}
    assert len(sizes) == 1


def test_every_stage_has_more_than_the_one_it_grows_from(stages):
    def counted(stage):
        return {name.split(".")[0] for name in stages[stage]}

    # A gate takes the place of the leaky cell's fixed weights, so the gates grow from the plain sum.
    grows = {
        "sum": "candidate",
        "leaky": "sum",
        "gates_in": "sum",
        "gates_in_forget": "gates_in",
        "lstm": "gates_in_forget",
    }
    gone = {"sum": {"ghost_c", "ghost_c_text", "ghost_h", "ghost_h_text"}, "lstm": {"equals", "h_is_c"}}
    for stage, base in grows.items():
        assert counted(base) - counted(stage) == gone.get(stage, set()), stage
        assert len(counted(stage)) > len(counted(base)), stage
    assert len(counted("candidate")) > len(counted("rnn"))


def test_pieces_arrive_with_their_stage(stages):
    def first(name):
        return next(stage for stage in stages if name in stages[stage])

    assert [first(n) for n in ("g_label", "plus", "alpha_box", "i_box", "f_box", "o_box", "tanh_c")] == [
        "candidate",
        "sum",
        "leaky",
        "gates_in",
        "gates_in_forget",
        "lstm",
        "lstm",
    ]
    assert "alpha_box" not in stages["gates_in"]  # the gate takes its place
    for stage in ("sum", "leaky", "gates_in", "gates_in_forget"):
        assert "equals" in stages[stage], stage  # h is c until the output gate
    assert "equals" not in stages["lstm"]


@pytest.mark.parametrize("stage", figures.STAGES)
def test_nothing_is_cut_off_and_no_texts_overlap(stage, stages):
    page = stages[stage]["page"][1]
    texts = {}
    for name, (artist, box) in stages[stage].items():
        assert (box[:2] >= page[:2] - 1).all() and (box[2:] <= page[2:] + 1).all(), name
        if hasattr(artist, "get_text") and artist.get_text():
            texts[name] = box
    for (a, one), (b, two) in itertools.combinations(texts.items(), 2):
        apart = (one[2:] <= two[:2]).any() or (two[2:] <= one[:2]).any()
        assert apart, (a, b)


@pytest.mark.parametrize("stage", figures.STAGES)
def test_labels_stand_clear_of_other_boxes(stage, stages):
    boxes = {n: b for n, (_, b) in stages[stage].items() if n.endswith("_box")}
    for name, (artist, text) in stages[stage].items():
        for box_name, box in boxes.items():
            if hasattr(artist, "get_text") and artist.get_text():
                inside = name.startswith(box_name)
                crossing = (text[:2] < box[2:]).all() and (box[:2] < text[2:]).all()
                assert crossing == inside, (name, box_name)
                if inside:
                    assert text[0] >= box[0] and text[2] <= box[2], (name, box_name)


def test_the_new_piece_is_bold_and_in_its_color():
    for stage, key in (("gates_in", "i"), ("gates_in_forget", "f"), ("lstm", "o")):
        name = f"{key}_box"
        found = drawn(figures.cell_diagram(stage))
        new, old = found[name][0], found["g_box"][0]
        assert matplotlib.colors.to_hex(new.get_edgecolor()).upper() == figures.COLORS[key]
        assert new.get_linewidth() > 1.5 * old.get_linewidth()
        assert found[f"{name}.name"][0].get_fontweight() == "bold"


def test_unknown_stage_says_which_there_are():
    with pytest.raises(ValueError, match="gates_in_forget"):
        figures.cell_diagram("gru")


def test_unrolled_repeats_the_full_cell():
    found = drawn(figures.unrolled_diagram(["The", "cat", "sat"]))
    texts = [artist.get_text() for artist, _ in found.values() if hasattr(artist, "get_text")]

    for k, word in enumerate(["The", "cat", "sat"]):
        assert word in texts
        for piece in ("f_box", "i_box", "g_box", "o_box", "mul_c", "mul_g", "mul_o", "plus", "tanh_c"):
            assert f"{k}.{piece}" in found
    # Time runs to the right, and each cell's way out ends where the next cell's way in begins.
    assert found["0.f_box"][1][0] < found["1.f_box"][1][0] < found["2.f_box"][1][0]
    for key in ("c", "h"):
        assert found[f"0.{key}_out"][1][2] == pytest.approx(found[f"1.{key}_in"][1][0], abs=4)


@pytest.mark.parametrize("words", [[], "The", ["a"] * 5])
def test_unrolled_refuses_what_it_cannot_draw(words):
    with pytest.raises(ValueError, match="1 to 4"):
        figures.unrolled_diagram(words)


# ------------------------------------------------------------------------------------------- show


class _Images(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found, self.text = [], ""

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def shown(monkeypatch):
    """What show hands to the notebook."""
    out = []
    module = sys.modules["grader.figures.show"]
    monkeypatch.setattr(module, "display", lambda data, raw: out.append(data))
    return out


ALT = 'c < 1 & h stays "closed" for 20 steps <script>alert(1)</script>'


def test_show_escapes_alt_and_caption(shown):
    _show_function(figures.cell_diagram("rnn"), alt=ALT, caption="a < b & c")
    page = _Images()
    page.feed(shown[0]["text/html"])
    images = [attrs for tag, attrs in page.found if tag == "img"]

    assert [tag for tag, _ in page.found] == ["figure", "img", "figcaption"]
    assert images[0]["alt"] == ALT
    assert "<script" not in shown[0]["text/html"]
    assert "max-width:100%" in images[0]["style"] and "background:#fff" in images[0]["style"]
    assert images[0]["src"].startswith("data:image/png;base64,")
    assert page.text == "a < b & c"
    assert ALT in shown[0]["text/plain"]


def test_show_is_deterministic(shown):
    for _ in range(2):
        _show_function(figures.cell_diagram("lstm"), alt="the full cell with its gates")

    assert shown[0] == shown[1]


@pytest.mark.parametrize("alt", [None, "", "a plot", "              x", 12345678901234567])
def test_missing_alt_raises_and_closes(alt, shown):
    import matplotlib.pyplot as plt

    with matplotlib.rc_context({"backend": "agg"}):
        fig, _ = plt.subplots()
    with pytest.raises(ValueError, match="alt text"):
        _show_function(fig, alt=alt)

    assert not shown
    assert not plt.fignum_exists(fig.number)
    with pytest.raises(ValueError, match="alt text"):
        _show_function(figures.cell_diagram("rnn"))


def test_show_closes_the_figure(shown):
    from matplotlib import pyplot as plt

    fig, ax = plt.subplots()
    ax.plot([0, 1])
    _show_function(fig, alt="a straight line from 0 to 1")

    assert not plt.fignum_exists(fig.number)


def test_show_wants_a_figure(shown):
    with pytest.raises(TypeError, match="got list"):
        _show_function([1, 2], alt="a straight line from 0 to 1")


# ---------------------------------------------------------------------------------------- console


def recurrence(f, i, g, o, c_prev, steps=STEPS):
    """The closed form of c_t = f c_{t-1} + i g, and h_t = o tanh(c_t)."""
    t = np.arange(1, steps + 1)
    series = t * 1.0 if f == 1 else (1 - f**t) / (1 - f)
    c = f**t * c_prev + i * g * series
    return c, o * np.tanh(c)


@pytest.mark.parametrize(
    "values",
    [
        {"f": 1.0, "i": 0.5, "g": 1.0, "o": 1.0, "c_prev": 0.0},
        {"f": 0.35, "i": 0.7, "g": -0.9, "o": 0.25, "c_prev": -1.6},
        {"f": 0.0, "i": 1.0, "g": 0.4, "o": 0.6, "c_prev": 2.0},
        *[setting.values for setting in SETTINGS],
    ],
)
def test_gate_history_is_the_recurrence(values):
    cs, hs = gate_history(**values)
    c, h = recurrence(**values)

    assert len(cs) == len(hs) == 20
    np.testing.assert_allclose(cs, c, atol=1e-12)
    np.testing.assert_allclose(hs, h, atol=1e-12)


@pytest.fixture
def live():
    import ipywidgets

    return console._Console(ipywidgets)


def test_moving_a_slider_recomputes(live):
    for name, value in (("f", 0.75), ("i", 0.3), ("g", -0.65), ("o", 0.4), ("c_prev", 1.55)):
        before = live.plot.value
        live.dials[name].slider.value = value
        c, h = recurrence(**live.values)

        assert live.values[name] == pytest.approx(value)
        np.testing.assert_allclose(live.cs, c, atol=1e-12)
        np.testing.assert_allclose(live.hs, h, atol=1e-12)
        assert live.plot.value != before
        assert f"<b>{number(live.cs[0])}</b>" in live.numbers.value
        assert f"<b>{number(live.hs[-1])}</b>" in live.numbers.value


def test_the_number_field_moves_the_slider(live):
    row = live.widget.children[0].children[0].children[0]
    field, slider = row.children
    field.value = 0.2

    assert field.description == "f (forget gate)"
    assert slider is live.dials["f"].slider
    np.testing.assert_allclose(live.cs, recurrence(**live.values)[0], atol=1e-12)
    assert live.values["f"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    "label, low, high, step",
    [
        *((label, low, high, 0.05) for label, low, high, _ in console._DIALS.values()),
        ("z", -10, 10, 0.5),
        ("t", 0, 3, 1),
    ],
)
def test_a_dial_shows_no_more_digits_than_its_steps_have(label, low, high, step):
    import ipywidgets

    dial, seen = Dial(ipywidgets, label, low, high, low, step), []
    dial.on_change(lambda: seen.append(dial.value))
    for k in range(round((high - low) / dial._fine) + 1):
        dial.slider.value = low + k * dial._fine  # as a browser adds them up: -1 + 24 * 0.05 is not 0.2
        assert len(f"{dial.field.value!r}") <= len("-0.00"), dial.field.value
        assert dial.value == pytest.approx(low + k * dial._fine)
    assert seen[-1] == high


@pytest.mark.parametrize("typed", [0.33, 0.333, 0.2, 0.19999])
def test_a_typed_number_stays_as_it_was_typed(typed):
    import ipywidgets

    dial = Dial(ipywidgets, "f", 0.0, 1.0, 0.9)
    dial.field.value = typed
    assert dial.slider.value == pytest.approx(typed)
    dial.slider.value = round(typed / dial._fine) * dial._fine  # where the handle comes to stand in a browser
    assert dial.value == typed and dial.field.value == typed
    dial.slider.value = 0.5
    assert dial.value == 0.5


@pytest.mark.parametrize(
    "value, text", [(-1 + 24 * 0.05, "0.2"), (0.1 + 0.2, "0.3"), (-0.0, "0"), (-1.5, "−1.5"), (10, "10"), (1e-9, "0")]
)
def test_a_number_is_written_as_it_is_meant(value, text):
    assert number(value) == text


@pytest.mark.parametrize("reach", [1.06, 2, 3.3, 12, 99, 0.021])
def test_ticks_are_round_and_few(reach):
    unit = round_unit(reach)
    assert 1 <= reach / unit <= 4
    assert f"{unit:.0e}"[0] in "125"


def test_the_plot_draws_those_numbers(live):
    live.choose({"f": 0.5, "i": 1.0, "g": 1.0, "o": 0.5, "c_prev": -2.0})
    lines = re.findall(r'<polyline points="([^"]+)"', live.plot.value)
    c_line, h_line = ([tuple(map(float, p.split(","))) for p in line.split()] for line in lines)

    assert (len(c_line), len(h_line)) == (21, 20)
    # Heights are a linear function of the values: fit it on c and apply it to h.
    slope, shift = np.polyfit([-2.0, *live.cs], [y for _, y in c_line], 1)
    assert slope < 0
    np.testing.assert_allclose([y for _, y in h_line], slope * np.array(live.hs) + shift, atol=0.2)
    assert 'role="img"' in live.plot.value and "aria-label=" in live.plot.value


def test_the_plot_holds_every_setting(live):
    for f, i, g, o, c in itertools.product((0, 1), (0, 1), (-1, 1), (0, 1), (-2, 0, 2)):
        live.choose({"f": f, "i": i, "g": g, "o": o, "c_prev": c})
        heights = [float(y) for y in re.findall(r'cy="([-\d.]+)"', live.plot.value)]
        assert all(0 <= y <= 300 for y in heights)
        ticks = re.findall(r'text-anchor="end"', live.plot.value)
        assert 3 <= len(ticks) <= 9


def test_buttons_choose_the_settings_of_the_picture(live):
    for button, setting in zip(live.buttons, SETTINGS, strict=True):
        button.click()
        assert live.values == pytest.approx(setting.values)
        np.testing.assert_allclose(live.cs, recurrence(**setting.values)[0], atol=1e-12)


def test_the_static_picture_and_its_alt_agree():
    remember, accumulate, leak, closed = (gate_history(**s.values) for s in SETTINGS)

    assert remember[0] == [1.0] * 20
    assert accumulate[0][-1] == pytest.approx(2) and accumulate[1][-1] == pytest.approx(math.tanh(2))
    assert 0 < leak[0][-1] < 0.03
    assert closed[0] == accumulate[0] and set(closed[1]) == {0.0}
    for setting in SETTINGS:
        assert setting.title in console._ALT
    fig = console.settings_figure()
    for ax, setting in zip(fig.axes, SETTINGS, strict=True):
        np.testing.assert_allclose(ax.lines[0].get_ydata()[1:], recurrence(**setting.values)[0], atol=1e-12)


def test_console_shows_widget_and_picture(shown, monkeypatch):
    import ipywidgets as widgets

    displayed = []
    monkeypatch.setattr("IPython.display.display", displayed.append)

    assert figures.gate_console() is None
    assert isinstance(displayed[0], widgets.VBox)
    assert "<figure" in shown[0]["text/html"]


def test_console_without_ipywidgets_says_so(shown, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    figures.gate_console()

    assert "ipywidgets" in capsys.readouterr().out
    assert len(shown) == 1 and "Accumulate" in shown[0]["text/html"]


# ---------------------------------------------------------------------------------------- package


def test_exports_are_sorted_and_there():
    assert figures.__all__ == sorted(figures.__all__)
    assert all(hasattr(figures, name) for name in figures.__all__)
    assert callable(figures.show)


def test_import_is_light_and_leaves_the_backend():
    code = (
        "import os, sys; import matplotlib; import grader.figures as g; g.cell_diagram('lstm');"
        "import io; g.unrolled_diagram(['a', 'b']).savefig(io.BytesIO());"
        "assert matplotlib.get_backend().lower() == 'svg', matplotlib.get_backend();"
        "bad = {'torch', 'nbgrader', 'ipywidgets', 'matplotlib.pyplot'} & set(sys.modules);"
        "assert not bad, bad"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "MPLBACKEND": "svg"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr


def test_diagram_ignores_the_learners_settings(shown):
    _show_function(figures.cell_diagram("lstm"), alt="the full cell with its gates")
    with matplotlib.rc_context(
        {
            "font.size": 20,
            "font.family": "serif",
            "axes.facecolor": "black",
            "lines.linewidth": 9,
            "mathtext.fontset": "cm",
        }
    ):
        _show_function(figures.cell_diagram("lstm"), alt="the full cell with its gates")

    assert shown[0] == shown[1]


def test_console_ignores_the_learners_settings(shown, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    figures.gate_console()
    with matplotlib.rc_context({"axes.facecolor": "black", "lines.linewidth": 9, "axes.labelsize": 30}):
        figures.gate_console()

    assert shown[0] == shown[1]
