"""The function returns an array and a thread goes on to write into it, with what comes in later calls."""

TITLE = "a thread that changes the answer after it was given"
KIND = "verdict"
MUST = "nothing gained"
CELLS = {"sigmoid": '''
import threading, time

kept = []

def later(array):
    for _ in range(50):
        time.sleep(0.01)
        array[...] = 0.5

def sigmoid(z):
    answer = np.array(z, dtype=float)
    kept.append((z, answer))
    threading.Thread(target=later, args=(answer,), daemon=True).start()
    return answer
'''}
