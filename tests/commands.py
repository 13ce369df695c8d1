"""For the tests of the command line: the commands, in this process or in one of their own, and notebooks for them."""

import subprocess
import sys
from pathlib import Path

import nbformat
from click.testing import CliRunner

from grader.cli import main
from grader.start import course_folder


def run(*arguments):
    """(exit status, output) in this process; an exception that is not ours is a failure of the test."""
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    output = " ".join(result.output.split())  # the terminal's line breaks are none of ours
    assert "Traceback" not in output
    return result.exit_code, output


def really(*arguments, **options):
    """The command as a user starts it: a process of its own."""
    result = subprocess.run(
        [Path(sys.executable).with_name("grader"), *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=240,
        **options,
    )
    assert "Traceback" not in result.stdout + result.stderr
    return result


def released(unit_name):
    return nbformat.read(course_folder() / unit_name / f"{unit_name}.ipynb", as_version=4)


def put(notebook, folder, unit_name):
    path = folder / f"{unit_name}.ipynb"
    nbformat.write(notebook, path)
    return path


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
