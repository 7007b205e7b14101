#!/usr/bin/python3
"""Runs that begin in PyTorch or in Descent and go on in the other: the files and losses of the package's tests.

    /usr/bin/python3 optimizers/pytorch/testdata/golden.py start
    go test ./optimizers/pytorch -run TestToPyTorch -write
    /usr/bin/python3 optimizers/pytorch/testdata/golden.py go-on

The network is a convolution, pooling, and two dense layers with tanh between them. Made with torch 1.13.

start writes
    start.npz             the initial weights, and ten batches of eight examples: inputs [10, 8, 1, 6, 6], labels [10, 8]
    torch-OPTIMIZER.npz   the weights and the optimizer's state after ten steps of PyTorch
    torch.json            the losses of PyTorch's next ten steps, by optimizer

The test then writes here-OPTIMIZER.safetensors and here-OPTIMIZER-state.safetensors: the weights and the state after
ten steps of Descent. go-on loads these, and writes
    here.json             by optimizer, PyTorch's outputs for the first batch and the losses of its next ten steps
"""

import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn

sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent.parent / "examples" / "pytorch"))
import exchange  # noqa: E402: of that folder

OPTIMIZERS = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "amsgrad": lambda p: torch.optim.Adam(p, lr=0.01, amsgrad=True, weight_decay=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=0.003, momentum=0.9, centered=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=0.05),
    "adadelta": lambda p: torch.optim.Adadelta(p, lr=1),
    "adamax": lambda p: torch.optim.Adamax(p, lr=0.01),
    "radam": lambda p: torch.optim.RAdam(p, lr=0.01),
}


def network():
    return nn.Sequential(
        nn.Conv2d(1, 3, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(12, 8), nn.Tanh(), nn.Linear(8, 4),
    )


def train(net, optimizer, inputs, labels):
    """The losses of a step for each batch."""
    losses = []
    for x, y in zip(inputs, labels):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def start():
    torch.manual_seed(7)
    net = network()
    inputs, labels = torch.randn(10, 8, 1, 6, 6), torch.randint(4, (10, 8))
    weights = {k: v.clone() for k, v in net.state_dict().items()}
    np.savez(HERE / "start.npz", inputs=inputs.numpy(), labels=labels.numpy(), **{k: v.numpy() for k, v in weights.items()})
    losses = {}
    for name, make in OPTIMIZERS.items():
        net.load_state_dict(weights)
        optimizer = make(net.parameters())
        train(net, optimizer, inputs, labels)
        exchange.save(HERE / f"torch-{name}.npz", net, optimizer)
        losses[name] = train(net, optimizer, inputs, labels)
    write("torch.json", losses)


def go_on():
    data = np.load(HERE / "start.npz")
    inputs, labels = torch.from_numpy(data["inputs"]), torch.from_numpy(data["labels"])
    results = {}
    for name, make in OPTIMIZERS.items():
        net = network()
        exchange.load(HERE / f"here-{name}.safetensors", net)
        optimizer = make(net.parameters())
        exchange.load_optimizer(HERE / f"here-{name}-state.safetensors", net, optimizer)
        with torch.no_grad():
            outputs = net(inputs[0]).flatten().tolist()
        results[name] = {"outputs": outputs, "losses": train(net, optimizer, inputs, labels)}
    write("here.json", results)


def write(name, value):
    (HERE / name).write_text(json.dumps(value, indent="\t") + "\n")


torch.set_num_threads(1)
{"start": start, "go-on": go_on}[sys.argv[1]]()
