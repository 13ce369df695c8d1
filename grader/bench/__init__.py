"""Measure the grader: a class graded by stock nbgrader and by ours, the reference and numpy beside ``torch.nn``.

In a clone only, not in the wheel. ``grader bench grading`` (:mod:`.grading`, :mod:`.pages`) makes a class
(:mod:`.population`; its wrong answers are the exercises' known mistakes) and grades it with ours and with
:mod:`.stock`; ``errors`` (:mod:`.errors`) and ``reference`` (:mod:`.reference`, :mod:`.reference_page`) measure the
reference, ``given`` (:mod:`.given`) the course's functions in plain numpy. :mod:`.measure` runs a program and counts
what it takes, :mod:`.containment` boxes one in.
"""
