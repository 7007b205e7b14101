"""Golden values for the rules, made by PyTorch 1.13 in float64 (Debian's python3-torch).

    python3 golden.py > golden.json

Two problems: "quadratic", f = (x0^2 + 10 x1^2)/2 from (1, -2), five steps; and
"wavy", f = sum sin(3 xi) + 0.1 xi^4 + 0.5 x(i) x(i+1) from seven points, ten
steps, whose gradients are not linear and change sign. Every run lists the
gradient at each step and the point after it, so that a test feeds the rule
the very numbers that PyTorch's saw.
"""
import json
import torch

torch.set_num_threads(1)


def quadratic(x):
    return 0.5 * (torch.tensor([1.0, 10.0], dtype=torch.float64) * x * x).sum()


def wavy(x):
    return (torch.sin(3 * x) + 0.1 * x**4).sum() + 0.5 * (x[:-1] * x[1:]).sum()


PROBLEMS = {
    "quadratic": (quadratic, [1.0, -2.0], 5),
    "wavy": (wavy, [1.0, -2.0, 0.3, 0.0, -0.7, 1.9, -1.1], 10),
}


def run(problem, make, rate):
    f, start, steps = PROBLEMS[problem]
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = make([x])
    gradients, points = [], []
    for t in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate(t)
        optimizer.zero_grad()
        f(x).backward()
        gradients.append(x.grad.tolist())
        optimizer.step()
        points.append(x.detach().tolist())
    return {
        "problem": problem,
        "start": start,
        "rates": [rate(t) for t in range(steps)],
        "gradients": gradients,
        "points": points,
    }


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

out = []
for name, make in RUNS.items():
    out.append({"rule": name, **run("quadratic", make, lambda t: 0.05)})
    out.append({"rule": name, **run("wavy", make, lambda t: 0.1 / (1 + 0.2 * t))})
print(json.dumps(out, indent=1))
