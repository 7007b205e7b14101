"""Golden values of Adagrad, made by PyTorch; those of the book's variant are
transcribed from Dive into Deep Learning, section 11.7.5.

    python3 adagrad.py > adagrad.json
"""
import numpy as np
import torch

from problems import both, run, run_torch, write

Adagrad = torch.optim.Adagrad
RUNS = {
    "adagrad": lambda p: Adagrad(p, lr=1.0),
    "adagrad eps .1": lambda p: Adagrad(p, lr=1.0, eps=0.1),
    "adagrad lr decay .3": lambda p: Adagrad(p, lr=1.0, lr_decay=0.3),
    "adagrad decay .3": lambda p: Adagrad(p, lr=1.0, weight_decay=0.3),
    "adagrad initial .5": lambda p: Adagrad(p, lr=1.0, initial_accumulator_value=0.5),
    "adagrad all": lambda p: Adagrad(p, lr=1.0, lr_decay=0.1, weight_decay=0.2, initial_accumulator_value=0.1, eps=0.01),
}


def d2l(eps):
    def make():
        s = None

        def step(t, lr, x, g):
            nonlocal s
            s = s or [np.zeros_like(p) for p in x]
            s = [a + np.square(b) for a, b in zip(s, g)]
            return [p - lr * b / np.sqrt(a + eps) for p, a, b in zip(x, s, g)]

        return step

    return make


write(
    [r for name, make in RUNS.items() for r in both(run_torch, name, make, quadratic_rate=0.1)]
    + both(run, "adagrad d2l", d2l(1e-6), quadratic_rate=0.1)
    + both(run, "adagrad d2l eps .1", d2l(0.1), quadratic_rate=0.1)
)
