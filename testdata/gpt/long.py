#!/usr/bin/python3
"""Training of a small GPT by PyTorch: what Descent's nn.GPT is compared with.

    apt-get install --no-install-recommends python3-torch python3-numpy libopenblas0-pthread
    /usr/bin/python3 testdata/gpt/long.py

Written to long.json, made with torch 1.13: 500 steps of Adam in float32 on the first
512,001 characters of the sample text, in 16 rows of 64 characters a step, row r of a
step following row r of the step before; the mean loss of every 50 steps, and at the end
that of the 32,001 characters that follow.

Biases are 0 at first, weights of norms 1, and the others

    .02·√3·(2·u(i) − 1),  u(i) = (i·2654435761 mod 2³²)/2³²

in float32, i counting on from the "first" of each.
"""
import gzip
import json
import math
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
FACTOR = 2654435761
LAYERS, WIDTH, HEADS = 2, 64, 2
ROWS, LENGTH, STEPS, RATE = 16, 64, 500, 0.001
TRAIN, TEST = ROWS * LENGTH * STEPS + 1, 32_001

torch.set_num_threads(1)


def gelu(x):
    return F.gelu(x, approximate="tanh")


class GPT(nn.Module):
    """The names are those of Descent."""

    def __init__(self, vocabulary):
        super().__init__()
        self.add_module("0", nn.Embedding(vocabulary, WIDTH))
        self.add_module("1", nn.Embedding(LENGTH, WIDTH))
        for i in range(LAYERS):
            self.add_module(str(3 + i), nn.TransformerEncoderLayer(
                WIDTH, HEADS, dim_feedforward=4 * WIDTH, dropout=0, activation=gelu, batch_first=True, norm_first=True))
        self.add_module(str(3 + LAYERS), nn.LayerNorm(WIDTH))

    def loss(self, tokens, labels):
        m = self._modules
        x = m["0"](tokens) + m["1"](torch.arange(LENGTH))
        mask = torch.triu(torch.ones(LENGTH, LENGTH, dtype=torch.bool), 1)
        for i in range(LAYERS):
            x = m[str(3 + i)](x, src_mask=mask)
        logits = F.linear(m[str(3 + LAYERS)](x), m["0"].weight)
        return F.cross_entropy(logits.flatten(0, 1), labels.flatten())


def fill(net):
    firsts, first = {}, 1
    with torch.no_grad():
        for name, p in net.named_parameters():
            firsts[name] = first
            i = np.arange(first, first + p.numel(), dtype=np.uint64)
            first += p.numel()
            u = (i * np.uint64(FACTOR) % np.uint64(1 << 32)) / 2**32
            if p.dim() > 1:
                p.copy_(torch.from_numpy((0.02 * math.sqrt(3) * (2 * u - 1)).astype(np.float32)).reshape(p.shape))
            else:
                p.fill_(1 if name.endswith("weight") else 0)
    return firsts


def batches(text):
    """Row r of a batch goes on where that of the one before ended."""
    count = (len(text) - 1) // ROWS // LENGTH
    for b in range(count):
        at = [(r * count + b) * LENGTH for r in range(ROWS)]
        yield tuple(torch.tensor(np.stack([text[i + k:i + k + LENGTH] for i in at])) for k in (0, 1))


def main():
    with gzip.open(os.path.join(HERE, "../../datasets/sample/bible.txt.gz")) as f:
        text = f.read().decode()[:TRAIN + TEST]
    characters = sorted(set(text))
    tokens = np.array([characters.index(c) for c in text])
    net = GPT(len(characters))
    firsts = fill(net)
    adam = torch.optim.Adam(net.parameters(), lr=RATE)
    losses = []
    for batch in batches(tokens[:TRAIN]):
        adam.zero_grad()
        loss = net.loss(*batch)
        loss.backward()
        adam.step()
        losses.append(loss.item())
    assert len(losses) == STEPS
    net.train(False)
    with torch.no_grad():
        tested = [net.loss(*b).item() for b in batches(tokens[TRAIN:])]
    golden = {"torch": torch.__version__, "layers": LAYERS, "width": WIDTH, "heads": HEADS, "vocabulary": len(characters),
              "rows": ROWS, "length": LENGTH, "rate": RATE, "characters": TRAIN + TEST, "train": TRAIN,
              "losses": [float(np.mean(losses[i:i + 50])) for i in range(0, STEPS, 50)], "test": float(np.mean(tested)), "first": firsts}
    print(golden)
    with open(os.path.join(HERE, "long.json"), "w") as f:
        json.dump(golden, f, separators=(",", ":"))
        f.write("\n")


main()
