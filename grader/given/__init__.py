"""The course's own functions in plain numpy: generated from `solutions/` by `grader build`."""
