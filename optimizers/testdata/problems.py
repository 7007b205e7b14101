"""The problems of the golden values, and the ways to run a rule on them.

Imported by the scripts beside it, each of which prints the runs of some rules
as JSON: `python3 sgd.py > sgd.json`. They need Debian's python3-torch (1.13) and
python3-numpy; everything is float64.

"quadratic" is f = (x0^2 + 10 x1^2)/2 from (1, -2), five steps at a rate of its
own; "wavy" is f = sum sin(3 xi) + 0.1 xi^4 + 0.5 x(i) x(i+1) from seven points,
ten steps at a falling rate, whose gradients are not linear and change sign;
"tensors" is the wavy function of 14 elements in a matrix, a vector and a scalar,
for rules that look at more than one element.

Every run lists the gradient at each step and the point after it, so that a
test feeds a rule the very numbers that the reference saw.
"""
import json

import numpy as np
import torch

torch.set_num_threads(1)


def quadratic(x):
    return 0.5 * (torch.tensor([1.0, 10.0], dtype=torch.float64) * x * x).sum()


def wavy(x):
    return (torch.sin(3 * x) + 0.1 * x**4).sum() + 0.5 * (x[:-1] * x[1:]).sum()


SEVEN = [1.0, -2.0, 0.3, 0.0, -0.7, 1.9, -1.1]
PROBLEMS = {  # function, start, shapes of the parameters, steps
    "quadratic": (quadratic, [1.0, -2.0], [[2]], 5),
    "wavy": (wavy, SEVEN, [[7]], 10),
    "tensors": (wavy, SEVEN + [0.6, -0.2, 1.3, -1.6, 0.9, 0.45, -0.35], [[2, 4], [5], []], 10),
}


def falling(rate):
    """The rate of each step on all problems but the quadratic one."""
    return lambda t: rate / (1 + 0.2 * t)


def gradient(problem, x):
    """The gradient at the flat point x, by torch."""
    v = torch.tensor(np.asarray(x), dtype=torch.float64, requires_grad=True)
    PROBLEMS[problem][0](v).backward()
    return v.grad.numpy().copy()


def split(flat, shapes):
    """The tensors of these shapes that a flat vector holds one after another."""
    out, at = [], 0
    for shape in shapes:
        n = int(np.prod(shape, dtype=int))
        out.append(np.asarray(flat[at : at + n], dtype=np.float64).reshape(shape))
        at += n
    return out


def flatten(tensors):
    return np.concatenate([np.asarray(t, dtype=np.float64).reshape(-1) for t in tensors])


def run(rule, problem, step, rate, steps=None, shapes=None, at=lambda t, x: x):
    """Runs step(t, lr, x, g) -> x, t from 1, on lists of numpy tensors, with the
    gradient at at(t, x)."""
    _, start, default, count = PROBLEMS[problem]
    shapes = shapes or default
    x = split(np.array(start), shapes)
    out = {"rule": rule, "problem": problem, "shapes": shapes, "start": start, "rates": [], "gradients": [], "points": []}
    for t in range(1, (steps or count) + 1):
        g = gradient(problem, at(t, flatten(x)))
        out["rates"].append(rate(t - 1))
        out["gradients"].append(g.tolist())
        x = step(t, rate(t - 1), x, split(g, shapes))
        out["points"].append(flatten(x).tolist())
    return out


def run_torch(rule, problem, make, rate, steps=None, shapes=None):
    """Runs the torch optimizer that make(parameters) returns."""
    shapes = shapes or PROBLEMS[problem][2]
    params = [torch.tensor(t, dtype=torch.float64, requires_grad=True) for t in split(PROBLEMS[problem][1], shapes)]
    optimizer = make(params)

    def step(t, lr, x, g):
        for group in optimizer.param_groups:
            group["lr"] = lr
        for p, v in zip(params, g):
            p.grad = torch.tensor(v, dtype=torch.float64)
        optimizer.step()
        return [p.detach().numpy().copy() for p in params]

    return run(rule, problem, step, rate, steps, shapes)


def both(runner, rule, make, quadratic_rate=0.05, wavy_rate=0.1, **kwargs):
    """A run on each of the first two problems; make is called anew for each."""
    step = make if runner is run_torch else None
    return [
        runner(rule, "quadratic", step or make(), lambda t: quadratic_rate, **kwargs),
        runner(rule, "wavy", step or make(), falling(wavy_rate), **kwargs),
    ]


def write(runs):
    print(json.dumps(runs, indent=1))
