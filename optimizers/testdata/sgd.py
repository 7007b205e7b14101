"""Golden values of SGD, made by PyTorch.

    python3 sgd.py > sgd.json
"""
import torch

from problems import both, run_torch, write

SGD = torch.optim.SGD
RUNS = {
    "sgd": lambda p: SGD(p, lr=1.0),
    "sgd decay .1": lambda p: SGD(p, lr=1.0, weight_decay=0.1),
    "sgd momentum .9": lambda p: SGD(p, lr=1.0, momentum=0.9),
    "sgd momentum .9 dampening .9": lambda p: SGD(p, lr=1.0, momentum=0.9, dampening=0.9),
    "sgd momentum .9 nesterov": lambda p: SGD(p, lr=1.0, momentum=0.9, nesterov=True),
    "sgd momentum .9 decay .1": lambda p: SGD(p, lr=1.0, momentum=0.9, weight_decay=0.1),
    "sgd momentum .7 dampening .4 decay .3": lambda p: SGD(p, lr=1.0, momentum=0.7, dampening=0.4, weight_decay=0.3),
    "sgd momentum .7 nesterov decay .3": lambda p: SGD(p, lr=1.0, momentum=0.7, nesterov=True, weight_decay=0.3),
}

write([r for name, make in RUNS.items() for r in both(run_torch, name, make)])
