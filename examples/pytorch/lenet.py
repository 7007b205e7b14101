#!/usr/bin/python3
"""Train the LeNet of examples/lenet with PyTorch, for comparison on the same machine.

    apt-get install -y --no-install-recommends python3-torch python3-numpy libopenblas0-pthread dataset-fashion-mnist
    /usr/bin/python3 examples/pytorch/lenet.py

The network (6 and 16 kernels of 5×5, ReLU, max pooling, dense 120-84-10), the loss, SGD with momentum 0.9, the
warm-up and cosine schedule, the batch size of 256 and the shuffling in each epoch are the defaults of examples/lenet.
The script favors PyTorch: the images stay in memory as float32 tensors, scaled before the clock starts, and are
gathered by index (no DataLoader); training does not compute the accuracy.

The fastest setting depends on the machine, so each setting runs in its own process, and the best one counts:

    1        one thread
    2        two threads
    2-bound  two threads bound to cores, that sleep while they wait (OMP_PROC_BIND=true OMP_WAIT_POLICY=PASSIVE)

The dense layers need OpenBLAS: without it, Debian's PyTorch uses the reference BLAS and takes twice as long.

It prints the training time of the best epoch for each setting. --json also prints the time of every epoch, as JSON.
compare.py runs this script and examples/lenet alternately.
"""

import argparse
import gzip
import json
import math
import os
import pathlib
import subprocess
import sys
import time

SETTINGS = {
    "1": (1, {}),
    "2": (2, {}),
    "2-bound": (2, {"OMP_PROC_BIND": "true", "OMP_WAIT_POLICY": "PASSIVE"}),
}
SYSTEM = pathlib.Path("/usr/share/datasets/fashion-mnist")  # where Debian's dataset-fashion-mnist puts it


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--settings", nargs="+", choices=list(SETTINGS), default=list(SETTINGS), help="settings to run (default: all)")
    p.add_argument("--epochs", type=int, default=3, help="epochs per setting (default 3)")
    p.add_argument("--batch", type=int, default=256, help="images per minibatch (default 256)")
    p.add_argument("--lr", type=float, default=0.1, help="learning rate (default 0.1)")
    p.add_argument("--momentum", type=float, default=0.9, help="momentum factor (default 0.9)")
    p.add_argument("--seed", type=int, default=1, help="seed of the weights and the order (default 1)")
    p.add_argument("--data", type=pathlib.Path, default=SYSTEM, help=f"directory with the four files (default {SYSTEM})")
    p.add_argument("--json", action="store_true", help="print JSON")
    p.add_argument("--here", action="store_true", help="train in this process, at the first of the settings (for this program's own use)")
    return p.parse_args()


def read(path, header):
    import numpy as np

    return np.frombuffer(gzip.open(path).read(), np.uint8, offset=header)


def load(directory, name):
    import numpy as np
    import torch

    pixels = read(directory / f"{name}-images-idx3-ubyte.gz", 16).reshape(-1, 1, 28, 28)
    labels = read(directory / f"{name}-labels-idx1-ubyte.gz", 8)
    return torch.from_numpy(pixels.astype(np.float32) / 255), torch.from_numpy(labels.astype(np.int64))


def network():
    from torch import nn

    net = nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10),
    )
    for layer in net:
        if hasattr(layer, "weight"):
            nn.init.xavier_uniform_(layer.weight)
            nn.init.zeros_(layer.bias)
    return net


def schedule(base, updates, epochs):
    """The rate of each update: up to base in a line, then down to a hundredth of it along a cosine."""
    total = updates * epochs
    warm = min(200, updates, total // 2)
    end = max(total, warm + 1)

    def at(step):
        if step < warm:
            return base * step / warm
        final = base / 100
        return final + (base - final) * (1 + math.cos(math.pi * (step - warm) / (end - warm))) / 2

    return at


def train(a):
    """Trains in this process and returns what is to be reported."""
    import torch
    from torch import nn

    torch.set_num_threads(SETTINGS[a.settings[0]][0])
    torch.manual_seed(a.seed)
    x, y = load(a.data, "train")
    x_test, y_test = load(a.data, "t10k")
    net, loss = network(), nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(net.parameters(), lr=a.lr, momentum=a.momentum)
    rate = schedule(a.lr, math.ceil(len(x) / a.batch), a.epochs)
    seconds, step = [], 0
    for _ in range(a.epochs):
        start = time.perf_counter()
        order = torch.randperm(len(x))
        for i in range(0, len(x), a.batch):
            rows = order[i:i + a.batch]
            optimizer.param_groups[0]["lr"] = rate(step)
            optimizer.zero_grad(set_to_none=True)
            loss(net(x[rows]), y[rows]).backward()
            optimizer.step()
            step += 1
        seconds.append(time.perf_counter() - start)
    with torch.no_grad():
        right = sum((net(x_test[i:i + 1000]).argmax(1) == y_test[i:i + 1000]).sum().item() for i in range(0, len(x_test), 1000))
    return {
        "setting": a.settings[0], "version": torch.__version__, "threads": SETTINGS[a.settings[0]][0],
        "seconds": seconds, "min_seconds_per_epoch": min(seconds), "test_accuracy": right / len(x_test),
    }


def run(a, setting):
    """Trains at a setting, in a process of its own: OpenMP reads its variables when it starts."""
    command = [sys.executable, __file__, "--here", "--json", "--settings", setting, "--epochs", str(a.epochs), "--batch", str(a.batch),
               "--lr", str(a.lr), "--momentum", str(a.momentum), "--seed", str(a.seed), "--data", str(a.data)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "KMP_", "MKL_", "GOMP_"))}
    done = subprocess.run(command, env={**environment, **SETTINGS[setting][1]}, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def main():
    a = arguments()
    if not a.data.is_dir():
        sys.exit(f"lenet.py: --data {a.data}: no such directory (apt-get install dataset-fashion-mnist)")
    if a.here:
        results = train(a)
        print(json.dumps(results))
        return
    results = []
    for setting in a.settings:
        results.append(run(a, setting))
        if not a.json:
            r = results[-1]
            print(f"pytorch {r['version']}, setting {setting:8}: {r['min_seconds_per_epoch']:.2f} s an epoch at best "
                  f"({', '.join(f'{s:.2f}' for s in r['seconds'])}), test accuracy {r['test_accuracy']:.4f}", flush=True)
    best = min(results, key=lambda r: r["min_seconds_per_epoch"])
    if a.json:
        print(json.dumps({"peer": "pytorch " + best["version"], "settings": results, "best": best["setting"],
                          "min_seconds_per_epoch": best["min_seconds_per_epoch"]}))
    else:
        print(f"best: {best['min_seconds_per_epoch']:.2f} s an epoch, setting {best['setting']}")


if __name__ == "__main__":
    main()
