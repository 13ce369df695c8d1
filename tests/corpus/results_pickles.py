"""Objects whose __reduce__ runs a command when somebody unpickles them, or copies them, or prints them."""

TITLE = "objects with a hostile __reduce__"
KIND = "results"
MUST = "only its question lost"
BASE = "right"
CELLS = {"sigmoid": '''
import os, pickle

class Bomb:
    def __reduce__(self):
        return os.system, ("touch __CLASS__/corpus-left /tmp/corpus-left",)
    __reduce_ex__ = lambda self, protocol: self.__reduce__()
    __copy__ = __deepcopy__ = lambda self, *a: os.system("touch __CLASS__/corpus-left")

def sigmoid(z):
    array = np.empty(1, object)
    array[0] = Bomb()
    return [Bomb(), array, pickle.dumps(Bomb())]
'''}
