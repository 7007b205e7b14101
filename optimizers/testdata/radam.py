"""Golden values of RAdam, made by PyTorch: eight steps of the quadratic problem,
as the rule changes after five.

    python3 radam.py > radam.json
"""
import torch

from problems import falling, run_torch, write

RAdam = torch.optim.RAdam
RUNS = {
    "radam": lambda p: RAdam(p),
    "radam .7 .95 eps .1 decay .3": lambda p: RAdam(p, betas=(0.7, 0.95), eps=0.1, weight_decay=0.3),
    "radam .9 .6": lambda p: RAdam(p, betas=(0.9, 0.6)),
}

write(
    [
        r
        for name, make in RUNS.items()
        for r in (run_torch(name, "quadratic", make, lambda t: 0.1, steps=8), run_torch(name, "wavy", make, falling(0.1)))
    ]
)
