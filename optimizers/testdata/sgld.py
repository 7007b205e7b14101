"""Golden values of SGLD, transcribed from Welling and Teh (2011), equation 4,
with a normal prior. The noise is that of an optimizer of seed 0 for parameters
named by their numbers: SplitMix64 keyed by SHA-256, and Box and Muller's
transform.

    python3 sgld.py > sgld.json
"""
import hashlib
import math
import struct

import numpy as np

from problems import both, falling, run, write

MASK = (1 << 64) - 1


def key(seed, *labels):
    """The first 8 bytes of SHA-256 over the seed and the labels with lengths."""
    data = struct.pack("<Q", seed)
    for label in labels:
        data += struct.pack("<Q", len(label)) + label.encode()
    return struct.unpack("<Q", hashlib.sha256(data).digest()[:8])[0]


def splitmix(seed, n):
    """Output n = 1, 2, … of SplitMix64 (Steele, Lea and Flood 2014)."""
    z = (seed + n * 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def normals(seed, count):
    out = []
    for pair in range((count + 1) // 2):
        u = ((splitmix(seed, 2 * pair + 1) >> 11) + 1) / 2.0**53
        v = (splitmix(seed, 2 * pair + 2) >> 11) / 2.0**53
        r = math.sqrt(-2 * math.log(u))
        out += [r * math.cos(2 * math.pi * v), r * math.sin(2 * math.pi * v)]
    return np.array(out[:count])


def sgld(examples, precision):
    def step(t, lr, x, g):
        out = []
        for i, (p, d) in enumerate(zip(x, g)):
            xi = normals(splitmix(key(0, "optimizers", str(i)), t), p.size).reshape(p.shape)
            out.append(p - lr / 2 * (examples * d + precision * p) + math.sqrt(lr) * xi)
        return out

    return lambda: step


RUNS = {"sgld 10": sgld(10, 0.0), "sgld 3 precision 5": sgld(3, 5.0)}

if __name__ == "__main__":
    write(
        [r for name, make in RUNS.items() for r in both(run, name, make, 0.01, 0.02)]
        + [run("sgld 3 precision 5", "tensors", sgld(3, 5.0)(), falling(0.02))]
    )
