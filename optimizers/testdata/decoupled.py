"""Golden values of decoupled weight decay around momentum (SGDW) and around Adam,
transcribed into numpy: Loshchilov and Hutter (2017), Algorithms 1 and 2, where a
base rate makes the decay follow the schedule's multiplier alone; PyTorch's AdamW
scales it by the rate. Cautious: Chen et al. (2025), Algorithm 1.

    python3 decoupled.py > decoupled.json
"""
import numpy as np

from cautious import adam, momentum
from problems import both, run, write


def decoupled(inner, decay, rate=1.0, careful=False):
    def make():
        update = inner()

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                u = update(i, t, lr, g)
                mask = (u * x >= 0) if careful else 1.0
                out.append(x - u - lr / rate * decay * mask * x)
            return out

        return step

    return make


RUNS = {
    "sgdw decay .3": decoupled(momentum, 0.3),
    "sgdw decay .03 of rate .1": decoupled(momentum, 0.03, 0.1),
    "decoupled adam decay .3": decoupled(adam, 0.3),
    "cautious decay adam .3": decoupled(adam, 0.3, careful=True),
    "cautious decay momentum .03 of rate .1": decoupled(momentum, 0.03, 0.1, True),
}

if __name__ == "__main__":
    write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.1)])
