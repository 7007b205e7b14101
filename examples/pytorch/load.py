#!/usr/bin/python3
"""Load a LeNet that examples/lenet trained into PyTorch.

    go run ./examples/lenet -save lenet.safetensors
    /usr/bin/python3 examples/pytorch/load.py lenet.safetensors

The names and shapes of the tensors are those of PyTorch's modules, so load_state_dict takes them as they are.
"""

import json
import math
import sys

import torch


def load(path):
    """The tensors of a file of nn.Model.Save, by name."""
    file = bytearray(open(path, "rb").read())
    start = 8 + int.from_bytes(file[:8], "little")
    header = json.loads(file[8:start])
    header.pop("__metadata__", None)
    def tensor(dtype, shape, data_offsets):  # noqa: E306
        kind = {"F32": torch.float32, "F64": torch.float64}[dtype]
        return torch.frombuffer(file, dtype=kind, count=math.prod(shape), offset=start + data_offsets[0]).reshape(shape)
    return {name: tensor(**t) for name, t in header.items()}


if __name__ == "__main__":
    from lenet import network

    net = network()
    net.load_state_dict(load(sys.argv[1]))
    print(net)
