#!/usr/bin/python3
"""LeNet's gradient with respect to its inputs, and outputs of inner layers, by PyTorch.

    /usr/bin/python3 testdata/lenet/inputs.py

From the weights and the first 20 images that golden.py wrote beside this script.
inputs.safetensors has, in float32:

gradient
    of the mean loss, with respect to pixels / 255: [20, 1, 28, 28].
5, 8
    the outputs of the second pooling, [20, 16, 5, 5], and of the first dense
    layer's ReLU, [20, 120].

It prints how far they are from those in float64, as a part of the norm.
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


def compute(dtype):
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).to(dtype)
    net.load_state_dict({k: v.to(dtype) for k, v in weights().items()})
    pixels = np.frombuffer(read("images-idx3-ubyte")[16:], np.uint8).reshape(-1, 1, 28, 28)[:20]
    labels = np.frombuffer(read("labels-idx1-ubyte")[8:], np.uint8)[:20]
    x = (torch.from_numpy(pixels.copy()).to(dtype) / 255).requires_grad_()
    nn.CrossEntropyLoss()(net(x), torch.from_numpy(labels.astype(np.int64))).backward()
    return {"gradient": x.grad.numpy(), "5": net[:6](x).detach().numpy(), "8": net[:9](x).detach().numpy()}


def main():
    arrays, exact = compute(torch.float32), compute(torch.float64)
    header, data = {}, b""
    for key, a in arrays.items():
        print(key, np.linalg.norm(a - exact[key]) / np.linalg.norm(exact[key]))
        raw = a.astype("<f4").tobytes()
        header[key] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(os.path.join(HERE, "inputs.safetensors"), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


main()
