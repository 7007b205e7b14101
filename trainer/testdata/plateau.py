"""Rates of PyTorch 1.13's ReduceLROnPlateau (Debian's python3-torch).

    python3 plateau.py > plateau.json

Each run lists the figures observed and the rate after each.
"""
import json
import math
import torch

FIGURES = [round(2 * math.exp(-i / 6) + 0.3 * math.sin(1.7 * i) + 0.5, 6) for i in range(30)] + [0.5] * 30


def run(mode="min", factor=0.1, patience=10, threshold=1e-4, threshold_mode="rel", cooldown=0, min_lr=0.0, base=0.2):
    o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=base)
    s = torch.optim.lr_scheduler.ReduceLROnPlateau(o, mode, factor, patience, threshold, threshold_mode, cooldown, min_lr, eps=0.0)
    rates = []
    for figure in FIGURES:
        s.step(figure)
        rates.append(o.param_groups[0]["lr"])
    return {"Mode": mode, "Factor": factor, "Patience": patience, "Threshold": threshold, "ThresholdMode": threshold_mode,
            "Cooldown": cooldown, "MinLR": min_lr, "Base": base, "Figures": FIGURES, "Rates": rates}


print(json.dumps([
    run(),
    run(factor=0.5, patience=2),
    run(factor=0.5, patience=0, cooldown=3),
    run(factor=0.3, patience=1, threshold=0.2, threshold_mode="abs"),
    run(factor=0.3, patience=1, threshold=0.05),
    run(mode="max", factor=0.7, patience=3, cooldown=2),
    run(mode="max", factor=0.7, patience=1, threshold=0.1),
    run(mode="max", factor=0.7, patience=1, threshold=0.1, threshold_mode="abs"),
    run(factor=0.2, patience=1, min_lr=0.003),
]))
