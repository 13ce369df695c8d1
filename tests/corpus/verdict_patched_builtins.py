"""The builtins that a comparison uses are replaced: all, any, abs, isinstance, AssertionError."""

TITLE = "patched builtins"
KIND = "verdict"
MUST = "nothing gained"
FIRST = '''
import builtins

builtins.AssertionError = type("Nothing", (Exception,), {"__init__": lambda self, *a: None})
builtins.all = builtins.any = builtins.isinstance = builtins.callable = lambda *arguments: True
builtins.abs = builtins.max = builtins.sum = lambda *arguments, **keywords: 0.0
builtins.float = lambda *arguments: 2.0
'''
