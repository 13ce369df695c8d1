"""The warm process forks workers that know nothing of each other, and outlives whatever they do."""

import contextlib
import os
import re
import sys
import time
from pathlib import Path

import pytest
from conftest import need_program

from grader.boundary.nursery import Nursery, NurseryFailed
from grader.boundary.proxy import RemoteFunction, WorkerDied, WorkerProcess
from grader.sandbox.confinement import confinement

GIVEN = {"00_start": "import numpy as np\n\ndef sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"}


@pytest.fixture(scope="module", params=["unconfined", "confined"])
def nursery(request):
    command = ()
    if request.param == "confined":
        need_program("bwrap")
        command = confinement().command
    with Nursery(GIVEN, command, ["numpy", "matplotlib.pyplot", "no_such_module"]) as warm:
        warm.confined = bool(command)
        yield warm


@pytest.fixture
def sandboxed():
    need_program("bwrap")
    with Nursery(command=confinement().command) as warm:
        yield warm


@pytest.fixture
def worker(nursery):
    with WorkerProcess(nursery=nursery) as process:
        yield process


def printed(outputs) -> str:
    assert not [o for o in outputs if o["output_type"] == "error"], outputs
    return "".join(o["text"] for o in outputs if o.get("name") == "stdout")


def test_what_was_imported_is_there_and_what_was_given_too(worker):
    said = printed(
        worker.run_cell(
            "import sys\nprint('matplotlib.pyplot' in sys.modules)\n"
            "from grader import mine\nprint(mine('sigmoid')(0.0))",
            5,
        )
    )
    assert said.split() == ["True", "0.5"]


def test_a_worker_leaves_nothing_to_the_next(nursery):
    with WorkerProcess(nursery=nursery) as one:
        one.run_cell(
            "import numpy, sys, builtins\nnumpy.exp = None\nbuiltins.left = 1\nsys.modules['left'] = numpy\n"
            "open('left.txt', 'w').write('x')",
            5,
        )
    with WorkerProcess(nursery=nursery) as two:
        said = printed(
            two.run_cell(
                "import numpy, os, sys, builtins\n"
                "print(numpy.exp(0.0), hasattr(builtins, 'left'), 'left' in sys.modules, os.listdir('.'))",
                5,
            )
        )
    assert said.split(None, 3) == ["1.0", "False", "False", "[]\n"]


def test_two_at_once_are_apart(nursery):
    with WorkerProcess(nursery=nursery) as one, WorkerProcess(nursery=nursery) as two:
        one.run_cell("f = lambda x: x + 1", 5)
        two.run_cell("f = lambda x: x + 2", 5)
        assert (RemoteFunction(one, "f")(1), RemoteFunction(two, "f")(1)) == (2, 3)


def test_in_the_sandbox_a_worker_sees_no_process_and_no_file_of_another(sandboxed):
    with WorkerProcess(nursery=sandboxed) as one, WorkerProcess(nursery=sandboxed) as two:
        one.run_cell("open('/tmp/learner/mine.txt', 'w').write('x')", 5)
        said = printed(two.run_cell("import os\nprint(os.getpid(), os.getcwd(), os.listdir('.'))", 5))
        assert said == "1 /tmp/learner []\n"
        assert "Error" in str(two.run_cell("os.kill(2, 9)", 5))
        assert one.alive and printed(one.run_cell("print('here')", 5)) == "here\n"


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos._exit(0)",
        "import ctypes\nctypes.string_at(0)",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
    ],
    ids=["exit", "segfault", "signal"],
)
def test_a_worker_that_dies_is_told_and_the_next_one_works(nursery, code):
    with WorkerProcess(nursery=nursery) as process:
        with contextlib.suppress(WorkerDied):
            process.run_cell(code, 5)
            process.run_cell("1", 5)  # a signal that a process can't send to itself as number one
            assert nursery.confined
    with WorkerProcess(nursery=nursery) as process:
        assert printed(process.run_cell("print('here')", 5)) == "here\n"


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_what_a_worker_started_ends_with_it(nursery):
    mark = f"left-behind-{time.time_ns()}"
    code = (
        "import os, sys, time, ctypes\n"
        "ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)\n"  # not to be told of its parent's death
        "if os.fork() == 0:\n"
        f"    {'os.setsid()' if nursery.confined else 'pass'}\n"
        f"    ctypes.CDLL(None).prctl(15, b'{mark[-15:]}', 0, 0, 0)\n"  # its name
        "    time.sleep(60)\n"
    )
    with WorkerProcess(nursery=nursery) as process:
        process.run_cell(code, 5)
        assert eventually(lambda: _named(mark[-15:])), "the test can see it"
    assert eventually(lambda: not _named(mark[-15:]))


def eventually(holds, seconds: float = 5.0) -> bool:
    deadline = time.monotonic() + seconds
    while not (held := holds()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(held)


def _named(name: str) -> list[str]:
    """The processes of that name that live; a dead one may wait for whoever has to take note of it."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            _, called, rest = re.split(r"[()]", path.read_text(), maxsplit=2)
            if called == name and rest.split()[0] != "Z":
                found.append(path.parent.name)
    return found


def test_copies_of_one_nursery_do_not_hear_each_others_answers(nursery):
    """A judge is a forked copy: one that was killed may have left an answer that nobody waited for."""
    nursery._control.send(b'{"kill": 100000, "mark": "of another"}')
    with WorkerProcess(nursery=nursery) as process:
        assert printed(process.run_cell("print('here')", 5)) == "here\n"


def test_in_the_sandbox_a_question_leaves_no_process_to_the_next(sandboxed):
    left = (
        "import os, time\ndef f():\n    if os.fork() == 0:\n        os.setsid()\n        time.sleep(60)\n    return 1"
    )
    with WorkerProcess(nursery=sandboxed) as process:
        process.run_cell(left, 5)
        for _ in range(3):
            with process.session():
                assert RemoteFunction(process, "f")() == 1
            said = printed(process.run_cell("import os\nprint(os.getpid(), os.fork() or os._exit(0))", 5))
        assert said.split()[0] == "1", "the worker itself lives on"
        with pytest.raises(WorkerDied):
            process.run_cell("os.kill(-1, 9); os._exit(0)", 5)


def test_a_forked_copy_can_end_a_worker(nursery):
    """A judge is one: the nursery is no child of its process."""
    with WorkerProcess(nursery=nursery) as process:
        child = os.fork()
        if child == 0:
            process.kill()
            os._exit(0 if nursery.alive else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert eventually(lambda: not process.alive)
    assert nursery.alive


def test_what_a_copy_asked_for_can_be_cleared(nursery):
    last = nursery.number
    process = WorkerProcess(nursery=nursery)
    nursery.number = last
    nursery.clear(last)
    with pytest.raises(WorkerDied):
        process.run_cell("1", 5)
    process._place._number = None
    process.close()
    with WorkerProcess(nursery=nursery) as process:
        assert printed(process.run_cell("print('here')", 5)) == "here\n"


def test_a_nursery_that_does_not_start_says_why():
    with pytest.raises(NurseryFailed, match="does not start"):
        Nursery(command=("/bin/sh", "-c", "echo no room here >&2; exit 3"))
    with pytest.raises(NurseryFailed, match="no room here"):
        Nursery(command=("/bin/sh", "-c", "echo no room here >&2; exit 3"))


def test_a_nursery_that_is_gone_says_so():
    with Nursery() as warm:
        warm.process.kill()
        warm.process.wait()
        assert not warm.alive
        with pytest.raises(NurseryFailed, match="warm process"):
            WorkerProcess(nursery=warm)
