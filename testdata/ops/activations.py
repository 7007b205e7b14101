#!/usr/bin/python3
"""Activations by PyTorch 1.13 in float64, written to activations.json.

    /usr/bin/python3 testdata/ops/activations.py

golden.py describes the file. PyTorch's softplus is x itself above a threshold of β·x,
which is 100 here instead of 20: no digit differs there.
"""
import numpy as np
from torch.nn import functional as F

from cases import add, draw, write

curve = np.array([-800, -40, -20, -9, -5, -2.5, -1.3, -1, -0.5, -1e-3, -1e-8, 0, 1e-8, 1e-3, 0.5, 1, 1.3, 2.5, 5, 9, 20, 40, 800])

for slope in [0.01, 0.3, 2]:
    add("leaky_relu", f"slope {slope}", lambda x, s=slope: F.leaky_relu(x, s), {"x": curve}, slope=slope)
for alpha in [1, 0.4, 3]:
    add("elu", f"alpha {alpha}", lambda x, a=alpha: F.elu(x, a), {"x": curve}, alpha=alpha)
add("gelu", "exact", lambda x: F.gelu(x), {"x": curve})
add("gelu", "tanh", lambda x: F.gelu(x, approximate="tanh"), {"x": curve}, tanh=True)
add("silu", "small and large", lambda x: F.silu(x), {"x": curve})
for beta in [1, 0.5, 3]:
    add("softplus", f"beta {beta}", lambda x, b=beta: F.softplus(x, beta=b, threshold=100), {"x": curve}, beta=beta)
for name, x in [
    ("plain", draw(4, 3)),
    ("one class", draw(3, 1)),
    ("batch of 17", draw(17, 5)),
    ("positions", draw(3, 4, 5)),
    ("large", np.array([[1000, 0, -1000], [-1000, -1001, -999], [1e300, -1e300, 0]])),
]:
    add("softmax", name, lambda x: F.softmax(x, dim=-1), {"x": x})

write("activations.json")
