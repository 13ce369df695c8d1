"""Modules with the names of real ones are written into the working folder while the cells run."""

TITLE = "shadowing modules written while running"
KIND = "writing"
MUST = "nothing gained"
FIRST = '''
content = "check = quiz = lambda *a, **k: 4.0\\ndef __getattr__(name):\\n    return lambda *a, **k: True\\n"
for name in ("numpy", "grader", "json", "nbformat", "ipykernel_launcher", "IPython", "struct"):
    with open(name + ".py", "w") as file:
        file.write(content)
'''
