"""Mistakes that lstm_hoisted, lstm_masked and lstm_mixed have in common: they share the lines in question."""

from ..base import Mistake, slip

__all__ = ["alike"]

_PACKED = (
    "The blocks of z are packed in the order i, f, g, o.",
    "The second line of equation (eq:step). Your lstm_torch knows already.",
)
_SLIPS = {
    "gates_swapped": (
        {"z_i, z_f, z_g, z_o =": "z_f, z_i, z_g, z_o ="},
        "{kind} whose input and forget gates are swapped",
        *_PACKED,
    ),
    "candidate_last": (
        {"z_i, z_f, z_g, z_o =": "z_i, z_f, z_o, z_g ="},
        "{kind} that takes its blocks of columns in the order i, f, o, g",
        *_PACKED,
    ),
    "gates_added": (
        {"torch.sigmoid(z_i) * torch": "torch.sigmoid(z_i) + torch"},
        "{kind} that adds the input gate and the candidate",
        "A gate says how much of the candidate is let in: it is a factor.",
        "The line for c in equation (eq:step).",
    ),
    "x_first": (
        {"[h, x]": "[x, h]"},
        "{kind} that reads [x, h] in place of [h, x]",
        "W's first H rows belong to h, and here they met x.",
        "The first line of equation (eq:step).",
    ),
    "time_first": (
        {"torch.stack(hs, dim=1)": "torch.stack(hs)"},
        "the right LSTM with time as the first axis of hs",
        "hs is (T, N, H); the batch comes first here.",
        "torch.stack has an argument dim.",
    ),
    "reshaped": (
        {"torch.stack(hs, dim=1)": "torch.stack(hs).reshape(len(h), -1, h.shape[1])"},
        "the right LSTM, with the steps' h put into the shape (N, T, H) by a reshape",
        "reshape and view keep the order in which the numbers lie in memory, and there all sequences of step 0 come "
        "first.",
        "torch.stack has an argument dim.",
    ),
    "all_cut": (
        {"torch.stack(hs, dim=1), c": "torch.stack(hs, dim=1).detach(), c.detach()"},
        "{kind} that nothing flows back through",
        "All values are right, and nothing can be learned with it.",
        "torch.no_grad(), .detach(), .data, .numpy() and torch.tensor(...) of a tensor: which of them is in your "
        "function?",
    ),
}


def alike(kind: str, *names: str) -> tuple[Mistake, ...]:
    """These mistakes, in this order, of ``kind``, such as "a masked LSTM"."""
    slips = []
    for name in names:
        edits, what, meaning, look = _SLIPS[name]
        slips.append(slip(name, edits, what.format(kind=kind), meaning, look))
    return tuple(slips)
