"""The notebook brings along a widgets' state with a script in it, and a title and authors that are none."""

TITLE = "right answers, a hostile widgets' state and title"
KIND = "cells"
MUST = "full marks"
BASE = "right"


def change(notebook):
    script = "</script><script>window.pwned = 1</script>"
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {
        "state": {"a": {"model_name": script, "state": {"layout": script}}}, "version_major": 2, "version_minor": 0}}
    notebook.metadata["title"] = script
    notebook.metadata["authors"] = [{"name": script}]
    notebook.metadata["celltoolbar"] = script
    notebook.metadata["kernelspec"]["display_name"] = script
