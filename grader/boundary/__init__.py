"""The boundary: the tests run on our side, the learner's functions in a worker process.

A call crosses as plain data (:mod:`.codec`, never pickle) over one channel (:mod:`.channel`). The worker
(:mod:`.worker`) holds the learner's cells and nothing of ours; :mod:`.proxy` makes a function over there look like a
function here, and like a :class:`~grader.checking.calling.Subject` to the checks.

On our side, from the ground up: :mod:`.nursery` asks a warm process (:mod:`.forker`) for workers, :mod:`.start` ends
them, :mod:`.remote` stands for what lives over there (:mod:`.likeness` makes a call look like one here),
:mod:`.subject` is what the checks ask, :mod:`.proxy` the worker itself. On the learner's side: :mod:`.worker` serves,
:mod:`.memory` knows which arrays share theirs, :mod:`.lock` and :mod:`.landlock` give up rights before any cell runs.
On both: :mod:`.codec`, :mod:`.plain`, :mod:`.tensors`, :mod:`.seeds`.
"""
