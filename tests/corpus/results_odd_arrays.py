"""Arrays of objects, records, texts, dates and void; read-only, misaligned, overlapping, of zero size and 32 axes."""

TITLE = "arrays of every odd kind"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
kinds = [
    np.array([object()], object), np.zeros(3, [("a", "f8"), ("b", "O")]), np.array(["x" * 1000] * 1000),
    np.array(["2020-01-01"], "M8[D]"), np.zeros(3, "V8"), np.zeros((0, 1 << 40)), np.zeros((1,) * 32),
    np.lib.stride_tricks.as_strided(np.zeros(8), (1000, 1000), (0, 0)), np.zeros(9, "u1")[1:].view("f8"),
    np.ma.masked_all(3), np.zeros(3, ">f8"), np.zeros(3, np.longdouble), np.matrix("1 2"), np.zeros(3, "c16"),
]
calls = []

def sigmoid(z):
    calls.append(1)
    return kinds[len(calls) % len(kinds)]
'''}
