"""Unit 20: from a loop of tensors to one kernel, step by step: the same LSTM, and less and less time."""

from ..base import Unit

UNIT = Unit(
    name="20_gpu",
    title="From loop to kernel",
    part="IV",
    exercises=(
        "lstm_torch",
        "input_product",
        "lstm_hoisted",
        "fused_step_backward",
        "lstm_masked",
        "lstm_mixed",
        "gate_tile",
    ),
    torch=True,
    gives="the same LSTM on tensors, in less and less time, down to one kernel that runs a whole sequence",
    needs="the LSTM of unit 05, and PyTorch; a GPU is not needed",
    minutes=180,
)
