"""A classmate's submission and graded notebook are overwritten with nothing, and files are left in every folder."""

TITLE = "classmates' submissions overwritten"
KIND = "writing"
MUST = "nothing gained"
FIRST = '''
import glob, os

for place in ("__CLASS__", "../../.."):
    for folder in ("submitted", "autograded", "feedback", "release", ".build/source", "source", "hidden", "."):
        for path in glob.glob(f"{place}/{folder}/**", recursive=True):
            try:
                if os.path.isdir(path):
                    open(os.path.join(path, "corpus-left"), "w").close()
                elif "mallory" not in path and path.endswith(".ipynb") and "zoe" in path:
                    open(path, "w").close()
            except OSError:
                pass
'''
