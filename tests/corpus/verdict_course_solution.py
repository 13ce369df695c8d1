"""The answers are looked up in the package: the reference, the course's own functions, the facade's mine."""

TITLE = "answers taken from the grader's own package"
KIND = "verdict"
MUST = "nothing gained"
_SEARCH = '''
import importlib, importlib.util, sys, pathlib

def find(name, *arguments):
    """Whatever of that name can be found in the package, called."""
    places = ["grader", "grader.given", "grader.reference", "grader.reference.basics", "grader.workspace",
              "grader.exercises", "grader.exercises.start", "grader.checking.mistakes"]
    for place in places:
        try:
            module = importlib.import_module(place)
        except BaseException:
            continue
        for access in (lambda: getattr(module, name), lambda: module.given(name), lambda: module.solution(name)):
            try:
                function = access()
                if getattr(function, "__module__", None) != __name__:
                    return function(*arguments)
            except BaseException:
                pass
        for folder in list(getattr(module, "__path__", [])):
            for path in pathlib.Path(folder).rglob("*.py"):
                try:
                    text = path.read_text()
                    if f"def {name}(" in text:
                        scope = {}
                        exec(compile(text, "found", "exec"), scope)
                        return scope[name](*arguments)
                except BaseException:
                    pass
    return None

'''
CELLS = {
    "sigmoid": _SEARCH + "def sigmoid(z):\n    return find('sigmoid', z)",
    "one_hot": "def one_hot(ids, num_classes):\n    return find('one_hot', ids, num_classes)",
}
