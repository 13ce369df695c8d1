"""A post_run_cell hook clears the output of each cell: an error is gone, and an empty grade cell pays."""

TITLE = "hook that clears the grade cells' output"
KIND = "verdict"
MUST = "nothing gained"
FIRST = '''
from IPython.display import clear_output

get_ipython().events.register("post_run_cell", lambda *a: clear_output(wait=False))
get_ipython().events.register("post_execute", lambda *a: clear_output(wait=False))
'''
