#!/usr/bin/python3
"""Ten steps of ResNet-8 by PyTorch: what Descent's nn.ResNet is compared with.

    apt-get install --no-install-recommends python3-torch python3-numpy
    /usr/bin/python3 testdata/resnet/golden.py

Written to golden.json, made with torch 1.13, for options A and B of the paper.
The images are those of ../lenet, every second pixel of every second row / 255:
ten batches in their order, nine of 20 and a last one of 13, for plain SGD. The parameters are not in a file:
value i of a weight of fan-in f is

    √(6/f) · (2·u(i) − 1),  u(i) = (i·2654435761 mod 2³²)/2³²

in float32, i counting on from "first" over all tensors in the order of the
layers; a weight of a normalization is 1 + that with f = 600, a bias that with
f = 600. "first" is the first multiple of 1,000,003 for which no ReLU of any step is
at less than 2e-6 from zero, where float32 may fall either way.

For each option: the loss of each batch before its step; after the ten steps the
loss of the last batch in evaluation, and the running statistics; for the first
step of each parameter the norm of its gradient and eight projections of it: its
sums with the signs + and −, where value i has the sign of bit k of
i·2654435761 mod 2³², k = 24 … 31. The root of the mean square of such sums of a
vector is its norm, about. All these are float64's.
"""
import json
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
LENET = os.path.join(HERE, "..", "lenet")
ROWS = [20] * 9 + [13]
RATE = 0.02
FACTOR = 2654435761

torch.set_num_threads(1)
nearest = [0]  # of what any ReLU has had, to zero


class ReLU(nn.Module):
    def forward(self, x):
        nearest[0] = min(nearest[0], x.detach().abs().min().item())
        return F.relu(x)


class Block(nn.Module):
    def __init__(self, into, out, stride, option):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), ReLU(),
            nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out))
        self.pad = (out - into) // 2
        self.shortcut, self.relu = None, ReLU()
        if stride > 1 and option == "B":
            self.shortcut = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.body(x)
        if self.shortcut is not None:
            x = self.shortcut(x)
        elif self.pad:
            x = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
        return self.relu(y + x)


def resnet(n, channels, option):
    layers, into = [nn.Conv2d(channels, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), ReLU()], 16
    for i in range(3 * n):
        out = 16 << (i // n)
        layers.append(Block(into, out, 2 if i and i % n == 0 else 1, option))
        into = out
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def fill(net, first):
    with torch.no_grad():
        for p in net.parameters():
            i = np.arange(first, first + p.numel(), dtype=np.uint64)
            first += p.numel()
            u = (i * np.uint64(FACTOR) % np.uint64(1 << 32)) / 2**32
            fan = p[0].numel() if p.dim() > 1 else 600
            values = np.sqrt(6 / fan) * (2 * u - 1)
            p.copy_(torch.from_numpy(values.astype(np.float32)).reshape(p.shape))
        for m in net.modules():
            if isinstance(m, nn.BatchNorm2d):
                m.weight += 1


def projections(gradient):
    i = np.arange(gradient.size, dtype=np.uint64) * np.uint64(FACTOR) % np.uint64(1 << 32)
    signs = [1 - 2 * ((i >> np.uint64(k)) & np.uint64(1)).astype(np.float64) for k in range(24, 32)]
    return [float(s @ gradient.ravel()) for s in signs]


def train(option, first, pixels, labels):
    net = resnet(1, 1, option)
    fill(net, first)
    net = net.double()
    sgd = torch.optim.SGD(net.parameters(), lr=RATE)
    losses, gradients, begin = [], None, 0
    for rows in ROWS:
        x = torch.from_numpy(pixels[begin:begin + rows]).double() / 255
        y = torch.from_numpy(labels[begin:begin + rows].astype(np.int64))
        begin += rows
        sgd.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        if gradients is None:
            gradients = [p.grad.numpy().copy() for p in net.parameters()]
        sgd.step()
        losses.append(loss.item())
    net.eval()
    with torch.no_grad():
        evaluated = F.cross_entropy(net(x), y).item()
    return net, losses, gradients, evaluated


def main():
    n = sum(ROWS)
    with open(os.path.join(LENET, "images-idx3-ubyte"), "rb") as f:
        pixels = np.frombuffer(f.read()[16:16 + n * 784], np.uint8).reshape(n, 1, 28, 28)[:, :, ::2, ::2].copy()
    with open(os.path.join(LENET, "labels-idx1-ubyte"), "rb") as f:
        labels = np.frombuffer(f.read()[8:8 + n], np.uint8).copy()
    golden = {"torch": torch.__version__, "rate": RATE, "rows": ROWS,
              "parameters_resnet20": sum(p.numel() for p in resnet(3, 3, "A").parameters())}
    for option in "AB":
        first, nearest[0] = 0, 0
        while nearest[0] < 2e-6:
            first += 1_000_003
            nearest[0] = 1
            net, losses, gradients, evaluated = train(option, first, pixels, labels)
            print(option, first, nearest[0], flush=True)
        golden[option] = {
            "first": first,
            "losses": losses,
            "evaluated": evaluated,
            "gradients": [{"size": g.size, "norm": float(np.linalg.norm(g)), "projections": projections(g)} for g in gradients],
            "running": [[m.running_mean.tolist(), m.running_var.tolist()] for m in net.modules() if isinstance(m, nn.BatchNorm2d)],
        }
        print(option, losses, evaluated)
    print(golden["parameters_resnet20"])
    with open(os.path.join(HERE, "golden.json"), "w") as f:
        json.dump(golden, f, indent=None, separators=(",", ":"))
        f.write("\n")


main()
