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
# # Unit 03: Why it forgets
#
# $$
# \sigma'(z) = s\,(1 - s), \qquad s = \sigma(z) \tag{eq:sigmoid_slope}
# $$
#
# $$
# J_t[n, j, k] = \frac{\partial h_t[n, j]}{\partial h_{t-1}[n, k]}
# = \left(1 - h_t[n, j]^2\right) W[k, j] \tag{eq:jacobian}
# $$
#
# $$
# dh_{t-1} = \left(dh_t \odot (1 - h_t^2)\right) W_h^{\top} \tag{eq:back}
# $$
#
# $$
# \|dh_t\| = \sqrt{\sum_{n}\sum_{k} dh_t[n, k]^2} \tag{eq:norm}
# $$
#
# $$
# \rho(W_h) = \max_k |\lambda_k| \tag{eq:radius}
# $$

# %% tags=["setup"]
import numpy as np

from grader import check, hint, mine, progress, quiz, reset, solution

sigmoid = mine("sigmoid")

# %% exercise="sigmoid_slope"
def sigmoid_slope(z):
    """How steep the sigmoid is at z: equation (eq:sigmoid_slope).

    Arguments: z (N, H), any numbers, however far out.
    Returns slope (N, H), each number from 0 to 1/4.
    """
    ### BEGIN SOLUTION
    s = sigmoid(z)      # (N, H)
    return s * (1 - s)  # (N, H)
    ### END SOLUTION

# %% exercise="step_jacobian"
def step_jacobian(h, W, D):
    """How the new state moves with the old one, in one step of a plain RNN: equation (eq:jacobian).

    Arguments: h (N, H), the new state; W (H + D, H), the rows for h_prev first; D, how many inputs there are.
    Returns J (N, H, H): J[n, j, k] is the derivative of h[n, j] with respect to h_prev[n, k].
    """
    ### BEGIN SOLUTION
    W_h = W[: len(W) - D]              # (H, H), the rows that meet the old state
    slope = 1 - h * h                  # (N, H), of the tanh that made h
    return slope[:, :, None] * W_h.T   # (N, H, 1) * (H, H) -> (N, H, H)
    ### END SOLUTION

# %% exercise="gradient_norms"
def gradient_norms(dh_T, hs, W):
    """The norm of dL/dh_t at every step of a plain RNN, for a loss that looks at the last state only.

    Arguments: dh_T (N, H), the gradient with respect to the last state, hs[:, -1]; hs (N, T, H), the states;
    W (H + D, H), the rows for h_prev first.
    Returns norms (T,): norms[t] is the norm of dL/dh_t over the whole batch, equation (eq:norm), where h_t is hs[:, t].
    The last entry is the norm of dh_T.
    """
    ### BEGIN SOLUTION
    H = hs.shape[2]
    dh, norms = dh_T, [np.linalg.norm(dh_T)]
    for t in range(hs.shape[1] - 1, 0, -1):
        dh = (dh * (1 - hs[:, t] ** 2)) @ W[:H].T  # (N, H): from dL/dh_t to dL/dh_{t-1}
        norms.append(np.linalg.norm(dh))
    return np.array(norms[::-1])                   # (T,)
    ### END SOLUTION

# %% exercise="spectral_radius"
def spectral_radius(W_h):
    """The largest absolute value among the eigenvalues: equation (eq:radius).

    Arguments: W_h (H, H), the rows of W that meet the old state.
    Returns radius, one number, 0 or more.
    """
    ### BEGIN SOLUTION
    eigenvalues = np.linalg.eigvals(W_h)  # (H,), complex numbers where the matrix turns
    return np.abs(eigenvalues).max()
    ### END SOLUTION

# %% exercise="quiz"
