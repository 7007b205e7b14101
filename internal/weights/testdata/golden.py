#!/usr/bin/python3
"""Writes arrays with numpy and PyTorch, for the tests of the package and as seeds of its fuzz test.

    /usr/bin/python3 internal/weights/testdata/golden.py

arrays.npz has an array of every kind that is read, packed.npz the same ones compressed. old.pt and new.pt are the two
formats of torch.save, which are refused.
"""

import pathlib

import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent

counting = np.arange(24).reshape(2, 3, 4)
arrays = {
    "0.weight": (counting / 8).astype("<f4"),
    "0.bias": np.array([1, -0.5, 1e-45], "<f4"),
    "columns": np.asfortranarray(counting.astype("<f4")),
    "matrix": np.arange(6).reshape(3, 2).astype("<f8").T,  # in the order of columns too
    "big": np.array([[0.1, 1 / 3]], ">f4"),
    "half": np.array([0.1, 65504, -(2.0**-24)], "<f2"),
    "num_batches_tracked": np.array(469),
    "flags": np.array([True, False]),
    "bytes": np.array([[255], [1]], "u1"),
    "empty": np.zeros((0, 3), "<f4"),
}
np.savez(HERE / "arrays.npz", **arrays)
np.savez_compressed(HERE / "packed.npz", **arrays)
torch.save({"w": torch.zeros(2)}, HERE / "new.pt")
torch.save({"w": torch.zeros(2)}, HERE / "old.pt", _use_new_zipfile_serialization=False)
