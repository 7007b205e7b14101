#!/usr/bin/python3
"""Training of DeepOBS's character model by PyTorch: what Descent's nn.CharLSTM, without
its dropout, is compared with.

    apt-get install --no-install-recommends python3-torch python3-numpy libopenblas0-pthread
    /usr/bin/python3 testdata/recurrent/golden.py

Written to golden.json, made with torch 1.13. The state goes from batch to batch; no
gradient does. The parameters are not in a file: value i of one whose last dimension is
f is

    √(3/f) · (2·u(i) − 1),  u(i) = (i·2654435761 mod 2³²)/2³²

in float32, i counting on from 1 over all of them in the order of the layers, with
f = 600 for a bias.

"ten" are ten steps of gradient descent in float64, on a text of 83 characters of which
character i is 83·v², rounded down, with v = u(i+1) cut to 16 bits, in 18 rows of 10
characters a step: the loss of each step and, as in ../resnet, the norm of each gradient
of the first step and eight projections of it.

"long" are 500 steps of Adam in float32 on the first 95,000 characters of the sample
text, in 50 rows of 50 characters a step and 38 steps an epoch: the mean loss of every 50
steps, and at the end that of the 5,000 characters that follow.
"""
import gzip
import json
import os

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
FACTOR = 2654435761
WIDTH = 128

torch.set_num_threads(1)


class CharLSTM(nn.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, WIDTH)
        self.first = nn.LSTM(WIDTH, WIDTH, batch_first=True)
        self.second = nn.LSTM(WIDTH, WIDTH, batch_first=True)
        self.dense = nn.Linear(WIDTH, vocabulary)
        self.state = None, None

    def forward(self, tokens):
        x, first = self.first(self.embedding(tokens), self.state[0])
        x, second = self.second(x, self.state[1])
        self.state = [tuple(s.detach() for s in state) for state in (first, second)]
        return self.dense(x)

    def loss(self, tokens, labels):
        return F.cross_entropy(self(tokens).flatten(0, 1), labels.flatten())


def fill(net):
    first = 1
    with torch.no_grad():
        for p in net.parameters():
            i = np.arange(first, first + p.numel(), dtype=np.uint64)
            first += p.numel()
            u = (i * np.uint64(FACTOR) % np.uint64(1 << 32)) / 2**32
            fan = p.shape[-1] if p.dim() > 1 else 600
            p.copy_(torch.from_numpy((np.sqrt(3 / fan) * (2 * u - 1)).astype(np.float32)).reshape(p.shape))
    return net


def projections(gradient):
    i = np.arange(gradient.size, dtype=np.uint64) * np.uint64(FACTOR) % np.uint64(1 << 32)
    signs = [1 - 2 * ((i >> np.uint64(k)) & np.uint64(1)).astype(np.float64) for k in range(24, 32)]
    return [float(s @ gradient.ravel()) for s in signs]


def streams(text, rows, length):
    """The batches of an epoch, of which row r goes on where that of the one before ended."""
    each = (len(text) - 1) // rows
    count = each // length  # examples of a stream
    for b in range(count):
        at = [r * count * length + b * length for r in range(rows)]
        yield tuple(torch.tensor(np.stack([text[i + k:i + k + length] for i in at])) for k in (0, 1))


def ten():
    vocabulary, rows, length = 83, 18, 10
    v = (np.arange(1, rows * length * 10 + 2, dtype=np.uint64) * np.uint64(FACTOR) % np.uint64(1 << 32)) >> np.uint64(16)
    text = ((v * v >> np.uint64(16)) * np.uint64(vocabulary) >> np.uint64(16)).astype(np.int64)
    net = fill(CharLSTM(vocabulary)).double()
    sgd = torch.optim.SGD(net.parameters(), lr=1)
    losses, gradients = [], None
    for tokens, labels in streams(text, rows, length):
        sgd.zero_grad()
        loss = net.loss(tokens, labels)
        loss.backward()
        if gradients is None:
            gradients = [p.grad.numpy().copy() for p in net.parameters()]
        sgd.step()
        losses.append(loss.item())
    assert len(losses) == 10
    return {"rate": 1, "vocabulary": vocabulary, "rows": rows, "length": length, "losses": losses,
            "gradients": [{"norm": float(np.linalg.norm(g)), "projections": projections(g)} for g in gradients]}


def long():
    rows, length, rate = 50, 50, 0.002
    with gzip.open(os.path.join(HERE, "../../datasets/sample/bible.txt.gz")) as f:
        text = f.read().decode()[:100_000]
    characters = sorted(set(text))
    tokens = np.array([characters.index(c) for c in text])
    train, test = tokens[:95_000], tokens[95_000:]
    net = fill(CharLSTM(len(characters)))
    adam = torch.optim.Adam(net.parameters(), lr=rate)
    losses = []
    while len(losses) < 500:
        net.state = None, None
        for tokens, labels in streams(train, rows, length):
            adam.zero_grad()
            loss = net.loss(tokens, labels)
            loss.backward()
            adam.step()
            losses.append(loss.item())
            if len(losses) == 500:
                break
    net.state = None, None
    with torch.no_grad():
        tested = [net.loss(*b).item() for b in streams(test, rows, length)]
    return {"rate": rate, "vocabulary": len(characters), "rows": rows, "length": length, "characters": 100_000, "train": 95_000,
            "losses": [float(np.mean(losses[i:i + 50])) for i in range(0, 500, 50)], "test": float(np.mean(tested))}


def main():
    golden = {"torch": torch.__version__, "ten": ten(), "long": long()}
    print(golden["ten"]["losses"], golden["long"])
    with open(os.path.join(HERE, "golden.json"), "w") as f:
        json.dump(golden, f, separators=(",", ":"))
        f.write("\n")


main()
