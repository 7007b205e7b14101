#!/usr/bin/python3
"""Ten steps of LeNet by PyTorch: the values that Descent's own LeNet is compared with.

    apt-get install --no-install-recommends python3-torch python3-numpy dataset-fashion-mnist
    /usr/bin/python3 testdata/lenet/golden.py

Written beside this script, made with torch 1.13:

images-idx3-ubyte, labels-idx1-ubyte
    the first 193 training examples of Fashion-MNIST, in IDX: ten batches in
    this order, nine of 20 and a last one of 13. A model sees pixels / 255.
weights.safetensors
    the initial parameters under the names of nn.Sequential: "0.weight" is
    [out, in, kh, kw], "7.weight" is [out, in]. Xavier uniform; the biases
    uniform in ±1/√fan_in, so that a bias that is forgotten shows.
gradients.safetensors
    the gradients of the mean loss of the first batch, in float32.
trained.safetensors
    the parameters after the ten steps of plain SGD, in float32.
golden.json
    the settings; the loss of each batch before its step, computed in float32
    and again in float64; for each parameter how far the float32 gradient is
    from the float64 one, as a part of the norm.

The seed of the weights is the first for which no decision of the first step
is a close one: a ReLU that is nearly at zero or a pooling window with two
nearly equal winners may fall either way in float32, and moves the gradients
by more than rounding does.
"""
import gzip
import json
import os
import struct

import numpy as np
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = "/usr/share/datasets/fashion-mnist/"
ROWS = [20] * 9 + [13]
RATE = 0.05
MARGIN = 2e-6  # float32 values of LeNet's size are off by some 1e-7

torch.set_num_threads(1)


def path(name):
    return os.path.join(HERE, name)


def examples():
    """The pixels (rows, 784) and labels, also written as IDX files."""
    n = sum(ROWS)
    images = gzip.open(DATA + "train-images-idx3-ubyte.gz").read(16 + n * 784)[16:]
    labels = gzip.open(DATA + "train-labels-idx1-ubyte.gz").read(8 + n)[8:]
    with open(path("images-idx3-ubyte"), "wb") as f:
        f.write(struct.pack(">4I", 0x803, n, 28, 28) + images)
    with open(path("labels-idx1-ubyte"), "wb") as f:
        f.write(struct.pack(">2I", 0x801, n) + labels)
    return np.frombuffer(images, np.uint8).reshape(n, 1, 28, 28).copy(), np.frombuffer(labels, np.uint8)


def initial(seed):
    """The initial parameters as float32 arrays, by name."""
    rng = np.random.default_rng(seed)
    shapes = {"0": (6, 1, 5, 5), "3": (16, 6, 5, 5), "7": (120, 400), "9": (84, 120), "11": (10, 84)}
    out = {}
    for layer, shape in shapes.items():
        field = int(np.prod(shape[2:]))
        fan_in, fan_out = shape[1] * field, shape[0] * field
        bound = np.sqrt(6 / (fan_in + fan_out))
        out[layer + ".weight"] = rng.uniform(-bound, bound, shape).astype(np.float32)
        bound = 1 / np.sqrt(fan_in)
        out[layer + ".bias"] = rng.uniform(-bound, bound, shape[0]).astype(np.float32)
    return out


def network(parameters, dtype):
    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    ).to(dtype)
    net.load_state_dict({k: torch.from_numpy(v).to(dtype) for k, v in parameters.items()})
    return net


def margin(net, x):
    """How close the closest decision of a forward pass is, in float64.

    Equal winners of a window are no decision: they come from equal patches,
    so that the gradient is the same whichever is taken.
    """
    closest = np.inf
    with torch.no_grad():
        for layer in net:
            if isinstance(layer, nn.ReLU):
                closest = min(closest, x.abs().min().item())
            if isinstance(layer, nn.MaxPool2d):
                n, c, h, w = x.shape
                windows = x.reshape(n, c, h // 2, 2, w // 2, 2).transpose(3, 4).reshape(-1, 4)
                best, second = windows.topk(2).values.T
                gap = (best - second)[(best > 0) & (best - second > 1e-12)]
                closest = min(closest, gap.min().item())
            x = layer(x)
    return closest


def train(parameters, pixels, labels, dtype):
    """The ten losses, the gradients of the first step and the parameters after the last."""
    net = network(parameters, dtype)
    loss_fn, sgd = nn.CrossEntropyLoss(), torch.optim.SGD(net.parameters(), lr=RATE)
    losses, gradients, begin = [], None, 0
    for rows in ROWS:
        x = torch.from_numpy(pixels[begin:begin + rows]).to(dtype) / 255
        y = torch.from_numpy(labels[begin:begin + rows].astype(np.int64))
        begin += rows
        sgd.zero_grad()
        loss = loss_fn(net(x), y)
        loss.backward()
        if gradients is None:
            gradients = {k: p.grad.numpy().copy() for k, p in net.named_parameters()}
        sgd.step()
        losses.append(loss.item())
    return losses, gradients, {k: p.detach().numpy() for k, p in net.named_parameters()}


def save(name, arrays):
    """Writes safetensors: a length, a JSON header and the arrays one after the other."""
    header, data = {}, b""
    for key, a in arrays.items():
        raw = a.astype("<f4").tobytes()
        header[key] = {"dtype": "F32", "shape": list(a.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path(name), "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def main():
    pixels, labels = examples()
    first = torch.from_numpy(pixels[:ROWS[0]]).double() / 255
    seed = 1
    while (closest := margin(network(initial(seed), torch.float64), first)) < MARGIN:
        seed += 1
    parameters = initial(seed)
    losses, gradients, trained = train(parameters, pixels, labels, torch.float32)
    losses64, gradients64, trained64 = train(parameters, pixels, labels, torch.float64)

    def distance(a, b):
        return {k: float(np.linalg.norm(a[k] - b[k]) / np.linalg.norm(b[k])) for k in a}

    save("weights.safetensors", parameters)
    save("gradients.safetensors", gradients)
    save("trained.safetensors", trained)
    golden = {
        "torch": torch.__version__,
        "seed": seed,
        "closest_decision": closest,
        "rate": RATE,
        "rows": ROWS,
        "losses": losses,
        "losses_float64": losses64,
        "gradient_error": distance(gradients, gradients64),
        "trained_error": distance(trained, trained64),
    }
    with open(path("golden.json"), "w") as f:
        json.dump(golden, f, indent=1)
        f.write("\n")
    print(json.dumps(golden, indent=1))


main()
