"""Golden rates, one per update: PyTorch 1.13 (Debian's python3-torch), and MXNet's formulas.

    python3 golden.py > golden.json
"""
import json
import math
import torch

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


def mxnet_cosine(n, warmup=5, total=20, base=0.3, final=0.01, begin=0.0):
    """lr_scheduler.CosineScheduler(max_update, base_lr, final_lr, warmup_steps, warmup_begin_lr), asked for num_update n."""
    if n < warmup:
        return begin + (base - begin) * n / warmup
    if n <= total:
        return final + (base - final) * (1 + math.cos(math.pi * (n - warmup) / (total - warmup))) / 2
    return final


print(json.dumps({
    "torch constant .3": rates(lambda o: S.LambdaLR(o, lambda _: 1.0), 10, 0.3),
    "torch cosine .3 to .01 in 20": rates(lambda o: S.CosineAnnealingLR(o, 20, 0.01), 21, 0.3),
    "torch linear 5 from .25 of .3, then cosine to .01 in 15": rates(
        lambda o: S.SequentialLR(o, [S.LinearLR(o, 0.25, 1.0, 5), S.CosineAnnealingLR(o, 15, 0.01)], [5]), 21, 0.3),
    "mxnet cosine .3 to .01 in 20, warmup 5": [mxnet_cosine(n) for n in range(42)],
}, indent=1))
