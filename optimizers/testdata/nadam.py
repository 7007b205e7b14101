"""Golden values of NAdam, made by PyTorch.

    python3 nadam.py > nadam.json

PyTorch 1.13's plain loop has a factor too many in the product of the momenta;
its foreach loop has the formula of PyTorch 2. The product is kept in the default
type, which is therefore float64 here. Decoupled decay came with PyTorch 2: it
shrinks the weights first.
"""
import torch

from problems import both, run_torch, write

torch.set_default_dtype(torch.float64)


class NAdam(torch.optim.NAdam):
    def __init__(self, p, decoupled=0.0, **kwargs):
        super().__init__(p, foreach=True, **kwargs)
        self.decoupled = decoupled

    def step(self):
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    p.mul_(1 - group["lr"] * self.decoupled)
        super().step()


RUNS = {
    "nadam": lambda p: NAdam(p),
    "nadam .7 .9 eps .1 psi .2 decay .3": lambda p: NAdam(p, betas=(0.7, 0.9), eps=0.1, momentum_decay=0.2, weight_decay=0.3),
    "nadam decoupled .1": lambda p: NAdam(p, decoupled=0.1),
}

write([r for name, make in RUNS.items() for r in both(run_torch, name, make, quadratic_rate=0.1)])
