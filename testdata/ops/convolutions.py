#!/usr/bin/python3
"""Cases of convolutions by PyTorch, as golden.py describes them, written to convolutions.json.

    /usr/bin/python3 testdata/ops/convolutions.py

made with torch 1.13. With "end", so many more rows below and columns to the right are
zeros, or are cut off what a transposed convolution makes: TensorFlow's "same" padding
of an odd number.
"""
from torch.nn import functional as F

from cases import add, draw, write

for name, n, c, h, w, filters, kernel, stride, padding, end in [
    ("4x4, stride 2, same, even", 2, 2, 6, 4, 3, 4, 2, 1, 0),
    ("4x4, stride 2, same, odd", 1, 2, 7, 5, 2, 4, 2, 1, 1),
    ("4x4, same", 1, 3, 5, 7, 2, 4, 1, 1, 1),
    ("2x2, same, batch of 17", 17, 1, 3, 2, 2, 2, 1, 0, 1),
]:
    add("conv2d", name,
        lambda x, weight, bias: F.conv2d(F.pad(x, (padding, padding + end) * 2), weight, bias, stride=stride),
        {"x": draw(n, c, h, w), "weight": draw(filters, c, kernel, kernel), "bias": draw(filters)}, stride=stride, padding=padding, end=end)

for name, n, c, h, w, filters, kernel, stride, padding, output, end in [
    ("plain", 2, 1, 3, 4, 2, 3, 1, 0, 0, 0),
    ("1x1 kernel", 2, 3, 3, 4, 2, 1, 1, 0, 0, 0),
    ("padding", 1, 3, 4, 5, 2, 3, 1, 1, 0, 0),
    ("stride 2", 1, 2, 3, 4, 3, 3, 2, 0, 0, 0),
    ("stride 2 with padding and output padding", 3, 2, 3, 4, 2, 3, 2, 1, 1, 0),
    ("stride 3, output padding 2", 1, 2, 3, 2, 2, 4, 3, 1, 2, 0),
    ("stride 3 over a kernel of 2", 1, 2, 3, 4, 2, 2, 3, 0, 0, 0),
    ("one pixel", 2, 4, 1, 1, 5, 4, 1, 0, 0, 0),
    ("4x4, same", 2, 2, 5, 4, 3, 4, 1, 1, 0, 1),
    ("4x4, stride 2, same", 2, 2, 3, 4, 2, 4, 2, 1, 0, 0),
    ("3x3, stride 2, same", 1, 2, 3, 4, 2, 3, 2, 0, 0, 1),
    ("2x2, stride 3, same", 1, 2, 3, 2, 2, 2, 3, 0, 1, 0),
    ("batch of 17", 17, 1, 2, 2, 1, 2, 2, 0, 0, 0),
]:
    def f(x, weight, bias):
        y = F.conv_transpose2d(x, weight, bias, stride=stride, padding=padding, output_padding=output)
        return y[:, :, : y.shape[2] - end, : y.shape[3] - end]
    add("conv_transpose2d", name, f, {"x": draw(n, c, h, w), "weight": draw(c, filters, kernel, kernel), "bias": draw(filters)},
        stride=stride, padding=padding, output_padding=output, end=end)

write("convolutions.json")
