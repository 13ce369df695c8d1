"""Objects whose repr, str, name, module, length and class are endless, raise, or are no text."""

TITLE = "objects with a hostile repr"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
class Meta(type):
    def __getattribute__(self, name):
        if name in ("__name__", "__module__", "__qualname__", "mro"):
            raise SystemExit("no " + name)
        return super().__getattribute__(name)
    def __instancecheck__(self, other):
        raise KeyboardInterrupt

class Hostile(metaclass=Meta):
    def __repr__(self):
        return "x" * 200_000_000
    def __str__(self):
        raise MemoryError
    __class__ = property(lambda self: 1 / 0)
    def __len__(self):
        return -1
    def __iter__(self):
        while True:
            yield self
    def __array__(self, *a, **k):
        raise SystemExit(0)
    def __getattr__(self, name):
        raise KeyboardInterrupt(name)

def sigmoid(z):
    return Hostile()
'''}
