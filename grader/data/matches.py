"""Match reports: a record of what happened, a report of several sentences, and the line that sums it up.

    ajax met porto at bavimo . rusk scored for the hosts . it was raining . it did not count . a header by tomelu found
    the net for the visitors . tomelu hit the post for the visitors .

    porto beat ajax 1 : 0 at bavimo , last goal by tomelu .

Made on the spot, from a small grammar. Some goals are taken back, up to two sentences later, in a sentence that names
nobody: so neither the words of a report nor any one of its sentences say how it ended. Some names, the newcomers', are
made of syllables, and come in one report each; those of the test reports are of other syllables than those of training.
A network doesn't have them among its words: they get ids of the report's own, from ``len(WORDS)`` on, in the order in
which they come (as in A. See, P. J. Liu and C. D. Manning, "Get To The Point: Summarization with
Pointer-Generator Networks", ACL 2017).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

__all__ = [
    "END",
    "FIELDS",
    "UNKNOWN",
    "WORDS",
    "Example",
    "Goal",
    "Match",
    "decode",
    "encode",
    "every_goal_counts",
    "examples",
    "fields",
    "match",
    "report",
    "summary",
]

END, UNKNOWN = "~", "?"  # before the first word of a summary and after its last; how a word is read that isn't known
TEAMS = tuple("ajax porto celtic lazio lyon basel malmo sparta".split())
PLAYERS = tuple("rusk weiss dunne costa larsen novak keita moreau silva brandt okoro vidal".split())
GROUNDS = tuple("highbury hampden anfield camp_nou wembley san_siro".split())
FIELDS = ("who won", "score", "where", "last scorer")
MOST, _OFTEN = 3, (0.1, 0.2, 0.35, 0.35)  # goals in a match, with those that are taken back; how often 0, 1, 2 and 3

_OPENINGS = (
    "$home met $away at $ground .",
    "$away came to $ground to play $home .",
    "at $ground it was $home against $away .",
)
_GOALS = (
    "$player scored for the $side .",
    "a header by $player found the net for the $side .",
    "the $side scored through $player .",
    "$player put the ball in for the $side .",
)
_TAKEN_BACK = ("but the flag was up .", "it did not count .", "the goal was taken back .")
_STOOD = ("the goal stood .", "it did count .")
_OTHER = (
    "$player hit the post for the $side .",
    "$player of the $side was booked .",
    "the $side came close through $player .",
    "a header by $player went wide for the $side .",
)
_DULL = ("it was raining .", "the crowd sang .", "the game went on .")
_SUMS = ("$winner beat $loser", "and drew", "$goals : $others at $ground", ", last goal by $player .", ", no goal .")
_SYLLABLES = "ba vi mo te lu ra ko ni sa de pu fo gi ze ha".split()
_SPLIT = len(_SYLLABLES) // 3  # so many of them begin the names of test reports, the others those of training

_GRAMMAR = " ".join((*_OPENINGS, *_GOALS, *_TAKEN_BACK, *_STOOD, *_OTHER, *_DULL, *_SUMS, "hosts visitors")).split()
_COMMON = [word for word in _GRAMMAR if not word.startswith("$")]
WORDS = tuple(dict.fromkeys([END, UNKNOWN, *_COMMON, *map(str, range(MOST + 1)), *TEAMS, *PLAYERS, *GROUNDS]))
_IDS = {word: k for k, word in enumerate(WORDS)}


@dataclass(frozen=True)
class Goal:
    """A goal: the team that shot it, the player who did, and whether it counts."""

    team: str
    player: str
    counts: bool = True


@dataclass(frozen=True)
class Match:
    """What happened: who played whom, where, and the goals in their order, those that were taken back among them."""

    home: str
    away: str
    ground: str
    goals: tuple[Goal, ...]
    squads: dict[str, tuple[str, ...]]  # of each team the players that a report may name

    def side(self, team: str) -> str:
        """What a report calls a team after its first sentence."""
        return "hosts" if team == self.home else "visitors"

    def score(self) -> tuple[int, int]:
        """The goals that count, of the home team and of the other."""
        counted = [goal.team for goal in self.goals if goal.counts]
        return counted.count(self.home), counted.count(self.away)


def _newcomer(rng: np.random.Generator, test: bool) -> str:
    """A name of three syllables, the first of which tells the names of test reports from those of training."""
    first = rng.integers(0, _SPLIT) if test else rng.integers(_SPLIT, len(_SYLLABLES))
    return "".join(_SYLLABLES[int(k)] for k in (first, *rng.integers(len(_SYLLABLES), size=2)))


def match(rng: np.random.Generator, *, test: bool = False) -> Match:
    """A match of up to ``MOST`` goals, three in ten of them taken back.

    Each player and each ground is a newcomer, or not, with equal chances: of the names of test reports where ``test``
    says so.
    """
    home, away = (TEAMS[int(k)] for k in rng.permutation(len(TEAMS))[:2])

    def names(known: tuple[str, ...], count: int) -> list[str]:
        found = [known[int(k)] for k in rng.permutation(len(known))[:count]]
        for k in range(count):
            if rng.random() < 0.5:
                found[k] = _newcomer(rng, test)
        return found

    (ground,), players = names(GROUNDS, 1), names(PLAYERS, 4)
    while len({ground, *players}) < 5:  # two newcomers of one name
        (ground,), players = names(GROUNDS, 1), names(PLAYERS, 4)
    squads = {home: tuple(players[:2]), away: tuple(players[2:])}
    goals = []
    for _ in range(int(rng.choice(MOST + 1, p=_OFTEN))):
        team = (home, away)[int(rng.integers(2))]
        goals.append(Goal(team, squads[team][int(rng.integers(2))], bool(rng.random() < 0.7)))
    return Match(home, away, ground, tuple(goals), squads)


def _said(ways: Sequence[str], rng: np.random.Generator, **names: str) -> list[str]:
    """One of these sentences, with the names in it, as words."""
    words = ways[int(rng.integers(len(ways)))].split()
    return [names[word[1:]] if word.startswith("$") else word for word in words]


def _aside(one: Match, rng: np.random.Generator) -> list[str]:
    """A sentence that doesn't matter, of one of the players or of nobody."""
    if rng.random() < 0.5:
        return _said(_DULL, rng)
    team = (one.home, one.away)[int(rng.integers(2))]
    return _said(_OTHER, rng, side=one.side(team), player=one.squads[team][int(rng.integers(2))])


def report(one: Match, rng: np.random.Generator) -> list[list[str]]:
    """A report of a match: sentences, each a list of words that ends in a point. The first says who plays where."""
    sentences = [_said(_OPENINGS, rng, home=one.home, away=one.away, ground=one.ground)]
    for goal in one.goals:
        if rng.random() < 0.25:
            sentences.append(_aside(one, rng))
        sentences.append(_said(_GOALS, rng, side=one.side(goal.team), player=goal.player))
        if not goal.counts or rng.random() < 0.3:
            if rng.random() < 0.4:
                sentences.append(_said(_DULL, rng))
            sentences.append(_said(_STOOD if goal.counts else _TAKEN_BACK, rng))
    if rng.random() < 0.5:
        sentences.append(_aside(one, rng))
    return sentences


def summary(one: Match) -> list[str]:
    """The line that sums a match up, words: who beat whom, by how much, where, and whose the last goal was."""
    a, b = one.score()
    scorers = [goal.player for goal in one.goals if goal.counts]
    who = [one.home, "and", one.away, "drew"] if a == b else [one.home, "beat", one.away]
    if a < b:
        who, a, b = [one.away, "beat", one.home], b, a
    last = ["last", "goal", "by", scorers[-1]] if scorers else ["no", "goal"]
    return [*who, str(a), ":", str(b), "at", one.ground, ",", *last, "."]


def fields(words: Sequence[str]) -> tuple[str, ...]:
    """What a summary says, a text for each of ``FIELDS``; "" for what it doesn't say in any summary's form."""
    words = list(words)

    def after(word: str) -> str:
        return words[words.index(word) + 1] if word in words[:-1] else ""

    colon = words.index(":") if ":" in words[1:-1] else 0
    scorer = "nobody" if words[-3:] == ["no", "goal", "."] else after("by")
    return " ".join(words[: max(colon - 1, 0)]), " ".join(words[colon - 1 : colon + 2]), after("at"), scorer


def every_goal_counts(words: Sequence[str]) -> list[str]:
    """The summary by somebody who takes a report sentence by sentence, and overlooks what is said of a goal later."""
    sentences, goals = " ".join(words).split(" ."), []
    teams = [word for word in sentences[0].split() if word in TEAMS]
    home, away = teams[::-1] if "came" in sentences[0].split() else teams
    for sentence in map(str.split, sentences[1:]):
        if {"scored", "net", "ball"} & {*sentence}:
            team = home if "hosts" in sentence else away
            (player,) = (word for word in sentence if word in PLAYERS or word not in _IDS)
            goals.append(Goal(team, player))
    (ground,) = (word for word in sentences[0].split() if word in GROUNDS or word not in _IDS)
    return summary(Match(home, away, ground, tuple(goals), {}))


def encode(words: Sequence[str]) -> tuple[np.ndarray, list[str]]:
    """A report's ids (S,), whole numbers, and its words that WORDS doesn't have: the first is ``len(WORDS)``."""
    strange = list(dict.fromkeys(word for word in words if word not in _IDS))
    return _numbered(words, strange), strange


def _numbered(words: Sequence[str], strange: Sequence[str]) -> np.ndarray:
    ids = _IDS | {word: len(WORDS) + k for k, word in enumerate(strange)}
    return np.array([ids[word] for word in words], dtype=np.int64)


def decode(ids: Sequence[int] | np.ndarray, strange: Sequence[str]) -> list[str]:
    """The words of these ids (T,), up to the first end; ``strange`` are the report's that WORDS doesn't have."""
    words = [(*WORDS, *strange)[k] for k in ids]
    return words[: words.index(END)] if END in words else words


class Example(NamedTuple):
    """A report's ``words``, their ``ids`` (S,), its ``strange`` words, its ``summary``, and that with an end as ids."""

    words: list[str]
    ids: np.ndarray
    strange: list[str]
    summary: list[str]
    target: np.ndarray


def examples(count: int, rng: np.random.Generator, *, test: bool = False) -> list[Example]:
    """So many reports with what sums them up, of the test's names where ``test`` says so."""
    found = []
    for _ in range(count):
        one = match(rng, test=test)
        words, line = [word for sentence in report(one, rng) for word in sentence], summary(one)
        ids, strange = encode(words)
        found.append(Example(words, ids, strange, line, _numbered([*line, END], strange)))
    return found
