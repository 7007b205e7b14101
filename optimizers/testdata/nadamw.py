"""Golden values of NAdamW, transcribed into numpy from the baseline of AlgoPerf
(reference_algorithms/paper_baselines/nadamw/pytorch/submission.py).

    python3 nadamw.py > nadamw.json
"""
import numpy as np

from problems import both, run, write


def nadamw(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m, v = state.get(i, (0 * x, 0 * x))
                x = x * (1 - lr * decay)
                m = beta1 * m + (1 - beta1) * g
                v = beta2 * v + (1 - beta2) * g**2
                state[i] = m, v
                ahead = beta1 * m + (1 - beta1) * g
                denom = np.sqrt(v) / np.sqrt(1 - beta2**t) + eps
                out.append(x - lr / (1 - beta1**t) * ahead / denom)
            return out

        return step

    return make


RUNS = {
    "nadamw": nadamw(),
    "nadamw .7 .9 eps .1 decay .3": nadamw(0.7, 0.9, 0.1, 0.3),
}
write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
