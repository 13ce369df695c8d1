"""builtins.__import__ is replaced by a function that changes what it imports, or fails."""

TITLE = "builtins.__import__ replaced"
KIND = "hooks"
MUST = "nothing gained"
FIRST = '''
import builtins, types

real = builtins.__import__

def changed(name, *arguments, **keywords):
    module = real(name, *arguments, **keywords)
    for thing in ("check", "quiz", "compare", "allclose", "array_equal", "assert_allclose"):
        if hasattr(module, thing):
            try:
                setattr(module, thing, lambda *a, **k: 2.0)
            except Exception:
                pass
    return module

builtins.__import__ = changed
'''
