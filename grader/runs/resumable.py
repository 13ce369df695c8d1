"""A run: steps, one after the other, that can be stopped between any two of them and taken up again."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from tqdm import tqdm

from .. import workspace
from ..errors import UsageError
from ..figures.training import steps as progress
from .checkpoint import Checkpoint, copied, load, save
from .fingerprint import differing, digest, parts

__all__ = ["Run", "Stopped", "run"]

KEPT_EVERY = 5.0  # seconds; so much is lost at most where a kernel dies
_FOLDER = "runs"
_NAME = re.compile(r"\w+(?:[ .-]\w+)*")
_START, _SEED, _WATCH = "the state at the start", "seed", "what is watched"


@dataclass(frozen=True)
class Run:
    """What a run has come to.

    ``state`` is that after the last step; ``losses (steps,)`` those of all steps; ``watched`` a list of (after how many
    steps, the value of ``watch``); ``seconds`` what the steps took, in all sittings together. ``reached`` says whether
    ``watch`` came down to ``until``; it is False where nothing is watched.
    """

    state: Any
    losses: np.ndarray
    watched: list[tuple[int, float]]
    steps: int
    seconds: float
    reached: bool


class Stopped(KeyboardInterrupt):
    """A run was interrupted, and what it has made is kept. Like any interrupt it ends the cell."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows in place of a traceback: nothing went wrong in any line."""
        return [str(self)]


def run(
    name: str,
    step: Callable[[Any, np.random.Generator], tuple[Any, float]],
    start: Any,
    *,
    steps: int,
    seed: int,
    watch: Callable[[Any], float] | None = None,
    until: float | None = None,
    every: int = 100,
    anew: bool = False,
) -> Run:
    """Train for so many steps, with a bar that says how long it will take; go on where it was stopped.

    What it has made is kept in the workspace every few seconds, and when it is interrupted. Called once more with the
    same name it goes on from there and ends in the same numbers as if nothing had come in between. It begins anew, and
    says so, where anything is another than it was: the functions that are called (all of them, down to the last one
    that is yours), the numbers they use, the state at the start, the seed. A run that has ended is not made again: what
    it came to is returned. More ``steps`` than before go on from where it ended.

    Args:
        name: what the run is called: letters, digits and _, with single spaces, points or dashes between them. Each
        name has one checkpoint. step: takes (state, rng) and returns (the new state, the loss); all that is random
        comes from rng. start: the state before the first step: arrays, numbers and texts in tuples, lists and dicts.
        steps: how many. seed: of the random numbers. watch: takes a state and returns a number, shown beside the bar,
        once in ``every`` steps; it has no random numbers but its own. until: the run ends as soon as ``watch`` is no
        larger. anew: whether to begin anew whatever is kept.

    Returns a :class:`Run`. Raises Stopped (a KeyboardInterrupt) where it is interrupted, UsageError for a name that is
    none or an ``until`` without a ``watch``, TypeError for a state that can't be kept.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} can't be the name of a run: letters, digits and _, with single spaces in between.")
    if until is not None and watch is None:
        raise UsageError(f"The run {name!r} shall end when what is watched is at {until}, and nothing is watched.")
    made_of = parts(step) | {_START: digest(start), _SEED: repr(seed)}
    if watch is not None:
        made_of |= {f"{_WATCH}: {one}": said for one, said in parts(watch).items()}
        made_of[_WATCH] = digest((until, every))
    training = _Training(name, step, steps, watch, until, every)
    point = None if anew else training.kept(made_of)
    if point is None:
        point = Checkpoint(copied(start), np.random.default_rng(seed).bit_generator.state, made_of=made_of)
    return training.train(point)


@dataclass
class _Training:
    """One call of :func:`run`."""

    name: str
    step: Callable[[Any, np.random.Generator], tuple[Any, float]]
    steps: int
    watch: Callable[[Any], float] | None
    until: float | None
    every: int
    warned: bool = False  # it was said that nothing can be kept

    def path(self) -> Path:
        """The run's checkpoint. Raises RuntimeError where there is no home folder for it."""
        return workspace.folder() / _FOLDER / f"{self.name.replace(' ', '_')}.npz"

    def kept(self, made_of: dict[str, str]) -> Checkpoint | None:
        """The checkpoint to go on from; says what was found, and why it is not used if it isn't."""
        if workspace.grading():
            return None
        try:
            point = load(self.path())
        except (ValueError, RuntimeError) as error:
            print(f"{self.name}: what was kept can't be used, and it begins anew. ({error})")
            return None
        if point is None:
            return None
        before = f"{self.name}: {point.steps} steps were made before"
        if others := differing(point.made_of, made_of):
            print(f"{before}, but with something else in {_listed(others)}. It begins anew.")
            return None
        if point.steps > self.steps:
            print(f"{before}, more than the {self.steps} that are asked for. It begins anew.")
            return None
        if self.over(point):
            print(f"{before}, in {point.seconds:.0f} seconds. anew=True makes them again.")
        else:
            print(f"{before}. It goes on from there.")
        return point

    def over(self, point: Checkpoint) -> bool:
        """Whether no step is left."""
        return point.ended or point.steps >= self.steps

    def train(self, point: Checkpoint) -> Run:
        """Make the steps that are left."""
        rng = np.random.default_rng()
        rng.bit_generator.state = point.random
        if not self.over(point):
            kept_at = perf_counter()
            try:
                with progress(self.steps, self.name, begin=point.steps) as bar:
                    for _ in bar:
                        point = self.stepped(point, rng)  # in one go: whenever it is stopped, this is a whole step
                        self.show(bar, point)
                        if point.ended:
                            break
                        if perf_counter() - kept_at > KEPT_EVERY:
                            self.keep(point)
                            kept_at = perf_counter()
            except KeyboardInterrupt:
                raise Stopped(self.farewell(point)) from None
            self.keep(point)
        state, losses = copied(point.state), np.array(point.losses[: point.steps])
        return Run(state, losses, point.watched, point.steps, point.seconds, point.ended)

    def stepped(self, point: Checkpoint, rng: np.random.Generator) -> Checkpoint:
        """What there is after one more step. Nothing of ``point`` changes but that its lists grow."""
        began, steps = perf_counter(), point.steps + 1
        state, loss = self.step(copied(point.state), rng)  # a copy: a step may write into what it gets
        point.losses[steps - 1 :] = [float(loss)]
        ended = False
        if self.watch is not None and steps % self.every == 0:
            value = float(self.watch(copied(state)))
            point.watched.append((steps, value))
            ended = self.until is not None and value <= self.until
        seconds = point.seconds + perf_counter() - began
        random = rng.bit_generator.state
        return replace(point, state=state, random=random, steps=steps, seconds=seconds, ended=ended)

    def show(self, bar: tqdm, point: Checkpoint) -> None:
        """Put the last losses' mean beside the bar, and what was watched last."""
        shown = {"loss": f"{np.mean(point.losses[-50:]):.3g}"}
        if point.watched:
            shown[getattr(self.watch, "__name__", "watched")] = f"{point.watched[-1][1]:.3g}"
        bar.set_postfix(shown, refresh=False)

    def keep(self, point: Checkpoint) -> bool:
        """Keep a checkpoint. Returns whether that was possible; says once where it wasn't."""
        if workspace.grading():
            return False
        try:
            save(self.path(), point)
        except (OSError, RuntimeError) as error:
            if not self.warned:
                why = getattr(error, "strerror", None) or str(error)
                tqdm.write(f"{self.name}: it can't be kept, and has to be made in one go ({why}).", file=sys.stdout)
            self.warned = True
            return False
        return True

    def farewell(self, point: Checkpoint) -> str:
        """What is said where a run is interrupted; what it has made is kept."""
        said = f"{self.name} was stopped after {point.steps} of {self.steps} steps"
        if self.keep(point):
            return f"{said}, which are kept. Run the cell again, and it goes on from there."
        return f"{said}. They could not be kept: when the cell is run again, it begins anew."


def _listed(names: list[str]) -> str:
    """A few of the names of what differs, as a learner calls them."""
    few = [one if one in (_START, _SEED, _WATCH) else f"`{one.removeprefix(f'{_WATCH}: ')}`" for one in names[:4]]
    return ", ".join(few) + (" and more" if len(names) > len(few) else "")
