"""Golden values of PSGD-Kron, transcribed into numpy from kron_torch 0.2 (kron.py),
with the random numbers of an optimizer of seed 0: see sgld.py.

    python3 psgdkron.py > psgdkron.json
"""
import math

import numpy as np

from problems import falling, run, write
from sgld import MASK, key, normals, splitmix
from shampoo import along, gram

TINY = 2.0**-126


def uniform(seed, n):
    return (splitmix(seed, n) >> 11) / 2.0**53


def bound(m):
    """Cheap lower bound of the spectral norm; the matrix is symmetric."""
    row = m[np.argmax((m**2).sum(1))]
    x = m @ row
    return np.linalg.norm(m @ (x / np.linalg.norm(x)))


def kron(momentum=0.9, fit_rate=0.1, flat=250, anneal=0.001, min_prob=0.03, max_dim=8192, trust=1.5):
    means, factors = {}, {}

    def fit(qs, h, v):
        a, b = h, v
        for i, q in enumerate(qs):
            full = q if q.ndim > 1 else np.diag(q)
            a = along(a, full, i)
            b = along(b, np.linalg.inv(full).T, i)
        for i, q in enumerate(qs):
            first, second = gram(a, i), gram(b, i)
            if q.ndim > 1:
                qs[i] = q - fit_rate * np.triu(first - second) @ q / (bound(first + second) + TINY)
            else:
                first, second = np.diag(first), np.diag(second)
                qs[i] = q - fit_rate * (first - second) * q / (np.abs(first + second).max() + TINY)

    def step(t, lr, xs, gs):
        out = []
        for p, (x, g) in enumerate(zip(xs, gs)):
            shape, g = x.shape, np.atleast_1d(g)
            seed = splitmix(key(0, "optimizers", str(p)), t)
            means[p] = momentum * means.get(p, 0.0) + (1 - momentum) * g
            h = means[p] / (1 - momentum**t)
            if p not in factors:
                full = [g.ndim > 1 and 1 < d <= max_dim for d in g.shape]
                factors[p] = [np.eye(d) if f else np.ones(d) for d, f in zip(g.shape, full)]
            qs = factors[p]
            prob = min(1.0, max(min_prob, math.exp(-anneal * (t - 1 - flat))))
            if uniform(seed ^ MASK, 1) < prob:
                if uniform(seed ^ MASK, 2) < 0.01 and len(qs) > 1:
                    tops = np.array([np.abs(q).max() for q in qs])
                    for i, s in enumerate(np.prod(tops) ** (1 / len(qs)) / tops):
                        qs[i] = qs[i] * s
                fit(qs, h, normals(seed, g.size).reshape(g.shape))
            s = h
            for i, q in enumerate(qs):
                full = q if q.ndim > 1 else np.diag(q)
                s = along(s, full.T @ full, i)
            z = s / trust
            s = trust * (0.1 * np.sign(z) * np.log(np.abs(z) + 1) + 0.9 * np.tanh(z))
            out.append(x - lr * s.reshape(shape))
        return out

    return step


SHAPES = [[[2, 4], [5], []], [[4, 1, 2], [2, 3]], [[2, 2, 2], [6]], [[7, 2]]]
RUNS = {
    "psgd": {},
    "psgd .5 fit .7 anneal .5 least .3 up to 3": {"momentum": 0.5, "fit_rate": 0.7, "flat": 2, "anneal": 0.5, "min_prob": 0.3, "max_dim": 3, "trust": 0.5},
}
write([run(name, "tensors", kron(**kwargs), falling(0.3), shapes=shapes) for name, kwargs in RUNS.items() for shapes in SHAPES])
