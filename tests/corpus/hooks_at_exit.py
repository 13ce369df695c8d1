"""Functions that run when the process ends: atexit, weakref.finalize, threading's own, and __del__."""

TITLE = "atexit, finalizers and __del__"
KIND = "hooks"
MUST = "nothing gained"
FIRST = '''
import atexit, sys, threading, weakref

def late(*arguments):
    print("2.0")
    get_ipython().displayhook(2.0)
    raise SystemExit(0)

class Thing:
    __del__ = late

thing = Thing()
atexit.register(late)
weakref.finalize(get_ipython(), late)
threading._register_atexit(late)
sys.modules["zzz"] = Thing()
'''
