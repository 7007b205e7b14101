#!/usr/bin/python3
"""Ten steps of small transformers by PyTorch: what Descent's layers for sequences are
compared with.

    apt-get install --no-install-recommends python3-torch python3-numpy
    /usr/bin/python3 testdata/gpt/golden.py

Written to golden.json, made with torch 1.13: networks of Embedding,
TransformerEncoderLayer, MultiheadAttention, LayerNorm and Linear, in float64, without
dropout. Token i of all batches is i² mod 101 mod 13, its label i² mod 89 mod 13;
token 3 pads in the network that is padded, and weighs nothing in the loss. Values of
parameters are, as in ../resnet/golden.py,

    a·(2·u(i) − 1),  u(i) = (i·2654435761 mod 2³²)/2³²

in float32, i counting on from the "first" of each, with a = √(6/fan-in) of a matrix and
.1 of a vector, plus 1 for the weight of a norm. Sums and losses are as there.
"""
import json
import math
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
VOCABULARY, LENGTH, PLACES, WIDTH, HEADS, PAD = 13, 12, 10, 16, 4, 3
ROWS = [20] * 9 + [7]
RATE = 0.1
FACTOR = 2654435761

torch.set_num_threads(1)


def causal_mask(n):
    return torch.triu(torch.ones(n, n, dtype=torch.bool), 1)


class Rotary(nn.MultiheadAttention):
    """RoFormer's rotary positions: pairs 2i and 2i + 1 of each head."""

    def forward(self, x, mask):
        n, t, d = x.shape
        q, k, v = (y.reshape(n, t, HEADS, -1).transpose(1, 2) for y in F.linear(x, self.in_proj_weight, self.in_proj_bias).chunk(3, -1))
        q, k = self.turn(q), self.turn(k)
        p = (q @ k.transpose(-1, -2) / math.sqrt(d // HEADS)).masked_fill(mask, -math.inf).softmax(-1)
        return self.out_proj((p @ v).transpose(1, 2).reshape(n, t, d))

    def turn(self, x):
        t, d = x.shape[-2:]
        angle = torch.arange(t, dtype=x.dtype)[:, None] * 10000 ** (-torch.arange(0, d, 2, dtype=x.dtype) / d)
        u, v = x[..., 0::2], x[..., 1::2]
        return torch.stack([u * angle.cos() - v * angle.sin(), u * angle.sin() + v * angle.cos()], -1).flatten(-2)


def sinusoidal(t, d):
    angle = torch.arange(t, dtype=torch.float64)[:, None] / 10000 ** (torch.arange(0, d, 2, dtype=torch.float64) / d)
    return torch.stack([angle.sin(), angle.cos()], -1).flatten(-2)


def gelu(x):
    return F.gelu(x, approximate="tanh")


def block(**options):
    return nn.TransformerEncoderLayer(WIDTH, HEADS, dropout=0, batch_first=True, **options)


class Net(nn.Module):
    """The names are those of Descent."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind
        add = self.add_module
        add("0", nn.Embedding(VOCABULARY, WIDTH, padding_idx=PAD if kind == "padded" else None))
        if kind == "gpt":
            add("1", nn.Embedding(LENGTH, WIDTH))
            add("3", block(dim_feedforward=4 * WIDTH, activation=gelu, norm_first=True))
            add("4", block(dim_feedforward=4 * WIDTH, activation=gelu, norm_first=True))
            add("5", nn.LayerNorm(WIDTH))
        elif kind == "padded":
            add("1", block(dim_feedforward=24, activation="relu"))
            add("2", nn.Linear(WIDTH, VOCABULARY))
        elif kind == "rotary":
            add("1", Rotary(WIDTH, HEADS, batch_first=True))
            add("2", nn.Linear(WIDTH, VOCABULARY, bias=False))
        else:
            add("2", nn.MultiheadAttention(WIDTH, HEADS, bias=False, batch_first=True))
            add("3", nn.Linear(WIDTH, VOCABULARY))

    def forward(self, tokens):
        m = self._modules
        x, mask = m["0"](tokens), causal_mask(tokens.shape[1])
        if self.kind == "gpt":
            x = x + m["1"](torch.arange(tokens.shape[1]))
            for i in "34":
                x = m[i](x, src_mask=mask)
            return F.linear(m["5"](x), m["0"].weight)
        if self.kind == "padded":
            return m["2"](m["1"](x, src_key_padding_mask=tokens == PAD))
        if self.kind == "rotary":
            return m["2"](m["1"](x, mask))
        x = x + sinusoidal(*x.shape[1:]).to(x.dtype)
        return m["3"](m["2"](x, x, x, need_weights=False)[0])


def fill(net):
    firsts, first = {}, 1
    with torch.no_grad():
        for name, p in net.named_parameters():
            firsts[name] = first
            i = np.arange(first, first + p.numel(), dtype=np.uint64)
            first += p.numel()
            u = (i * np.uint64(FACTOR) % np.uint64(1 << 32)) / 2**32
            a = math.sqrt(6 / p[0].numel()) if p.dim() > 1 else 0.1
            p.copy_(torch.from_numpy((a * (2 * u - 1)).astype(np.float32)).reshape(p.shape))
        for name, m in net.named_modules():
            if isinstance(m, nn.LayerNorm):
                m.weight += 1
        if net.kind == "padded":
            net._modules["0"].weight[PAD] = 0
    return firsts


def projections(gradient):
    i = np.arange(gradient.size, dtype=np.uint64) * np.uint64(FACTOR) % np.uint64(1 << 32)
    signs = [1 - 2 * ((i >> np.uint64(k)) & np.uint64(1)).astype(np.float64) for k in range(24, 32)]
    return [float(s @ gradient.ravel()) for s in signs]


def main():
    i = np.arange(sum(ROWS) * PLACES)
    tokens = torch.from_numpy((i * i % 101 % VOCABULARY).reshape(-1, PLACES))
    labels = torch.from_numpy((i * i % 89 % VOCABULARY).reshape(-1, PLACES))
    golden = {"torch": torch.__version__, "rate": RATE, "rows": ROWS, "nets": {}}
    for kind in ["gpt", "padded", "rotary", "plain"]:
        net = Net(kind)
        firsts = fill(net)
        net = net.double()
        sgd = torch.optim.SGD(net.parameters(), lr=RATE)
        losses, gradients, begin = [], None, 0
        for rows in ROWS:
            x, y = tokens[begin:begin + rows], labels[begin:begin + rows]
            begin += rows
            sgd.zero_grad()
            each = F.cross_entropy(net(x).transpose(1, 2), y, reduction="none")
            weights = (x != PAD).double() if kind == "padded" else torch.ones_like(each)
            loss = (each * weights).sum() / weights.sum()
            loss.backward()
            if gradients is None:
                gradients = {k: p.grad.numpy().copy() for k, p in net.named_parameters()}
            sgd.step()
            losses.append(loss.item())
        golden["nets"][kind] = {
            "losses": losses,
            "parameters": [{"name": k, "first": firsts[k], "norm": float(np.linalg.norm(g)), "projections": projections(g)} for k, g in gradients.items()],
        }
        print(kind, losses)
    with open(os.path.join(HERE, "golden.json"), "w") as f:
        json.dump(golden, f, indent=None, separators=(",", ":"))
        f.write("\n")


main()
