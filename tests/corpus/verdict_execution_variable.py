"""The variable that tells nbgrader's grading from a learner's own run is changed, as are the other settings."""

TITLE = "environment variables of the grader changed"
KIND = "verdict"
MUST = "nothing gained"
FIRST = '''
import os

for name in list(os.environ):
    if name.startswith(("NBGRADER", "GRADER")):
        os.environ.pop(name)
os.environ["NBGRADER_EXECUTION"] = ""
os.environ["GRADER_HIDDEN"] = os.getcwd()
'''
