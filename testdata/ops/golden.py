#!/usr/bin/python3
"""Small float64 cases of differentiable operations by PyTorch, written to golden.json.

    apt-get install --no-install-recommends python3-torch python3-numpy
    /usr/bin/python3 testdata/ops/golden.py

made with torch 1.13. The file is a list of cases

    {"op": "conv2d", "name": "stride 2", "attr": {"stride": 2, "padding": 0},
     "tensors": {"x": {"shape": [1, 2, 5, 7], "data": […]}, "y": …, "dy": …, "dx": …}}

of inputs x (and weight, bias, labels, target), output y, upstream gradient dy
and gradients dx (and dweight, dbias), all row by row. A loss has a scalar y
and the upstream gradient 1. Labels are whole numbers. Inputs are multiples of
1/1000; no two numbers in a pooling window are equal and none is zero under a
ReLU, except in the cases that say so.
"""
import json
import os

import numpy as np
import torch
from torch.nn import functional as F

rng = np.random.default_rng(20)
cases = []


def draw(*shape):
    return rng.integers(-2000, 2001, shape) / 1000


def distinct(*shape):
    n = int(np.prod(shape))
    values = rng.permutation(np.arange(1, 2 * n + 1) - n - 0.5)[:n]
    return values.reshape(shape) / 8


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


for name, n, c, h, w, filters, kh, kw, stride, padding in [
    ("plain", 2, 1, 5, 5, 2, 3, 3, 1, 0),
    ("1x1 kernel", 2, 3, 3, 4, 2, 1, 1, 1, 0),
    ("odd sizes", 1, 3, 5, 7, 2, 3, 3, 1, 1),
    ("padding 2 of kernel 5", 1, 1, 6, 6, 2, 5, 5, 1, 2),
    ("padding as large as the kernel", 1, 1, 3, 3, 1, 2, 2, 1, 2),
    ("stride 2", 2, 2, 7, 7, 3, 3, 3, 2, 0),
    ("stride 2, a row and a column left over", 1, 2, 6, 8, 2, 3, 3, 2, 0),
    ("stride 2 with padding", 3, 1, 7, 6, 2, 3, 3, 2, 1),
    ("stride 3", 1, 2, 9, 10, 2, 3, 3, 3, 0),
    ("stride 3 over a kernel of 2", 1, 2, 8, 9, 2, 2, 2, 3, 1),
    ("kernel of the image's size", 2, 2, 4, 4, 5, 4, 4, 1, 0),
    ("oblong kernel", 1, 2, 5, 6, 2, 2, 3, 1, 0),
    ("batch of 17", 17, 1, 3, 3, 1, 2, 2, 1, 0),
]:
    add("conv2d", name, lambda x, weight, bias, s=stride, p=padding: F.conv2d(x, weight, bias, stride=s, padding=p),
        {"x": draw(n, c, h, w), "weight": draw(filters, c, kh, kw), "bias": draw(filters)}, stride=stride, padding=padding)

POOLS = [
    ("size 2", 2, 1, 4, 4, 2, 2, 0),
    ("a row and a column left over", 1, 2, 5, 7, 2, 2, 0),
    ("overlapping", 1, 2, 5, 6, 3, 1, 0),
    ("size 3, stride 2", 2, 1, 7, 7, 3, 2, 0),
    ("size 3, stride 2, padding 1", 1, 2, 6, 7, 3, 2, 1),
    ("size 2, stride 3: gaps", 1, 1, 8, 8, 2, 3, 0),
    ("size 2, padding 1", 1, 2, 5, 4, 2, 2, 1),
    ("whole image", 3, 2, 3, 3, 3, 3, 0),
    ("size 1", 1, 1, 2, 3, 1, 1, 0),
    ("batch of 17", 17, 1, 2, 3, 2, 1, 0),
]
for name, n, c, h, w, size, stride, padding in POOLS:
    add("max_pool2d", name, lambda x, k=size, s=stride, p=padding: F.max_pool2d(x, k, s, p),
        {"x": distinct(n, c, h, w)}, size=size, stride=stride, padding=padding)
# The first of equal numbers, row by row, gets the gradient.
add("max_pool2d", "equal numbers", lambda x: F.max_pool2d(x, 2), {"x": np.ones((1, 1, 4, 4))}, size=2, stride=2, padding=0)

for name, n, c, h, w, size, stride, padding in POOLS:
    for count in [1, 0] if padding else [1]:
        suffix = "" if count else ", padding not counted"
        add("avg_pool2d", name + suffix,
            lambda x, k=size, s=stride, p=padding, i=count: F.avg_pool2d(x, k, s, p, count_include_pad=bool(i)),
            {"x": draw(n, c, h, w)}, size=size, stride=stride, padding=padding, count_include_pad=count)

for name, n, into, out in [("plain", 3, 4, 2), ("one row", 1, 5, 3), ("one output", 4, 3, 1), ("one input", 2, 1, 3), ("batch of 17", 17, 2, 3)]:
    add("linear", name, lambda x, weight, bias: F.linear(x, weight, bias),
        {"x": draw(n, into), "weight": draw(out, into), "bias": draw(out)})

add("relu", "zero has gradient zero", lambda x: F.relu(x), {"x": np.array([-2.5, -1e-3, 0, 1e-3, 2.5])})
curve = np.array([-800, -40, -20, -5, -1, -0.5, -1e-3, -1e-8, 0, 1e-8, 1e-3, 0.5, 1, 5, 20, 40, 800])
add("sigmoid", "small and large", lambda x: torch.sigmoid(x), {"x": curve})
add("tanh", "small and large", lambda x: torch.tanh(x), {"x": curve})

for name, logits, labels in [
    ("plain", draw(4, 3), [0, 2, 1, 2]),
    ("one row", draw(1, 5), [4]),
    ("ten classes, batch of 17", draw(17, 10), rng.integers(0, 10, 17)),
    ("two classes, equal", np.zeros((2, 2)), [0, 1]),
    ("large", np.array([[1000, 0, -1000], [-1000, -1001, -999], [1000, 1000, 999]]) * 1.0, [2, 0, 1]),
]:
    add("cross_entropy", name, lambda x, labels: F.cross_entropy(x, labels), {"x": logits}, {"labels": np.array(labels, np.int64)})

for name, shape in [("plain", (4, 3)), ("one output", (5, 1)), ("one row", (1, 3)), ("batch of 17", (17, 2))]:
    target = draw(*shape)
    for reduction in ["mean", "sum"]:
        add("mse_" + reduction, name, lambda x, target, r=reduction: F.mse_loss(x, target, reduction=r), {"x": draw(*shape)}, {"target": target})

# The statistics of the batch are what momentum 1 makes of the running ones.
for name, shape in [("features", (5, 3)), ("two rows", (2, 1)), ("images", (3, 2, 4, 5)), ("one image", (1, 2, 2, 2)), ("sequences, batch of 17", (17, 2, 3))]:
    c = shape[1]
    mean, variance = torch.zeros(c, dtype=torch.float64), torch.ones(c, dtype=torch.float64)
    add("batch_norm", name, lambda x, weight, bias: F.batch_norm(x, mean, variance, weight, bias, training=True, momentum=1, eps=0.01),
        {"x": draw(*shape), "weight": draw(c), "bias": draw(c)}, eps=0.01)
    cases[-1]["tensors"].update({k: {"shape": [c], "data": v.tolist()} for k, v in [("mean", mean), ("variance", variance)]})
    given = {"mean": draw(c), "variance": abs(draw(c)) + 0.1}
    add("batch_norm_fixed", name, lambda x, weight, bias, mean, variance: F.batch_norm(x, mean, variance, weight, bias, eps=0.01),
        {"x": draw(*shape), "weight": draw(c), "bias": draw(c)}, given, eps=0.01)

for name, shape, dims in [("features", (3, 5), 1), ("sequences", (2, 3, 4), 1), ("images", (2, 2, 3, 4), 3), ("two dimensions, batch of 17", (17, 2, 3, 2), 2)]:
    inner = shape[-dims:]
    add("layer_norm", name, lambda x, weight, bias: F.layer_norm(x, inner, weight, bias, eps=0.01),
        {"x": draw(*shape), "weight": draw(*inner), "bias": draw(*inner)}, n=dims, eps=0.01)
    # PyTorch 1.13 has no RMS norm: this is the one of 2.4 in its words.
    axes = tuple(range(-dims, 0))
    add("rms_norm", name, lambda x, weight: x * torch.rsqrt(x.pow(2).mean(axes, keepdim=True) + 0.01) * weight,
        {"x": draw(*shape), "weight": draw(*inner)}, n=dims, eps=0.01)

for name, shape, groups in [("features", (3, 6), 2), ("images", (2, 4, 3, 2), 2), ("one group", (2, 3, 2, 2), 1), ("a group a channel, batch of 17", (17, 2, 3), 2)]:
    add("group_norm", name, lambda x, weight, bias: F.group_norm(x, groups, weight, bias, eps=0.01),
        {"x": draw(*shape), "weight": draw(shape[1]), "bias": draw(shape[1])}, n=groups, eps=0.01)

for name, shape in [("images", (2, 3, 4, 5)), ("batch of 17", (17, 2, 3, 1))]:
    add("global_avg_pool", name, lambda x: F.adaptive_avg_pool2d(x, 1).flatten(1), {"x": draw(*shape)})

for name, shape, out in [("sequences", (2, 3, 4), 2), ("one place", (3, 1, 2), 3), ("images", (2, 2, 3, 4), 3), ("sequences, batch of 17", (17, 2, 3), 2)]:
    add("linear", name, lambda x, weight, bias: F.linear(x, weight, bias),
        {"x": draw(*shape), "weight": draw(out, shape[-1]), "bias": draw(out)})

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")
with open(path, "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c, separators=(",", ":")) for c in cases) + "\n]\n")
print(len(cases), "cases,", os.path.getsize(path), "bytes")
