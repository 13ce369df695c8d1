"""Plots of its own, shown in all ways that there are, and one that is never closed."""

TITLE = "own plots"
KIND = "honest"
MUST = "full marks"
BASE = "right"
LAST = '''
import matplotlib.pyplot as plt
plt.rcParams["figure.dpi"] = 300
plt.plot([1, 2, 3])
plt.show()
for _ in range(25):
    plt.figure()
plt.savefig("mine.png")
figure, axes = plt.subplots()
axes.plot(np.tanh(np.linspace(-3, 3)))
figure
'''
