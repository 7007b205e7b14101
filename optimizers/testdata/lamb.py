"""Golden values of LAMB, made by numpy from Algorithm 2 of the paper.

    python3 lamb.py > lamb.json

In the run whose shapes are single elements one of them is zero at the start, and
so has a ratio of 1 at first.
"""
import numpy as np

from problems import falling, run, write


def lamb(beta1=0.9, beta2=0.999, eps=1e-6, decay=0.01):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m, v = state.get(i, (0 * x, 0 * x))
                m = beta1 * m + (1 - beta1) * g
                v = beta2 * v + (1 - beta2) * g**2
                state[i] = m, v
                r = (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps) + decay * x
                size, length = np.linalg.norm(x), np.linalg.norm(r)
                ratio = size / length if size > 0 and length > 0 else 1.0
                out.append(x - lr * ratio * r)
            return out

        return step

    return make


RUNS = {
    "lamb": lamb(),
    "lamb .7 .9 eps .1 decay .3": lamb(0.7, 0.9, 0.1, 0.3),
}

runs = []
for name, make in RUNS.items():
    runs.append(run(name, "quadratic", make(), lambda t: 0.1))
    runs.append(run(name, "tensors", make(), falling(0.1)))
    runs.append(run(name, "wavy", make(), falling(0.1), shapes=[[1], [1], [1], [1], [3]]))
write(runs)
