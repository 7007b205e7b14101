"""Golden values of Adam and AMSGrad, made by PyTorch, and of the form with ε̂
(MXNet's optimizer_op-inl.h with the rate of optimizer/adam.py; Keras), made by numpy.

    python3 adam.py > adam.json
"""
import numpy as np
import torch

from problems import both, run, run_torch, write

Adam = torch.optim.Adam
RUNS = {
    "adam": lambda p: Adam(p),
    "adam eps 1e-6": lambda p: Adam(p, eps=1e-6),
    "adam .7 .9 eps .1 decay .3": lambda p: Adam(p, betas=(0.7, 0.9), eps=0.1, weight_decay=0.3),
    "adam amsgrad": lambda p: Adam(p, amsgrad=True),
    "adam amsgrad .8 .6 eps .01 decay .1": lambda p: Adam(p, betas=(0.8, 0.6), eps=0.01, weight_decay=0.1, amsgrad=True),
}


def hat(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.0, amsgrad=False):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m, v, top = state.get(i, (0 * x, 0 * x, 0 * x))
                g = g + decay * x
                m = beta1 * m + (1 - beta1) * g
                v = beta2 * v + (1 - beta2) * g**2
                top = np.maximum(top, v)
                state[i] = m, v, top
                rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
                out.append(x - rate * m / (np.sqrt(top if amsgrad else v) + eps))
            return out

        return step

    return make


HAT = {
    "adam hat": hat(),
    "adam hat .7 .9 eps .1 decay .3": hat(0.7, 0.9, 0.1, 0.3),
    "adam hat amsgrad .8 .6 eps .01": hat(0.8, 0.6, 0.01, amsgrad=True),
}

write(
    [r for name, make in RUNS.items() for r in both(run_torch, name, make, quadratic_rate=0.1)]
    + [r for name, make in HAT.items() for r in both(run, name, make, quadratic_rate=0.1)]
)
