"""Golden values of Prodigy, from the paper's Algorithm 4 in numpy, with the
bias correction and the safeguard of the authors' implementation.

    python3 prodigy.py > prodigy.json

The last point of each run has d grown by a factor that the script prints to
standard error.
"""
import sys

import numpy as np
import torch

from problems import PROBLEMS, SEVEN, flatten, run, split, wavy, write

# The wavy function with its start moved to the origin, where float32 resolves
# a way of a millionth.
PROBLEMS["origin"] = (lambda x: wavy(x + torch.tensor(SEVEN, dtype=torch.float64)), [0.0] * 7, [[2, 2], [3]], 20)


def prodigy(beta1=0.9, beta2=0.999, eps=1e-8, d0=1e-6, decay=0.0, correction=False, safeguard=False):
    state = {"d": d0, "r": 0.0}

    def step(t, lr, x, g):
        shapes = [p.shape for p in x]
        x, g = flatten(x), flatten(g)
        if t == 1:
            state.update(start=x.copy(), s=np.zeros_like(x), m=np.zeros_like(x), v=np.zeros_like(x))
        if correction:
            lr = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        d, root = state["d"], np.sqrt(beta2)
        state["r"] = root * state["r"] + (1 - root) * lr * d**2 * np.dot(g, state["start"] - x)
        state["s"] = root * state["s"] + (1 - root) * (1 if safeguard else lr) * d**2 * g
        state["m"] = beta1 * state["m"] + (1 - beta1) * d * g
        state["v"] = beta2 * state["v"] + (1 - beta2) * d**2 * g**2
        new = x - lr * d * (state["m"] / (np.sqrt(state["v"]) + d * eps) + decay * x)
        state["d"] = max(d, state["r"] / np.abs(state["s"]).sum())
        return split(new, shapes)

    return step, state


RUNS = {
    "prodigy": {},
    "prodigy d0 .01": {"d0": 0.01},
    "prodigy d0 .01 beta1 .8 beta2 .9 eps .1": {"d0": 0.01, "beta1": 0.8, "beta2": 0.9, "eps": 0.1},
    "prodigy d0 .01 decay .1 correction": {"d0": 0.01, "decay": 0.1, "correction": True},
    "prodigy d0 .01 safeguard": {"d0": 0.01, "safeguard": True},
}
runs = []
for name, kwargs in RUNS.items():
    for problem in ("wavy", "tensors") if "d0" in kwargs else ("origin",):
        step, state = prodigy(**kwargs)
        runs.append(run(name, problem, step, lambda t: 1 / (1 + 0.05 * t), steps=20))
        print(name, problem, "d grew by", state["d"] / kwargs.get("d0", 1e-6), file=sys.stderr)
write(runs)
