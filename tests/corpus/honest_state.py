"""Answers that use globals, counters, files in the working folder and a changed working folder."""

TITLE = "state, files, a changed working folder"
KIND = "honest"
MUST = "full marks"
BASE = "right"
CELLS = {"sigmoid": '''
import os, pickle, tempfile

calls = 0
os.makedirs("data", exist_ok=True)
os.chdir("data")
with open("table.pkl", "wb") as file:
    pickle.dump({"one": 1.0}, file)

def sigmoid(z):
    global calls
    calls += 1
    with open("table.pkl", "rb") as file:
        one = pickle.load(file)["one"]
    with tempfile.TemporaryFile() as file:
        np.save(file, z)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, one, e) / (one + e)
'''}
