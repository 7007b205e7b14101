"""Golden values of Cautious around momentum and around Adam, transcribed into
numpy from the authors' c_adamw.py: the mask, and its mean of at least 0.001.

    python3 cautious.py > cautious.json
"""
import numpy as np

from problems import both, falling, run, write


def momentum(mu=0.9):
    state = {}

    def update(i, t, lr, g):
        state[i] = mu * state.get(i, 0.0) + g
        return lr * state[i]

    return update


def adam(beta1=0.9, beta2=0.999, eps=1e-8):
    state = {}

    def update(i, t, lr, g):
        m, v = state.get(i, (0.0, 0.0))
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        state[i] = m, v
        return lr / (1 - beta1**t) * m / (np.sqrt(v) / np.sqrt(1 - beta2**t) + eps)

    return update


def cautious(inner):
    def make():
        update = inner()

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                u = update(i, t, lr, g)
                mask = (u * g > 0).astype(float)
                out.append(x - u * mask / max(mask.mean(), 1e-3))
            return out

        return step

    return make


RUNS = {"cautious momentum": cautious(momentum), "cautious adam": cautious(adam)}
if __name__ == "__main__":
    write(
        [r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)]
        + [run(name, "tensors", make(), falling(0.1)) for name, make in RUNS.items()]
    )
