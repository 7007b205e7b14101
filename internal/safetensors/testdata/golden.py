"""Writes golden.safetensors with numpy, from the format's description alone.

    /usr/bin/python3 golden.py

Any numpy reads a file of Descent in these lines (torch.from_numpy makes tensors of them):

    import json, numpy
    def load(path):
        b = open(path, "rb").read()
        n = int.from_bytes(b[:8], "little")
        h = json.loads(b[8:8 + n])
        h.pop("__metadata__", None)
        kind = {"F32": "<f4", "F64": "<f8"}
        return {k: numpy.ndarray(v["shape"], kind[v["dtype"]], b, 8 + n + v["data_offsets"][0]) for k, v in h.items()}
"""

import json
import os
import struct

import numpy as np

tensors = {
    "0.weight": (np.arange(12, dtype="<f4").reshape(2, 3, 2) - 5) / 8,
    "0.bias": np.array([np.inf, -0.0, 1e-45], dtype="<f4"),
    "näme \"<&>\"\n": np.array([[np.pi, -np.e]], dtype="<f8"),
    "scalar": np.array(42, dtype="<f4"),
    "empty": np.zeros((3, 0, 2), dtype="<f4"),
}
header, data = {"__metadata__": {"format": "pt", "zażółć": "\t\u2028"}}, b""
for name, a in tensors.items():
    raw = a.tobytes()
    header[name] = {
        "dtype": {"f4": "F32", "f8": "F64"}[a.dtype.str[1:]],
        "shape": list(a.shape),
        "data_offsets": [len(data), len(data) + len(raw)],
    }
    data += raw
# Unlike Descent: escapes outside ASCII, spaces after punctuation.
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.safetensors")
with open(path, "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + data)
