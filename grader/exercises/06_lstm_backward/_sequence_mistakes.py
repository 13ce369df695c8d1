"""The known mistakes of the way back through a sequence."""

from ..base import slips

__all__ = ["MISTAKES"]

CALL = "dx, dh, dc, dW_t, db_t = lstm_step_backward(dhs[:, t] + dh, dc, cache[t])"
CARRY = "dhs[:, t] + dh"
RETURN = "return np.stack(dxs[::-1], axis=1), dh, dc, dW, db"

CELL = slips(
    r"""
dc_T_ignored: a way back in which dc_T is never used
    {"np.zeros(dc_T.shape), dc_T": "np.zeros(dc_T.shape), 0 * dc_T"}
    The loss may look at the last cell state too: whoever reads on from there does.
    Look: What does equation (eq:carry_c) say of the last step?
c_not_handed_on: a way back that hands on dh and not dc: the last step gets dc_T, all the others get zeros
    {"+ dh, dc, cache": "+ dh, dc_T if t == len(cache) - 1 else 0 * dc_T, cache"}
    The cell state is read by the next step too, and that is the way on which an LSTM remembers.
    Look: Equation (eq:carry_c): what is dc at a step that is not the last?
dc_T_at_every_step: a way back in which every step gets dc_T
    {"+ dh, dc, cache": "+ dh, dc_T, cache"}
    dc_T is what the loss asks of the last cell state. What comes to an earlier one has come back through all the steps
    between.
    Look: Equation (eq:carry_c): what is dc at a step that is not the last?
c_never: a way back in which no step gets a dc
    {"+ dh, dc, cache": "+ dh, 0 * dc, cache"}
    The cell state is read by the next step too, and that is the way on which an LSTM remembers.
    Look: Equation (eq:carry_c): what is dc at the last step, and what at the others?
dc_T_added: a way back in which dc_T comes to c at every step, as dhs does to h
    {"+ dh, dc, cache": "+ dh, dc if t == len(cache) - 1 else dc + dc_T, cache"}
    The loss looks at every h, and of the cell states at the last one alone.
    Look: Equation (eq:carry_c): how often does dc_T come in?
dc_T_first_and_added: a way back that begins with dc_T, and then adds it at every step
    {"+ dh, dc, cache": "+ dh, dc + dc_T, cache"}
    The loss looks at every h, and of the cell states at the last one alone, once.
    Look: Equation (eq:carry_c): how often does dc_T come in?
dc_T_twice: a way back that begins with dc_T, and then adds it again at the last step
    {"+ dh, dc, cache": "+ dh, dc + dc_T if t == len(cache) - 1 else dc, cache"}
    The loss looks at the last cell state once.
    Look: Equation (eq:carry_c): how often does dc_T come in?
dc_T_too_early: a way back that adds dc_T at the first step, in place of the last
    {"np.zeros(dc_T.shape), dc_T": "np.zeros(dc_T.shape), 0 * dc_T", "+ dh, dc, cache":
        "+ dh, dc if t else dc + dc_T, cache"}
    dc_T belongs to the cell state after the last step, which is the first one that the loop comes to.
    Look: At which t does dc_T come in, in equation (eq:carry_c)?
dc_T_for_h: a way back that begins with dc_T as what comes to h, and zeros for c
    {"dh, dc = np.zeros(dc_T.shape), dc_T": "dh, dc = dc_T, np.zeros(dc_T.shape)"}
    dc_T is the gradient with respect to the last cell state. To the last h nothing comes from beyond the end.
    Look: Which of the two, dh or dc, begins with dc_T, in equations (eq:carry_h) and (eq:carry_c)?
dc_T_for_both: a way back that begins with dc_T for both
    {"dh, dc = np.zeros(dc_T.shape), dc_T": "dh, dc = dc_T, dc_T"}
    To the last h nothing comes from beyond the end: what the loss asks of it is in dhs.
    Look: With what does dh begin, at the last step, in equation (eq:carry_h)?
unpacked_h_and_c_swapped: a way back in which a step's dh_prev is taken for its dc_prev, and its dc_prev for its dh_prev
    {"dx, dh, dc, dW_t": "dx, dc, dh, dW_t"}
    lstm_step_backward gives back dh_prev before dc_prev.
    Look: In which order does the docstring of lstm_step_backward have the five, and in which do you take them?
called_swapped: a way back that calls the step with dc and dh in each other's place
    {"(dhs[:, t] + dh, dc, cache": "(dc, dhs[:, t] + dh, cache"}
    lstm_step_backward takes dh before dc.
    Look: Compare the order of its arguments with your call.
c_added_to_h: a way back that adds what comes back to c to what comes back to h, too
    {"$carry": "dhs[:, t] + dh + dc"}
    The two states go back by two ways. Where they meet, inside of a step, lstm_step_backward has seen to it.
    Look: Equation (eq:carry_h) has two terms.
dhs_for_c_too: a way back that adds dhs to dc as well
    {"+ dh, dc, cache": "+ dh, dhs[:, t] + dc, cache"}
    dhs is what the loss asks of h. What of it comes to c, lstm_step_backward has seen to.
    Look: Equation (eq:carry_c): what is dc made of?
h_handed_on_as_c: a way back that hands on dh for both
    {"+ dh, dc, cache": "+ dh, dc if t == len(cache) - 1 else dh, cache"}
    A step gives back a dh_prev and a dc_prev, and they are different things.
    Look: Equation (eq:carry_c): which of the things that a step gives back is dc?
c_into_itself: a way back that hands on the dc which went into a step, and not the one that came out of it
    {"dx, dh, dc, dW_t": "dx, dh, _, dW_t"}
    dc has to go back through the forget gate of each step, and to take in what comes through h there. That is what
    lstm_step_backward gives as dc_prev.
    Look: Which of the things that a step gives back is dc, and what becomes of it?
c_summed: a way back in which dc is added up over the steps
    {"$call": "dx, dh, dc_prev, dW_t, db_t = lstm_step_backward($carry, dc, cache[t])\n        dc = dc + dc_prev"}
    What went into a step has been used up there. From the future comes what that step gives back, and nothing else.
    Look: What does your loop add to dc, and what does equation (eq:carry_c) say?
dc_clipped: a way back in which dc is cut off at -1 and 1 on its way from step to step
    {"+ dh, dc, cache": "+ dh, np.clip(dc, -1, 1), cache"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything else in equation (eq:carry_c)?
dc0_zero: a dc0 of zeros
    {", dh, dc, dW, db": ", dh, 0 * dc, dW, db"}
    The cell state at the start acts on the loss like any other, whatever it is.
    Look: Which of the things that the first step gives back is dc0?
dc0_is_dh0: the right gradients, with dh0 in the place of dc0
    {", dh, dc, dW, db": ", dh, dh, dW, db"}
    h0 and c0 are two arrays, and each has a gradient.
    Look: Which of the things that the first step gives back is dc0?
dc0_is_dc_T: the right gradients, with dc_T in the place of dc0
    {", dh, dc, dW, db": ", dh, dc_T, dW, db"}
    dc_T is what the way back begins with, at the last step. It ends with dc0.
    Look: Which of the things that the first step gives back is dc0?
dc0_with_dc_T: a dc0 to which dc_T was added
    {", dh, dc, dW, db": ", dh, dc + dc_T, dW, db"}
    dc_T is for the cell state after the last step. It has come back in dc already.
    Look: What is added to the dc that the first step gives back?
dc0_one_step_late: a dc0 that was taken before the first step, and so has not gone through it
    {"$call": "before = dc\n        $call", ", dh, dc, dW, db": ", dh, before, dW, db"}
    c0 is what the first step begins with: it still lies one step further back.
    Look: Which of the things that the first step gives back is dc0?
returned_h_and_c_swapped: the right gradients with dh0 and dc0 in each other's place
    {", dh, dc, dW, db": ", dc, dh, dW, db"}
    h comes before c in every list of this course.
    Look: Compare your last line with the docstring: in which order do the five come back?
""",
    carry=CARRY,
    call=CALL,
)

HIDDEN = slips(
    r"""
nothing_comes_back: a way back in which no step hears anything of the steps after it
    {"$carry, dc, cache": "dhs[:, t], dc_T if t == len(cache) - 1 else 0 * dc_T, cache"}
    Both states are read by the next step, and through it by all the later ones. Without that the network learns nothing
    about anything but the present step.
    Look: Equations (eq:carry_h) and (eq:carry_c): what comes from step t + 1?
h_not_handed_on: a way back that hands on dc and not dh
    {"$carry": "dhs[:, t]"}
    The hidden state is read by the next step's gates. (The algorithm of 1997 left just this out, to have less to
    compute; the gradient is not complete without it.)
    Look: Equation (eq:carry_h) has two terms.
last_loss_alone: a way back from the loss at the last step, with that at the other steps left out
    {"$carry": "(dhs[:, t] if t == len(cache) - 1 else dh)"}
    The loss looks at the h of every step, and each adds what it asks for.
    Look: Equation (eq:carry_h) has two terms.
nothing_of_the_loss: a way back from dc_T alone, as what the loss asks of the h never comes into it
    {"$carry": "dh"}
    The loss looks at the h of every step, and each adds what it asks for.
    Look: Equation (eq:carry_h) has two terms.
last_dhs_everywhere: a way back in which every step gets the dhs of the last one
    {"$carry": "dhs[:, -1] + dh"}
    The loss looks at the h of every step, and asks each for something else.
    Look: Which t has dhs in equation (eq:carry_h)?
carry_minus: a way back that takes off the dh which comes back from the step after
    {"$carry": "dhs[:, t] - dh"}
    What the later steps ask for is added.
    Look: Look at the sign in equation (eq:carry_h).
halved: the mean of the two things that are to be added for h
    {"$carry": "($carry) / 2"}
    A state acts on the loss in both ways, each with its full weight.
    Look: Look at equation (eq:carry_h).
loss_mean: what the loss asks for, divided by the number of steps
    {"$carry": "dhs[:, t] / len(cache) + dh"}
    The mean of the loss is in dhs already.
    Look: Look at equation (eq:carry_h).
doubled: what the loss asks for, doubled, in the place of what comes back from the step after
    {"$carry": "dhs[:, t] + dhs[:, t]"}
    `dh += dh` doubles; what is to be added is the other one.
    Look: Which two are added in equation (eq:carry_h)?
carry_twice: what comes back to h from the step after, added twice
    {"$carry": "dhs[:, t] + 2 * dh"}
    Once is as much as the next step's use of h comes to.
    Look: Look at equation (eq:carry_h).
no_way_through: sums of all that the later steps ask of their h, which went through no step on their way back
    {"$carry": "dhs[:, t:].sum(axis=1)"}
    What comes back from the step after has been through its gates and its W. That is what lstm_step_backward gives as
    dh_prev.
    Look: Which of the things that a step gives back is added in equation (eq:carry_h)?
h_into_itself: a way back that hands on the dh which went into a step, and not the one that came out of it
    {"$call": "dh = $carry\n        dx, _, dc, dW_t, db_t = lstm_step_backward(dh, dc, cache[t])"}
    What came from above and from the future has still to go back through the step. That is what lstm_step_backward
    gives as dh_prev.
    Look: Which of the things that a step gives back is added in equation (eq:carry_h), and what becomes of it?
h_beside_itself: a way back in which the dh that went into a step is added to the one that came out of it
    {"$call":
        "dh = $carry\n        dx, back, dc, dW_t, db_t = lstm_step_backward(dh, dc, cache[t])\n        dh = dh + back"}
    What went into a step has been used up there. From the future comes what that step gives back, and nothing else.
    Look: What does your loop add to dh, and which two are added in equation (eq:carry_h)?
last_twice: a way back that begins with the last step's own dhs, and then adds it again
    {"np.zeros(dc_T.shape)": "dhs[:, -1]"}
    Nothing comes to h from beyond the end, and dhs[:, -1] is added in the loop.
    Look: What is dh before the first round of the loop? What does equation (eq:carry_h) say?
dhs_backwards: a way back that takes dhs from the wrong end
    {"$carry": "dhs[:, -1 - t] + dh"}
    The last step's cache met the first step's gradient.
    Look: Which index do dhs and cache have in your loop, and do they go in the same direction?
dhs_early: a way back in which every step gets the dhs of the step before it
    {"$carry": "dhs[:, t - 1] + dh"}
    dhs[:, t] is what the loss asks of the h that came out of step t. An index of -1 is the last one in numpy, so no
    error was raised at t = 0.
    Look: Which t has dhs in equation (eq:carry_h)?
dhs_late: a way back in which every step gets the dhs of the step after it
    {"$carry": "dhs[:, (t + 1) % len(cache)] + dh"}
    dhs[:, t] is what the loss asks of the h that came out of step t.
    Look: Which t has dhs in equation (eq:carry_h)?
clipped: a way back in which dh is cut off at -1 and 1 on its way from step to step
    {"$carry": "np.clip($carry, -1, 1)"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything but a sum in equation (eq:carry_h)?
clipped_at_5: a way back in which dh is cut off at -5 and 5 on its way from step to step
    {"$carry": "np.clip($carry, -5, 5)"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything but a sum in equation (eq:carry_h)?
carry_clipped: a way back in which the dh that comes from the step after is cut off at -1 and 1
    {"$carry": "dhs[:, t] + np.clip(dh, -1, 1)"}
    Then it is another gradient. What is too long is shortened at the end, all of it together.
    Look: Is there anything but a sum in equation (eq:carry_h)?
into_dhs: a way back that adds up in the dhs that came in
    {"$call":
        "into = dhs[:, t]\n        into += dh\n        dx, dh, dc, dW_t, db_t = lstm_step_backward(into, dc, cache[t])"}
    The numbers are right. But dhs[:, t] is a piece of the caller's array, and += writes into it.
    Look: Which line makes the array to which you add?
into_dc_T: a way back that writes what comes back to the cell into the dc_T that came in
    {"$call": "dx, dh, back, dW_t, db_t = lstm_step_backward($carry, dc, cache[t])\n        dc[:] = back"}
    The numbers are right. But dc is a second name for the caller's dc_T, and what was in that is gone.
    Look: Which line makes the array that dc stands for?
into_cache: a way back that takes its steps out of the list that came in
    {"reversed(range(len(cache)))": "reversed(range(dhs.shape[1]))", "dc, cache[t])": "dc, cache.pop())"}
    The numbers are right. But the caller's list is empty afterwards: who goes back a second time finds nothing.
    Look: What does pop do to a list?
""",
    carry=CARRY,
    call=CALL,
)

STEPS = slips(
    r"""
forwards: a way that goes through the steps from the first to the last
    {"reversed(range(len(cache)))": "range(len(cache))", "dxs[::-1]": "dxs"}
    What a step sends back goes to the one before it, so that one's turn has to come after.
    Look: In which order do equations (eq:carry_h) and (eq:carry_c) go over t?
unpacked_x_and_h_swapped: a way back in which a step's dx is taken for its dh_prev, and its dh_prev for its dx
    {"dx, dh, dc, dW_t": "dh, dx, dc, dW_t"}
    lstm_step_backward gives back five things, and dx is the first of them.
    Look: In which order does the docstring of lstm_step_backward have the five, and in which do you take them?
cache_backwards: a way back that takes the caches from the wrong end
    {"cache[t])": "cache[-1 - t])"}
    The last step's gradient met the first step's cache.
    Look: Which index do dhs and cache have in your loop, and do they go in the same direction?
cache_early: a way back in which every step gets the cache of the step before it
    {"cache[t])": "cache[t - 1])"}
    cache[t] is what step t has kept. An index of -1 is the last one in Python, so no error was raised at t = 0.
    Look: Which cache belongs to step t?
cache_late: a way back in which every step gets the cache of the step after it
    {"cache[t])": "cache[min(t + 1, len(cache) - 1)])"}
    cache[t] is what step t has kept. (There is no cache of the states at the start, so nothing is shifted by one.)
    Look: Which cache belongs to step t?
same_cache: a way back through the last step's cache again and again
    {"cache[t])": "cache[-1])"}
    Each step has kept what it read and what came out of it.
    Look: Which cache belongs to step t?
first_missing: a way back that ends one step early, before the first step
    {"[], 0.0, 0.0": "[], np.zeros(cache[0][8].shape), np.zeros(cache[0][8].shape[1])",
        "range(len(cache))": "range(1, len(cache))", "np.stack(dxs[::-1], axis=1)":
        "np.stack([np.zeros(cache[0][0].shape), *dxs[::-1]], axis=1)"}
    The first step's weights are the same as all the others', and its inputs want a gradient too.
    Look: With which t does your loop end?
last_missing: a way back that begins one step early, before the last step
    {"[], 0.0, 0.0": "[], np.zeros(cache[0][8].shape), np.zeros(cache[0][8].shape[1])",
        "range(len(cache))": "range(len(cache) - 1)", "np.stack(dxs[::-1], axis=1)":
        "np.stack([*dxs[::-1], np.zeros(cache[0][0].shape)], axis=1)"}
    The last step's own dhs is never used, and dc_T meets another step than its own.
    Look: With which t does your loop begin?
dxs_backwards: a dxs with time running backwards
    {"dxs[::-1]": "dxs"}
    The loop goes from the last step to the first, so the last step's dx was stored first.
    Look: Which step's dx is the first in your list?
time_first: a dxs with time as its first axis
    {"np.stack(dxs[::-1], axis=1)": "np.stack(dxs[::-1])"}
    dxs is (T, N, D) then; in this course the batch comes first, (N, T, D).
    Look: np.stack has an axis argument.
reshaped: a dxs that was put into the shape (N, T, D) by a reshape
    {"np.stack(dxs[::-1], axis=1)": "np.stack(dxs[::-1]).reshape(len(dhs), len(cache), -1)"}
    reshape keeps the order in which the numbers lie in memory, and there all sequences of step 0 come first. So dxs[0]
    mixes sequences and steps.
    Look: np.stack has an axis argument.
dh0_of_h_0: a dh0 with respect to the h that comes out of the first step, and not to the one that goes into it
    {"$call": "into = $carry\n        dx, dh, dc, dW_t, db_t = lstm_step_backward(into, dc, cache[t])",
     ", dh, dc, dW, db": ", into, dc, dW, db"}
    h0 is what the first step begins with: it still lies one step further back.
    Look: Which of the things that the first step gives back is dh0?
dh0_zero: a dh0 of zeros
    {", dh, dc, dW, db": ", 0 * dh, dc, dW, db"}
    The state at the start acts on the loss like any other, whatever it is.
    Look: Which of the things that the first step gives back is dh0?
dh0_with_dhs: a dh0 to which the first step's own dhs was added
    {", dh, dc, dW, db": ", dh + dhs[:, 0], dc, dW, db"}
    dhs[:, 0] is for the h that comes out of the first step. Of the one that goes into it the loss sees nothing
    directly.
    Look: Which of the things that the first step gives back is dh0?
dh0_with_the_last: a dh0 to which the last step's dhs was added
    {", dh, dc, dW, db": ", dh + dhs[:, -1], dc, dW, db"}
    At the first step there is no step before whose dhs could be added. An index of -1 is the last one in numpy, so no
    error was raised.
    Look: What is added to the dh that the first step gives back?
dh0_of_all_steps: a dh0 that is the sum of what all steps gave back
    {"[], 0.0, 0.0": "[], 0.0, 0.0\n    all_dh = 0.0",
        "        dxs.append(dx)": "        all_dh = all_dh + dh\n        dxs.append(dx)",
        ", dh, dc, dW, db": ", all_dh, dc, dW, db"}
    W and b serve at every step, and their gradients add up. h0 is read by the first step alone.
    Look: Which of the things that the first step gives back is dh0?
states_zero: a dh0 and a dc0 of zeros
    {", dh, dc, dW, db": ", 0 * dh, 0 * dc, dW, db"}
    The states at the start act on the loss like any others, whatever they are.
    Look: Which of the things that the first step gives back are dh0 and dc0?
""",
    carry=CARRY,
    call=CALL,
)

CUT_OFF = """
cut_off_at_$steps: a way back that starts anew every $steps steps, counted from the end
    {"$carry, dc, cache": "dhs[:, t] + dh * cut(t), dc * cut(t), cache",
     "    dxs, dW": "    cut = lambda t: t == len(cache) - 1 or (len(cache) - 1 - t) % $steps > 0\\n    dxs, dW"}
    Truncated like that it is cheaper, and what happened more than $steps steps ago is never learned from. Here the
    whole sequence counts.
    Look: Do equations (eq:carry_h) and (eq:carry_c) have an exception for some t?
"""
CUT_OFF_ONE = """
${name}_cut_off_at_$steps: a way back in which d$name starts anew every $steps steps, counted from the end
    {"$old": "$new * cut(t), $rest",
     "    dxs, dW": "    cut = lambda t: t == len(cache) - 1 or (len(cache) - 1 - t) % $steps > 0\\n    dxs, dW"}
    Truncated like that it is cheaper, and what happened more than $steps steps ago is never learned from. Here the
    whole sequence counts.
    Look: Does equation (eq:carry_$name) have an exception for some t?
"""
_ONE = {
    "h": {"old": f"{CARRY}, dc", "new": "dhs[:, t] + dh", "rest": "dc"},
    "c": {"old": "+ dh, dc, cache", "new": "+ dh, dc", "rest": "cache"},
}
TRUNCATED = tuple(
    one
    for steps in (10, 20, 50, 60, 100)
    for one in (
        *slips(CUT_OFF, steps=str(steps), carry=CARRY),
        *slips(CUT_OFF_ONE, name="h", steps=str(steps), **_ONE["h"]),
        *slips(CUT_OFF_ONE, name="c", steps=str(steps), **_ONE["c"]),
    )
)

GATHERED = slips(
    r"""
dW_of_one_step: a dW of the first time step alone
    {"dW = dW + dW_t": "dW = dW_t"}
    One W served at every step, and every use adds to its gradient. The step that is gone through last is the first.
    Look: What does equation (eq:shared) do over t?
db_of_one_step: a db of the first time step alone
    {"db = db + db_t": "db = db_t"}
    One b served at every step, and every use adds to its gradient. The step that is gone through last is the first.
    Look: What does equation (eq:shared) do over t?
weights_of_one_step: a dW and a db of the first time step alone
    {"dW = dW + dW_t": "dW = dW_t", "db = db + db_t": "db = db_t"}
    One W and one b served at every step, and every use adds to their gradients. The step that is gone through last is
    the first.
    Look: What does equation (eq:shared) do over t?
weights_of_last_step: a dW and a db of the last time step alone
    {"dW = dW + dW_t": "dW = dW_t if t == len(cache) - 1 else dW",
     "db = db + db_t": "db = db_t if t == len(cache) - 1 else db"}
    One W and one b served at every step, and every use adds to their gradients.
    Look: What does equation (eq:shared) do over t?
dW_zero: a dW of zeros, to which nothing is ever added
    {"dW = dW + dW_t": "dW = 0 * dW_t"}
    One W served at every step, and every use adds to its gradient.
    Look: What does equation (eq:shared) do over t?
db_zero: a db of zeros, to which nothing is ever added
    {"db = db + db_t": "db = 0 * db_t"}
    One b served at every step, and every use adds to its gradient.
    Look: What does equation (eq:shared) do over t?
means: a dW and a db that are means over the steps
    {"$back": "return np.stack(dxs[::-1], axis=1), dh, dc, dW / len(cache), db / len(cache)"}
    Every use of W and b adds to their gradients. The mean of the loss is in dhs and dc_T already.
    Look: What does equation (eq:shared) do over t?
dW_mean: a dW that is the mean over the steps
    {"$back": "return np.stack(dxs[::-1], axis=1), dh, dc, dW / len(cache), db"}
    Every use of W adds to its gradient. The mean of the loss is in dhs and dc_T already.
    Look: What does equation (eq:shared) do over t?
db_mean: a db that is the mean over the steps
    {"$back": "return np.stack(dxs[::-1], axis=1), dh, dc, dW, db / len(cache)"}
    Every use of b adds to its gradient. The mean of the loss is in dhs and dc_T already.
    Look: What does equation (eq:shared) do over t?
batch_means: a dW and a db that are means over the batch
    {"$back": "return np.stack(dxs[::-1], axis=1), dh, dc, dW / len(dhs), db / len(dhs)"}
    Every sequence adds to the gradients. The mean of the loss is in dhs and dc_T already.
    Look: Is there a division in equation (eq:shared)?
weights_clipped: a dW and a db that are cut off at -5 and 5
    {"$back": "return np.stack(dxs[::-1], axis=1), dh, dc, np.clip(dW, -5, 5), np.clip(db, -5, 5)"}
    Then they are no gradients any more. What is too long is shortened later, all of it together.
    Look: What does equation (eq:shared) do, and what does your function do after it?
""",
    back=RETURN,
)

MISTAKES = CELL + HIDDEN + STEPS + TRUNCATED + GATHERED
