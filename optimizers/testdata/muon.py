"""Golden values of Muon, from its author's formula in numpy, with the products
of matrices by numpy too.

    python3 muon.py > muon.json
"""
import numpy as np

from problems import falling, run, write


def rectangle(rows, columns):
    return np.sqrt(max(1, rows / columns))


def rms(rows, columns):
    """Liu et al. (2025), and PyTorch's match_rms_adamw."""
    return 0.2 * np.sqrt(max(rows, columns))


def spectral(rows, columns):
    """Bernstein (2025)."""
    return np.sqrt(rows / columns)


def orthogonal(u, steps=5):
    x = u / (np.sqrt((u**2).sum()) + 1e-7)
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    for _ in range(steps):
        a = x @ x.T
        x = 3.4445 * x + (-4.7750 * a + 2.0315 * a @ a) @ x
    return x.T if tall else x


def muon(momentum=0.95, nesterov=True, decay=0.0, steps=5, scale=rectangle):
    buffers = {}

    def step(t, lr, x, g):
        out = []
        for i, (p, d) in enumerate(zip(x, g)):
            p, d, shape = p.reshape(p.shape[0], -1), d.reshape(d.shape[0], -1), p.shape
            buffers[i] = momentum * buffers.get(i, 0.0) + d
            u = d + momentum * buffers[i] if nesterov else buffers[i]
            rows, columns = p.shape
            p = (1 - lr * decay) * p - lr * scale(rows, columns) * orthogonal(u, steps)
            out.append(p.reshape(shape))
        return out

    return step


SHAPES = [[[2, 4], [3, 2]], [[4, 1, 2], [2, 3]], [[7, 2]], [[1, 14]]]
RUNS = {
    "muon": {},
    "muon momentum .8 without nesterov": {"momentum": 0.8, "nesterov": False},
    "muon decay .5": {"decay": 0.5},
    "muon 3 steps without momentum": {"momentum": 0.0, "nesterov": False, "steps": 3},
    "muon rms": {"scale": rms},
    "muon spectral": {"scale": spectral},
}
if __name__ == "__main__":
    write([run(name, "tensors", muon(**kwargs), falling(0.05), shapes=shapes) for name, kwargs in RUNS.items() for shapes in SHAPES])
