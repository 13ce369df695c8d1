"""Each answer carries the number of another question: reordered, repeated, and a text instead of a number."""

TITLE = "reordered and repeated answers"
KIND = "protocol"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import gc, itertools

shifts = itertools.cycle([1, -1, 0.5, 10 ** 400])

def sigmoid(z):
    for thing in gc.get_objects():
        if type(thing).__name__ == "Channel" and not hasattr(thing, "real"):
            thing.real = thing.send
            def send(header, *a, channel=thing, **k):
                channel.real({**header, "id": header.get("id", 0) + next(shifts)}, *a, **k)
                channel.real({**header, "id": str(header.get("id"))}, *a, **k)
            thing.send = send
    return z
'''}
