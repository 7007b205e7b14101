"""Golden values of LARS, transcribed from You, Gitman and Ginsburg (2017),
Algorithm 1, with an epsilon; vectors and scalars have plain momentum.

    python3 lars.py > lars.json
"""
import numpy as np

from problems import falling, run, write


def lars(trust, mu, decay, eps=0.0):
    v = None

    def step(t, lr, x, g):
        nonlocal v
        v = v or [np.zeros_like(p) for p in x]
        for i, (p, d) in enumerate(zip(x, g)):
            ratio, add = 1.0, 0.0
            if p.ndim > 1:
                ratio = trust * np.linalg.norm(p) / (np.linalg.norm(d) + decay * np.linalg.norm(p) + eps)
                add = decay
            v[i] = mu * v[i] + lr * ratio * (d + add * p)
        return [p - a for p, a in zip(x, v)]

    return step


RUNS = {
    "lars": (dict(trust=0.001, mu=0.9, decay=0.0005), 0.1),
    "lars .1 no momentum": (dict(trust=0.1, mu=0.0, decay=0.0), 0.2),
    "lars .1 momentum .5 decay .3": (dict(trust=0.1, mu=0.5, decay=0.3), 0.2),
    "lars .2 momentum .5 decay .1 eps 2": (dict(trust=0.2, mu=0.5, decay=0.1, eps=2.0), 0.2),
}

write([run(name, "tensors", lars(**kw), falling(rate)) for name, (kw, rate) in RUNS.items()])
