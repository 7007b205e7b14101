"""Golden rates: PyTorch 1.13 (Debian's python3-torch), and the formulas of MXNet, the book and papers.

    python3 golden.py > golden.json

A table named "torch …" or "paper …" has one rate per update, from update 0. "mxnet … of n" has MXNet's rates for
num_update n = 0, 1, …, as the book plots them; "mxnet … in training" those of the updates 0, 1, …, for which MXNet's
trainer asks with n = 1, 2, …. "book …" is the book's own programs (Dive into Deep Learning, 11.4 and 11.11).
"""
import json
import math
import warnings
import torch

warnings.simplefilter("ignore")
O, S = torch.optim, torch.optim.lr_scheduler


def rates(make, n, lr):
    p = torch.zeros(1, requires_grad=True)
    o = O.SGD([p], lr=lr)
    s = make(o)
    out = []
    for _ in range(n):
        out.append(o.param_groups[0]["lr"])
        o.step()
        s.step()
    return out


class MXNet:
    """lr_scheduler.LRScheduler of MXNet 1.5 to 1.9, with its warmup; decay(n) is the rest of __call__."""

    def __init__(self, base_lr, warmup_steps=0, warmup_begin_lr=0.0, warmup_mode="linear"):
        self.base_lr = self.warmup_final_lr = self.base_lr_orig = base_lr
        self.warmup_steps, self.warmup_begin_lr, self.warmup_mode = warmup_steps, warmup_begin_lr, warmup_mode

    def __call__(self, n):
        if n < self.warmup_steps:
            if self.warmup_mode == "constant":
                return self.warmup_begin_lr
            return self.warmup_begin_lr + (self.warmup_final_lr - self.warmup_begin_lr) * n / self.warmup_steps
        return self.decay(n)


class Factor(MXNet):
    def __init__(self, step, factor, stop_factor_lr, base_lr, **warmup):
        super().__init__(base_lr, **warmup)
        self.step, self.factor, self.stop, self.count = step, factor, stop_factor_lr, 0

    def decay(self, n):
        while n > self.count + self.step:
            self.count += self.step
            self.base_lr *= self.factor
            if self.base_lr < self.stop:
                self.base_lr = self.stop
        return self.base_lr


class MultiFactor(MXNet):
    def __init__(self, step, factor, base_lr, **warmup):
        super().__init__(base_lr, **warmup)
        self.step, self.factor, self.index = step, factor, 0

    def decay(self, n):
        while self.index < len(self.step) and n > self.step[self.index]:
            self.index += 1
            self.base_lr *= self.factor
        return self.base_lr


class Poly(MXNet):
    def __init__(self, max_update, base_lr, pwr=2, final_lr=0.0, **warmup):
        super().__init__(base_lr, **warmup)
        self.max_update, self.power, self.final_lr = max_update, pwr, final_lr
        self.max_steps = max_update - self.warmup_steps

    def shape(self, done):
        return pow(1 - done, self.power)

    def decay(self, n):
        if n <= self.max_update:
            done = (n - self.warmup_steps) / self.max_steps
            self.base_lr = self.final_lr + (self.base_lr_orig - self.final_lr) * self.shape(done)
        return self.base_lr


class Cosine(Poly):
    def shape(self, done):
        return (1 + math.cos(math.pi * done)) / 2


class BookFactor:
    """The FactorScheduler that the book writes itself."""

    def __init__(self, factor, stop_factor_lr, base_lr):
        self.factor, self.stop_factor_lr, self.base_lr = factor, stop_factor_lr, base_lr

    def __call__(self, _):
        self.base_lr = max(self.stop_factor_lr, self.base_lr * self.factor)
        return self.base_lr


def book_decay(f, n):
    """11.4 counts its own calls: ctr is 1 before the first one, which adds 1."""
    return [f(ctr) for ctr in range(2, n + 2)]


def cyclic(**k):
    return lambda o: S.CyclicLR(o, cycle_momentum=False, **k)


def onecycle(**k):
    return lambda o: S.OneCycleLR(o, cycle_momentum=False, **k)


G = {
    "torch constant .3": rates(lambda o: S.LambdaLR(o, lambda _: 1.0), 10, 0.3),
    "torch cosine .3 to .01 in 20": rates(lambda o: S.CosineAnnealingLR(o, 20, 0.01), 21, 0.3),
    "torch linear 5 from .25 of .3, then cosine to .01 in 15": rates(
        lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.25, 1.0, 5), S.CosineAnnealingLR(o, 15, 0.01)], [5]), 21, 0.3),
    "torch StepLR 10 .5 of 1": rates(lambda o: S.StepLR(o, 10, 0.5), 52, 1.0),
    "torch StepLR 3 .9 of .2": rates(lambda o: S.StepLR(o, 3, 0.9), 200, 0.2),
    "torch StepLR 4 1.5 of .2": rates(lambda o: S.StepLR(o, 4, 1.5), 20, 0.2),
    "torch MultiStepLR 15,30 .5 of .5": rates(lambda o: S.MultiStepLR(o, [15, 30], 0.5), 40, 0.5),
    "torch MultiStepLR 1,2,7 .1 of 3": rates(lambda o: S.MultiStepLR(o, [1, 2, 7], 0.1), 10, 3.0),
    "torch ExponentialLR .9 of .3": rates(lambda o: S.ExponentialLR(o, 0.9), 200, 0.3),
    "torch ExponentialLR 1.1 of .001": rates(lambda o: S.ExponentialLR(o, 1.1), 100, 0.001),
    "torch LinearLR third to 1 in 5 of .3": rates(lambda o: S.LinearLR(o), 12, 0.3),
    "torch LinearLR 1 to .1 in 8 of .3": rates(lambda o: S.LinearLR(o, 1.0, 0.1, 8), 12, 0.3),
    "torch PolynomialLR 10 power 2 of .3": rates(lambda o: S.PolynomialLR(o, 10, 2.0), 14, 0.3),
    "torch PolynomialLR 4 power 1 of .001": rates(lambda o: S.PolynomialLR(o, 4, 1.0), 7, 0.001),
    "torch restarts 10 x1 to .01 of .3": rates(lambda o: S.CosineAnnealingWarmRestarts(o, 10, 1, 0.01), 45, 0.3),
    "torch restarts 5 x2 to .01 of .3": rates(lambda o: S.CosineAnnealingWarmRestarts(o, 5, 2, 0.01), 100, 0.3),
    "torch restarts 2 x3 to 0 of .3": rates(lambda o: S.CosineAnnealingWarmRestarts(o, 2, 3), 100, 0.3),
    "torch OneCycleLR 12 of 1": rates(onecycle(max_lr=1.0, total_steps=12), 12, 1.0),
    "torch OneCycleLR 100 of .4": rates(onecycle(max_lr=0.4, total_steps=100), 100, 1.0),
    "torch OneCycleLR 33 linear of .4": rates(onecycle(
        max_lr=0.4, total_steps=33, pct_start=0.4, anneal_strategy="linear", div_factor=10.0, final_div_factor=50.0), 33, 1.0),
    "torch OneCycleLR 40 three phases of .4": rates(onecycle(max_lr=0.4, total_steps=40, three_phase=True), 40, 1.0),
    "torch OneCycleLR 37 three phases linear of .4": rates(onecycle(
        max_lr=0.4, total_steps=37, pct_start=0.45, anneal_strategy="linear", div_factor=4.0, final_div_factor=0.5, three_phase=True),
        37, 1.0),
    "torch CyclicLR triangular .1 to .5 in 4": rates(cyclic(base_lr=0.1, max_lr=0.5, step_size_up=4), 50, 0.1),
    "torch CyclicLR triangular .1 to .5 in 4, 7": rates(cyclic(base_lr=0.1, max_lr=0.5, step_size_up=4, step_size_down=7), 50, 0.1),
    "torch CyclicLR triangular2 .1 to .5 in 4, 3": rates(
        cyclic(base_lr=0.1, max_lr=0.5, step_size_up=4, step_size_down=3, mode="triangular2"), 50, 0.1),
    "torch CyclicLR exp_range .1 to .5 in 5, .97": rates(
        cyclic(base_lr=0.1, max_lr=0.5, step_size_up=5, mode="exp_range", gamma=0.97), 50, 0.1),
    "torch ConstantLR third, 5 of .3": rates(lambda o: S.ConstantLR(o), 10, 0.3),
    "torch sequential constant, exponential, steps": rates(lambda o: S.SequentialLR(
        o, [S.ConstantLR(o, 0.1, 9), S.ExponentialLR(o, 0.9), S.StepLR(o, 3, 0.5)], [4, 10]), 30, 0.3),
    "torch chained constant, exponential": rates(
        lambda o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)]), 20, 1.0),
    "torch chained linear, milestones, cosine": rates(lambda o: S.ChainedScheduler(
        [S.LinearLR(o, 0.25, 1.0, 4), S.MultiStepLR(o, [6, 11], 0.3), S.CosineAnnealingLR(o, 20)]), 20, 0.3),
    "torch by epoch of 7, exponential .9 of .3": [r for r in rates(lambda o: S.ExponentialLR(o, 0.9), 6, 0.3) for _ in range(7)],
    "paper Noam 2, 64, 20": rates(lambda o: S.LambdaLR(
        o, lambda e: 2 * 64**-0.5 * min((e + 1)**-0.5, (e + 1) * 20**-1.5)), 100, 1.0),
    "paper Noam 1, 512, 4000": rates(lambda o: S.LambdaLR(
        o, lambda e: 512**-0.5 * min((e + 1)**-0.5, (e + 1) * 4000**-1.5)), 10, 1.0),
    "annotated Noam 2, 64, 20": rates(lambda o: S.LambdaLR(
        o, lambda e: 2 * 64**-0.5 * min(max(e, 1)**-0.5, max(e, 1) * 20**-1.5)), 50, 1.0),
    "paper fairseq inverse_sqrt .3, 10 from .05": rates(lambda o: S.LambdaLR(
        o, lambda e: 0.05 + (0.3 - 0.05) * e / 10 if e < 10 else 0.3 * 10**0.5 * e**-0.5), 50, 1.0),
    "keras InverseTimeDecay .3, 10, .5": [0.3 / (1 + 0.5 * t / 10) for t in range(50)],
    "keras InverseTimeDecay .3, 10, .5 staircase": [0.3 / (1 + 0.5 * math.floor(t / 10)) for t in range(50)],
    "trapezoid .01, .3, .02 in 4, 5, 6": [
        0.01 + 0.29 * t / 4 if t < 4 else 0.3 if t <= 9 else 0.3 - 0.28 * (t - 9) / 6 if t <= 15 else 0.02 for t in range(20)],
    "book SquareRootScheduler 1 of n": [1.0 * pow(n + 1.0, -0.5) for n in range(50)],
    "book SquareRootScheduler 1 in training": [1.0 * pow(n + 1.0, -0.5) for n in range(1, 51)],
    "book FactorScheduler .9, .01 of 2": [f(t) for f in [BookFactor(0.9, 1e-2, 2.0)] for t in range(70)],
    "book exponential": [math.exp(-0.1 * t) for t in range(200)],
    "book exponential, counted from 2": book_decay(lambda ctr: math.exp(-0.1 * ctr), 50),
    "book polynomial": [(1 + 0.1 * t)**-0.5 for t in range(50)],
    "book polynomial, counted from 2": book_decay(lambda ctr: (1 + 0.1 * ctr)**-0.5, 50),
}

MXNETS = {
    "factor 5 .7 stop .05 of .3": lambda: Factor(5, 0.7, 0.05, 0.3),
    "factor 5 .7 stop .05 of .3, warmup 4 from .1": lambda: Factor(5, 0.7, 0.05, 0.3, warmup_steps=4, warmup_begin_lr=0.1),
    "factor 5 .7 stop .05 of .3, warmup 12 from .1": lambda: Factor(5, 0.7, 0.05, 0.3, warmup_steps=12, warmup_begin_lr=0.1),
    "factor 5 .7 stop .05 of .3, warmup 4 constant .1": lambda: Factor(
        5, 0.7, 0.05, 0.3, warmup_steps=4, warmup_begin_lr=0.1, warmup_mode="constant"),
    "multifactor 15,30 .5 of .5": lambda: MultiFactor([15, 30], 0.5, 0.5),
    "multifactor 15,30 .5 of .5, warmup 5": lambda: MultiFactor([15, 30], 0.5, 0.5, warmup_steps=5),
    "multifactor 15,30 .5 of .5, warmup 5 constant .1": lambda: MultiFactor(
        [15, 30], 0.5, 0.5, warmup_steps=5, warmup_begin_lr=0.1, warmup_mode="constant"),
    "poly 40 of .5": lambda: Poly(40, 0.5),
    "poly 40 power 1.5 to .01 of .5, warmup 5 from .1": lambda: Poly(40, 0.5, 1.5, 0.01, warmup_steps=5, warmup_begin_lr=0.1),
    "poly 40 power 1.5 to .01 of .5, warmup 5 constant .1": lambda: Poly(
        40, 0.5, 1.5, 0.01, warmup_steps=5, warmup_begin_lr=0.1, warmup_mode="constant"),
    "cosine 40 to .01 of .5": lambda: Cosine(40, 0.5, final_lr=0.01),
    "cosine 40 to .01 of .5, warmup 5": lambda: Cosine(40, 0.5, final_lr=0.01, warmup_steps=5),
    "cosine 40 to .01 of .5, warmup 5 constant .1": lambda: Cosine(
        40, 0.5, final_lr=0.01, warmup_steps=5, warmup_begin_lr=0.1, warmup_mode="constant"),
    "cosine 20 to .01 of .3, warmup 5": lambda: Cosine(20, 0.3, final_lr=0.01, warmup_steps=5),
}
for name, make in MXNETS.items():
    s = make()
    G["mxnet " + name + " of n"] = [s(n) for n in range(60)]
    s = make()
    G["mxnet " + name + " in training"] = [s(n) for n in range(1, 61)]

# Values written down from another run, which this one has to repeat.
RECORDED = {
    "torch StepLR 10 .5 of 1": [1.0] * 10 + [0.5] * 10 + [0.25] * 2,
    "torch MultiStepLR 15,30 .5 of .5": [0.5] * 15 + [0.25] * 15 + [0.125] * 3,
    "torch OneCycleLR 12 of 1": [
        0.040000000000000036, 0.3497896542195831, 0.8792851591221287, 0.9944154354509117, 0.9330129698414117, 0.811745653949763,
        0.6473789976951033, 0.46263710266697505, 0.28306099820869923, 0.1334775301888306, 0.03456698742539522],
    "torch cosine .3 to .01 in 20": [
        0.3, 0.29821480938629497, 0.29290319486279726, 0.2841959460073133, 0.27230746418436735, 0.25753048327204936,
        0.24022886158240858, 0.22082862246223425, 0.19980746418436737, 0.1776829974308335, 0.155, 0.13231700256916656,
        0.11019253581563264, 0.08917137753776572, 0.06977113841759142, 0.05246951672795062, 0.03769253581563264,
        0.02580405399268667, 0.017096805137202735, 0.011785190613705039, 0.01],
}
for name, want in RECORDED.items():
    for got, value in zip(G[name], want):
        assert math.isclose(got, value, rel_tol=1e-13), name

print("{\n" + ",\n".join(" %s: %s" % (json.dumps(k), json.dumps(v)) for k, v in G.items()) + "\n}")
