"""Golden values of Yogi, made by numpy from section 11.10 of the book.

    python3 yogi.py > yogi.json
"""
import numpy as np

from problems import both, run, write


def yogi(beta1=0.9, beta2=0.999, eps=1e-3, decay=0.0):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                v, s = state.get(i, (0 * x, 0 * x))
                g = g + decay * x
                v = beta1 * v + (1 - beta1) * g
                s = s + (1 - beta2) * np.sign(np.square(g) - s) * np.square(g)
                state[i] = v, s
                out.append(x - lr * (v / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + eps))
            return out

        return step

    return make


RUNS = {
    "yogi": yogi(),
    "yogi .7 .6 eps .1 decay .3": yogi(0.7, 0.6, 0.1, 0.3),
}

write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
