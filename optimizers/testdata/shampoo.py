"""Golden values of Shampoo, transcribed into numpy from Algorithm 2 of the paper,
with eps added to the sums, the interval and the diagonal of the authors' TensorFlow
code, and the average of gradients of the paper's experiments.

    python3 shampoo.py > shampoo.json
"""
import numpy as np

from problems import falling, run, write


def along(x, matrix, i):
    """x multiplied by a matrix along dimension i."""
    return np.moveaxis(np.tensordot(matrix, x, axes=(1, i)), 0, i)


def gram(g, i):
    rows = np.moveaxis(g, i, 0).reshape(g.shape[i], -1)
    return rows @ rows.T


def power(matrix, exponent, eps):
    w, v = np.linalg.eigh(matrix + eps * np.eye(len(matrix)))
    return (v * np.maximum(w, eps) ** exponent) @ v.T


def shampoo(momentum=0.9, eps=0.1, interval=20, max_dim=768):
    sums, roots, mean = {}, {}, {}

    def step(t, lr, xs, gs):
        out = []
        for p, (x, g) in enumerate(zip(xs, gs)):
            shape, g = x.shape, np.atleast_1d(g)
            mean[p] = momentum * mean.get(p, 0.0) + (1 - momentum) * g
            d = mean[p] if momentum else g
            for i in range(g.ndim):
                h = sums[p, i] = sums.get((p, i), 0.0) + gram(g, i)
                if g.shape[i] > max_dim:
                    d = along(d, np.diag((np.diag(h) + eps) ** (-1 / (2 * g.ndim))), i)
                    continue
                if t == 1 or t % interval == 0:
                    roots[p, i] = power(h, -1 / (2 * g.ndim), eps)
                d = along(d, roots[p, i], i)
            out.append(x - lr * d.reshape(shape))
        return out

    return step


SHAPES = [[[2, 4], [5], []], [[4, 1, 2], [2, 3]], [[2, 2, 2], [6]], [[7, 2]]]
RUNS = {
    "shampoo": {},
    "shampoo without momentum eps 1 each 3": {"momentum": 0.0, "eps": 1.0, "interval": 3},
    "shampoo up to 3 each 1": {"interval": 1, "max_dim": 3},
}

if __name__ == "__main__":
    write([run(name, "tensors", shampoo(**kwargs), falling(0.3), shapes=shapes) for name, kwargs in RUNS.items() for shapes in SHAPES])
