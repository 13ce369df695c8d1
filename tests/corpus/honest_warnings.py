"""Right answers that warn: in the cells, in the functions, from numpy, by logging, and with a progress bar."""

TITLE = "warnings, logging and a progress bar"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": '''
import logging, sys, warnings

logging.warning("starting")
warnings.warn("experimental")

def sigmoid(z):
    warnings.warn("still experimental", DeprecationWarning)
    logging.getLogger("sigmoid").error("called")
    print("\\r 50 %", end="", file=sys.stderr)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)
'''}
LAST = "1 / np.zeros(3)\nnp.log(-1.0)"
