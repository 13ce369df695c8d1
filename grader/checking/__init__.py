"""Check a learner's function and say what is probably wrong with it. numpy only.

:mod:`.check` is what is called. From the ground up: :mod:`.timelimit` ends what doesn't end, :mod:`.calling` calls a
function and brings back all that happened, :mod:`.compare` measures, :mod:`.ladder` judges one call and :mod:`.climb`
all of them, with other numbers from :mod:`.variation`. Where a case fails :mod:`.diagnose` says why: by
:mod:`.mistakes`, :mod:`.structure` and :mod:`.explain`, in the words of :mod:`.describe`. Where no mistake is known by
its numbers, :mod:`.refine` looks at the function itself: its form (:mod:`.forms`), its :mod:`.names`, its
:mod:`.source_text`, and what of its arguments is :mod:`.unused`. A :mod:`.verdict` is what comes out. Functions of
tensors are asked by :mod:`.torch_calls`.
"""
