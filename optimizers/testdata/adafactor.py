"""Golden values of Adafactor, transcribed into numpy from Algorithms 4 and 5 of the
paper, with the sums that it has; tensors are matrices of their first dimension.
Momentum averages the steps, as in Tensor2Tensor.

    python3 adafactor.py > adafactor.json
"""
import numpy as np

from problems import both, falling, run, write


def rms(x):
    return np.sqrt((x**2).mean())


def adafactor(power=0.8, eps1=1e-30, eps2=1e-3, clip=1.0, beta1=0.0, decay=0.0, absolute=False):
    def make():
        second, first = {}, {}

        def step(t, lr, xs, gs):
            out = []
            beta2 = 1 - t**-power
            for i, (x, g) in enumerate(zip(xs, gs)):
                if x.ndim > 1:
                    square = (g**2 + eps1).reshape(g.shape[0], -1)
                    r, c = second.get(i, (0.0, 0.0))
                    r = beta2 * r + (1 - beta2) * square.sum(1)
                    c = beta2 * c + (1 - beta2) * square.sum(0)
                    second[i] = r, c
                    v = (np.outer(r, c) / r.sum()).reshape(x.shape)
                else:
                    v = second[i] = beta2 * second.get(i, 0.0) + (1 - beta2) * (g**2 + eps1)
                u = g / np.sqrt(v)
                u = u / max(1, rms(u) / clip)
                rate = lr if absolute else max(eps2, rms(x)) * min(lr, 1 / np.sqrt(t))
                if beta1:
                    u = first[i] = beta1 * first.get(i, 0.0) + (1 - beta1) * rate * u
                else:
                    u = rate * u
                out.append(x - lr * decay * x - u)
            return out

        return step

    return make


RUNS = {
    "adafactor": adafactor(),
    "adafactor .6 eps 1e-3 .5 clip .7 beta1 .8 decay .3": adafactor(0.6, 1e-3, 0.5, 0.7, 0.8, 0.3),
    "adafactor absolute": adafactor(absolute=True),
}
write(
    [r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)]
    + [run(name, "tensors", make(), falling(0.8), shapes=shapes) for name, make in RUNS.items() for shapes in ([[2, 4], [5], []], [[2, 3, 2], [1], []])]
)
