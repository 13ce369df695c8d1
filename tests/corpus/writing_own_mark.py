"""A record and a graded notebook with full points are written where the grader will put its own."""

TITLE = "own record and graded notebook written in advance"
KIND = "writing"
MUST = "nothing gained"
BESIDE = {
    "00_toy.record.json": '{"schema": 1, "student": "mallory", "unit": "00_toy", "status": "graded", "points": 8.0,'
    ' "max_points": 8.0, "human": [], "cells": []}',
}
FIRST = '''
import json, os

record = {"schema": 1, "student": "mallory", "unit": "00_toy", "status": "graded", "points": 8.0, "human": []}
for place in ("__CLASS__/autograded", "../../../autograded", "..", "."):
    folder = os.path.join(place, "mallory", "00_toy") if "autograded" in place else place
    try:
        os.makedirs(folder, exist_ok=True)
        for name in ("00_toy.record.json", "results.json", "timestamp.txt"):
            with open(os.path.join(folder, name), "w") as file:
                json.dump(record, file)
    except OSError:
        pass
'''
