"""Values as plain data: JSON for what is small, raw bytes for arrays and tensors, never pickle.

Containers keep their kind (tuples, named tuples, sets, int keys), arrays their dtype and layout, and two
places that hold one array or one list still hold one. Random generators cross with their state, torch tensors
as :mod:`.tensors` says, types and ufuncs of Python and numpy by name. What is none of these does not cross:
the worker keeps it and sends a handle. Everything that arrives is checked before it is used.

None, True and False are themselves in JSON; everything else is an object with one of these keys, by which it is known:

=============================  =====================================================================
``s`` ``i`` ``f`` ``c`` ``b``  a text; an int, in digits; a float, in hex; [real, imaginary]; bytes (number of the blob)
``l`` ``t`` ``d``              a list, a tuple (with ``fields`` and ``kind`` a named one), a dict as [key, value] pairs
``set`` ``frozenset`` ``r``    a set, a frozen one; [start, stop, step] of a range
``same``                       the list, dict or generator of that number, seen before in this message
``a``                          an array: number of the blob, ``dtype``, ``shape``, ``strides`` in bytes or null;
                               ``fixed`` where it can't be written; ``of``: [message, blob] whose memory it has
``n``                          a number of numpy's: an ``a`` without axes
``arg`` ``view``               one of the arrays that this message answers, as it was sent; memory within one
``T``                          a tensor: as ``a``, with ``torch_dtype``, ``device``, ``grad``, ``graph``, ``gradient``
``rng``                        a random generator of numpy's, and its ``state``
``class`` ``ufunc`` ``dtype``  of Python's or numpy's, by name
``torch``                      a dtype or device of torch's, by name
``h``                          a handle: what stays with the learner's code, by number
``callback`` ``function``      a function on our side, by number; one of a library's, by [module, name]
``own``                        a function of the learner's notebook, by name
=============================  =====================================================================
"""

from __future__ import annotations

from .decoder import Decoder
from .encoder import Encoder
from .plain import MAX_ARRAY_BYTES, ProtocolError

__all__ = ["MAX_ARRAY_BYTES", "Decoder", "Encoder", "ProtocolError"]
