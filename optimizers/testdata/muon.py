"""Golden values of Muon, from its author's formula in numpy, with the products
of matrices by numpy too.

    python3 muon.py > muon.json
"""
import numpy as np

from problems import falling, run, write


def muon(momentum=0.95, nesterov=True, decay=0.0, steps=5):
    buffers = {}

    def orthogonal(u):
        x = u / (np.sqrt((u**2).sum()) + 1e-7)
        tall = x.shape[0] > x.shape[1]
        x = x.T if tall else x
        for _ in range(steps):
            a = x @ x.T
            x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
        return x.T if tall else x

    def step(t, lr, x, g):
        out = []
        for i, (p, d) in enumerate(zip(x, g)):
            p, d, shape = p.reshape(p.shape[0], -1), d.reshape(d.shape[0], -1), p.shape
            buffers[i] = momentum * buffers.get(i, 0.0) + d
            u = d + momentum * buffers[i] if nesterov else buffers[i]
            rows, columns = p.shape
            p = (1 - lr * decay) * p - lr * np.sqrt(max(1, rows / columns)) * orthogonal(u)
            out.append(p.reshape(shape))
        return out

    return step


SHAPES = [[[2, 4], [3, 2]], [[4, 1, 2], [2, 3]], [[7, 2]], [[1, 14]]]
RUNS = {
    "muon": {},
    "muon momentum .8 without nesterov": {"momentum": 0.8, "nesterov": False},
    "muon decay .5": {"decay": 0.5},
    "muon 3 steps without momentum": {"momentum": 0.0, "nesterov": False, "steps": 3},
}
write([run(name, "tensors", muon(**kwargs), falling(0.05), shapes=shapes) for name, kwargs in RUNS.items() for shapes in SHAPES])
