"""Settings of its own: numpy's errors and prints, warnings as errors, a seed, the recursion limit, the locale."""

TITLE = "own settings of numpy and Python"
KIND = "honest"
MUST = "full marks"
BASE = "right"
FIRST = '''
import gc, locale, random, sys, warnings
import numpy as np

np.seterr(all="raise")
np.set_printoptions(precision=2, suppress=True, threshold=5)
np.random.seed(0)
random.seed(0)
warnings.simplefilter("error")
sys.setrecursionlimit(5000)
gc.disable()
locale.setlocale(locale.LC_ALL, "C")
sys.stdout.write("quiet\\n")
'''
