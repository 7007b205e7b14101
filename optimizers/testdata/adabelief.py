"""Golden values of AdaBelief, transcribed into numpy from Algorithm 2 of the paper
with decoupled weight decay, which is adabelief-pytorch 0.2 with rectify=False.

    python3 adabelief.py > adabelief.json
"""
import numpy as np

from problems import both, run, write


def adabelief(beta1=0.9, beta2=0.999, eps=1e-16, decay=0.0):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m, s = state.get(i, (0 * x, 0 * x))
                x = x * (1 - lr * decay)
                m = beta1 * m + (1 - beta1) * g
                s = beta2 * s + (1 - beta2) * (g - m) ** 2 + eps
                state[i] = m, s
                denom = np.sqrt(s) / np.sqrt(1 - beta2**t) + eps
                out.append(x - lr / (1 - beta1**t) * m / denom)
            return out

        return step

    return make


RUNS = {
    "adabelief": adabelief(),
    "adabelief .7 .9 eps .1 decay .3": adabelief(0.7, 0.9, 0.1, 0.3),
}
write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
