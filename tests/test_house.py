"""What stands around the code: the linters' way into CI and commits, the changelog, forms for reports, the map."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

import grader
from grader.exercises import units

ROOT = Path(__file__).resolve().parent.parent


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_ci_and_every_commit_run_the_linters_before_the_tests():
    commands = [line for line in text(".ci/run").splitlines() if line.startswith("make ")]
    assert commands == ["make lint", "make test"]
    (repository,) = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]
    (hook,) = repository["hooks"]
    assert (repository["repo"], hook["language"], hook["entry"]) == ("local", "system", "make lint")
    make = ["make", "--no-print-directory", "-n", "-o", ".venv/.ready", "lint"]  # which may run inside make test
    recipe = subprocess.run(make, cwd=ROOT, capture_output=True, text=True)
    assert recipe.stdout.splitlines() == [
        f".venv/bin/{command}" for command in ("ruff format --check", "ruff check", "mypy")
    ]


def test_the_changelog_speaks_of_this_version_and_has_its_form():
    lines = text("CHANGELOG.md").splitlines()
    versions = [line for line in lines if line.startswith("## ")]
    assert versions[0].startswith(f"## [{grader.__version__}] - ")
    assert all(re.fullmatch(r"## \[\d+\.\d+\.\d+\] - (unreleased|\d{4}-\d\d-\d\d)", line) for line in versions)
    parts = {line for line in lines if line.startswith("### ")}
    assert parts <= {f"### {part}" for part in ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")}


FORMS = sorted(path.name for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


@pytest.mark.parametrize("name", FORMS)
def test_a_form_has_what_the_site_that_shows_it_asks_for(name):
    form = yaml.safe_load(text(f".github/ISSUE_TEMPLATE/{name}"))
    assert form["name"] and form["description"] and set(form) <= {"name", "description", "title", "labels", "body"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert all(field["type"] in ("input", "textarea", "dropdown") and field["attributes"]["label"] for field in fields)
    names = [field["id"] for field in fields]
    assert len(set(names)) == len(names) and "versions" in names


def test_a_report_of_an_untrue_check_brings_all_that_is_needed_to_see_it():
    form = yaml.safe_load(text(".github/ISSUE_TEMPLATE/untrue_check.yml"))
    needed = {field["id"] for field in form["body"] if field.get("validations", {}).get("required")}
    assert needed >= {"exercise", "cell", "verdict", "truth", "versions"}


def test_the_readmes_map_has_every_unit_and_exercise():
    """Where one is missing: `make pictures`, and its words in the README."""
    readme, drawn = text("README.md"), text("docs/pictures/map.svg")
    for one in units():
        assert f"({one.name[:2]})" in readme, one.name
        assert all(re.search(rf"\b{name}\b", drawn) for name in one.exercises), one.name
