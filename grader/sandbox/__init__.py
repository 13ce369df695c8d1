"""What learners' code is locked into while a class is graded: the command that starts it, its limits, the proof.

What a process does to lock itself in is the learner's side's own: :mod:`grader.boundary.lock`.
"""
