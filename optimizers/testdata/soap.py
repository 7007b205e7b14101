"""Golden values of SOAP, transcribed into numpy from the authors' soap.py. The
gradients make every matrix nonsingular, since the basis of a null space is
anybody's choice, and the first one is of another point, since that of the second
step would be diagonal in its basis but for rounding.

    python3 soap.py > soap.json
"""
import numpy as np

from problems import falling, run, write
from shampoo import along, gram


def soap(beta1=0.95, beta2=0.95, beta3=0.95, eps=1e-8, decay=0.01, interval=10, max_dim=10000):
    state = {}

    def project(x, bases, back=False):
        for i, q in bases.items():
            x = along(x, q if back else q.T, i)
        return x

    def step(t, lr, xs, gs):
        out, t = [], t - 1
        for p, (x, g) in enumerate(zip(xs, gs)):
            based = [i for i, d in enumerate(g.shape) if d <= max_dim and g.ndim > 1]
            if t == 0:
                h = {i: (1 - beta3) * gram(g, i) for i in based}
                q = {i: np.linalg.eigh(h[i] + 1e-30 * np.eye(len(h[i])))[1][:, ::-1] for i in based}
                state[p] = 0 * x, 0 * x, h, q
                out.append(x)
                continue
            m, v, h, q = state[p]
            r = project(g, q)
            m = beta1 * m + (1 - beta1) * r
            v = beta2 * v + (1 - beta2) * r**2
            rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
            x = x - rate * project(m / (np.sqrt(v) + eps), q, back=True)
            x = x - lr * decay * x
            out.append(x)
            h = {i: beta3 * h[i] + (1 - beta3) * gram(g, i) for i in based}
            if t % interval == 0:
                m = project(m, q, back=True)
                for i in based:
                    order = np.argsort(-np.diag(q[i].T @ h[i] @ q[i]), kind="stable")
                    v = np.take(v, order, axis=i)
                    q[i] = np.linalg.qr(h[i] @ q[i][:, order])[0]
                m = project(m, q)
            state[p] = m, v, h, q
        return out

    return step


RUNS = {
    "soap": ({}, [[[3, 3], [2, 2], [1]], [[2, 2, 2], [6]]]),
    "soap .8 .7 .6 eps .01 decay .3 each 2": (
        {"beta1": 0.8, "beta2": 0.7, "beta3": 0.6, "eps": 1e-2, "decay": 0.3, "interval": 2},
        [[[3, 3], [2, 2], []], [[2, 2, 2], [6]]],
    ),
    "soap up to 2 each 1": ({"interval": 1, "max_dim": 2}, [[[7, 2]], [[2, 4], [3, 2]], [[2, 2, 3], [2]]]),
}
write([run(name, "tensors", soap(**kwargs), falling(0.05), shapes=s, at=lambda t, x: x + (0.4 if t == 1 else 0.0)) for name, (kwargs, shapes) in RUNS.items() for s in shapes])
