"""Reference values for the tests of MaxT, from NumPy alone.

    python3 testdata/maxt.py > testdata/maxt.json

The adjusted p-value is that of the closure principle, unlike the steps down of
MaxT: the largest p of all subfamilies that contain the comparison, each tested by
its largest statistic. A missing difference is written null.
"""

import itertools
import json

import numpy as np

rng = np.random.default_rng(20261130)


def families():
    entries = rng.normal(size=(4, 7)) + np.array([0, 0.5, 1, 3])[:, None]
    pairs = np.array([a - b for a, b in itertools.combinations(entries, 2)])
    yield pairs
    yield np.where(rng.uniform(size=pairs.shape) < 0.2, np.nan, pairs)
    skewed = np.exp(rng.normal(size=(5, 8)))
    yield skewed[1:] - skewed[0]
    yield np.round(rng.normal(0.6, 1, size=(5, 8)))
    yield rng.normal(0.5, 1, size=(7, 11))
    yield np.array([[1.0, 1, 1, 1, 1, 1], [2, 2, 2, 2, 2, 2.5], [0, 0, 0, 0, 0, 0], [1, -1, 1, -1, 1, 2]])
    yield np.array([[3.0]])


def plain(x):
    return [[None if np.isnan(v) else float(v) for v in row] for row in x]


cases = []
for d in families():
    x = np.nan_to_num(d)
    signs = np.array(list(itertools.product((-1, 1), repeat=d.shape[1])))
    size = np.sqrt((x**2).sum(axis=1))
    t = np.abs(signs @ x.T) / np.where(size > 0, size, 1)

    def p(family):
        largest = t[:, family].max(axis=1)
        return float(np.mean(largest >= largest[-1] - 1e-9))  # the last row changes no sign

    indices = range(len(d))
    subfamilies = [list(f) for size in indices for f in itertools.combinations(indices, size + 1)]
    values = {tuple(f): p(f) for f in subfamilies}
    cases.append(dict(d=plain(d), mean=[float(np.nanmean(row)) for row in d], p=[values[j,] for j in indices],
                      adjusted=[max(v for f, v in values.items() if j in f) for j in indices]))
print('{"max_t": [\n' + ",\n".join(json.dumps(c, allow_nan=False) for c in cases) + "\n]}")
