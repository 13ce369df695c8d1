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

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

# %% tags=["story"] id="two_numbers"
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

# %% exercise="sigmoid"
def sigmoid(z):
    """The logistic sigmoid of each number, equation (0.1); z (N, H) -> s (N, H)."""
    ### BEGIN SOLUTION
    e = np.exp(-np.abs(z))                        # (N, H); never above 1, so it can't overflow
    return np.where(z >= 0, 1, e) / (1 + e)       # (N, H)
    ### END SOLUTION


# %% tags=["story"] id="the_curve"
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

# %% exercise="one_hot"
def one_hot(ids, num_classes):
    """Equation (0.2); ids (N, T) whole numbers -> y (N, T, num_classes), float64."""
    ### BEGIN SOLUTION
    classes = np.arange(num_classes)                          # (num_classes,)
    return (ids[..., None] == classes).astype(np.float64)     # (N, T, 1) == (num_classes,)
    ### END SOLUTION


# %% [markdown]
# ## Quiz
#
# {{quiz}}

# %% exercise="quiz"
