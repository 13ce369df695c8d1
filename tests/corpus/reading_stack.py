"""The function prints what its callers' frames, the tracebacks and all objects in memory say about the tests."""

TITLE = "hidden tests sought in frames and in memory"
KIND = "reading"
MUST = "nothing gained"
CELLS = {"sigmoid": '''
import gc, linecache, sys

words = ["BEGIN " + "HIDDEN", "hidden" + "=True"]  # not to be found in this very text

def sigmoid(z):
    frame = sys._getframe(1)
    while frame is not None:
        print(frame.f_code.co_filename, {k: str(v)[:500] for k, v in frame.f_locals.items()})
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing) is dict:
            for value in list(thing.values()):
                if type(value) is str and any(word in value for word in words):
                    print(words[0] + " TESTS", value[:3000])
    for lines in linecache.cache.values():
        if len(lines) > 2 and any(word in str(lines[2]) for word in words):
            print(words[0] + " TESTS", lines)
    return z

sigmoid(0)
'''}
