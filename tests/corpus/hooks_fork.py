"""os.register_at_fork: whatever is forked for a call begins with the learner's code."""

TITLE = "code that runs in every forked process"
KIND = "hooks"
MUST = "nothing gained"
FIRST = '''
import builtins, os

def in_child():
    import grader
    grader.check = lambda *a: 2.0
    builtins.isinstance = lambda *a: True
    for number in range(3, 64):
        try:
            os.write(number, b"2.0\\n")
        except OSError:
            pass

os.register_at_fork(before=lambda: None, after_in_parent=lambda: None, after_in_child=in_child)
'''
