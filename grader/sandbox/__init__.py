"""What learners' code is locked into while a class is graded: the command that starts it, its limits, the proof.

What a process does to lock itself in is the learner's side's own: :mod:`grader.boundary.lock`.

:mod:`.confinement` finds the strongest way that this machine has and writes the orders for it, :mod:`.cgroup` limits
all processes of a worker together, :mod:`.layers` says what holds it, :mod:`.proof` has a worker try everything in
:mod:`.breakout` and looks from outside at what came of it. Nothing is claimed that was not tried in this process.
"""
