"""Golden values of MARS, transcribed into numpy from the authors' mars.py: type
mars-adamw, is_approx, optimize_1d.

    python3 mars.py > mars.json
"""
import numpy as np

from problems import both, falling, run, write


def mars(beta1=0.95, beta2=0.99, gamma=0.025, eps=1e-8, decay=0.0):
    def make():
        state = {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                m, v, last = state.get(i, (0 * x, 0 * x, 0 * x))
                c = g + gamma * (beta1 / (1 - beta1)) * (g - last)
                norm = np.sqrt((c**2).sum())
                if norm > 1:
                    c = c / norm
                m = beta1 * m + (1 - beta1) * c
                v = beta2 * v + (1 - beta2) * c * c
                state[i] = m, v, g
                denom = (np.sqrt(v) / np.sqrt(1 - beta2**t) + eps) * (1 - beta1**t)
                out.append(x - lr * (decay * x + m / denom))
            return out

        return step

    return make


RUNS = {
    "mars": mars(),
    "mars .7 .9 gamma .5 eps .1 decay .3": mars(0.7, 0.9, 0.5, 0.1, 0.3),
}
write(
    [r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)]
    + [run(name, "tensors", make(), falling(0.3), shapes=[[2, 5], [], [1], [2]]) for name, make in RUNS.items()]
)
