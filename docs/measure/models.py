#!/usr/bin/python3
"""Time training steps of the models of nn's BenchmarkModel in PyTorch, and print the fastest as JSON.

    /usr/bin/python3 docs/measure/models.py --model resnet20 --setting 2-bound --how traced-last

docs/measure runs this alternately with the benchmark: OpenMP reads its variables when a process starts, so that each
setting needs one. A step is forward and backward pass, loss and an update of SGD with momentum; the batch stays in
memory as tensors. The network can run as it is (eager) or as torch.jit.trace makes it (traced), and images can lie
with their channels last (-last); the fastest of all counts for PyTorch.

It prints {"ms": fastest step, "median_ms": median, "steps": steps timed, "mb": peak memory, "peer": version}.
"""

import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "examples" / "pytorch"))
from lenet import SETTINGS  # noqa: E402: threads and OpenMP's variables


def resnet20(nn, torch):
    class Block(nn.Module):
        def __init__(self, before, filters, stride):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(before, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(),
                nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters))
            self.stride, self.pad = stride, (filters - before) // 2

        def forward(self, x):
            y = self.body(x)
            if self.stride > 1:
                x = nn.functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, self.pad, self.pad))
            return torch.relu(y + x)

    blocks, before = [], 16
    for filters in (16, 32, 64):
        for i in range(3):
            blocks.append(Block(before, filters, 2 if i == 0 and filters > 16 else 1))
            before = filters
    return nn.Sequential(nn.Conv2d(1, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(), *blocks,
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))


def stack(nn, *convs):
    layers, before = [], 1
    for filters, kernel, stride in convs:
        layers += [nn.Conv2d(before, filters, kernel, stride, kernel // 2), nn.ReLU()]
        before = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))


def two_conv(nn):
    convs = [nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    return nn.Sequential(*convs, nn.Flatten(), nn.Linear(3136, 1024), nn.ReLU(), nn.Linear(1024, 10))


def mlp(nn):
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


def gpt(nn, torch, vocabulary, length, layers, width, heads):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.up, self.down, self.gelu = nn.Linear(width, 4 * width), nn.Linear(4 * width, width), nn.GELU("tanh")
            self.register_buffer("mask", torch.full((length, length), float("-inf")).triu(1))

        def forward(self, x):
            n, t = x.shape[0], x.shape[1]
            q, k, v = self.qkv(self.norm1(x)).view(n, t, 3, heads, width // heads).permute(2, 0, 3, 1, 4)
            scores = torch.baddbmm(self.mask, q.reshape(n * heads, t, -1), k.reshape(n * heads, t, -1).transpose(1, 2),
                                   alpha=(width // heads) ** -0.5)
            y = torch.bmm(scores.softmax(-1), v.reshape(n * heads, t, -1))
            x = x + self.out(y.view(n, heads, t, -1).transpose(1, 2).reshape(n, t, width))
            return x + self.down(self.gelu(self.up(self.norm2(x))))

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.places = nn.Embedding(vocabulary, width), nn.Parameter(0.02 * torch.randn(length, width))
            self.blocks, self.norm = nn.Sequential(*(Block() for _ in range(layers))), nn.LayerNorm(width)

        def forward(self, x):
            y = self.norm(self.blocks(self.tokens(x) + self.places))
            return nn.functional.linear(y, self.tokens.weight).flatten(0, 1)

    return GPT()


def char_lstm(nn, vocabulary):
    class CharLSTM(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.drop = nn.Embedding(vocabulary, 128), nn.Dropout(0.2)
            self.lstm, self.head = nn.LSTM(128, 128, 2, batch_first=True, dropout=0.2), nn.Linear(128, vocabulary)

        def forward(self, x):
            y, _ = self.lstm(self.drop(self.tokens(x)))
            return self.head(self.drop(y)).flatten(0, 1)

    return CharLSTM()


def vae(nn, torch):
    class Same(nn.Module):
        """TensorFlow's same padding of a kernel of 4: one before, and one or two after."""

        def __init__(self, after):
            super().__init__()
            self.after = after

        def forward(self, x):
            return nn.functional.pad(x, (1, self.after, 1, self.after))

    class Cut(nn.Module):
        def forward(self, x):
            return x[:, :, 1:-2, 1:-2]

    def leaky(*layers):
        return [*layers, nn.LeakyReLU(0.3)]

    class VAE(nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = nn.Sequential(
                *leaky(Same(1), nn.Conv2d(1, 64, 4, 2)), nn.Dropout(0.2), *leaky(Same(1), nn.Conv2d(64, 64, 4, 2)), nn.Dropout(0.2),
                *leaky(Same(2), nn.Conv2d(64, 64, 4)), nn.Dropout(0.2), nn.Flatten())
            self.mean, self.rho = nn.Linear(3136, 8), nn.Linear(3136, 8)
            self.decoder = nn.Sequential(
                *leaky(nn.Linear(8, 24)), *leaky(nn.Linear(24, 49)), nn.Unflatten(1, (1, 7, 7)),
                nn.ConvTranspose2d(1, 64, 4, 2, 1), nn.ReLU(), nn.Dropout(0.2),
                nn.ConvTranspose2d(64, 64, 4), Cut(), nn.ReLU(), nn.Dropout(0.2), nn.ConvTranspose2d(64, 64, 4), Cut(), nn.ReLU(),
                nn.Flatten(), nn.Linear(12544, 784), nn.Sigmoid())

        def forward(self, x):
            h = self.encoder(x)
            mean, rho = self.mean(h), self.rho(h) / 2
            y = self.decoder(mean + torch.randn_like(mean) * rho.exp())
            return y, mean, rho

    return VAE()


def build(name, nn, torch):
    """The network, its batch, its labels, and the loss of outputs and labels."""
    cross = nn.CrossEntropyLoss()
    image = lambda rows: (torch.randn(rows, 1, 28, 28), torch.randint(10, (rows,)), cross)  # noqa: E731
    if name == "resnet20":
        return (resnet20(nn, torch), *image(128))
    if name == "stack3x3":
        return (stack(nn, *[(64, 3, 1)] * 4), *image(64))
    if name == "stack1x1":
        return (stack(nn, (64, 3, 1), (64, 1, 1), (64, 3, 2), (128, 1, 1), (128, 3, 2), (128, 1, 1)), *image(64))
    if name == "2c2d":
        return (two_conv(nn), *image(128))
    if name == "mlp":
        return (mlp(nn), *image(128))
    if name == "gpt":
        return gpt(nn, torch, 96, 128, 4, 128, 4), torch.randint(96, (32, 128)), torch.randint(96, (32 * 128,)), cross
    if name == "charlstm":
        return char_lstm(nn, 83), torch.randint(83, (64, 50)), torch.randint(83, (64 * 50,)), cross

    def evidence(out, x):
        y, mean, rho = out
        return ((y - x.flatten(1)) ** 2).sum(1).mean() + 0.5 * (mean ** 2 + (2 * rho).exp() - 1 - 2 * rho).sum(1).mean()

    x = torch.rand(64, 1, 28, 28)
    return vae(nn, torch), x, x, evidence


MODELS = ["resnet20", "stack3x3", "stack1x1", "2c2d", "mlp", "gpt", "charlstm", "vae"]
HOWS = ["eager", "traced", "eager-last", "traced-last"]


def measure(a):
    import torch
    from torch import nn

    torch.set_num_threads(SETTINGS[a.setting][0])
    torch.manual_seed(1)
    net, x, labels, loss = build(a.model, nn, torch)
    if a.how.endswith("-last"):
        net, x = net.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    if a.how.startswith("traced"):
        net = torch.jit.trace(net, x, check_trace=False)
    optimizer = torch.optim.SGD(net.parameters(), lr=1e-4, momentum=0.9, foreach=True)

    def step():
        start = time.perf_counter()
        optimizer.zero_grad(set_to_none=True)
        loss(net(x), labels).backward()
        optimizer.step()
        return time.perf_counter() - start

    torch.mm(torch.ones(64, 64), torch.ones(64, 64))
    libraries = pathlib.Path("/proc/self/maps")
    if libraries.exists() and not any(name in libraries.read_text() for name in ("openblas", "libmkl_", "libblis")):
        sys.exit("models.py: PyTorch uses the reference BLAS: apt-get install libopenblas0-pthread")
    for _ in range(3):  # the tracer optimizes in the second run
        step()
    seconds, end = [], time.perf_counter() + a.seconds
    while time.perf_counter() < end or len(seconds) < 3:
        seconds.append(step())
    return {"ms": min(seconds) * 1e3, "median_ms": statistics.median(seconds) * 1e3, "steps": len(seconds),
            "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, "peer": "pytorch " + torch.__version__}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--model", choices=MODELS, required=True)
    p.add_argument("--setting", choices=list(SETTINGS), default="2", help="threads (default 2); examples/pytorch/lenet.py explains them")
    p.add_argument("--how", choices=HOWS, default="eager", help="default eager; -last is for images")
    p.add_argument("--seconds", type=float, default=3, help="time to repeat the step for (default 3)")
    p.add_argument("--here", action="store_true", help="in this process (for this program's own use)")
    a = p.parse_args()
    if a.here:
        print(json.dumps(measure(a)))
        return
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "KMP_", "MKL_", "GOMP_"))}
    sys.exit(subprocess.run([sys.executable, __file__, "--here", *sys.argv[1:]], env={**environment, **SETTINGS[a.setting][1]}).returncode)


if __name__ == "__main__":
    main()
