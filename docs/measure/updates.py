#!/usr/bin/python3
"""Time the updates of optimizers in PyTorch, and print the fastest of each as JSON.

    /usr/bin/python3 docs/measure/updates.py --setting 2 --tensors 1 Adam SGD+momentum

docs/measure runs this alternately with the benchmark of package optimizers. An update is one step of ten million
parameters, in one tensor or in a hundred, with gradients that stay in memory; Muon has one matrix of 1000 by 1000. Each
optimizer runs with foreach and with a loop over the parameters. The rules of OWN are not in PyTorch 1.13: they are written
here in its operations, in place where that is faster, as a loop; LAMB and Lion in both ways.

It prints {"peer": version, "ns": {"Adam": {"foreach": ns for each parameter, "loop": …}, …}}.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "pytorch"))
from lenet import SETTINGS  # noqa: E402: threads and OpenMP's variables

STOCK = {
    "SGD": ("SGD", {}),
    "SGD+momentum": ("SGD", {"momentum": 0.9}),
    "SGD+nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "Adam": ("Adam", {}),
    "AdamW": ("AdamW", {}),
    "Adamax": ("Adamax", {}),
    "NAdam": ("NAdam", {}),
    "RAdam": ("RAdam", {}),
    "RMSProp": ("RMSprop", {}),
    "Adagrad": ("Adagrad", {}),
    "Adadelta": ("Adadelta", {}),
    "Rprop": ("Rprop", {}),
}
# The rules that are not in PyTorch, with the number of their slots.
OWN = {"LAMB": 2, "Lion": 1, "Yogi": 2, "AdaBelief": 2, "NAdamW": 2, "ADOPT": 2, "AdEMAMix": 3, "Adan": 4, "MARS": 3, "ScheduleFreeSGD": 1, "ScheduleFreeAdamW": 2, "Muon": 1}
LR = 1e-9
MEAN, ROOT = 0.5, 0.7  # the corrections of averages: their values do not matter here


def lion(torch, foreach):
    def loop(x, g, m):
        for x, g, m in zip(x, g, m):
            d = torch.lerp(g, m, 0.9).sign_()
            x.add_(d, alpha=-LR)
            m.lerp_(g, 0.01)

    def each(x, g, m):
        d = torch._foreach_mul(m, 0.9)
        torch._foreach_add_(d, g, alpha=0.1)
        for t in d:
            t.sign_()
        torch._foreach_add_(x, d, alpha=-LR)
        torch._foreach_mul_(m, 0.99)
        torch._foreach_add_(m, g, alpha=0.01)

    return each if foreach else loop


def lamb(torch, foreach):
    def loop(x, g, m, v):
        for x, g, m, v in zip(x, g, m, v):
            m.lerp_(g, 0.1)
            v.mul_(0.999).addcmul_(g, g, value=0.001)
            d = m.mul(1 / MEAN).div_(v.sqrt().mul_(1 / ROOT).add_(1e-6)).add_(x, alpha=0.01)
            x.add_(d, alpha=-LR * float(x.norm()) / max(float(d.norm()), 1e-30))

    def each(x, g, m, v):
        torch._foreach_mul_(m, 0.9)
        torch._foreach_add_(m, g, alpha=0.1)
        torch._foreach_mul_(v, 0.999)
        torch._foreach_addcmul_(v, g, g, 0.001)
        r = torch._foreach_sqrt(v)
        torch._foreach_mul_(r, 1 / ROOT)
        torch._foreach_add_(r, 1e-6)
        d = torch._foreach_mul(m, 1 / MEAN)
        torch._foreach_div_(d, r)
        torch._foreach_add_(d, x, alpha=0.01)
        for t, n, w in zip(d, torch._foreach_norm(d), torch._foreach_norm(x)):
            t.mul_(w / n.clamp_min(1e-30))
        torch._foreach_add_(x, d, alpha=-LR)

    return each if foreach else loop


def muon(torch, foreach):
    a, b, c = 3.4445, -4.7750, 2.0315

    def loop(x, g, m):
        for x, g, m in zip(x, g, m):
            m.mul_(0.95).add_(g)
            u = g.add(m, alpha=0.95)
            u.div_(u.norm() + 1e-7)
            for _ in range(5):
                s = u @ u.T
                u = torch.addmm(u, torch.addmm(s, s, s, beta=b, alpha=c), u, beta=a)
            x.add_(u, alpha=-LR)

    return loop


def adam_step(x, d, v, eps=1e-8):
    """Move x by −lr·d/(√v + ε), with the corrections of both averages."""
    x.addcdiv_(d, v.sqrt().mul_(1 / ROOT).add_(eps), value=-LR / MEAN)


def yogi(x, g, m, v):
    m.lerp_(g, 0.1)
    square = g * g
    v.addcmul_(square, (v - square).sign_(), value=-0.001)
    adam_step(x, m, v, 1e-3)


def adabelief(x, g, m, s):
    m.lerp_(g, 0.1)
    d = g - m
    s.mul_(0.999).addcmul_(d, d, value=0.001).add_(1e-16)
    adam_step(x, m, s, 1e-16)


def nadamw(x, g, m, v):
    x.mul_(1 - LR * 0.01)
    m.lerp_(g, 0.1)
    v.mul_(0.999).addcmul_(g, g, value=0.001)
    adam_step(x, m.lerp(g, 0.1), v)


def adopt(x, g, m, v):
    m.lerp_(v.sqrt().clamp_min_(1e-6).reciprocal_().mul_(g).clamp_(-2, 2), 0.1)
    x.add_(m, alpha=-LR)
    v.mul_(0.9999).addcmul_(g, g, value=0.0001)


def ademamix(x, g, m, s, v):
    m.lerp_(g, 0.1)
    s.lerp_(g, 0.0001)
    v.mul_(0.999).addcmul_(g, g, value=0.001)
    adam_step(x, m.add(s, alpha=2 * MEAN), v)


def adan(x, g, m, d, n, past):
    past.add_(g)  # as in the authors' code: the change, and then what is squared
    m.lerp_(g, 0.02)
    d.lerp_(past, 0.08)
    past.mul_(0.92).add_(g)
    n.mul_(0.99).addcmul_(past, past, value=0.01)
    root = n.sqrt().mul_(1 / ROOT).add_(1e-8)
    x.addcdiv_(m, root, value=-LR).addcdiv_(d, root, value=-LR)
    past.copy_(g).neg_()


def mars(x, g, m, v, last):
    c = g.lerp(last, -0.475)  # g + γ·β1/(1−β1)·(g − last)
    last.copy_(g)
    norm = c.norm()
    if norm > 1:
        c.div_(norm)
    m.lerp_(c, 0.05)
    v.mul_(0.99).addcmul_(c, c, value=0.01)
    adam_step(x, m, v)


def schedule_free_sgd(y, g, z):
    y.lerp_(z, 0.01).add_(g, alpha=-LR)
    z.add_(g, alpha=-LR)


def schedule_free_adamw(y, g, z, v):
    v.mul_(0.999).addcmul_(g, g, value=0.001)
    schedule_free_sgd(y, g / v.sqrt().add_(1e-8), z)


ELEMENTWISE = {
    "Yogi": yogi, "AdaBelief": adabelief, "NAdamW": nadamw, "ADOPT": adopt, "AdEMAMix": ademamix, "Adan": adan, "MARS": mars,
    "ScheduleFreeSGD": schedule_free_sgd, "ScheduleFreeAdamW": schedule_free_adamw,
}


def stepper(torch, name, tensors, foreach):
    size = 10_000_000 // tensors
    shapes = [(1000, 1000)] if name == "Muon" else [(size,)] * tensors
    x = [torch.randn(s) for s in shapes]
    for t in x:
        t.grad = torch.randn_like(t)
    if name in STOCK:
        kind, settings = STOCK[name]
        return getattr(torch.optim, kind)(x, lr=LR, foreach=foreach, **settings).step
    state = [[torch.zeros_like(t) for t in x] for _ in range(OWN[name])]
    g = [t.grad for t in x]
    if name in ELEMENTWISE:
        f = ELEMENTWISE[name]
        return lambda: [f(*tensors) for tensors in zip(x, g, *state)]
    f = {"LAMB": lamb, "Lion": lion, "Muon": muon}[name](torch, foreach)
    return lambda: f(x, g, *state)


def measure(a):
    import torch

    torch.set_num_threads(SETTINGS[a.setting][0])
    torch.manual_seed(1)
    all = {}
    with torch.no_grad():
        for name in a.rules or [*STOCK, *OWN]:
            n = 1_000_000 if name == "Muon" else 10_000_000
            all[name] = {}
            for how in ("foreach", "loop")[name in ELEMENTWISE :]:
                step = stepper(torch, name, a.tensors, how == "foreach")
                for _ in range(7):  # RAdam begins to divide
                    step()
                best, count, end = float("inf"), 0, time.perf_counter() + a.seconds
                while count < 3 or time.perf_counter() < end:
                    start = time.perf_counter()
                    step()
                    best, count = min(best, time.perf_counter() - start), count + 1
                all[name][how] = best * 1e9 / n
    return {"peer": "pytorch " + torch.__version__, "ns": all}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("rules", nargs="*", choices=[[], *STOCK, *OWN], metavar="RULE", help="rules to time (default: all)")
    p.add_argument("--setting", choices=list(SETTINGS), default="2", help="threads (default 2); examples/pytorch/lenet.py explains them")
    p.add_argument("--tensors", type=int, default=1, help="tensors that share the ten million parameters (default 1)")
    p.add_argument("--seconds", type=float, default=1, help="time to repeat an update for (default 1)")
    p.add_argument("--here", action="store_true", help="in this process (for this program's own use)")
    a = p.parse_args()
    if a.here:
        print(json.dumps(measure(a)))
        return
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "KMP_", "MKL_", "GOMP_"))}
    sys.exit(subprocess.run([sys.executable, __file__, "--here", *sys.argv[1:]], env={**environment, **SETTINGS[a.setting][1]}).returncode)


if __name__ == "__main__":
    main()
