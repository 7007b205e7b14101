"""Golden values of Adadelta, made by PyTorch; those of the book's variant are
transcribed from Dive into Deep Learning, section 11.9.2.

    python3 adadelta.py > adadelta.json
"""
import numpy as np
import torch

from problems import both, run, run_torch, write

Adadelta = torch.optim.Adadelta
RUNS = {
    "adadelta": lambda p: Adadelta(p, lr=1.0),
    "adadelta .7": lambda p: Adadelta(p, lr=1.0, rho=0.7),
    "adadelta eps .01": lambda p: Adadelta(p, lr=1.0, eps=0.01),
    "adadelta decay .3": lambda p: Adadelta(p, lr=1.0, weight_decay=0.3),
    "adadelta all": lambda p: Adadelta(p, lr=1.0, rho=0.6, eps=0.001, weight_decay=0.2),
}


def d2l():
    s = delta = None

    def step(t, lr, x, g):
        nonlocal s, delta
        rho, eps = 0.9, 1e-5
        if s is None:
            s = [np.zeros_like(p) for p in x]
            delta = [np.zeros_like(p) for p in x]
        s = [rho * a + (1 - rho) * np.square(b) for a, b in zip(s, g)]
        d = [np.sqrt(a + eps) / np.sqrt(b + eps) * c for a, b, c in zip(delta, s, g)]
        delta = [rho * a + (1 - rho) * b * b for a, b in zip(delta, d)]
        return [p - b for p, b in zip(x, d)]

    return step


write(
    [r for name, make in RUNS.items() for r in both(run_torch, name, make, quadratic_rate=1.0, wavy_rate=2.0)]
    + [run("adadelta d2l", problem, d2l(), lambda t: 1.0) for problem in ("quadratic", "wavy")]
)
