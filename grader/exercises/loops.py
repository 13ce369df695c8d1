"""What goes wrong in a loop over time, whatever is called in it: banks of mistakes for exercises that walk a sequence.

Each is for :func:`.mistakes.slips`, with the words that it names: ``network`` ("an LSTM"), ``right`` ("the right LSTM")
and ``handed`` ("h and c are"), what goes from one step to the next. The solution has ``for t in range(xs.shape[1]):``,
reads ``xs[:, t]``, and returns ``np.stack(hs, axis=1)``.
"""

__all__ = ["LAID_OUT", "LOOP"]

LOOP = r"""
shifted: $network whose hs is one step late: h0 first, and the last h missing
    {"np.stack(hs, axis=1)": "np.stack([h0, *hs[:-1]], axis=1)"}
    hs[:, t] holds the state before input t was read.
    Look: Do you store h before the step or after it? The docstring says which h is where in hs.
last_missing: $network that stops one step early
    {"range(xs.shape[1])": "range(xs.shape[1] - 1)", "np.stack(hs, axis=1)": "np.stack([*hs, 0 * h0], axis=1)"}
    The last input is never read, and the last row of hs is still zero.
    Look: How many times does your loop run?
first_missing: $network that begins with the second input
    {"range(xs.shape[1])": "range(1, xs.shape[1])", "np.stack(hs, axis=1)": "np.stack([0 * h0, *hs], axis=1)"}
    The first input is never read, and the first row of hs is still zero.
    Look: With which t does your loop begin?
input_late: $network that reads the last input first, and then each input one step late
    {"xs[:, t]": "xs[:, t - 1]"}
    An index of -1 is the last one in numpy, so xs[:, t - 1] raises no error at t = 0.
    Look: Which slice of xs is read at step t? In code, t counts from 0.
same_input: $network that reads the first input at every step
    {"xs[:, t]": "xs[:, 0]"}
    $handed handed on, but xs[:, 0] comes in again and again.
    Look: Which slice of xs is x_t?
time_first: $right with time as the first axis of hs
    {"np.stack(hs, axis=1)": "np.stack(hs)"}
    hs is (T, N, H); in this course the batch comes first, (N, T, H).
    Look: np.stack has an axis argument; hint 2 says more.
"""

LAID_OUT = r"""
reshaped: $right, with the steps' h put into the shape (N, T, H) by a reshape
    {"np.stack(hs, axis=1)": "np.stack(hs).reshape(len(xs), len(hs), -1)"}
    reshape keeps the order in which the numbers lie in memory, and there all sequences of step 0 come first. So hs[0]
    mixes sequences and steps.
    Look: np.stack has an axis argument; hint 2 says more.
laid_end_to_end: $right with the h of all steps end to end in one row
    {"np.stack(hs, axis=1)": "np.concatenate(hs, axis=1)"}
    hs is (N, T * H), two axes; it needs an axis for time between the two.
    Look: np.stack makes a new axis, np.concatenate does not; hint 2 says more.
"""
