"""The way of a script: if __name__ == "__main__", and sys.argv."""

TITLE = "if __name__ == '__main__'"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": '''
import sys

def main(arguments):
    def sigmoid(z):
        e = np.exp(-np.abs(z))
        return np.where(z >= 0, 1, e) / (1 + e)
    return sigmoid

if __name__ == "__main__":
    sigmoid = main(sys.argv)
'''}
