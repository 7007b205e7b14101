"""Golden values of the Schedule-Free rules: the paper's three sequences x, y, z,
in numpy. Every run has the points of evaluation, x, beside those of training, y.

    python3 schedulefree.py > schedulefree.json
"""
import numpy as np

from problems import falling, flatten, run, write


def schedule_free(beta, direction, power=0.0, warmup=lambda t: 1.0):
    """direction(t, y, g, i) is what z descends along in tensor i."""
    s = {"evaluations": []}

    def step(t, lr, y, g):
        if t == 1:
            s["z"], s["x"], s["sum"] = [v.copy() for v in y], [v.copy() for v in y], 0.0
        rate = lr * warmup(t)
        weight = t**power * rate**2
        s["sum"] += weight
        c = weight / s["sum"] if s["sum"] > 0 else 0.0
        for i in range(len(y)):
            s["z"][i] = s["z"][i] - rate * direction(t, y[i], g[i], i)
            s["x"][i] = (1 - c) * s["x"][i] + c * s["z"][i]
        s["evaluations"].append(flatten(s["x"]).tolist())
        return [(1 - beta) * z + beta * x for z, x in zip(s["z"], s["x"])]

    return step, s["evaluations"]


def sgd(beta=0.9, power=0.0, decay=0.0):
    return schedule_free(beta, lambda t, y, g, i: g + decay * y, power)


def adamw(beta=0.9, beta2=0.999, eps=1e-8, power=0.0, decay=0.0):
    v = {}

    def direction(t, y, g, i):
        v[i] = beta2 * v.get(i, 0.0) + (1 - beta2) * g**2
        return g / (np.sqrt(v[i]) + eps) + decay * y

    return schedule_free(beta, direction, power, lambda t: np.sqrt(1 - beta2**t))


def case(name, rule, problem, rate):
    step, evaluations = rule
    return run(name, problem, step, rate) | {"evaluations": evaluations}


def warmup(t):
    return 0.1 * min(t / 3, 1)


SGD = {
    "schedule-free sgd": {},
    "schedule-free sgd beta .7 power 2": {"beta": 0.7, "power": 2.0},
    "schedule-free sgd decay .1": {"decay": 0.1},
}
ADAMW = {
    "schedule-free adamw": {},
    "schedule-free adamw beta .7 beta2 .9 eps .1": {"beta": 0.7, "beta2": 0.9, "eps": 0.1},
    "schedule-free adamw decay .1 power 1": {"decay": 0.1, "power": 1.0},
}
runs = []
for rule, settings in ((sgd, SGD), (adamw, ADAMW)):
    for name, kwargs in settings.items():
        runs.append(case(name, rule(**kwargs), "quadratic", lambda t: 0.05))
        runs.append(case(name, rule(**kwargs), "wavy", falling(0.1)))
    name = next(iter(settings))
    runs.append(case(name, rule(), "wavy", warmup))
write(runs)
