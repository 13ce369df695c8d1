"""A long run goes on where it was stopped and ends in the same numbers, and never goes on from another run's."""

from __future__ import annotations

import dataclasses
import gc
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
import types
import zipfile

import numpy as np
import pytest
from jupyter_client.manager import start_new_kernel

from grader import workspace
from grader.errors import UsageError
from grader.given import given
from grader.runs import Run, Stopped, checkpoint, fingerprint, run
from grader.runs import resumable as running

CELL = """
import numpy as np

RATE = 0.1  # of learning

def slope(w):
    return 2 * w

def step(state, rng):
    # one step down, and a little noise
    w = state["w"] - RATE * slope(state["w"]) + 0.1 * rng.normal(size=2)
    return {"w": w}, w @ w

def length(state):
    return np.sqrt(state["w"] @ state["w"])
"""
START = {"w": np.array([3.0, -4.0])}


def cell(text=CELL, **changed):
    """The names of a cell, as a notebook's kernel has them."""
    scope = {"__name__": "__main__"}
    exec(compile(text, "<cell>", "exec"), scope)
    return types.SimpleNamespace(**{**scope, **changed})


def interrupted(step, at):
    """The step, with a learner who interrupts the kernel in the middle of the step of this number."""
    count = 0
    inner = step

    def step(state, rng):
        nonlocal count
        count += 1
        if count == at:
            rng.normal(size=3)
            raise KeyboardInterrupt
        return inner(state, rng)

    return step


def equal(one, other):
    """Whether two runs came to the same, to the last bit, but for the time they took."""
    return (
        checkpoint._folded(one.state, a := [], "") == checkpoint._folded(other.state, b := [], "")
        and all(x.tobytes() == y.tobytes() for x, y in zip(a, b, strict=True))
        and np.array_equal(one.losses, other.losses)
        and (one.watched, one.steps, one.reached) == (other.watched, other.steps, other.reached)
    )


def forget():
    for path in (workspace.folder() / "runs").glob("*"):
        path.unlink()


@pytest.fixture(autouse=True)
def no_runs():
    forget()


@pytest.fixture
def same_functions(monkeypatch):
    """Functions are not looked at: for steps that interrupt themselves."""
    monkeypatch.setattr(running, "parts", lambda function: {})


# --- taken up again --------------------------------------------------------------------------------


def test_a_run_makes_its_steps_and_says_what_they_came_to(capsys):
    made = run("noise", cell().step, START, steps=50, seed=1, watch=cell().length, every=20)
    assert isinstance(made, Run) and made.steps == 50 and made.losses.shape == (50,) and not made.reached
    assert [k for k, _ in made.watched] == [20, 40] and made.seconds > 0
    rng, w = np.random.default_rng(1), START["w"]
    for k in range(50):
        w = w - 0.1 * (2 * w) + 0.1 * rng.normal(size=2)
        assert made.losses[k] == w @ w
        if k + 1 in (20, 40):
            assert dict(made.watched)[k + 1] == np.sqrt(w @ w)
    assert np.array_equal(made.state["w"], w) and np.array_equal(START["w"], [3, -4])
    said = capsys.readouterr()
    assert "noise: 100%" in said.out and "50/50" in said.out and "loss=" in said.out and said.err == ""


@pytest.mark.parametrize("stops", [[1], [2, 1, 1], [50], [17, 30, 3]])
def test_stopped_and_taken_up_again_it_ends_in_the_same_numbers(capsys, same_functions, stops):
    whole = run("whole", cell().step, START, steps=50, seed=1, watch=cell().length, every=10)
    done = 0
    for at in stops:
        with pytest.raises(Stopped, match=f"^parts was stopped after {done + at - 1} of 50 steps, which are kept"):
            run("parts", interrupted(cell().step, at), START, steps=50, seed=1, watch=cell().length, every=10)
        done += at - 1
    capsys.readouterr()
    parts = run("parts", cell().step, START, steps=50, seed=1, watch=cell().length, every=10)
    said = capsys.readouterr()
    assert equal(parts, whole) and len(parts.losses) == 50
    assert f"parts: {done} steps were made before. It goes on from there." in said.out and said.err == ""
    assert f"{done}/50" in said.out.replace("\r", "\n"), "the bar begins there"


def test_a_step_that_writes_into_what_it_gets_can_be_stopped_in_the_middle(same_functions):
    def step(state, rng):
        state["w"] *= 0.9
        if stop.pop(0):
            raise KeyboardInterrupt
        state["w"] += rng.normal(size=2)
        return state, state["w"] @ state["w"]

    stop = [False] * 100
    whole = run("whole", step, START, steps=20, seed=2)
    stop = [False] * 7 + [True] + [False] * 100
    with pytest.raises(Stopped):
        run("parts", step, START, steps=20, seed=2)
    assert equal(run("parts", step, START, steps=20, seed=2), whole) and np.array_equal(START["w"], [3, -4])


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers that interrupt")
# Where an interrupt comes between opening a file and the block that closes it, Python says so; nothing is lost by it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_interrupts_at_any_moment_change_nothing(monkeypatch):
    """Real ones, wherever Python happens to be: in a step, in what is watched, in the bar, while it is kept."""
    monkeypatch.setattr(running, "KEPT_EVERY", 0.0)
    names = cell()
    whole = run("whole", names.step, START, steps=400, seed=3, watch=names.length, every=7)
    random, stops = np.random.default_rng(), 0

    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        while True:
            try:
                signal.setitimer(signal.ITIMER_REAL, float(random.uniform(0.005, 0.08)))
                parts = run("parts", names.step, START, steps=400, seed=3, watch=names.length, every=7)
                signal.setitimer(signal.ITIMER_REAL, 0)
                break
            except KeyboardInterrupt:
                stops += 1
            assert stops < 1000
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert equal(parts, whole)
    assert stops > 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # what zipfile says once more at its end
def test_an_interrupt_while_it_is_packed_is_an_interrupt(tmp_path, monkeypatch):
    def interrupted(self):
        raise KeyboardInterrupt

    path, point = tmp_path / "a.npz", checkpoint.Checkpoint(START, np.random.default_rng(0).bit_generator.state)
    checkpoint.save(path, point)
    before = path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(zipfile._ZipWriteFile, "close", interrupted)
        with pytest.raises(KeyboardInterrupt):
            checkpoint.save(path, dataclasses.replace(point, steps=1, losses=[1.0]))
        gc.collect()
    assert path.read_bytes() == before


def test_a_kernel_that_was_killed_loses_seconds(tmp_path):
    """In processes of their own, with an LSTM's worth of arrays and the course's functions."""
    program = tmp_path / "kernel.py"
    program.write_text(
        textwrap.dedent("""
        import sys, time
        import numpy as np
        from grader.given import given
        from grader.runs import run
        import grader.runs.resumable as running

        running.KEPT_EVERY = 0.0
        clip, down, slow = given("clip_by_norm"), given("sgd_step"), float(sys.argv[1])

        def step(state, rng):
            params, count = state
            grads = {name: array @ array.T @ array + rng.normal(size=array.shape) for name, array in params.items()}
            grads, norm = clip(grads, 1.0)
            time.sleep(slow if count > 20 else 0)
            return (down(params, grads, 0.1), count + 1), norm

        rng = np.random.default_rng(0)
        start = ({"W": rng.normal(size=(9, 16)), "V": np.asfortranarray(rng.normal(size=(4, 7)))}, 0)
        made = run("killed", step, start, steps=60, seed=5)
        np.savez(sys.argv[2], *made.state[0].values(), made.losses)
        """)
    )
    # Slow enough to be caught in the middle. What is slept is a number that the step uses, so it is the same for all.
    arguments = [sys.executable, str(program), "0.03"]
    first = subprocess.Popen([*arguments, str(tmp_path / "never.npz")], stdout=subprocess.DEVNULL)
    kept, until = workspace.folder() / "runs" / "killed.npz", time.monotonic() + 60
    while not (kept.exists() and checkpoint.load(kept).steps > 25):
        assert first.poll() is None and time.monotonic() < until
        time.sleep(0.005)
    first.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    first.wait()
    assert 25 < checkpoint.load(kept).steps < 60 and not (tmp_path / "never.npz").exists()
    again = subprocess.run([*arguments, str(tmp_path / "again.npz")], check=True, capture_output=True, text=True)
    assert re.search(r"killed: \d+ steps were made before\. It goes on from there\.", again.stdout)
    kept.unlink()
    subprocess.run([*arguments, str(tmp_path / "whole.npz")], check=True, capture_output=True)
    with np.load(tmp_path / "again.npz") as one, np.load(tmp_path / "whole.npz") as other:
        assert one.files == other.files and all(one[name].tobytes() == other[name].tobytes() for name in one.files)


def test_a_run_ends_when_what_is_watched_is_down(capsys):
    names = cell()
    made = run("down", names.step, START, steps=500, seed=1, watch=names.length, until=2.0, every=2)
    assert made.reached and made.steps < 20 and made.watched[-1][1] <= 2.0 < made.watched[-2][1]
    capsys.readouterr()
    assert equal(run("down", names.step, START, steps=500, seed=1, watch=names.length, until=2.0, every=2), made)
    said = capsys.readouterr().out
    assert f"down: {made.steps} steps were made before, in 0 seconds. anew=True makes them again." in said
    assert "%" not in said, "no step was made, so there is no bar"


def test_more_steps_go_on_and_fewer_begin_anew(capsys):
    names = cell()
    whole = run("whole", names.step, START, steps=60, seed=1)
    run("parts", names.step, START, steps=25, seed=1)
    assert equal(run("parts", names.step, START, steps=60, seed=1), whole)
    capsys.readouterr()
    few = run("parts", names.step, START, steps=25, seed=1)
    assert few.steps == 25 and np.array_equal(few.losses, whole.losses[:25])
    assert "parts: 60 steps were made before, more than the 25 that are asked for. It begins anew." in (
        capsys.readouterr().out
    )


def test_anew_begins_anew(capsys):
    names = cell()
    first = run("noise", names.step, START, steps=30, seed=1)
    capsys.readouterr()
    assert equal(run("noise", names.step, START, steps=30, seed=1, anew=True), first)
    assert "before" not in capsys.readouterr().out


# --- another run -----------------------------------------------------------------------------------

OTHERS = {
    "the step": (CELL.replace("- RATE", "+ RATE"), {}, "`step`"),
    "a function it calls": (CELL.replace("2 * w", "3 * w"), {}, "`slope`"),
    "a number it uses": (CELL.replace("0.1  #", "0.2  #"), {}, "`RATE`"),
    "the seed": (CELL, {"seed": 2}, "seed"),
    "the start": (CELL, {"start": {"w": np.array([3.0, -4.5])}}, "the state at the start"),
    "what is watched": (CELL.replace("np.sqrt", "np.abs"), {}, "`length`"),
    "how often": (CELL, {"every": 11}, "what is watched"),
    "until when": (CELL, {"until": 0.0}, "what is watched"),
    "two things": (CELL.replace("2 * w", "3 * w").replace("0.1  #", "0.2  #"), {}, "`RATE`, `slope`"),
}
SAME = {
    "as it was": CELL,
    "a comment": CELL.replace("# one step down", "# down, one step"),
    "a docstring": CELL.replace("    return 2 * w", '    """The slope."""\n    return 2 * w').replace(
        "RATE = ", "\nRATE = "
    ),
    "what it does not use": CELL + "\nOTHER = 5\n",
}


def half_a_run(start=START, seed=1, every=10, until=None, text=CELL, steps=20):
    names = cell(text)
    return run("noise", names.step, start, steps=steps, seed=seed, watch=names.length, every=every, until=until)


@pytest.mark.parametrize("text, settings, said", OTHERS.values(), ids=OTHERS)
def test_another_run_begins_anew_and_says_why(capsys, text, settings, said):
    half_a_run()
    capsys.readouterr()
    found = half_a_run(**settings, text=text, steps=40)
    out = capsys.readouterr().out
    assert f"noise: 20 steps were made before, but with something else in {said}. It begins anew." in out
    forget()
    assert equal(found, half_a_run(**settings, text=text, steps=40))


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_changes_no_number_does_not_begin_anew(capsys, text):
    half_a_run()
    half_a_run(text=text, steps=40)
    assert "noise: 20 steps were made before. It goes on from there." in capsys.readouterr().out


def test_what_a_function_is_made_of_reaches_all_that_it_uses():
    def made(change=lambda scope: None):
        scope = {"__name__": "__main__", "np": np, "given": given}
        exec(
            compile(
                textwrap.dedent("""
        from functools import partial
        import math
        clip = given("clip_by_norm")
        weights, table, rng = np.eye(3), {"a": [1, (2, 3)], "b": {4, 5}}, np.random.default_rng(0)

        class Rates:
            small = 0.1
            def times(self, x):
                return self.factor * x

        rates = Rates()
        rates.factor = 2

        def outer(n):
            def inner(x, k=1):
                return x + n + k
            return inner

        inner, more = outer(5), partial(max, 3)

        def even(n):
            return n == 0 or odd(n - 1)

        def odd(n):
            return n > 0 and even(n - 1)

        def step(state, rng_):
            return [clip, weights, table, rng, rates.times, inner, more, even(3), math.pi, (lambda x: x * 7)]
        """),
                "<cell>",
                "exec",
            ),
            scope,
        )
        change(scope)
        return fingerprint.parts(scope["step"])

    def set_(name, value):
        return lambda scope: scope.update({name: value})

    again, first = made(), made()
    assert again == first and {"step", "clip", "weights", "even", "odd", "inner", "n"} <= {*first}
    changes = {
        "weights": set_("weights", 2 * np.eye(3)),
        "table": set_("table", {"a": [1, (2, 4)], "b": {4, 5}}),
        "rng": lambda scope: scope["rng"].normal(),
        "rates": lambda scope: setattr(scope["rates"], "factor", 3),
        "n": lambda scope: scope.update(inner=scope["outer"](6)),
        "inner": lambda scope: setattr(scope["inner"], "__defaults__", (2,)),
        "more": lambda scope: scope.update(more=scope["partial"](max, 4)),
        "odd": lambda scope: exec("def odd(n):\n    return n > 1 and even(n - 1)", scope),
        "clip": set_("clip", given("sgd_step")),
    }
    for name, change in changes.items():
        assert name in fingerprint.differing(made(change), first), name
    assert made(set_("weights", np.float32(np.eye(3)))) != first
    assert made(set_("table", threading_lock())) != made(set_("table", threading_lock())), "nothing can be told of it"


def threading_lock():
    import threading

    return threading.Lock()


# --- what is kept ----------------------------------------------------------------------------------


def test_what_is_kept_is_whole_and_without_pickle():
    state = {
        "params": {"W": np.arange(6.0).reshape(2, 3).T, 3: np.float32(1.5), "ids": np.array([2, 300])},
        "adam": [(True, None, "text"), 7, 0.1, float("inf"), np.zeros((0, 4)), 3 + 4 * np.ones(1) * 1j],
    }
    path = workspace.folder() / "runs" / "kinds.npz"
    random = np.random.default_rng(8).bit_generator.state
    point = checkpoint.Checkpoint(state, random, 2, 1.5, True, {"step": "x"}, [0.25, 0.5, 9.0], [(2, 0.5), (3, 9.0)])
    checkpoint.save(path, point)
    found = checkpoint.load(path)
    assert repr(found.state) == repr(checkpoint.copied(state)) and found.random == random
    assert (found.losses, found.watched) == ([0.25, 0.5], [(2, 0.5)]), "what goes beyond its steps is not kept"
    assert (found.steps, found.seconds, found.ended, found.made_of) == (2, 1.5, True, {"step": "x"})
    assert type(found.state["adam"][0]) is tuple and type(found.state["params"][3]) is np.float32
    assert found.state["params"]["W"].flags.c_contiguous and found.state["params"]["W"].flags.writeable
    with np.load(path, allow_pickle=False) as stored:
        assert all(stored[name].dtype != object for name in stored.files)
    assert [one.name for one in path.parent.iterdir()] == ["kinds.npz"]


@pytest.mark.parametrize(
    "state, said",
    [
        ((1, ("a", {1, 2})), r"the state\[1\]\[1\] is a set"),
        ({"w": np.array([None])}, r"the state\['w'\] is an ndarray of object"),
        ({(1, 2): 3}, r"the state is a dict"),
    ],
)
def test_a_state_that_cannot_be_kept_is_refused_before_the_first_step(state, said):
    with pytest.raises(TypeError, match=f"^{said}, which can't be kept"):
        run("none", cell().step, state, steps=3, seed=0)


@pytest.mark.parametrize("spoiled", [b"", b"no archive", "cut", "form"])
def test_a_checkpoint_that_cannot_be_read_is_not_used(capsys, spoiled):
    whole = half_a_run()
    path = workspace.folder() / "runs" / "noise.npz"
    if spoiled == "cut":
        spoiled = path.read_bytes()[:-900]
    elif spoiled == "form":
        np.savez(path, about=np.frombuffer(b'{"form": 0}', dtype=np.uint8))
        spoiled = path.read_bytes()
    path.write_bytes(spoiled)
    capsys.readouterr()
    assert equal(half_a_run(), whole)
    assert "noise: what was kept can't be used, and it begins anew." in capsys.readouterr().out


def test_where_nothing_can_be_kept_it_is_said_once_and_the_run_is_made(capsys, monkeypatch, tmp_path, same_functions):
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("GRADER_WORKSPACE", str(tmp_path / "a file"))
    monkeypatch.setattr(running, "KEPT_EVERY", 0.0)
    made = run("noise", cell().step, START, steps=5, seed=1)
    assert made.steps == 5
    assert capsys.readouterr().out.count("noise: it can't be kept, and has to be made in one go") == 1
    with pytest.raises(Stopped, match="They could not be kept: when the cell is run again, it begins anew"):
        run("noise", interrupted(cell().step, 3), START, steps=5, seed=1)


def test_while_a_class_is_graded_nothing_is_kept_or_read(capsys, monkeypatch):
    half_a_run()
    kept = (workspace.folder() / "runs" / "noise.npz").read_bytes()
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert half_a_run(steps=40).steps == 40
    assert (workspace.folder() / "runs" / "noise.npz").read_bytes() == kept
    assert "before" not in capsys.readouterr().out


def test_names_that_are_none_are_refused():
    for name in ("", "../up", "a/b", " a", "a  b", "c:d", ".hidden"):
        with pytest.raises(UsageError, match="can't be the name of a run"):
            run(name, cell().step, START, steps=1, seed=0)
    assert run("Reber, seed 0".replace(",", ""), cell().step, START, steps=1, seed=0).steps == 1
    with pytest.raises(UsageError, match="nothing is watched"):
        run("noise", cell().step, START, steps=1, seed=0, until=0)


IN_A_NOTEBOOK = """
import time
import numpy as np
from grader.runs import run

def step(state, rng):
    time.sleep(0.02)
    return state + rng.normal(size=3), 1.0

print(run("kernel", step, np.zeros(3), steps=100, seed=1).state.tolist())
"""


def executed(client, source, when_begun=lambda: None):
    """What a kernel sends while it runs a cell: (text, traceback). ``when_begun`` is called when the bar has moved."""
    request, said, error, called = client.execute(source), "", [], False
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if message["msg_type"] == "stream":
            assert content["name"] == "stdout", content
            said += content["text"]
        elif message["msg_type"] == "error":
            error = content["traceback"]
        elif content.get("execution_state") == "idle":
            return said, error
        if not called and re.search(r"[1-9]\d*/100", said):
            called = True
            when_begun()


@pytest.mark.skipif(os.name == "nt", reason="another way to interrupt")
def test_in_a_notebook_the_stop_button_loses_nothing_and_another_kernel_goes_on():
    parts = []
    for stop in (True, False):
        manager, client = start_new_kernel(kernel_name="python3", env={**os.environ})
        try:
            parts.append(executed(client, IN_A_NOTEBOOK, manager.interrupt_kernel if stop else lambda: None))
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    (_, error), (said, none) = parts
    assert len(error) == 1 and none == [], "one line, and no traceback"
    after = re.fullmatch(
        r"kernel was stopped after (\d+) of 100 steps, which are kept\. Run the cell again, .*", error[0]
    )
    assert after and 0 < int(after[1]) < 100
    assert f"kernel: {after[1]} steps were made before. It goes on from there." in said
    random, state = np.random.default_rng(1), np.zeros(3)
    for _ in range(100):
        state = state + random.normal(size=3)
    assert said.splitlines()[-1] == str(state.tolist())
