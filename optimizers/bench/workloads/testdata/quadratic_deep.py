#!/usr/bin/env python3
"""DeepOBS's quadratic_deep in numpy: its numbers, and runs of three optimizers in float64.

    /usr/bin/python3 quadratic_deep.py > quadratic_deep.json

The runs train on the rows in their own order, in every epoch.
"""
import hashlib
import json
import numpy as np

EPOCHS = [0, 1, 2, 3, 5, 10]


def problem():
    rng = np.random.RandomState(42)
    eigenvalues = np.concatenate((rng.uniform(0, 1, 90), rng.uniform(30, 60, 10)))
    angle = 2 * np.pi * rng.uniform()
    r = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    for d in range(2, 100):  # Diaconis and Shahshahani (1987), one dimension at a time
        v = rng.normal(size=d + 1)
        u = -v / np.linalg.norm(v)
        u[0] += 1
        u /= np.linalg.norm(u)
        wide = np.eye(d + 1)
        wide[1:, 1:] = r
        r = wide - 2 * np.outer(u, u @ wide)
    train, test = (np.random.RandomState(s).normal(0, .6, (1000, 100)).astype(np.float32) for s in (42, 43))
    return r.T @ np.diag(eigenvalues) @ r, train, test  # r and -r give the same matrix


def run(q, train, test, step):
    def loss(x):
        d = x - test[:896]
        return float(np.mean(.5 * np.einsum("ij,jk,ik->i", d, q, d)))
    x, losses, k, slots = np.ones(100), [], 0, [np.zeros(100), np.zeros(100)]
    for epoch in range(EPOCHS[-1] + 1):
        if epoch in EPOCHS:
            losses.append(loss(x))
        for b in range(7):
            k += 1
            x = step(x, q @ (x - train[b * 128:(b + 1) * 128].mean(0)), slots, k)
    return losses


def sgd(x, g, s, k):
    return x - .0158489 * g


def momentum(x, g, s, k):
    s[0] = .99 * s[0] + g
    return x - .00251189 * s[0]


def adam(x, g, s, k):
    s[0], s[1] = .9 * s[0] + .1 * g, .999 * s[1] + .001 * g * g
    return x - .0398107 * np.sqrt(1 - .999 ** k) / (1 - .9 ** k) * s[0] / (np.sqrt(s[1]) + 1e-8)


if __name__ == "__main__":
    q, train, test = problem()
    sha = lambda a: hashlib.sha256(a.astype("<f4").tobytes()).hexdigest()
    print(json.dumps({
        "matrix": {"corner": q[:3, :3].tolist(), "trace": np.trace(q), "last_row_sum": q[-1].sum(), "square_sum": (q * q).sum()},
        "train_sha256": sha(train), "test_sha256": sha(test[:896]),
        "epochs": EPOCHS, "losses": {s.__name__: run(q, train, test, s) for s in (sgd, momentum, adam)},
    }, indent=1))
