"""Reference values for the tests of package stats.

    python3 testdata/stats.py > testdata/stats.json

SciPy 1.10 and NumPy where they have the method; the definition, written as
differently as possible (enumeration, search), where they have not. A miss, +Inf,
is written null.
"""

import itertools
import json
import warnings

import numpy as np
from scipy import stats
from scipy.stats import _resampling

warnings.simplefilter("error")
rng = np.random.default_rng(20240607)


def plain(value):
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [plain(v) for v in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    value = float(value)
    return None if np.isinf(value) else value


def samples():
    yield rng.normal(size=10)
    yield np.exp(rng.normal(size=7))
    yield np.round(8 * rng.normal(3, 1, size=16)) / 8  # sums of eighths are exact, and many are equal
    yield -rng.exponential(size=25)
    yield np.array([0.91, 0.93])
    yield 1e6 + rng.normal(size=5)


def summaries():
    for x in samples():
        yield dict(x=x, mean=np.mean(x), sd=np.std(x, ddof=1), median=np.median(x), min=np.min(x), max=np.max(x))


def accelerated():
    """SciPy's BCa interval of given resampled means."""
    for x in samples():
        means = x[rng.integers(len(x), size=(199, len(x)))].mean(axis=1)
        for level in 0.8, 0.95, 0.99:
            tail = (1 - level) / 2
            low, high, _ = _resampling._bca_interval([x], np.mean, -1, tail, means, None)
            ends = [np.percentile(means, 100 * p) for p in (low, high)]
            yield dict(x=x, means=means, z=-stats.norm.ppf(tail), low=ends[0], high=ends[1])


def bootstrap():
    """SciPy's BCa interval at the expanded level, of many resamples."""
    for x in rng.normal(size=8), np.exp(rng.normal(size=12)), rng.exponential(size=20):
        n = len(x)
        for level in 0.9, 0.95:
            tail = stats.norm.cdf(stats.t.ppf((1 - level) / 2, n - 1) * np.sqrt(n / (n - 1)))
            ci = stats.bootstrap((x,), np.mean, n_resamples=200_000, batch=10_000, method="BCa",
                                 confidence_level=1 - 2 * tail, random_state=1).confidence_interval
            yield dict(x=x, level=level, low=ci.low, high=ci.high)


def sign_flips():
    for d in (
        [1.0, 2.0],
        [1.0, -1.0],
        [0.0, 0.0, 3.0, 1.0, 2.0, 4.0],
        [1.0, 1.0, 1.0, -1.0, 2.0, 2.0, -2.0, 3.0],
        [0.91 - 0.90, 0.93 - 0.92, 0.83 - 0.82, 0.55 - 0.56, 0.71 - 0.69],
        rng.normal(size=8),
        rng.normal(0.7, 1, size=10),
        rng.normal(-1, 1, size=12),
        np.round(rng.normal(0.5, 1, size=13), 1),
        1e-9 * rng.normal(0.4, 1, size=14),
    ):
        d = np.asarray(d)
        t = stats.permutation_test((d,), np.mean, permutation_type="samples", n_resamples=np.inf, vectorized=True)
        yield dict(d=d, mean=d.mean(), p=t.pvalue)


def many_flips():
    """More pairs than are enumerated one by one: the sums of two halves, each enumerated."""
    for d in rng.normal(0.3, 1, size=24), rng.normal(0.05, 1, size=26), rng.normal(0.45, 1, size=30):
        half = len(d) // 2
        a, b = (np.array([s @ part for s in map(np.array, itertools.product((-1, 1), repeat=len(part)))])
                for part in (d[:half], d[half:]))
        b.sort()
        bound = abs(d.sum()) * (1 - 1e-12)
        upper = len(b) - np.searchsorted(b, bound - a, side="left")
        lower = np.searchsorted(b, -bound - a, side="right")
        yield dict(d=d, mean=d.mean(), p=(upper.sum() + lower.sum()) / 2.0 ** len(d))


def holm():
    """Adjusted p by definition: the smallest level at which the step-down procedure rejects."""

    def rejected(p, alpha):
        out = np.zeros(len(p), bool)
        for step, i in enumerate(np.argsort(p, kind="stable")):
            if p[i] > alpha / (len(p) - step):
                break
            out[i] = True
        return out

    for p in [0.01, 0.04, 0.03, 0.005], [0.2], [0.5, 0.5, 0.5], [0.0, 1.0], rng.uniform(size=9) ** 3, rng.uniform(size=21) ** 6:
        p = np.asarray(p)
        adjusted = []
        for i in range(len(p)):
            low, high = 0.0, 1.0  # rejected at high, or not at all
            if rejected(p, 0.0)[i]:
                high = 0.0
            for _ in range(60 if high else 0):
                middle = (low + high) / 2
                low, high = (low, middle) if rejected(p, middle)[i] else (middle, high)
            adjusted.append(high)
        yield dict(p=p, adjusted=adjusted)


def survival():
    """The share of a run is handed on to those at risk after it when it is censored (Efron's redistribution to the right)."""
    cases = [
        ([3, 1, 2], [False, False, False]),
        ([5, 5, 5], [True, True, True]),
        ([1, 2, 2, 2, 3, 3], [False, False, True, False, True, False]),
        ([2, 2, 4, 4], [True, False, True, False]),
        (rng.integers(1, 12, size=30), rng.uniform(size=30) < 0.4),
        (np.minimum(rng.exponential(10, size=15), 12), None),
    ]
    for times, censored in cases:
        times = np.asarray(times, float)
        censored = np.asarray(times == 12 if censored is None else censored)
        order = np.lexsort((censored, times))  # of equal times the censored ones come last
        share = np.full(len(times), 1 / len(times))
        for position, i in enumerate(order):
            if censored[i] and position + 1 < len(order):
                share[order[position + 1:]] += share[i] / (len(order) - position - 1)
                share[i] = 0
        at = np.unique(times[~censored])
        yield dict(times=times, censored=censored, at=at,
                   survival=[1 - share[(times <= t) & ~censored].sum() for t in at])


def expected_best():
    """The mean of the best over every subset."""
    for x in rng.normal(size=8), np.round(rng.exponential(size=10)), np.array([2.5]), rng.normal(size=13):
        best = {}
        for goal, choose in (("minimize", min), ("maximize", max)):
            best[goal] = [np.mean([choose(c) for c in itertools.combinations(x, k)]) for k in range(1, len(x) + 1)]
        yield dict(x=x, **best)


def profiles():
    for solvers, problems, missing in (3, 5, 0), (4, 12, 0.3), (2, 9, 0.6), (5, 8, 0.1):
        t = np.round(np.exp(rng.normal(size=(solvers, problems))), 2) + 0.01
        t[rng.uniform(size=t.shape) < missing] = np.inf
        with np.errstate(invalid="ignore"):
            ratio = t / t.min(axis=0)
        ratio[np.isnan(ratio)] = np.inf
        taus = np.linspace(1, 4, 100)
        rho = np.array([(ratio <= tau).mean(axis=1) for tau in taus]).T
        grid = np.linspace(1, 4, 300_001)
        fine = np.array([[np.count_nonzero(row <= tau) for tau in grid] for row in ratio]) / problems
        yield dict(times=t, ratios=ratio, unsolved=np.isinf(t).all(axis=0).sum(), taus=taus, rho=rho,
                   algoperf=np.trapz(rho, taus) / 3, area=np.trapz(fine, grid) / 3)


def ratios():
    for n, missing in (6, 0), (12, 0.3), (9, 0.5):
        a, b = np.exp(rng.normal(size=(2, n)))
        a[rng.uniform(size=n) < missing] = np.inf
        b[rng.uniform(size=n) < missing] = np.inf
        both = np.isfinite(a) & np.isfinite(b)
        yield dict(a=a, b=b, mean=stats.gmean(a[both] / b[both]), both=both.sum(),
                   only_first=(np.isfinite(a) & np.isinf(b)).sum(), only_second=(np.isinf(a) & np.isfinite(b)).sum(),
                   neither=(np.isinf(a) & np.isinf(b)).sum())


parts = (summaries, accelerated, bootstrap, sign_flips, many_flips, holm, survival, expected_best, profiles, ratios)
print("{\n" + ",\n".join(
    f'"{part.__name__}": [\n' + ",\n".join(json.dumps(plain(case), allow_nan=False) for case in part()) + "\n]" for part in parts) + "\n}")
