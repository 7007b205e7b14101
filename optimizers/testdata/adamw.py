"""Golden values of AdamW, made by PyTorch.

    python3 adamw.py > adamw.json
"""
import torch

from problems import both, run_torch, write

AdamW = torch.optim.AdamW
RUNS = {
    "adamw": lambda p: AdamW(p),
    "adamw decay .1": lambda p: AdamW(p, weight_decay=0.1),
    "adamw .7 .9 eps .1 decay .3": lambda p: AdamW(p, betas=(0.7, 0.9), eps=0.1, weight_decay=0.3),
    "adamw amsgrad .8 .6 eps .01 decay .1": lambda p: AdamW(p, betas=(0.8, 0.6), eps=0.01, weight_decay=0.1, amsgrad=True),
}

write([r for name, make in RUNS.items() for r in both(run_torch, name, make, quadratic_rate=0.1)])
