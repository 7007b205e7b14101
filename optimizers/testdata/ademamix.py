"""Golden values of AdEMAMix, transcribed into numpy from the authors' PyTorch code.

    python3 ademamix.py > ademamix.json
"""
import math

import numpy as np

from problems import both, run, write


def half_life(beta):
    return math.log(0.5) / math.log(beta + 1e-8) - 1


def ademamix(beta1=0.9, beta2=0.999, beta3=0.9999, alpha=2.0, eps=1e-8, decay=0.0, alpha_warmup=0, beta3_warmup=0):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            a, b3 = alpha, beta3
            if t < alpha_warmup:
                a = t / alpha_warmup * alpha
            if t < beta3_warmup:
                by = t / beta3_warmup
                b3 = 0.5 ** (1 / ((1 - by) * half_life(beta1) + by * half_life(beta3) + 1))
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m, s, v = state.get(i, (0 * x, 0 * x, 0 * x))
                m = beta1 * m + (1 - beta1) * g
                s = b3 * s + (1 - b3) * g
                v = beta2 * v + (1 - beta2) * g * g
                state[i] = m, s, v
                denom = np.sqrt(v) / math.sqrt(1 - beta2**t) + eps
                out.append(x - lr * ((m / (1 - beta1**t) + a * s) / denom + decay * x))
            return out

        return step

    return make


RUNS = {
    "ademamix": ademamix(),
    "ademamix .7 .9 .95 alpha 5 eps .1 decay .3": ademamix(0.7, 0.9, 0.95, 5, 0.1, 0.3),
    "ademamix warmup 4 7": ademamix(beta3=0.99, alpha=8, alpha_warmup=4, beta3_warmup=7),
    "ademamix without beta1 warmup 3 3": ademamix(beta1=0.0, beta3=0.9, alpha_warmup=3, beta3_warmup=3),
}
write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
