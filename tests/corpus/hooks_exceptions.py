"""sys.excepthook, unraisablehook, threading.excepthook and displayhook are replaced, and warnings by errors."""

TITLE = "exception and display hooks replaced"
KIND = "hooks"
MUST = "nothing gained"
FIRST = '''
import builtins, sys, threading, warnings

def quiet(*arguments, **keywords):
    return 2.0

sys.excepthook = sys.unraisablehook = threading.excepthook = sys.displayhook = sys.breakpointhook = quiet
warnings.showwarning = quiet
warnings.simplefilter("error")
get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)
builtins.print = quiet
'''
