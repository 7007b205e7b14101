"""Golden values of Lion, made by numpy from Algorithm 2 of the paper.

    python3 lion.py > lion.json
"""
import numpy as np

from problems import both, run, write


def lion(beta1=0.9, beta2=0.99, decay=0.0):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m = state.get(i, 0 * x)
                c = beta1 * m + (1 - beta1) * g
                state[i] = beta2 * m + (1 - beta2) * g
                out.append(x - lr * (np.sign(c) + decay * x))
            return out

        return step

    return make


RUNS = {
    "lion": lion(),
    "lion .5 .8 decay .3": lion(0.5, 0.8, 0.3),
}

write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
