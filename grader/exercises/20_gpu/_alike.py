"""Mistakes that lstm_hoisted, lstm_masked and lstm_mixed have in common: they share the lines in question."""

from ..base import Mistake, slips

__all__ = ["alike"]

_BANK = r"""
gates_swapped: $kind whose input and forget gates are swapped
    {"z_i, z_f, z_g, z_o =": "z_f, z_i, z_g, z_o ="}
    The blocks of z are packed in the order i, f, g, o.
    Look: Look at the second line of equation (eq:step). Your lstm_torch knows already.
candidate_last: $kind that takes its blocks of columns in the order i, f, o, g
    {"z_i, z_f, z_g, z_o =": "z_i, z_f, z_o, z_g ="}
    The blocks of z are packed in the order i, f, g, o.
    Look: Look at the second line of equation (eq:step). Your lstm_torch knows already.
gates_added: $kind that adds the input gate and the candidate
    {"torch.sigmoid(z_i) * torch": "torch.sigmoid(z_i) + torch"}
    A gate says how much of the candidate is let in: it is a factor.
    Look: Look at the line for c in equation (eq:step).
x_first: $kind that reads [x, h] in place of [h, x]
    {"[h, x]": "[x, h]"}
    W's first H rows belong to h, and here they met x.
    Look: Look at the first line of equation (eq:step).
time_first: the right LSTM with time as the first axis of hs
    {"torch.stack(hs, dim=1)": "torch.stack(hs)"}
    hs is (T, N, H); the batch comes first here.
    Look: torch.stack has an argument dim.
reshaped: the right LSTM, with the steps' h put into the shape (N, T, H) by a reshape
    {"torch.stack(hs, dim=1)": "torch.stack(hs).reshape(len(h), -1, h.shape[1])"}
    reshape and view keep the order in which the numbers lie in memory, and there all sequences of step 0 come first.
    Look: torch.stack has an argument dim.
all_cut: $kind that nothing flows back through
    {"torch.stack(hs, dim=1), c": "torch.stack(hs, dim=1).detach(), c.detach()"}
    All values are right, and nothing can be learned with it.
    Look: torch.no_grad(), .detach(), .data, .numpy() and torch.tensor(...) of a tensor: which of them is in your
    function?
"""


def alike(kind: str, *names: str) -> tuple[Mistake, ...]:
    """These mistakes, in this order, of ``kind``, such as "a masked LSTM"."""
    known = {one.name: one for one in slips(_BANK, kind=kind)}
    return tuple(known[name] for name in names)
