"""Backward passes of the LSTM, right ones and wrong ones, made from the unit's own banks: what ``separates`` is given.

Each is known by what it is called in its bank, ``"right_2"``, ``"lstm_backward.dc_T_ignored"``; all of them bear the
same name when they are called, and have no docstring: ``TOLD`` says what each is.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from ...given import given
from ...given import text as solution
from ..mistakes import Mistake, edited
from .lstm_backward import EXERCISE as SEQUENCE
from .lstm_step_backward import EXERCISE as STEP

__all__ = ["BATCH", "FORMULAS", "FUNCTIONS", "LEAVING", "LONG_ONES", "RAISING", "RIGHT", "SINGLE", "TOLD"]


def _made(name: str, texts: Callable[[], list[str]]) -> Callable:
    """A function of (dhs, dc_T, cache) that is compiled when it is first called: a build makes what it is made of."""

    @functools.cache
    def function() -> Callable:
        scope = dict(given(SEQUENCE.name).__globals__)
        for text in texts():
            exec(compile(text, f"<{name}>", "exec"), scope)
        return scope[SEQUENCE.name]

    def backward(dhs, dc_T, cache):
        return function()(dhs, dc_T, cache)

    return backward


def _right(exercise, k: int) -> str:
    one = exercise.right[k]
    return one if isinstance(one, str) else edited(solution(exercise.name), one, f"{exercise.name}.right")


def _wrong(exercise, name: str) -> Callable:
    mistake: Mistake = next(one for one in exercise.mistakes if one.name == name)
    whole = exercise is SEQUENCE
    return _made(
        f"{exercise.name}.{name}",
        lambda: [solution(STEP.name), mistake.text] if whole else [mistake.text, solution(SEQUENCE.name)],
    )


# By what a test needs to see them.
FORMULAS = (
    "no_tanh_slope",
    "dc_prev_without_f",
    "dc_prev_of_dc",
    "forget_reads_c",
    "one_slope_for_all",
    "output_of_dc",
    "candidate_through_f",
    "dc_through_tanh",
    "no_input_slope",
    "no_output_slope",
    "h_for_h_prev",
    "split_x_first",
    "no_dh_prev",
    "order_ifog",
    "not_through_forget",
)
SINGLE = (
    ("lstm_backward", "dc_T_ignored"),
    ("lstm_backward", "nothing_of_the_loss"),
    ("lstm_backward", "dc0_zero"),
    ("lstm_backward", "dh0_zero"),
    ("lstm_backward", "dxs_backwards"),
    ("lstm_backward", "db_of_one_step"),
    ("lstm_step_backward", "db_of_forget"),
    ("lstm_step_backward", "x_first"),
)
BATCH = ("dW_mean", "db_mean", "sums_first", "last_sequence")
LONG_ONES = ("cut_off_at_50", "h_cut_off_at_50", "c_cut_off_at_50", "cut_off_at_20")
LEAVING = (
    ("lstm_backward", "into_dhs"),
    ("lstm_backward", "into_dc_T"),
    ("lstm_backward", "into_cache"),  # the list
    ("lstm_step_backward", "into_cache"),  # an array in it
)
RAISING = ("stops", "four_results", "no_results", "time_first")


def _stops(dhs, dc_T, cache):
    return cache[len(cache)]


def _no_results(dhs, dc_T, cache):
    pass


def _four_results(dhs, dc_T, cache):
    return given(SEQUENCE.name)(dhs, dc_T, cache)[:4]


for _odd in (_stops, _no_results, _four_results):
    _odd.__name__ = _odd.__qualname__ = "backward"

_BANKS = {one.name: one for one in (STEP, SEQUENCE)}
_WRONG = tuple(
    (of, name)
    for of, names in ((STEP.name, (*FORMULAS, *BATCH)), (SEQUENCE.name, (*LONG_ONES, "time_first")))
    for name in names
)

RIGHT = tuple(f"right_{k}" for k in range(7))
FUNCTIONS: dict[str, Callable] = {
    "right_0": _made("right_0", lambda: [solution(STEP.name), solution(SEQUENCE.name)]),
    **{
        f"right_{k}": _made(f"right_{k}", lambda k=k: [solution(STEP.name), _right(SEQUENCE, k - 1)]) for k in (1, 2, 3)
    },
    **{
        f"right_{k}": _made(f"right_{k}", lambda k=k: [_right(STEP, k - 3), solution(SEQUENCE.name)]) for k in (4, 5, 6)
    },
    **{f"{of}.{name}": _wrong(_BANKS[of], name) for of, name in (*_WRONG, *SINGLE, *LEAVING)},
    "stops": _stops,
    "no_results": _no_results,
    "four_results": _four_results,
}


def _told(of: str, name: str) -> str:
    what = next(one.what for one in _BANKS[of].mistakes if one.name == name)
    return what if of == SEQUENCE.name else f"{what}, at every step"


TOLD = {
    **dict.fromkeys(RIGHT, "the gradient"),
    **{f"{of}.{name}": _told(of, name) for of, name in (*_WRONG, *SINGLE, *LEAVING)},
    "stops": "a way back that raises an IndexError, whatever it is given",
    "no_results": "a function that returns None",
    "four_results": "the right gradients without the last of the five, db",
}
