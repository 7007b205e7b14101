"""Golden values of Rprop: made by PyTorch at constant rates, which alone it
knows; at falling rates transcribed from PyTorch's formula with the step length
kept as a multiple of the rate.

    python3 rprop.py > rprop.json
"""
import numpy as np
import torch

from problems import falling, run, run_torch, write

Rprop = torch.optim.Rprop
SETTINGS = {
    "rprop": dict(etas=(0.5, 1.2), step_sizes=(1e-6, 50)),
    "rprop .3 1.9": dict(etas=(0.3, 1.9), step_sizes=(1e-6, 50)),
    "rprop steps .08 to .13": dict(etas=(0.5, 1.2), step_sizes=(0.08, 0.13)),
}


def scaled(etas, step_sizes):
    s = p = None

    def step(t, lr, x, g):
        nonlocal s, p
        if s is None:
            s = [np.ones_like(a) for a in x]
            p = [np.zeros_like(a) for a in x]
        sign = [np.sign(a * b) for a, b in zip(g, p)]
        factor = [np.where(a > 0, etas[1], np.where(a < 0, etas[0], 1.0)) for a in sign]
        length = [np.clip(lr * a * b, *step_sizes) for a, b in zip(s, factor)]
        s = [a / lr for a in length]
        p = [np.where(a < 0, 0.0, b) for a, b in zip(sign, g)]
        return [a - np.sign(b) * c for a, b, c in zip(x, p, length)]

    return step


write(
    [
        run_torch(name, problem, lambda p: Rprop(p, lr=1.0, **kw), lambda t: 0.1)
        for name, kw in SETTINGS.items()
        for problem in ("quadratic", "wavy")
    ]
    + [run(name, "wavy", scaled(**kw), falling(0.1)) for name, kw in SETTINGS.items()]
)
