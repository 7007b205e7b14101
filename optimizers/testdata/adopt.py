"""Golden values of ADOPT, transcribed into numpy from Algorithm 2 of the paper
with decoupled weight decay, as in the authors' code.

    python3 adopt.py > adopt.json
"""
import numpy as np

from problems import both, run, write


def adopt(beta1=0.9, beta2=0.9999, eps=1e-6, decay=0.0, bound=lambda n: n**0.25):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                if t == 1:
                    state[i] = 0 * x, g * g
                    out.append(x)
                    continue
                m, v = state[i]
                x = x * (1 - lr * decay)
                h = g / np.maximum(np.sqrt(v), eps)
                m = beta1 * m + (1 - beta1) * np.clip(h, -bound(t - 1), bound(t - 1))
                state[i] = m, beta2 * v + (1 - beta2) * g * g
                out.append(x - lr * m)
            return out

        return step

    return make


RUNS = {
    "adopt": adopt(),
    "adopt .7 .6 eps .1 decay .3": adopt(0.7, 0.6, 0.1, 0.3),
    "adopt unclipped .5 .9": adopt(0.5, 0.9, bound=lambda n: np.inf),
}
write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
