#!/usr/bin/python3
"""Ten steps of DeepOBS's variational autoencoder by PyTorch: what Descent's nn.VAE is
compared with.

    apt-get install --no-install-recommends python3-torch python3-numpy
    /usr/bin/python3 testdata/vae/golden.py

Written to golden.json, made with torch 1.13. The images are those of ../lenet, ten
batches in their order, for plain SGD. The parameters are not in a file: value i of a
weight of fan-in f is

    √(3/f) · (2·u(i) − 1),  u(i) = (i·2654435761 mod 2³²)/2³²

in float32, i counting on from "first" over all tensors in the order of the layers; that
of a bias has f = 300. "first" is the first multiple of 1,000,003 for which PyTorch's own
gradient in float32 is within 3e-6 of that in float64, as a part of the norm, for each
parameter. Dropout and the draws of the codes are those of Descent, for the seed 3.

The loss of each batch before its step; after the ten steps the loss of the last batch in
evaluation, with its draws; for the first step of each parameter the norm of its gradient
and eight projections of it, as in ../resnet. All these are float64's.
"""
import hashlib
import json
import os
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
LENET = os.path.join(HERE, "..", "lenet")
ROWS = [16] * 8 + [7, 3]
RATE = 0.001
SEED = 3
FACTOR = 2654435761
GOLDEN = np.uint64(0x9E3779B97F4A7C15)

torch.set_num_threads(1)


def mix(key, n):
    """Number n of the SplitMix64 sequence of a key."""
    with np.errstate(over="ignore"):
        z = np.asarray(key, np.uint64) + np.asarray(n, np.uint64) * GOLDEN
        z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
        return z ^ z >> np.uint64(31)


def key_of(seed, *labels):
    b = struct.pack("<Q", seed)
    for label in labels:
        b += struct.pack("<Q", len(label)) + label.encode()
    return np.uint64(struct.unpack("<Q", hashlib.sha256(b).digest()[:8])[0])


def rows_of(label, path, step, rows):
    """The key of each row at a step."""
    with np.errstate(over="ignore"):
        pass_key = mix(mix(key_of(SEED, label, path), 1) + np.uint64(step), 1)
    return pass_key, np.arange(1, rows + 1, dtype=np.uint64)


def normals(keys, n):
    """n numbers of the normal distribution for each key (Box and Muller 1958)."""
    bits = mix(keys[:, None], np.arange(1, n + 1, dtype=np.uint64)[None])
    r, angle = ((bits[:, k::2] >> np.uint64(11)).astype(np.float64) for k in (0, 1))
    radius, angle = np.sqrt(-2 * np.log((r + 1) / 2**53)), 2 * np.pi * angle / 2**53
    return np.stack((radius * np.cos(angle), radius * np.sin(angle)), -1).reshape(len(keys), n)


class Noise:
    """The random numbers of a step, or of evaluation."""

    def __init__(self, step):
        self.step = step

    def dropout(self, x, path):
        if self.step is None:
            return x
        key, rows = rows_of("dropout", path, self.step, len(x))
        n = x[0].numel()
        states = mix(mix(key, 0), rows)  # the kernel mixes the key again
        bits = mix(states[:, None], np.arange(1, n + 1, dtype=np.uint64)[None])
        keep = (bits >> np.uint64(11)) >= np.uint64(.2 * 2**53)
        return x * torch.from_numpy(keep.reshape(x.shape)).to(x.dtype) / (1 - .2)

    def draw(self, pixels, n):
        if self.step is not None:
            key, rows = rows_of("latent", "1.", self.step, len(pixels))
            return normals(mix(key, rows), n)
        sums = np.zeros(len(pixels), np.uint64)
        with np.errstate(over="ignore"):
            for column in (pixels.reshape(len(pixels), -1).astype(np.float32) / np.float32(255)).view(np.uint32).T:
                sums = (sums ^ column.astype(np.uint64)) * np.uint64(0x100000001B3)
            return normals(mix(mix(key_of(0, "latent", "1."), 1) + sums, 1), n)


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        conv, up = nn.Conv2d, nn.ConvTranspose2d
        self.encoder = nn.ModuleList([conv(1, 64, 4, 2, 1), conv(64, 64, 4, 2, 1), conv(64, 64, 4)])
        self.mean, self.log_variance = nn.Linear(3136, 8), nn.Linear(3136, 8)
        self.dense = nn.ModuleList([nn.Linear(8, 24), nn.Linear(24, 49)])
        self.decoder = nn.ModuleList([up(1, 64, 4, 2, 1), up(64, 64, 4), up(64, 64, 4)])
        self.last = nn.Linear(12544, 784)

    def forward(self, pixels, noise):
        x = images = torch.from_numpy(pixels).to(self.last.weight.dtype) / 255
        for i, conv in enumerate(self.encoder):
            if i == 2:  # TensorFlow's same padding
                x = F.pad(x, (1, 2, 1, 2))
            x = noise.dropout(F.leaky_relu(conv(x), .3), "0.%d." % (3 * i + 2))
        x = x.flatten(1)
        mean, rho = self.mean(x), self.log_variance(x) / 2
        z = mean + torch.from_numpy(noise.draw(pixels, 8)).to(x.dtype) * rho.exp()
        for dense in self.dense:
            z = F.leaky_relu(dense(z), .3)
        x = z.reshape(-1, 1, 7, 7)
        for i, up in enumerate(self.decoder):
            x = F.relu(up(x) if i == 0 else up(x)[..., 1:15, 1:15])
            if i < 2:
                x = noise.dropout(x, "2.%d." % (3 * i + 7))
        x = torch.sigmoid(self.last(x.flatten(1)))
        kl = (mean**2 + (2 * rho).exp() - 1 - 2 * rho).sum(1) / 2
        return (((images.flatten(1) - x) ** 2).sum(1) + kl).mean()


def fan_in(p, transposed):
    return (p[:, 0] if transposed else p[0]).numel() if p.dim() > 1 else 300


def fill(net, first):
    with torch.no_grad():
        for name, p in net.named_parameters():
            i = np.arange(first, first + p.numel(), dtype=np.uint64)
            first += p.numel()
            u = (i * np.uint64(FACTOR) % np.uint64(1 << 32)) / 2**32
            values = np.sqrt(3 / fan_in(p, name.startswith("decoder"))) * (2 * u - 1)
            p.copy_(torch.from_numpy(values.astype(np.float32)).reshape(p.shape))


def projections(gradient):
    i = np.arange(gradient.size, dtype=np.uint64) * np.uint64(FACTOR) % np.uint64(1 << 32)
    signs = [1 - 2 * ((i >> np.uint64(k)) & np.uint64(1)).astype(np.float64) for k in range(24, 32)]
    return [float(s @ gradient.ravel()) for s in signs]


def train(first, dtype, pixels, batches=ROWS):
    net = VAE()
    fill(net, first)
    net = net.to(dtype)
    sgd = torch.optim.SGD(net.parameters(), lr=RATE)
    losses, gradients, begin = [], None, 0
    for step, rows in enumerate(batches):
        x = pixels[begin:begin + rows]
        begin += rows
        sgd.zero_grad()
        loss = net(x, Noise(step + 1))
        loss.backward()
        if gradients is None:
            gradients = [p.grad.numpy().astype(np.float64) for p in net.parameters()]
        sgd.step()
        losses.append(loss.item())
    with torch.no_grad():
        evaluated = net(x, Noise(None)).item()
    return losses, gradients, evaluated


def main():
    n = sum(ROWS)
    with open(os.path.join(LENET, "images-idx3-ubyte"), "rb") as f:
        pixels = np.frombuffer(f.read()[16:16 + n * 784], np.uint8).reshape(n, 1, 28, 28).copy()
    first, error = 0, 1
    while error > 3e-6:
        first += 1_000_003
        wide, narrow = (train(first, t, pixels, ROWS[:1])[1] for t in (torch.float64, torch.float32))
        error = max(float(np.linalg.norm(a - b) / np.linalg.norm(b)) for a, b in zip(narrow, wide))
        print(first, error)
    losses, gradients, evaluated = train(first, torch.float64, pixels)
    print(losses, evaluated)
    with open(os.path.join(HERE, "golden.json"), "w") as f:
        json.dump({
            "torch": torch.__version__, "rate": RATE, "seed": SEED, "rows": ROWS, "first": first, "losses": losses, "evaluated": evaluated,
            "gradients": [{"norm": float(np.linalg.norm(g)), "projections": projections(g)} for g in gradients],
        }, f, indent=None, separators=(",", ":"))
        f.write("\n")


main()
