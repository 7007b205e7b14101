#!/usr/bin/python3
"""Losses with options by PyTorch 1.13 in float64, written to losses.json.

    /usr/bin/python3 testdata/ops/losses.py

golden.py describes the file. "weights" are those of rows, or of the values or
positions of a row: PyTorch's losses of each, times them, are divided by their sum;
labels of -100, its ignore_index, have the weight 0 besides.
"""
import numpy as np
import torch
from torch.distributions import Normal, kl_divergence
from torch.nn import functional as F

from cases import add, draw, rng, write


def cross_entropy(x, labels, weights=None, smoothing=0.0, class_weights=None):
    """x is [rows, ..., classes]; PyTorch wants [rows, classes, ...]."""
    c = None if class_weights is None else torch.tensor(class_weights, dtype=torch.float64)
    x = x.movedim(-1, 1)
    if weights is None:
        return F.cross_entropy(x, labels, weight=c, label_smoothing=smoothing)
    each = F.cross_entropy(x, labels, weight=c, label_smoothing=smoothing, reduction="none")
    of = torch.ones_like(each) if c is None else c[labels.clamp(min=0)]
    return (weights * each).sum() / (weights * of * (labels >= 0)).sum()


def labels_of(classes, *shape):
    return rng.integers(0, classes, shape)


ignoring = labels_of(5, 3, 4)
ignoring[0, 1] = ignoring[2, 3] = ignoring[2, 0] = -100
ROW = rng.integers(0, 4, 17) / 2
POSITIONS = rng.integers(0, 4, (3, 4)) / 2
for name, logits, labels, more in [
    ("plain", draw(4, 3), labels_of(3, 4), {}),
    ("batch of 17", draw(17, 10), labels_of(10, 17), {}),
    ("one class", draw(3, 1), labels_of(1, 3), {}),
    ("positions", draw(3, 4, 5), labels_of(5, 3, 4), {}),
    ("positions of batch of 17", draw(17, 2, 3), labels_of(3, 17, 2), {}),
    ("ignore_index", draw(3, 4, 5), ignoring, {}),
    ("weights of rows", draw(17, 5), labels_of(5, 17), {"weights": ROW}),
    ("weights of positions", draw(3, 4, 5), labels_of(5, 3, 4), {"weights": POSITIONS}),
    ("large", np.array([[1000, 0, -1000], [-1000, -1001, -999], [1000, 1000, 999]]) * 1.0, np.array([2, 0, 1]), {}),
]:
    classes = logits.shape[-1]
    weights = (np.arange(classes) * 7 % 5 + 1) / 4
    some = weights.copy()
    some[labels.flat[0] - 1 if classes > 1 else 0] *= classes == 1  # a class of weight 0, but for the first label
    for smoothing in [0.0, 0.1, 1.0]:
        for of, w in [("", None), (", class weights", weights), (", a class of weight 0", some)]:
            if smoothing == 0 and w is None and name not in ["ignore_index", "weights of rows", "weights of positions", "positions"]:
                continue
            constants = {"labels": labels, **more}
            add("cross_entropy_with", f"{name}, smoothing {smoothing}{of}",
                lambda x, labels, weights=None, s=smoothing, c=w: cross_entropy(x, labels, weights, s, c),
                {"x": logits}, constants, smoothing=smoothing, class_weights=None if w is None else w.tolist())


def mean(each, weights):
    if weights is None:
        return each.mean()
    if weights.dim() < each.dim():
        weights = weights.reshape(-1, *[1] * (each.dim() - 1)).expand_as(each)
    return (weights * each).sum() / weights.sum()


def curve(*shape):
    """Numbers, small and large, in front of random ones."""
    v = draw(*shape).flatten()
    few = [-800, -40, -1e-3, 0, 1e-8, 0.5, 40, 800][: v.size]
    v[: len(few)] = few
    return v.reshape(shape)


SHAPES = [("plain", (4, 3), None), ("one output", (5, 1), None), ("one row", (1, 3), None), ("images", (3, 2, 2, 2), None),
          ("batch of 17", (17, 2), None), ("weights of rows", (17, 2), ROW), ("weights of values", (3, 4), POSITIONS)]
for name, shape, weights in SHAPES:
    constants = {} if weights is None else {"weights": weights}
    target = draw(*shape)
    x = curve(*shape)
    x.flat[-1] = target.flat[-1]  # a derivative that is chosen
    add("l1", name, lambda x, target, weights=None: mean(F.l1_loss(x, target, reduction="none"), weights), {"x": x, "target": target}, constants)
    for delta in [1, 0.3, 2.5]:
        x.flat[0] = target.flat[0] + delta
        add("huber", f"{name}, delta {delta}",
            lambda x, target, weights=None, d=delta: mean(F.huber_loss(x, target, reduction="none", delta=d), weights),
            {"x": x, "target": target}, constants, delta=delta)
    outputs = int(np.prod(shape[1:]))
    target = rng.integers(0, 5, shape) / 4
    for of, positive in [("", None), (", weight 3", [3.0]), (", weights of outputs", [round(0.5 * i, 1) for i in range(outputs)])]:
        p = None if positive is None else torch.tensor(positive, dtype=torch.float64).reshape(shape[1:] if len(positive) > 1 else (1,))
        add("bce", name + of,
            lambda x, target, weights=None, p=p: mean(F.binary_cross_entropy_with_logits(x, target, pos_weight=p, reduction="none"), weights),
            {"x": curve(*shape)}, {"target": target, **constants}, positive_weights=positive)

for name, shape in [("plain", (4, 3)), ("one value", (3, 1)), ("images", (2, 2, 2, 2)), ("batch of 17", (17, 2))]:
    add("gaussian_kl", name,
        lambda x, log: kl_divergence(Normal(x, (log / 2).exp()), Normal(0.0, 1.0)).flatten(1).sum(1, keepdim=True),
        {"x": draw(*shape), "log": 3 * draw(*shape)})

write("losses.json")
