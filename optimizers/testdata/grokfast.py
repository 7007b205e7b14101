"""Golden values of Grokfast-EMA around momentum and around Adam, transcribed into
numpy from the authors' gradfilter_ema.

    python3 grokfast.py > grokfast.json
"""
from cautious import adam, momentum
from problems import both, run, write


def grokfast(inner, alpha=0.98, lamb=2.0):
    def make():
        update, slow = inner(), {}

        def step(t, lr, xs, gs):
            out = []
            for i, (x, g) in enumerate(zip(xs, gs)):
                slow[i] = slow.get(i, g) * alpha + g * (1 - alpha)
                out.append(x - update(i, t, lr, g + slow[i] * lamb))
            return out

        return step

    return make


RUNS = {
    "grokfast momentum": grokfast(momentum),
    "grokfast adam .8 .5": grokfast(adam, 0.8, 0.5),
}
write([r for name, make in RUNS.items() for r in both(run, name, make, quadratic_rate=0.02, wavy_rate=0.05)])
