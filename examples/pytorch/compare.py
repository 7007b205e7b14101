#!/usr/bin/python3
"""Run examples/lenet and the same network in PyTorch alternately, and compare the seconds per epoch.

    /usr/bin/python3 examples/pytorch/compare.py

The load of a machine changes within minutes, so the programs alternate: in each round examples/lenet runs with
every instruction set and with one and two threads, and PyTorch (lenet.py) with every setting, each for a few epochs.
The best epoch of all rounds counts; the median of the rounds' best epochs shows how noisy the machine was. Both
programs use the full data set, shuffled and gathered; examples/lenet also computes metrics.

With --whole N, examples/lenet then trains N times for its default of ten epochs, and the script prints the time of
the whole process and its peak memory.

It prints the table of docs/performance.md and exits with status 1 if a ratio is above its limit. --json prints all
results as JSON. It needs Go and the packages that lenet.py needs.
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

# The limits of the ratio of examples/lenet's time to PyTorch's, by threads and instruction set. Two threads compare
# with the best of PyTorch's settings, one thread with one thread.
PROMISED = {(2, "avx512"): 0.15, (2, "avx2"): 0.30, (1, "avx512"): 0.25, (1, "avx2"): 0.50}


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--rounds", type=int, default=5, help="rounds of all programs (default 5)")
    p.add_argument("--epochs", type=int, default=3, help="epochs per program and round (default 3)")
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
            print(f"round {n + 1}/{a.rounds}: {who}, {threads} thread(s), {how}: {best[-1]:.3f} s/epoch", file=sys.stderr, flush=True)
    return runs, version, fingerprints


def compare(a, runs):
    """Rows of the table: program, threads, setting, best and median seconds, ratio, limit."""
    fastest = {k: min(v) for k, v in runs.items()}
    pytorch = {k: v for k, v in fastest.items() if k[0] == "pytorch"}
    base = {2: min(pytorch.values()), 1: min(v for k, v in pytorch.items() if k[1] == 1)}
    rows = []
    for key, seconds in fastest.items():
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
    lines = ["| program | threads | setting | best s/epoch | median | ratio to PyTorch | limit |", "|---|---|---|---|---|---|---|"]
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
        print(f"{version}; {a.rounds} rounds of {a.epochs} epochs\n\n{table(rows)}\n")
        print("examples/lenet ended with the same weights in every run" if result["same_weights"] else "examples/lenet ended with DIFFERENT weights")
        for r in runs_whole:
            print(f"ten epochs from start to exit: {r['seconds']:.2f} s, peak memory {r['peak_rss_mb']:.0f} MB")
        for r in missed:
            print(f"MISSED: {r['threads']} thread(s), {r['how']}: {r['ratio']:.3f}, limit {r['promised']:.2f}")
    sys.exit(1 if missed or not result["same_weights"] else 0)


if __name__ == "__main__":
    main()
