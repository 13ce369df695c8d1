"""Whatever a learner's function does besides answering: check returns, and says so in a message that can be read."""

import asyncio
import contextlib
import sys
import warnings

import numpy as np
import pytest
from strange_answers import ARRAYS, KEYS, NAMES, RIGHT, EqualsAll, Key, Refuses, accepted, readable, refused

from grader import check
from grader.checking import calling
from grader.exercises import exercise
from grader.given import given

# --- arguments and memory -----------------------------------------------------------------------

CHANGES = {
    "+=": lambda a: np.add(a, 1, out=a),
    "set to zero": lambda a: a.fill(7),
    "sorted": lambda a: np.copyto(a, a[::-1].copy() + 1),
    "one number": lambda a: a.__setitem__((0,) * a.ndim, a.flat[0] + 1),
    "one NaN": lambda a: a.__setitem__((-1,) * a.ndim, np.nan if a.dtype.kind == "f" else -1),
    "a byte": lambda a: a[:1].fill(0.5 if a.dtype.kind == "f" else 9),
}


def arrays_of(name):
    first = next(iter(exercise(name).cases(np.random.default_rng(0))))
    return [(k, name) for k, (name, value) in enumerate(first.args.items()) if isinstance(value, np.ndarray)]


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize(
    "name, position, argument", [(name, *one) for name in ARRAYS for one in arrays_of(name)], ids=str
)
def test_a_changed_argument_is_seen(name, position, argument, how):
    def function(*arguments):
        answer = RIGHT[name](*[a.copy() if isinstance(a, np.ndarray) else a for a in arguments])
        CHANGES[how](arguments[position])
        return answer

    refused(name, function, f"{name} changed its argument {argument} while computing")


def test_an_argument_that_is_changed_and_put_back_is_fine():
    def lstm_step(x, h_prev, c_prev, W, b):
        before = x.copy()
        x *= 2
        x /= 2
        x[...] = before
        return RIGHT["lstm_step"](x, h_prev, c_prev, W, b)

    accepted("lstm_step", lstm_step)


@pytest.mark.parametrize(
    "change, argument",
    [
        (lambda state: state.clear(), "state"),
        (lambda state: state.pop(KEYS[0]), "state"),
        (lambda state: state.update(more=1), "state"),
        (lambda state: (state.pop(KEYS[0]), state.__setitem__(Key("x"), 1)), "state"),
        (lambda state: state.update({KEYS[0]: None}), f"state['{KEYS[0]}']"),
        (lambda state: state.update({KEYS[1]: state[KEYS[1]].astype(np.float16)}), f"state['{KEYS[1]}']"),
        (lambda state: np.add(state[KEYS[3]], 1, out=state[KEYS[3]]), f"state['{KEYS[3]}']"),
    ],
)
def test_a_changed_dict_is_seen(change, argument):
    def from_torch(state):
        answer = tuple(a.copy() for a in RIGHT["from_torch"](dict(state)))
        change(state)
        return answer

    refused("from_torch", from_torch, f"changed its argument {argument} while computing")


def reusing(name):
    """A right function that writes its answers into the same arrays at every call."""
    kept = {}

    def reuse(place, array):
        buffer = kept.setdefault((place, array.shape, array.dtype), np.empty_like(array))
        buffer[...] = array
        return buffer

    def function(*arguments):
        answer = RIGHT[name](*arguments)
        if isinstance(answer, dict):
            return {key: reuse(key, array) for key, array in answer.items()}
        if isinstance(answer, tuple):
            return (*(reuse(k, array) for k, array in enumerate(answer[:2])), None)
        return reuse(0, answer)

    return function


@pytest.mark.parametrize("name", ARRAYS)
def test_answers_that_share_their_memory(name):
    refused(name, reusing(name), f"The second call of {name} returned the very arrays")


@pytest.mark.parametrize("name", NAMES)
def test_another_answer_the_second_time(name):
    calls = []

    def forgets(*arguments):
        calls.append(1)
        right = RIGHT[name](*arguments)
        return right if len(calls) % 2 else None

    refused(name, forgets, "another answer when it was called a second time")
    calls.clear()

    def raises(*arguments):
        calls.append(1)
        return RIGHT[name](*arguments) if len(calls) % 2 else 1 / 0

    seen = "called a second time with the same arguments it raised an error"
    refused(name, raises, seen, "ZeroDivisionError")


# --- what it may do instead of answering --------------------------------------------------------


class BrokenText(Exception):
    def __str__(self):
        raise ValueError("no text")


class NoText(Exception):
    def __str__(self):
        return 3


class Leaves(Exception):
    def __str__(self):
        raise SystemExit


RAISES = {
    "an error": (lambda: ValueError("my own words"), "ValueError: my own words"),
    "without words": (AssertionError, "AssertionError"),
    "with a broken text": (BrokenText, "BrokenText: (its message could not be shown)"),
    "with a text that is none": (NoText, "NoText: (its message could not be shown)"),
    "that leaves in its text": (Leaves, "Leaves: (its message could not be shown)"),
    "SystemExit": (lambda: SystemExit(0), "SystemExit: 0"),
    "KeyboardInterrupt": (KeyboardInterrupt, "was stopped before"),
    "GeneratorExit": (GeneratorExit, "GeneratorExit"),
    "StopIteration": (lambda: StopIteration((1, 2, 3)), "StopIteration"),
    "StopAsyncIteration": (StopAsyncIteration, "StopAsyncIteration"),
    "CancelledError": (asyncio.CancelledError, "CancelledError"),
    "MemoryError": (MemoryError, "MemoryError"),
    "NotImplementedError": (NotImplementedError, "isn't written yet"),
    "a warning": (lambda: RuntimeWarning("overflow"), "RuntimeWarning: overflow"),
    "a group": (lambda: BaseExceptionGroup("many", [KeyboardInterrupt()]), "BaseExceptionGroup: many"),
    "a long text": (lambda: ValueError("long " * 10**6), "ValueError: long long"),
    "many lines": (lambda: ValueError("\n" * 10**5), "ValueError"),
    "odd marks": (lambda: ValueError("a\x00\x1b[2J\ud800\r"), "ValueError: a"),
    "numbers": (lambda: KeyError(3), "KeyError: 3"),
    "braces": (lambda: ValueError("{} {0} {name} %s"), "ValueError: {} {0} {name} %s"),
    "broadcasting": (lambda: ValueError("operands could not be broadcast together with shapes {0}"), "{0}"),
    "a changed line": (lambda: NameError("name 'zz' is not defined"), "NameError: name 'zz'"),
    "HTML": (lambda: ValueError("<script>alert(1)</script>"), "<script>"),
}


@pytest.mark.parametrize("kind", RAISES)
@pytest.mark.parametrize("name", NAMES)
def test_it_raises(name, kind):
    make, phrase = RAISES[kind]

    def function(*arguments):
        raise make()

    verdict = refused(name, function, phrase)
    html = verdict._repr_mimebundle_()["text/html"]
    assert "<script" not in html
    if "isn't written" not in phrase and "stopped" not in phrase:
        assert "in function:  raise make()" in verdict.text  # the learner's own line


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.some(2)
def test_it_really_runs_out_of_something(name):
    def endless_recursion(*arguments):
        return endless_recursion(*arguments)

    def too_much(*arguments):
        return np.zeros((10**9, 10**9))

    def wrong_syntax(*arguments):
        return eval("1 +")

    def two_errors(*arguments):
        try:
            raise KeyError("first")
        except KeyError as error:
            raise ValueError("second") from error

    verdict = refused(name, endless_recursion, "RecursionError", "more ...")
    assert verdict.text.count("endless_recursion") < 20
    refused(name, too_much, "MemoryError")
    refused(name, wrong_syntax, "SyntaxError")
    refused(name, two_errors, "ValueError: second")


@pytest.mark.parametrize("name", NAMES)
def test_it_never_ends_nor_does_the_text_of_its_error(name, monkeypatch):
    monkeypatch.setattr(calling, "CALL_SECONDS", 0.1)
    monkeypatch.setattr(calling, "MESSAGE_SECONDS", 0.1)

    class Endless(Exception):
        def __str__(self):
            while True:
                pass

    def loops(*arguments):
        while True:
            pass

    def raises(*arguments):
        raise Endless

    refused(name, loops, "gave no answer after 0.1 seconds")
    refused(name, raises, "gave no answer")


@pytest.mark.parametrize("name", NAMES)
def test_its_own_functions_fail(name):
    def helper(z):
        return undefined_name + z  # noqa: F821

    def function(*arguments):
        return helper(arguments[0])

    verdict = refused(name, function, "NameError: name 'undefined_name' is not defined")
    assert "in helper:  return undefined_name + z" in verdict.text


# --- side effects -------------------------------------------------------------------------------


def settings():
    return np.geterr(), list(warnings.filters), warnings.showwarning, sys.stdout, sys.stderr, sys.gettrace()


EFFECTS = {
    "prints 10 MB": lambda: print("z" * 10_000_000),
    "prints many lines": lambda: print("\n" * 100_000),
    "prints odd marks": lambda: print("\x1b[2J\x00\ud800<script>"),
    "prints to stderr": lambda: print("a progress bar\r" * 1000, file=sys.stderr),
    "warns 10000 times": lambda: [warnings.warn(f"warning {k}", stacklevel=1) for k in range(10_000)],
    "warns at length": lambda: warnings.warn("long " * 10**6, stacklevel=1),
    "makes warnings errors": lambda: warnings.simplefilter("error"),
    "forgets all filters": warnings.resetwarnings,
    "shows warnings itself": lambda: setattr(warnings, "showwarning", None),
    "makes numpy strict": lambda: np.seterr(over="raise", invalid="raise", divide="raise"),
    "makes numpy mute": lambda: np.seterr(all="ignore"),
    "sets the seed": lambda: np.random.seed(0),
    "draws numbers": lambda: np.random.default_rng().normal(size=10),
    "closes stdout": lambda: sys.stdout.close(),
    "loses stdout": lambda: setattr(sys, "stdout", None),
    "seeks in stdout": lambda: (sys.stdout.seek(0), sys.stdout.truncate(0)),
    "traces": lambda: sys.settrace(lambda *a: None),
}


@pytest.mark.parametrize("effect", EFFECTS)
@pytest.mark.parametrize("name", NAMES)
def test_a_right_answer_with_a_side_effect_is_right(name, effect, capsys):
    def function(*arguments):
        EFFECTS[effect]()
        return RIGHT[name](*arguments)

    before = settings()
    verdict = accepted(name, function)
    assert settings() == before
    assert len(verdict.text) < 1600
    seen = capsys.readouterr()
    assert not seen.out and not seen.err
    if effect.startswith("prints to"):
        assert "a progress bar" in verdict.text
    if effect.startswith("warns"):
        assert "Your function warned (which costs nothing here): UserWarning" in verdict.text


def test_a_strict_notebook_changes_no_verdict():
    def half_right(z):
        return 1 / (1 + np.exp(-z))

    plain = check("sigmoid", half_right).record()
    wrong = check("lstm_step", lambda x, h, c, W, b: (1e308 * h, -1e308 * c, None)).record()
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        assert check("sigmoid", half_right).record() == plain
        again = check("lstm_step", lambda x, h, c, W, b: (1e308 * h, -1e308 * c, None))
        accepted("lstm", RIGHT["lstm"])
    assert again.record() == wrong and again.passed is False
    readable(again, "lstm_step")


@contextlib.contextmanager
def numpy_put_back():
    before = dict(vars(np))
    try:
        yield
    finally:
        vars(np).update(before)


@pytest.mark.parametrize(
    "lost",
    [
        "tanh",
        "concatenate",
        "isfinite",
        "array_equal",
        "abs",
        "max",
        "errstate",
        "ndarray",
        "float64",
        "asarray",
        "may_share_memory",
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_numpy_loses_a_name(name, lost):
    """Then it may be that nothing can be judged any more: that is a fault, and never a pass."""

    def function(*arguments):
        answer = RIGHT[name](*arguments)
        vars(np).pop(lost, None)
        return (
            {key: value + 1 for key, value in answer.items()}
            if isinstance(answer, dict)
            else ((*(value + 1 for value in answer[:2]), None) if isinstance(answer, tuple) else answer + 1)
        )

    with numpy_put_back():
        verdict = check(name, function)
    assert verdict.passed in (False, None) and not verdict.score
    assert "Traceback" not in verdict.text and ".py" not in verdict.text and len(verdict.text) < 4000
    accepted(name, RIGHT[name])  # and numpy is whole again


def test_a_strange_object_among_the_globals():
    scope = {"check": check, "strange": Refuses(), "equal": EqualsAll(), "lstm_step": Refuses()}
    scope["given"] = given
    exec(
        """
def lstm(xs, h0, c0, W, b):
    strange, equal
    return given("lstm")(xs, h0, c0, W, b)
""",
        scope,
    )
    verdict = eval("check('lstm')", scope)
    assert verdict.passed is True, verdict.text
    assert "not kept" in verdict.text
