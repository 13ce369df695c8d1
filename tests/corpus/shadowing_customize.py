"""Beside the notebook: sitecustomize.py, usercustomize.py, a .pth file, a .env, ipython_config.py, conftest.py."""

TITLE = "start-up files beside the notebook"
KIND = "shadowing"
MUST = "nothing gained"
_RUNS = "import pathlib\npathlib.Path('__CLASS__/corpus-left').write_text('ran')\n"
BESIDE = {
    "sitecustomize.py": _RUNS, "usercustomize.py": _RUNS, "conftest.py": _RUNS, "ipython_config.py": _RUNS,
    "nbgrader_config.py": _RUNS, "jupyter_config.py": _RUNS, "pyvenv.cfg": "home = .\n",
    "evil.pth": "import pathlib; pathlib.Path('__CLASS__/corpus-left').write_text('ran')\n",
    ".env": "PYTHONSTARTUP=sitecustomize.py\n", "kernel.json": '{"argv": ["/bin/true"], "language": "python"}',
}
