"""What the scripts here share: cases as golden.py describes them."""
import json
import os

import numpy as np
import torch

rng = np.random.default_rng(20)
cases = []


def draw(*shape):
    return rng.integers(-2000, 2001, shape) / 1000


def add(op, name, f, inputs, constants=(), **attr):
    """Runs f on the inputs and constants, backward from a random gradient of its output."""
    tensors = {k: torch.tensor(v, dtype=torch.float64, requires_grad=True) for k, v in inputs.items()}
    fixed = {k: torch.tensor(v) for k, v in dict(constants).items()}
    y = f(**tensors, **fixed)
    dy = torch.tensor(draw(*y.shape)) if y.dim() else torch.ones((), dtype=torch.float64)
    y.backward(dy)
    out = {**tensors, **fixed, "y": y, "dy": dy, **{"d" + k: v.grad for k, v in tensors.items()}}
    cases.append({
        "op": op, "name": name, "attr": attr,
        "tensors": {k: {"shape": list(v.shape), "data": v.detach().flatten().tolist()} for k, v in out.items()},
    })


def write(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, "w") as f:
        f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
    print(len(cases), "cases,", os.path.getsize(path), "bytes")
