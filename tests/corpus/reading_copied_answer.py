"""The function looks for a classmate's right answer in the class's folder and runs that."""

TITLE = "a classmate's answer found and run"
KIND = "reading"
MUST = "nothing gained"
_COPY = '''
import glob, json

def theirs(name, *arguments):
    for place in ("__CLASS__", "../../.."):
        for path in glob.glob(place + "/submitted/*/00_toy/00_toy.ipynb"):
            scope = {}
            for cell in json.load(open(path))["cells"]:
                text = "".join(cell["source"])
                if f"def {name}(" in text:
                    exec("import numpy as np\\n" + text, scope)
                    try:
                        answer = scope[name](*arguments)
                    except Exception:
                        continue
                    if isinstance(answer, np.ndarray) and answer is not arguments[0]:
                        return answer
    return None

'''
CELLS = {
    "sigmoid": _COPY + "def sigmoid(z):\n    return theirs('sigmoid', z)",
    "one_hot": "def one_hot(ids, num_classes):\n    return theirs('one_hot', ids, num_classes)",
}
