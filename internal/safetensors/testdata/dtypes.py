#!/usr/bin/python3
"""Writes dtypes.safetensors with numpy: a tensor of every type that is read, with its extreme values.

    /usr/bin/python3 internal/safetensors/testdata/dtypes.py

BF16, which numpy has not, is the upper half of float32.
"""

import json
import os
import struct

import numpy as np

halves = [0.0, -0.0, 2.0**-24, -3 * 2.0**-24, 2.0**-14, 1.0, -1.5, 0.1, 65504.0, np.inf, -np.inf]
tensors = {
    "F16": np.array(halves, "<f2"),
    "BF16": (np.array([0.0, -0.0, 1.0, -1.5, 0.1, 3e38, 1e-40, np.inf], "<f4").view("<u4") >> 16).astype("<u2"),
    "F32": np.array([0.1, -1e-45, 3e38], "<f4"),
    "F64": np.array([0.1, -5e-324, 1e308], "<f8"),
    "I64": np.array([-(2**53), 2**53, -1], "<i8"),
    "U64": np.array([0, 2**53], "<u8"),
    "BOOL": np.array([False, True]),
}
for bits in (8, 16, 32):
    tensors[f"I{bits}"] = np.array([-(2 ** (bits - 1)), -1, 2 ** (bits - 1) - 1], f"<i{bits // 8}")
    tensors[f"U{bits}"] = np.array([0, 1, 2**bits - 1], f"<u{bits // 8}")

header, data = {}, b""
for name, a in tensors.items():
    raw = a.tobytes()
    header[name] = {"dtype": name, "shape": list(a.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "dtypes.safetensors")
with open(path, "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + data)
