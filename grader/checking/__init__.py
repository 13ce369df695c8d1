"""Check a learner's function and say what is probably wrong with it. numpy only."""
