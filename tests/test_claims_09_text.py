"""What unit 09 says of its cells, of its layers, of its trees, and in its quiz is so.

Its cells run here with the course's functions. What its trainings show is asked in test_claims_09.py.
"""

from __future__ import annotations

import math
import re
import symtable

import numpy as np
import pytest
from unit_cells import names, prose, sources
from unit_cells import story as story_of

from grader import runs
from grader.data import expressions, relatives
from grader.exercises import quiz_of
from grader.given import given

UNIT = "09_variants"
PROSE = prose(UNIT)


@pytest.fixture(scope="module")
def story():
    """The names after all cells that don't train, what was shown in ``figures``, what was ``printed``."""
    return names(story_of(UNIT))


# --- a notebook is run up and down ------------------------------------------------------------------

AT_ONCE = {"listcomp", "setcomp", "dictcomp", "genexpr"}  # what a cell computes while it runs


def globals_of(scope):
    """The names that the functions of a cell look up when they are called, and not before."""
    for inner in scope.get_children():
        if scope.get_type() == "module" and inner.get_name() in AT_ONCE:
            continue
        yield from (one.get_name() for one in inner.get_symbols() if one.is_global())
        yield from globals_of(inner)


def test_no_cell_takes_away_what_a_function_of_another_cell_needs():
    """A learner goes back and runs a cell again, or calls an earlier function at the end."""
    set_by, needed_by, functions = {}, {}, {}
    for name, source in sources(UNIT, "setup", "story", "long").items():
        scope = symtable.symtable(source, name, "exec")
        for one in scope.get_symbols():
            if one.is_assigned() or one.is_imported() and one.get_name() not in set_by:
                set_by.setdefault(one.get_name(), []).append(name)  # what is imported again is the same again
            if one.is_namespace():
                functions.setdefault(one.get_name(), name)
        for used in globals_of(scope):
            needed_by.setdefault(used, []).append(name)
    cells = list(sources(UNIT, "setup", "story", "long"))
    assert {name: set_by[name] for name in functions if len(set(set_by[name])) > 1} == {}
    late = {
        name: (user, where[-1])
        for name, where in set_by.items()
        for user in needed_by.get(name, ())
        if cells.index(where[-1]) > cells.index(user) and cells.index(where[0]) <= cells.index(user)
    }
    assert late == {}


LONG = set(sources(UNIT, "long")) - {"picture_ablation", "spikes_told"}  # they show what was watched on the way


def test_its_long_cells_run_by_names_that_a_run_may_have(monkeypatch, tmp_path):
    """A step for each network in place of hundreds."""
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path))
    begun, whole = [], runs.run

    def one_step(name, step, state, *, steps, **rest):
        begun.append(name)
        return whole(name, step, state, steps=1, **rest)

    monkeypatch.setattr(runs, "run", one_step)
    monkeypatch.setattr("grader.figures.timing.microseconds", lambda *functions, **_: [1.0] * len(functions))
    done = story_of(UNIT, also=LONG)["printed"]
    assert done.keys() >= LONG
    assert len(begun) == len(set(begun)) == 3 + 6 + 6, "no run goes on with what another one has made"


# --- the cells --------------------------------------------------------------------------------------


def test_the_lstm_with_open_gates_is_the_cell_of_1997(story):
    assert "difference in 200 steps: 0e+00" in story.printed["forget_nothing"]
    ends = [cs[-1] for cs in story.largest.values()]
    assert ends[0] == ends[1] > 20, "c goes up and up"


def test_gates_that_see_nothing_of_the_cell(story):
    empty, full = story.printed["blind"].splitlines()
    gates = [line.split("are")[1] for line in (empty, full)]
    assert gates[0] == gates[1] and "nan" not in gates[0]


@pytest.mark.parametrize("b_o", [-5.0, -10.0, -2.5])
def test_a_peephole_makes_a_cell_speak_at_a_time_of_its_own(story, b_o):
    """c is 2.5 at step 50, counted from 1, and the gate opens where p_o c + b_o = 0."""
    for share, step in ((1.0, 49), (2.0, 24)):
        cs, gate = story.counted(share * -b_o / 2.5, b_o)
        assert cs[step] == pytest.approx(0.05 * (step + 1)) and gate[step] == pytest.approx(0.5)
    _, shut = story.counted(0.0, b_o)
    assert np.ptp(shut) < 1e-12, "without a peephole it is the same at all steps"
    assert "that is a peephole of 2" in PROSE


def test_two_gates_that_add_up_to_more_than_one(story):
    for i, f in ((0.999, 0.999), (0.5, 0.999), (0.3, 0.8), (0.1, 0.9)):
        rest = i * math.tanh(4.0) / (1 - f)
        cs = story.opened(i, f, T=20_000 if f > 0.9 else 200)
        assert cs[-1] == pytest.approx(rest, rel=1e-3) and (cs[-1] > 1) == (i + f > 1.001)
    assert "[1.0, 1.0, 0." in story.printed["counting"]


@pytest.mark.parametrize("seed", range(5))
def test_a_coupled_cell_stays_between_minus_one_and_one(story, seed):
    rng = np.random.default_rng(seed)
    W, b = 3 * rng.normal(size=(7, 12)), rng.normal(size=12)
    h, c = np.zeros((2, 4)), np.zeros((2, 4))
    for x in 5 * rng.normal(size=(300, 2, 3)):
        h, c = story.couple(x, h, c, W, b)
        assert np.abs(c).max() <= 1.0
    assert float(re.search(r"above (\S+)", story.printed["a_mean"])[1]) <= 1.0


@pytest.mark.parametrize("b_z, ends", [(-6, -1), (-4, -1), (-1, 1), (0, 1), (1, 1), (4, 0), (6, 0)])
def test_where_a_gru_unit_ends_up(story, b_z, ends):
    _, hs = story.one_unit(b_z, 4.0)
    assert abs(hs[-1]) < 0.05 if ends == 0 else hs[-1] * ends > 0.9
    assert ends or abs(hs).max() < 0.05, "hardly anything gets in"
    _, echo = story.one_unit(b_z, -6.0)
    assert abs(echo[-1]) < 0.05, "with r shut nothing is held up"


def test_two_resets_are_one_network_for_one_unit_and_two_for_more(story):
    apart = [float(found) for found in re.findall(r"up to (\S+)", story.printed["two_resets"])]
    assert apart[0] < 1e-14 and min(apart[1:]) > 1e-3


def test_the_grus_way_back_is_what_is_measured(story):
    off = [float(found) for found in re.findall(r"by (\S+) of", story.printed["gru_checked"])]
    assert len(off) == 3 and max(off) < 1e-7
    torch_says = re.search(r"differ by (\S+)", story.printed["torch_gru"])
    assert torch_says is None or float(torch_says[1]) < 1e-13


def test_sizes_of_as_many_numbers(story):
    found = re.findall(r"([\d,]+) numbers", story.printed["equal_numbers"])
    numbers = [int(one.replace(",", "")) for one in found]
    assert len(numbers) == 6 and max(numbers) < 1.06 * min(numbers)
    at_12 = [relatives.count(kind, 7, 12) for kind in ("LSTM", "GRU")]
    assert 1.3 < at_12[0] / at_12[1] < 1.34 and "a third more weights than the GRU" in PROSE


# --- layers -----------------------------------------------------------------------------------------


def test_what_reaches_what(story):
    there = story.figures.kept["reach"][0]
    forward, both = there["left to right"], there["both ways"]
    assert (np.triu(forward, 1) == 0).all() and (np.tril(forward)[np.tril_indices(5)] > 0).all()
    assert (both > 0).all(), "every input reaches every state"


def test_turned_round_as_it_stands_the_padding_is_read_first(story):
    alone, beside = (line.split("is")[-1] for line in story.printed["naive_flip"].splitlines())
    assert alone != beside
    assert story.printed["reach_both"].count("by 0e+00") == 2, "padding makes no difference, to the last digit"


def test_a_pile_of_four_layers(story):
    assert "(1, 5, 8)" in story.printed["deep"]


def test_what_is_dropped_at_each_step_hits_everybody(story):
    shares = [float(one) for one in re.findall(r"([\d.]+)% were", story.printed["dropped_each_step"])]
    for share, steps in zip(shares, (1, 10, 50, 100), strict=True):
        assert share == pytest.approx(100 * 0.9**steps, abs=5)
    assert shares[2] < 1.5, "hardly any unit is left alone for fifty"
    drawn = story.figures.kept["masks"][0]
    once, anew = drawn["one for the sequence"], drawn["a new one at each step"]
    assert (once == once[0]).all() and 0 < np.mean(once[0] == 0) < 0.6 and not np.all(anew > 0, axis=0).any()


# --- trees ------------------------------------------------------------------------------------------


def test_what_the_four_operators_are():
    rng = np.random.default_rng(0)
    meaning = {
        "all": lambda parts: all(parts),
        "any": lambda parts: any(parts),
        "odd": lambda parts: sum(parts) % 2 == 1,
        "most": lambda parts: sum(parts) > len(parts) / 2,
    }
    for one in expressions.trees(200, (1, 2, 3), rng):
        symbol, parts = one
        values = [expressions.value(part) for part in parts]
        assert expressions.value(one) == meaning[symbol](values)
        assert expressions.value((symbol, parts[::-1])) == expressions.value(one)


def test_children_in_any_order_and_one_child(story):
    for found in re.findall(r"differs by (\S+)", story.printed["any_order"]):
        assert float(found) < 1e-14


def test_a_small_tree(story):
    lines = story.printed["small_tree"].splitlines()
    assert "any, children [1, 2], value 1" in lines[0] and "all, children [3, 4], value 1" in lines[2]


# --- the quiz ---------------------------------------------------------------------------------------


def right_option(words):
    (question,) = (one for one in quiz_of(UNIT) if words in one.text)
    return question.options["abcd".index(question.answer)].text


def test_the_quiz_of_three_counters(story):
    def repeated(step, letters):
        bias = {
            "i": math.log(0.1 / 0.9),
            "f": 40.0 if step is story.lstm_of else math.log(0.9 / 0.1),
            "g": 40.0,
            "o": 0.0,
        }
        h, c = np.zeros((1, 1)), np.zeros((1, 1))
        for _ in range(50):
            h, c, *_ = step(
                np.zeros((1, 1)), h, c, np.zeros((2, len(letters))), np.array([bias[one] for one in letters])
            )
        return f"{c[0, 0]:.0f}"

    ends = [repeated(story.of_1997, "igo"), repeated(story.lstm_of, "ifgo"), repeated(story.couple, "fgo")]
    assert right_option("Three cells") == f"{ends[0]}, {ends[1]} and {ends[2]}" and f"{1 - 0.9**50:.3f}" == "0.995"


def test_the_quiz_of_a_fair_size():
    assert relatives.count("LSTM", 10, 30) == 4920 and relatives.count("GRU", 10, 30) == 3720
    assert right_option("4,920") == str(relatives.width("GRU", 10, 0, 4920))
    assert [relatives.count("GRU", 10, H) for H in (34, 35, 36, 40)] == [4624, 4865, 5112, 6160]


def test_the_quiz_of_two_resets():
    h, r, W = np.array([1, -1]), np.array([1, 0]), np.array([[0, 1], [1, 0]])
    after, before = r * (h @ W), (r * h) @ W
    assert right_option("swaps the two places") == f"{[*map(int, after)]} and {[*map(int, before)]}"


def test_the_quiz_of_a_shut_reset_gate(story):
    rng = np.random.default_rng(0)
    N, D, H = 3, 2, 4
    W, b, b_n = rng.normal(size=(H + D, 3 * H)), rng.normal(size=3 * H), rng.normal(size=H)
    b[:H] = -1000
    _, cache = story.gru_step_forward(rng.normal(size=(N, D)), rng.normal(size=(N, H)), W, b, b_n)
    _, _, dW, db, db_n = story.gru_back(rng.normal(size=(N, H)), cache)
    assert not dW[:, :H].any() and not db[:H].any() and not dW[:H, 2 * H :].any() and not db_n.any()
    assert dW[:, H : 2 * H].all() and dW[H:, 2 * H :].all() and db[H:].all()
    assert right_option("r = 0.0") == "Those of the reset gate, and W_hn and b_n"


def test_the_quiz_of_counting_layers():
    def counts(xs):
        return np.cumsum(np.ones((*xs.shape[:2], 1)), axis=1)

    hs = given("bidirectional")(counts, counts, np.zeros((1, 5, 1)), np.array([3]))[0]
    assert right_option("A layer counts") == f"{[*map(int, hs[0])]} and {[*map(int, hs[2])]}"


def test_the_quiz_of_three_children():
    found = np.array([1, 0, 0.5]) @ np.array([2, 4, -2]) + 0.3
    assert right_option("three children") == f"{found:.1f} and {found:.1f}"


def test_the_quiz_of_what_cannot_be_told_apart(story):
    rng = np.random.default_rng(1)
    symbols, H = ["minus", "3", "5", "any", "all", "odd", "0", "1"], 4
    W, b = rng.normal(size=(H + len(symbols), 4 * H)), rng.normal(size=4 * H)

    def root(*rows):
        """The root's h of rows (symbol, children), the root first."""
        xs = np.eye(len(symbols))[[symbols.index(symbol) for symbol, _ in rows]]
        return story.up_the_tree(xs, [below for _, below in rows], W, b)[0][0]

    def apart(one, other):
        return np.abs(root(*one) - root(*other)).max()

    assert apart([("minus", [1, 2]), ("3", []), ("5", [])], [("minus", [1, 2]), ("5", []), ("3", [])]) < 1e-14
    assert apart([("any", [1, 2]), ("0", []), ("0", [])], [("any", [1, 2, 3]), ("0", []), ("0", []), ("0", [])]) > 1e-3
    nested = [("any", [1, 2]), ("0", []), ("all", [3, 4]), ("1", []), ("1", [])]
    swapped = [("all", [1, 2]), ("0", []), ("any", [3, 4]), ("1", []), ("1", [])]
    assert apart(nested, swapped) > 1e-3
    deep = [("odd", [1, 2]), ("1", []), ("odd", [3, 4]), ("1", []), ("0", [])]
    assert apart(deep, [("odd", [1, 2, 3]), ("1", []), ("1", []), ("0", [])]) > 1e-3
    assert right_option("tell apart") == "minus(5 3) and minus(3 5)"
