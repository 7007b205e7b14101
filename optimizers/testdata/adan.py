"""Golden values of Adan, transcribed into numpy from the authors' adan.py without
its clipping.

    python3 adan.py > adan.json
"""
import numpy as np

from problems import both, run, write


def adan(beta1=0.98, beta2=0.92, beta3=0.99, eps=1e-8, decay=0.0, no_prox=False):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m, d, n, past = state.get(i, (0 * x, 0 * x, 0 * x, g))
                diff = g - past
                m = beta1 * m + (1 - beta1) * g
                d = beta2 * d + (1 - beta2) * diff
                n = beta3 * n + (1 - beta3) * (g + beta2 * diff) ** 2
                state[i] = m, d, n, g
                denom = np.sqrt(n) / np.sqrt(1 - beta3**t) + eps
                if no_prox:
                    x = x * (1 - lr * decay)
                x = x - lr / (1 - beta1**t) * m / denom - lr * beta2 / (1 - beta2**t) * d / denom
                if not no_prox:
                    x = x / (1 + lr * decay)
                out.append(x)
            return out

        return step

    return make


RUNS = {
    "adan": adan(),
    "adan .7 .8 .9 eps .1 decay .3": adan(0.7, 0.8, 0.9, 0.1, 0.3),
    "adan .9 .5 .6 decay .3 no prox": adan(0.9, 0.5, 0.6, decay=0.3, no_prox=True),
}
write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
