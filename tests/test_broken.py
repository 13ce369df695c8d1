"""The eight backward passes of unit 06's lab: each is wrong in one thing, and can be read."""

import difflib
import inspect

import numpy as np
import pytest

from grader.data import broken


def test_each_differs_from_each_other_and_from_the_right_one_in_a_line():
    for name in broken.NAMES:
        assert broken._PASS.count(broken._EDITS[name][0]) == 1
        changed = list(difflib.ndiff(broken._PASS.splitlines(), broken.text(name).splitlines()))
        assert sum(line.startswith(("- ", "+ ")) for line in changed) in (1, 2), name
    assert len({broken.text(name) for name in broken.NAMES}) == len(broken.NAMES) == 8


@pytest.mark.parametrize("name", broken.NAMES)
def test_what_is_read_is_what_is_called(name):
    function = broken.backward(name)
    assert inspect.getsource(function) == broken.text(name)
    rng = np.random.default_rng(0)
    N, T, D, H = 2, 3, 4, 5
    step = [rng.normal(size=(N, D)), *rng.uniform(size=(7, N, H)), rng.normal(size=(H + D, 4 * H))]
    dxs, dh0, dc0, dW, db = function(rng.normal(size=(N, T, H)), rng.normal(size=(N, H)), [tuple(step)] * T)
    assert [a.shape for a in (dxs, dh0, dc0, dW, db)] == [(N, T, D), (N, H), (N, H), (H + D, 4 * H), (4 * H,)]


def test_there_is_no_ninth():
    with pytest.raises(KeyError):
        broken.text("I")
    with pytest.raises(KeyError):
        broken.backward("I")
