"""Grading records as the engine writes them, made up: for the tests of what reads them."""

import random

from grader.checking.verdict import Finding, PartResult, Verdict
from grader.exercises import exercise, quiz_of, unit
from grader.grading.record import SCHEMA

# What a class's names can hold: separators, quotes, lines, other scripts and directions, formulas, markup.
ODD = {
    "o'neil,x": ('Sean "Shorty"', "O'Neil, Jr."),
    "new-line": ("Two\nLines", "Carriage\rReturn"),
    "=cmd|'/c calc'!A0": ("=1+1", "@SUM(A1)"),
    "-x": ("-Bart", "+Lisa"),
    "سلمى": ("سلمى", "الأحمد"),
    "zoë": ("Zoë 🦊", "Ångström\t"),
    "<script>alert(1)</script>": ("<b>Bold</b>", "\u202eevil"),
}


def provenance(**changes):
    return {
        "tests": "a" * 64,
        "vectors": "b" * 64,
        "versions": {"grader": "0.1.0", "numpy": "2.4.6"},
        "confined": True,
        "layers": ["bubblewrap namespaces", "seccomp"],
        "missing": [],
        "limits": {"cell": 20.0, "call": 5.0},
    } | changes


def cell_of(unit_name, name, result, mistake=None, said="Your array has the wrong shape."):
    """A record's cell as the engine makes it from a verdict."""
    if name == "quiz":
        parts = [PartResult(f"question {k}", 1, result == "right") for k, _ in enumerate(quiz_of(unit_name), 1)]
    else:
        parts = [
            PartResult(part.title, part.points, result == "right" or (result == "partly" and k == 0))
            for k, part in enumerate(exercise(name).parts)
        ]
    passed = {"right": True, "open": None}.get(result, False)
    verdict = Verdict(name, passed, parts, mistake=mistake, finding=Finding(said) if passed is not True else None)
    record = verdict.record()
    shown = f"Quiz of {unit_name}" if name == "quiz" else name
    return {
        "cell": f"check_{name}",
        "exercise": shown,
        "points": record["points"],
        "max_points": record["max_points"],
        "passed": passed,
        "mistake": mistake,
        "parts": record["parts"],
        "text": record["text"],
        "seconds": 0.03,
    }


def record_of(student, results, unit_name="05_lstm", **changes):
    """A record from results by exercise: a result, or (result, mistake), or (result, None, what is said).

    What is not named is right.
    """
    names = [*unit(unit_name).exercises, "quiz"]
    found = {name: one if isinstance(one, tuple) else (one,) for name, one in results.items()}
    cells = [cell_of(unit_name, name, *found.get(name, ("right",))) for name in names]
    human = [f"check_{name}: the hidden vectors are missing" for name, one in found.items() if one[0] == "open"]
    return {
        "schema": SCHEMA,
        "student": student,
        "unit": unit_name,
        "status": "graded",
        "reason": "",
        "points": sum(cell["points"] or 0.0 for cell in cells),
        "max_points": sum(cell["max_points"] for cell in cells),
        "human": human,
        "put_right": [],
        "cells": cells,
        "answers": {name: "no answer" if found.get(name, ("",))[0] == "empty" else "changed" for name in names},
        "story": "of the class",
        "submitted": {"sha256": "c" * 64, "bytes": 50_000, "timestamp": "2026-11-21 08:00:00 UTC"},
        "key": "d" * 64,
        "provenance": provenance(),
        "seconds": {"read": 0.01, "worker": 0.02, "cells": 0.1, "story": 0.0, "checks": 0.2, "total": 0.33},
    } | changes


def ungraded(student, status="unreadable", reason="the file is empty.", unit_name="05_lstm"):
    """A record without marks: the file can't be read, or the grader failed."""
    cells = [
        {
            "cell": cell["cell"],
            "exercise": None,
            "points": None,
            "max_points": cell["max_points"],
            "passed": None,
            "mistake": None,
            "parts": [],
            "text": "",
            "seconds": 0.0,
        }
        for cell in record_of(student, {}, unit_name)["cells"]
    ]
    return record_of(
        student,
        {},
        unit_name,
        status=status,
        reason=reason,
        cells=cells,
        points=0.0,
        answers={},
        human=[f"The file can't be graded: {reason}"],
        seconds={},
    )


def class_of(size, seed=1, unit_name="05_lstm"):
    """A class's records, one at a time: some right, some with known mistakes, some empty, a few for a human."""
    rng = random.Random(seed)
    names = [*unit(unit_name).exercises, "quiz"]
    for k in range(size):
        skill = rng.random()
        results = {}
        for depth, name in enumerate(names):
            if rng.random() > skill + 0.35 - 0.05 * depth:
                known = [one.name for one in exercise(name).mistakes] if name != "quiz" else []
                mistake = rng.choice(known[:4]) if known and rng.random() < 0.5 else None
                results[name] = (rng.choice(["wrong", "wrong", "partly", "empty"]), mistake)
                if results[name][0] == "empty":
                    results[name] = ("empty", None, f"{name} isn't written yet.")
        made = record_of(f"student{k:04d}", results, unit_name)
        made["seconds"] = {name: value * (0.5 + skill) for name, value in made["seconds"].items()}
        yield made if k % 97 != 13 else ungraded(f"student{k:04d}", unit_name=unit_name)
