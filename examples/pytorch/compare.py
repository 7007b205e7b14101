#!/usr/bin/python3
"""Run examples/lenet and the same network in PyTorch in turn, and compare the seconds of an epoch.

    /usr/bin/python3 examples/pytorch/compare.py

Other work on a machine comes and goes in minutes, so the programs alternate: in each round examples/lenet runs with
every instruction set and one and two threads, and PyTorch (lenet.py) with every setting, each for a few epochs. What
counts is each one's fastest epoch of all rounds; the median of the rounds' fastest epochs stands beside it and says
how noisy the machine was. Both are as a user runs them: full data set, shuffled and gathered, and here with metrics.

Then, with --whole N, examples/lenet trains N times with its default of ten epochs: seconds from the start of the
process to its end, and its peak memory.

It prints the table and ratios of docs/performance.md and exits with status 1 if a ratio is above what this project
promises. --json prints everything for a program. It needs Go, and what lenet.py needs.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

sys.dont_write_bytecode = True
import lenet as peer  # noqa: E402: beside this file

# What is promised: seconds of examples/lenet over PyTorch's, by threads and instruction set. With two threads
# PyTorch has the best of its settings; with one, one thread.
PROMISED = {(2, "avx512"): 0.15, (2, "avx2"): 0.30, (1, "avx512"): 0.25, (1, "avx2"): 0.50}


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5, help="of all programs (default 5)")
    p.add_argument("--epochs", type=int, default=3, help="of each program in each round (default 3)")
    p.add_argument("--isa", nargs="+", default=["avx512", "avx2"], help="instruction sets of examples/lenet (default: avx512 avx2)")
    p.add_argument("--whole", type=int, default=0, metavar="N", help="also run ten epochs from start to exit, N times")
    p.add_argument("--data", type=pathlib.Path, default=peer.SYSTEM, help=f"directory with the four files (default {peer.SYSTEM})")
    p.add_argument("--python", default="/usr/bin/python3", help="a Python that has torch (default /usr/bin/python3)")
    p.add_argument("--json", action="store_true", help="print JSON")
    return p.parse_args()


def ours(program, a, threads, isa, epochs):
    """A run of examples/lenet: its report."""
    command = [program, "-quiet", "-report", "-", "-data", a.data, "-epochs", str(epochs), "-threads", str(threads)]
    done = subprocess.run(command + (["-isa", isa] if isa else []), stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def theirs(a, setting):
    """A run of lenet.py: the seconds of its epochs, and the version."""
    command = [a.python, HERE / "lenet.py", "--json", "--settings", setting, "--epochs", str(a.epochs), "--data", a.data]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result = json.loads(done.stdout)
    return result["settings"][0]["seconds"], result["peer"]


def measure(a, program):
    """The fastest epoch of each round, by program: ("descent", threads, isa) or ("pytorch", threads, setting)."""
    runs = {("descent", threads, isa): [] for threads in (2, 1) for isa in a.isa}
    runs |= {("pytorch", threads, setting): [] for setting, (threads, _) in peer.SETTINGS.items()}
    version, fingerprints = "", set()
    for n in range(a.rounds):
        for (who, threads, how), best in runs.items():
            if who == "descent":
                report = ours(program, a, threads, how, a.epochs)
                best.append(report["min_seconds_per_epoch"])
                fingerprints.add(report["weights_sha256"])
            else:
                seconds, version = theirs(a, how)
                best.append(min(seconds))
            print(f"round {n + 1}/{a.rounds}: {who}, {threads} thread(s), {how}: {best[-1]:.3f} s an epoch", file=sys.stderr, flush=True)
    return runs, version, fingerprints


def compare(a, runs):
    """Rows of the table: who, threads, how, least and median seconds, ratio, promise."""
    least = {k: min(v) for k, v in runs.items()}
    pytorch = {k: v for k, v in least.items() if k[0] == "pytorch"}
    base = {2: min(pytorch.values()), 1: min(v for k, v in pytorch.items() if k[1] == 1)}
    rows = []
    for key, seconds in least.items():
        who, threads, how = key
        rows.append({
            "program": who, "threads": threads, "how": how, "seconds": seconds, "median": statistics.median(runs[key]), "rounds": runs[key],
            "ratio": seconds / base[threads], "promised": PROMISED.get((threads, how)) if who == "descent" else None,
        })
    return rows


def whole(a, program):
    runs = []
    for _ in range(a.whole):
        start = time.perf_counter()
        report = ours(program, a, 2, "", 10)
        runs.append({"seconds": time.perf_counter() - start, "peak_rss_mb": report["peak_rss_bytes"] / 1e6})
    return runs


def table(rows):
    lines = ["| program | threads | | least s an epoch | median | over PyTorch's best | promised |", "|---|---|---|---|---|---|---|"]
    for r in rows:
        promised = f"≤ {r['promised']:.2f}" if r["promised"] else ""
        lines.append(f"| {r['program']} | {r['threads']} | {r['how']} | {r['seconds']:.3f} | {r['median']:.3f} | {r['ratio']:.3f} | {promised} |")
    return "\n".join(lines)


def main():
    a = arguments()
    with tempfile.TemporaryDirectory() as scratch:
        program = str(pathlib.Path(scratch) / "lenet")
        subprocess.run(["go", "build", "-o", program, "./examples/lenet"], cwd=ROOT, check=True)
        runs, version, fingerprints = measure(a, program)
        runs_whole = whole(a, program)
    rows = compare(a, runs)
    missed = [r for r in rows if r["promised"] and r["ratio"] > r["promised"]]
    result = {"peer": version, "rows": rows, "whole": runs_whole, "same_weights": len(fingerprints) == 1}
    if a.json:
        print(json.dumps(result, indent="\t"))
    else:
        print(f"{version}; {a.rounds} rounds of {a.epochs} epochs, in turn\n\n{table(rows)}\n")
        print("examples/lenet ended with the same weights in every run" if result["same_weights"] else "examples/lenet ended with DIFFERENT weights")
        for r in runs_whole:
            print(f"ten epochs from start to exit: {r['seconds']:.2f} s, peak memory {r['peak_rss_mb']:.0f} MB")
        for r in missed:
            print(f"MISSED: {r['threads']} thread(s), {r['how']}: {r['ratio']:.3f}, promised {r['promised']:.2f}")
    sys.exit(1 if missed or not result["same_weights"] else 0)


if __name__ == "__main__":
    main()
