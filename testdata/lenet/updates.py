#!/usr/bin/python3
"""The losses of fifty updates of LeNet by PyTorch's Adam and momentum.

    /usr/bin/python3 testdata/lenet/updates.py

From the weights and the 193 images that golden.py wrote beside this script: a
batch is the next 64 of them, beginning anew after the last. updates.json has, for
each optimizer, its rate and the loss of each batch before its update, in
float32 and in float64. The rates are small: at larger ones float32 does not
follow float64 itself.
"""
import json
import os
import struct

import numpy as np
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)


def read(name):
    with open(os.path.join(HERE, name), "rb") as f:
        return f.read()


def weights():
    raw = read("weights.safetensors")
    size = struct.unpack("<Q", raw[:8])[0]
    header, data = json.loads(raw[8:8 + size]), raw[8 + size:]
    return {
        name: torch.from_numpy(np.frombuffer(data[slice(*t["data_offsets"])], "<f4").reshape(t["shape"]).copy())
        for name, t in header.items() if name != "__metadata__"
    }


PIXELS = np.frombuffer(read("images-idx3-ubyte")[16:], np.uint8).reshape(-1, 1, 28, 28)
LABELS = np.frombuffer(read("labels-idx1-ubyte")[8:], np.uint8)


def losses(make, dtype):
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).to(dtype)
    net.load_state_dict({k: v.to(dtype) for k, v in weights().items()})
    optimizer, criterion, out = make(net.parameters()), nn.CrossEntropyLoss(), []
    for update in range(50):
        rows = [(64 * update + i) % len(LABELS) for i in range(64)]
        x = torch.from_numpy(PIXELS[rows]).to(dtype) / 255
        optimizer.zero_grad()
        loss = criterion(net(x), torch.from_numpy(LABELS[rows].astype(np.int64)))
        loss.backward()
        optimizer.step()
        out.append(loss.item())
    return out


RUNS = {
    "adam": (1e-4, lambda p: torch.optim.Adam(p, lr=1e-4)),
    "momentum .9": (0.003, lambda p: torch.optim.SGD(p, lr=0.003, momentum=0.9)),
}
golden = {
    name: {"rate": rate, "losses": losses(make, torch.float32), "losses_float64": losses(make, torch.float64)}
    for name, (rate, make) in RUNS.items()
}
with open(os.path.join(HERE, "updates.json"), "w") as f:
    json.dump(golden, f, indent=1)
    f.write("\n")
for name, run in golden.items():
    a, b = np.array(run["losses"]), np.array(run["losses_float64"])
    print(name, a[0], a[-1], "float32 differs by at most", np.abs(a - b).max())
