"""Golden values of EWA: the momentum of the sta-663 notes, without and with the
correction of the bias, and as the notes print it.

    python3 ewa.py > ewa.json
"""
import numpy as np

from problems import both, run, write


def ewa(beta, divisor, decay=0.0):
    def make():
        m = None

        def step(t, lr, x, g):
            nonlocal m
            m = m or [np.zeros_like(p) for p in x]
            m = [beta * a + (1 - beta) * (b + decay * p) for a, b, p in zip(m, g, x)]
            return [p - lr * (a / divisor(beta, t)) for p, a in zip(x, m)]

        return step

    return make


def none(beta, t):
    return 1


def bias(beta, t):
    return 1 - beta**t


def printed(beta, t):
    return 1 + beta**t


RUNS = {
    "ewa .9": ewa(0.9, none),
    "ewa .9 corrected": ewa(0.9, bias),
    "ewa .9 as printed": ewa(0.9, printed),
    "ewa .6 decay .3": ewa(0.6, none, 0.3),
    "ewa .6 corrected decay .3": ewa(0.6, bias, 0.3),
}

write([r for name, make in RUNS.items() for r in both(run, name, make)])
