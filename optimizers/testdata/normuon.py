"""Golden values of NorMuon, transcribed into numpy from the authors' normuon.py, in
float64, with matrices of the first dimension as Muon has them.

    python3 normuon.py > normuon.json
"""
import numpy as np

from muon import SHAPES, orthogonal, rectangle, rms
from problems import falling, run, write


def normuon(momentum=0.95, beta2=0.95, decay=0.0, steps=5, scale=rectangle):
    state = {}

    def step(t, lr, xs, gs):
        out = []
        for i, (x, g) in enumerate(zip(xs, gs)):
            shape, g = x.shape, g.reshape(g.shape[0], -1)
            m, v = state.get(i, (0.0, 0.0))
            m = momentum * m + (1 - momentum) * g
            u = orthogonal((1 - momentum) * g + momentum * m, steps)
            v = beta2 * v + (1 - beta2) * (u * u).mean(1, keepdims=True)
            state[i] = m, v
            y = u / (np.sqrt(v) + 1e-10)
            y = y * np.sqrt((u**2).sum()) / (np.sqrt((y**2).sum()) + 1e-10)
            out.append((1 - lr * decay) * x - lr * scale(*g.shape) * y.reshape(shape))
        return out

    return step


RUNS = {
    "normuon": {},
    "normuon .8 .6 decay .5 3 steps": {"momentum": 0.8, "beta2": 0.6, "decay": 0.5, "steps": 3},
    "normuon rms": {"scale": rms},
}
write([run(name, "tensors", normuon(**kwargs), falling(0.05), shapes=shapes) for name, kwargs in RUNS.items() for shapes in SHAPES])
