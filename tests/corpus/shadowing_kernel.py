"""An ipykernel_launcher.py beside the notebook: stock nbgrader's kernel is then the learner's program."""

TITLE = "ipykernel_launcher.py beside the notebook"
KIND = "shadowing"
MUST = "nothing gained"
_RUNS = "import pathlib\npathlib.Path('__CLASS__/corpus-ran').write_text('the learner is the kernel')\n"
BESIDE = {"ipykernel_launcher.py": _RUNS, "ipykernel.py": _RUNS, "IPython.py": _RUNS, "traitlets.py": _RUNS}
