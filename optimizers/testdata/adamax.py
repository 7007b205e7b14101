"""Golden values of Adamax, made by PyTorch.

    python3 adamax.py > adamax.json
"""
import torch

from problems import both, run_torch, write

Adamax = torch.optim.Adamax
RUNS = {
    "adamax": lambda p: Adamax(p),
    "adamax .7 .8 eps .1 decay .3": lambda p: Adamax(p, betas=(0.7, 0.8), eps=0.1, weight_decay=0.3),
}

write([r for name, make in RUNS.items() for r in both(run_torch, name, make, quadratic_rate=0.1)])
