#!/usr/bin/python3
"""Save a PyTorch model and its optimizer for Descent, and load them from it.

    import exchange
    exchange.save("lenet.npz", net)             # for nn.Model.Load
    exchange.save("run.npz", net, optimizer)    # for nn.Model.LoadPart and pytorch.Load
    exchange.load("run.safetensors", net)       # from nn.Model.Save
    exchange.load_optimizer("state.safetensors", net, optimizer)  # from pytorch.Save

README.md beside it has both sides. The state of the optimizer is in tensors optimizer/PARAMETER/SLOT, with PyTorch's
names: exp_avg, exp_avg_sq, momentum_buffer, step. The learning rate and the other settings are not in the files: give
both programs the same.
"""

import numpy as np
import torch

from load import load as tensors


def save(path, net, optimizer=None, steps=None):
    """Write the weights, and the optimizer's state, to an .npz file. SGD counts no steps: say how many were done."""
    arrays = {name: t.detach().cpu().numpy() for name, t in net.state_dict().items()}
    for name, p in net.named_parameters() if optimizer else ():
        state = dict(optimizer.state[p])
        if steps is not None:
            state["step"] = steps
        for slot, value in state.items():
            if value is not None:
                arrays[f"optimizer/{name}/{slot}"] = torch.as_tensor(value).cpu().numpy()
    np.savez(path, **arrays)


def load(path, net):
    """Read the weights from a safetensors file of Descent, such as a checkpoint."""
    net.load_state_dict({name: t for name, t in tensors(path).items() if "/" not in name})


def load_optimizer(path, net, optimizer, steps=None):
    """Read the optimizer's state from a safetensors file of Descent. Of a checkpoint, say after how many steps it is."""
    parameters = dict(net.named_parameters())
    for tensor, value in tensors(path).items():
        if tensor.startswith("optimizer/"):
            _, name, slot = tensor.split("/")
            state = optimizer.state[parameters[name]]
            state[slot] = value.float()
            if steps is not None:
                state["step"] = torch.tensor(float(steps))
