"""Unit 03: why a plain RNN forgets, measured."""

from ..base import Unit

UNIT = Unit(
    name="03_vanishing",
    title="Why it forgets",
    exercises=("sigmoid_slope", "step_jacobian", "gradient_norms", "spectral_radius"),
    gives="what a gradient is multiplied by on its way back through time, why it vanishes or explodes, and what helps",
    needs="the backward pass of unit 02",
    minutes=100,
)
