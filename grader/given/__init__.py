"""The course's own functions, generated from `solutions/` by `grader build`."""
