"""Golden values of the rules that wrap another, around momentum .9: each
average as a direct sum over the points so far, in numpy. Runs of rules that
are evaluated at an average have those points beside the ones of training.

    python3 averages.py > averages.json
"""
import numpy as np

from problems import falling, flatten, run, write


def momentum():
    v = {}

    def step(t, lr, x, g):
        out = []
        for i, (p, d) in enumerate(zip(x, g)):
            v[i] = 0.9 * v.get(i, 0.0) + d
            out.append(p - lr * v[i])
        return out

    return step


def lookahead(steps, alpha):
    inner, slow = momentum(), {}

    def step(t, lr, x, g):
        if t == 1:
            slow["x"] = x
        x = inner(t, lr, x, g)
        if t % steps == 0:
            x = slow["x"] = [(1 - alpha) * s + alpha * p for s, p in zip(slow["x"], x)]
        return x

    return step


def ema(decay, debias):
    """Of the points x[0], the start, to x[t]."""
    def average(x):
        t = len(x) - 1
        sum = np.sum([(1 - decay) * decay ** (t - i) * x[i] for i in range(1, t + 1)], axis=0)
        return sum / (1 - decay**t) if debias else sum + decay**t * x[0]

    return average


def swa(start, every):
    def average(x):
        some = x[start::every]
        return np.mean(some, axis=0) if len(some) else x[-1]

    return average


def averaged(name, problem, rate, average):
    out = run(name, problem, momentum(), rate)
    points = [np.array(p) for p in [out["start"]] + out["points"]]
    out["evaluations"] = [average(points[: t + 1]).tolist() for t in range(1, len(points))]
    return out


RULES = {
    "ema .9": ema(0.9, False),
    "ema .6 debias": ema(0.6, True),
    "swa from 1": swa(1, 1),
    "swa from 3 every 2": swa(3, 2),
}
runs = []
for problem, rate in (("quadratic", lambda t: 0.05), ("wavy", falling(0.1))):
    runs.append(run("lookahead 2", problem, lookahead(2, 0.5), rate))
    runs.append(run("lookahead 3 alpha .8", problem, lookahead(3, 0.8), rate))
    runs += [averaged(name, problem, rate, average) for name, average in RULES.items()]
write(runs)
