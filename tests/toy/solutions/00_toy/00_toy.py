# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Unit 00: Toys
#
# {{contents}}

# %% tags=["setup"] nbgrader={"grade": false, "grade_id": "setup", "locked": true, "schema_version": 3, "solution": false}
import numpy as np

from grader import check, hint, mine, quiz

# %% tags=["story"] nbgrader={"grade": false, "grade_id": "two_numbers", "locked": true, "schema_version": 3, "solution": false}
numbers = np.array([-1.0, 1.0])
print("two numbers:", numbers)

# %% [markdown]
# ## Exercises
#
# ### A curve
#
# {{exercise sigmoid}}
#
# $$s = 1 / (1 + e^{-z}) \tag{0.1}$$

# %% nbgrader={"grade": false, "grade_id": "sigmoid", "locked": false, "schema_version": 3, "solution": true}
def sigmoid(z):
    """The logistic sigmoid of each number, equation (0.1); z (N, H) -> s (N, H)."""
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(z))                        # (N, H); never above 1, so it can't overflow
    return np.where(z >= 0, 1, e) / (1 + e)       # (N, H)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_sigmoid", "locked": true, "points": 2, "schema_version": 3, "solution": false}
check("sigmoid")
### BEGIN HIDDEN TESTS
check("sigmoid", hidden=True)
### END HIDDEN TESTS

# %% tags=["story"] nbgrader={"grade": false, "grade_id": "the_curve", "locked": true, "schema_version": 3, "solution": false}
import matplotlib.pyplot as plt

from grader.figures import show

squash = mine("sigmoid")
z = np.linspace(-6, 6, 25)
fig, ax = plt.subplots(figsize=(3, 2))
ax.plot(z, squash(z))
print("at zero:", float(squash(np.zeros((1, 1)))[0, 0]))
show(fig, alt="A curve that rises from 0 at the left to 1 at the right, and is one half at z = 0.", caption="The curve.")

# %% [markdown]
# ### Names as places
#
# {{exercise one_hot}}
#
# $$y_{n,t,k} = 1 \text{ where } k = \mathrm{ids}_{n,t}, \text{ else } 0 \tag{0.2}$$

# %% nbgrader={"grade": false, "grade_id": "one_hot", "locked": false, "schema_version": 3, "solution": true}
def one_hot(ids, num_classes):
    """Equation (0.2); ids (N, T) whole numbers -> y (N, T, num_classes), float64."""
    ### BEGIN SOLUTION
    classes = np.arange(num_classes)                          # (num_classes,)
    return (ids[..., None] == classes).astype(np.float64)     # (N, T, 1) == (num_classes,)
    ### END SOLUTION


# %% nbgrader={"grade": true, "grade_id": "check_one_hot", "locked": true, "points": 2, "schema_version": 3, "solution": false}
check("one_hot")
### BEGIN HIDDEN TESTS
check("one_hot", hidden=True)
### END HIDDEN TESTS

# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% nbgrader={"grade": false, "grade_id": "quiz", "locked": false, "schema_version": 3, "solution": true}
q1 = None
q2 = None
q3 = None
q4 = None
### BEGIN SOLUTION
q1, q2, q3, q4 = "c", "b", "d", "a"
### END SOLUTION

# %% nbgrader={"grade": true, "grade_id": "check_quiz", "locked": true, "points": 4, "schema_version": 3, "solution": false}
quiz("00_toy", [q1, q2, q3, q4])
