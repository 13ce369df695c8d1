"""The boundary: the tests run on our side, the learner's functions in a worker process.

A call crosses as plain data (:mod:`.codec`, never pickle) over one channel (:mod:`.channel`). The
worker (:mod:`.worker`) holds the learner's cells and nothing of ours; :mod:`.proxy` makes a
function over there look like a function here, and like a :class:`~grader.checking.calling.Subject`
to the checks.
"""
