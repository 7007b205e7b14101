#!/usr/bin/python3
"""Predict a few rows with Descent and with PyTorch alternately, and compare the times of a prediction.

    /usr/bin/python3 examples/pytorch/predict.py

The networks are LeNet and DeepOBS's fmnist_2c2d. In each round the benchmark BenchmarkFewRows of package nn runs with one
and two threads, and PyTorch with one thread, two, and two that are bound to cores and sleep while they wait, each on
traces that are frozen (torch.jit.freeze), of both memory formats, without gradients, after warming up. The minimum of all rounds counts, and of
the settings the best of each program: a short prediction finds a moment in which a shared machine is quiet.

It prints a table. It needs Go, and Debian's python3-torch and libopenblas0-pthread: with the reference BLAS that is there
otherwise, PyTorch's dense layers take several times as long.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ROWS = (1, 4, 16)
SETTINGS = {"1": {}, "2": {}, "2-bound": {"OMP_PROC_BIND": "true", "OMP_WAIT_POLICY": "PASSIVE"}}


def networks(nn):
    return {
        "lenet": nn.Sequential(
            nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
        "2c2d": nn.Sequential(
            nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(3136, 1024), nn.ReLU(), nn.Linear(1024, 10)),
    }


def peer(threads, seconds):
    """The minimum of each network and number of rows in µs, measured in this process."""
    import torch

    torch.set_num_threads(threads)
    least = {}
    for name, net in networks(torch.nn).items():
        for rows in ROWS:
            best = 1e9
            for form in torch.contiguous_format, torch.channels_last:
                x = torch.rand(rows, 1, 28, 28).to(memory_format=form)
                with torch.no_grad():
                    trace = torch.jit.freeze(torch.jit.trace(net.eval().to(memory_format=form), x))
                    for _ in range(20):
                        trace(x)
                    end = time.perf_counter() + seconds / 2
                    while time.perf_counter() < end:
                        start = time.perf_counter()
                        trace(x)
                        best = min(best, time.perf_counter() - start)
            least[f"{name}/{rows}"] = best * 1e6
    return least


def theirs(python, setting, seconds):
    command = [python, __file__, "--peer", setting[0], "--seconds", str(seconds)]
    return json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True, env=os.environ | SETTINGS[setting]).stdout)


def ours(program, threads, seconds):
    pattern = f"FewRows/./rows=({'|'.join(map(str, ROWS))})$/threads={threads}$"
    done = subprocess.run([program, "-test.run", "^$", "-test.bench", pattern, "-test.benchtime", f"{seconds}s"], stdout=subprocess.PIPE, check=True, text=True, cwd=ROOT / "nn")
    found = re.findall(r"FewRows/(\w+)/rows=(\d+)/\S+.* ([\d.]+) min-µs/op", done.stdout)
    return {f"{name}/{rows}": float(us) for name, rows, us in found}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5, help="rounds of all programs (default 5)")
    p.add_argument("--seconds", type=float, default=0.3, help="seconds of each measurement (default 0.3)")
    p.add_argument("--python", default="/usr/bin/python3", help="a Python that has torch (default /usr/bin/python3)")
    p.add_argument("--peer", type=int, help=argparse.SUPPRESS)
    a = p.parse_args()
    if a.peer:
        print(json.dumps(peer(a.peer, a.seconds)))
        return
    runs = {}

    def note(who, setting, found):
        for case, us in found.items():
            runs.setdefault(case, {}).setdefault((who, setting), []).append(us)

    with tempfile.TemporaryDirectory() as folder:
        program = str(pathlib.Path(folder, "nn.test"))
        subprocess.run(["go", "test", "-c", "-o", program, "./nn"], check=True, cwd=ROOT)
        for n in range(a.rounds):
            for threads in (1, 2):
                note("descent", str(threads), ours(program, threads, a.seconds))
            for setting in SETTINGS:
                note("pytorch", setting, theirs(a.python, setting, a.seconds))
            print(f"round {n + 1}/{a.rounds}", file=sys.stderr, flush=True)
    print("| network | rows | descent, µs (threads) | pytorch, µs (setting) | ratio |")
    print("|---|---:|---:|---:|---:|")
    for case, found in runs.items():
        best = {who: min((min(us), setting) for (w, setting), us in found.items() if w == who) for who in ("descent", "pytorch")}
        (d, threads), (t, setting) = best["descent"], best["pytorch"]
        print("| {} | {} |".format(*case.split("/")), f"{d:.1f} ({threads}) | {t:.1f} ({setting}) | {d / t:.2f} |")


if __name__ == "__main__":
    main()
