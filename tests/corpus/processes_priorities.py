"""Priorities, scheduling, affinity, limits and the out-of-memory score are changed, of itself and of others."""

TITLE = "priorities, affinity and limits changed"
KIND = "processes"
MUST = "full marks"
BASE = "right"
FIRST = '''
import os, resource

for number in (0, os.getppid(), 1):
    for action in (lambda: os.setpriority(os.PRIO_PROCESS, number, 19),
                   lambda: os.setpriority(os.PRIO_USER, 0, 19),
                   lambda: os.sched_setaffinity(number, {0}),
                   lambda: os.sched_setscheduler(number, os.SCHED_IDLE, os.sched_param(0)),
                   lambda: resource.prlimit(number, resource.RLIMIT_CPU, (1, 1)) if number else None,
                   lambda: open(f"/proc/{number or 'self'}/oom_score_adj", "w").write("1000")):
        try:
            action()
        except (OSError, ValueError) as error:
            print(error)
'''
