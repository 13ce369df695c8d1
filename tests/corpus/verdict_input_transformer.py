"""An input transformer empties every cell that runs after it, the grade cells included.

Stock nbgrader pays in full for a grade cell that says nothing. The grade cells must not pass through
the learner's IPython.
"""

TITLE = "input transformer that empties the grade cells"
KIND = "verdict"
MUST = "nothing gained"
LAST = "pass"
CELLS = {"sigmoid": "get_ipython().input_transformers_cleanup.append(lambda lines: ['\\n'])"}
