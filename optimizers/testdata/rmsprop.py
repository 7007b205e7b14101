"""Golden values of RMSProp, made by PyTorch; those with epsilon inside the root
are transcribed from Dive into Deep Learning, section 11.8.2, and from Graves
(2013), equations 38 to 41, for the centered rule.

    python3 rmsprop.py > rmsprop.json
"""
import numpy as np
import torch

from problems import both, run, run_torch, write

RMSprop = torch.optim.RMSprop
RUNS = {
    "rmsprop .9": lambda p: RMSprop(p, lr=1.0, alpha=0.9),
    "rmsprop .9 eps .1": lambda p: RMSprop(p, lr=1.0, alpha=0.9, eps=0.1),
    "rmsprop .9 decay .3": lambda p: RMSprop(p, lr=1.0, alpha=0.9, weight_decay=0.3),
    "rmsprop .9 momentum .5": lambda p: RMSprop(p, lr=1.0, alpha=0.9, momentum=0.5),
    "rmsprop .9 centered": lambda p: RMSprop(p, lr=1.0, alpha=0.9, centered=True),
    "rmsprop .9 centered momentum .9": lambda p: RMSprop(p, lr=1.0, alpha=0.9, centered=True, momentum=0.9),
    "rmsprop all": lambda p: RMSprop(p, lr=1.0, alpha=0.7, eps=0.01, centered=True, momentum=0.4, weight_decay=0.2),
}


def inside(rho, eps, centered=False):
    def make():
        s = None

        def step(t, lr, x, g):
            nonlocal s, m
            if s is None:
                s = [np.zeros_like(p) for p in x]
                m = [np.zeros_like(p) for p in x]
            s = [rho * a + (1 - rho) * np.square(b) for a, b in zip(s, g)]
            m = [rho * a + (1 - rho) * b for a, b in zip(m, g)]
            variance = [a - np.square(b) if centered else a for a, b in zip(s, m)]
            return [p - lr * b / np.sqrt(a + eps) for p, a, b in zip(x, variance, g)]

        m = None
        return step

    return make


write(
    [r for name, make in RUNS.items() for r in both(run_torch, name, make, quadratic_rate=0.1)]
    + both(run_torch, "rmsprop", lambda p: RMSprop(p, lr=1.0), quadratic_rate=0.01, wavy_rate=0.03)
    + both(run, "rmsprop d2l", inside(0.9, 1e-6), quadratic_rate=0.1)
    + both(run, "rmsprop inside .1", inside(0.8, 0.1), quadratic_rate=0.1)
    + both(run, "rmsprop inside .01 centered", inside(0.8, 0.01, True), quadratic_rate=0.1)
)
