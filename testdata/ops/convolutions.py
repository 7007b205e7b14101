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

for name, n, c, h, w, filters, kernel, strides, paddings, dilations, groups in [
    ("depthwise", 2, 3, 4, 5, 3, (3, 3), (1, 1), (1, 1), (1, 1), 3),
    ("depthwise, two outputs a channel, stride 2", 1, 3, 5, 4, 6, (3, 2), (2, 2), (1, 0), (1, 1), 3),
    ("two groups, 1x3 kernel", 2, 4, 3, 5, 6, (1, 3), (1, 2), (0, 1), (1, 1), 2),
    ("dilation", 1, 2, 7, 8, 2, (3, 3), (1, 1), (2, 3), (2, 3), 1),
    ("dilation of one axis, strides", 2, 2, 9, 6, 2, (3, 2), (2, 3), (3, 0), (3, 1), 2),
    ("dilation 2 by stride 2", 1, 1, 8, 9, 2, (3, 3), (2, 2), (2, 2), (2, 2), 1),
]:
    add("conv2d_axes", name,
        lambda x, weight, bias: F.conv2d(x, weight, bias, strides, paddings, dilations, groups),
        {"x": draw(n, c, h, w), "weight": draw(filters, c // groups, *kernel), "bias": draw(filters)}, strides=strides, paddings=paddings, dilations=dilations, groups=groups)

for name, n, c, h, w, filters, kernel, strides, paddings, output, dilations, groups in [
    ("axes", 2, 2, 3, 4, 2, (2, 3), (3, 1), (0, 1), 1, (1, 1), 1),
    ("groups and dilation", 1, 4, 3, 2, 6, (3, 2), (2, 1), (1, 2), 1, (2, 3), 2),
]:
    add("conv_transpose2d_axes", name,
        lambda x, weight, bias: F.conv_transpose2d(x, weight, bias, strides, paddings, (output, 0), groups, dilations),
        {"x": draw(n, c, h, w), "weight": draw(c, filters // groups, *kernel), "bias": draw(filters)},
        strides=strides, paddings=paddings, output_padding=output, dilations=dilations, groups=groups)

for name, n, c, length, filters, kernel, stride, padding, dilation, groups in [
    ("plain", 2, 3, 6, 2, 3, 1, 0, 1, 1),
    ("stride, padding, dilation, groups", 1, 4, 9, 6, 3, 2, 2, 3, 2),
]:
    add("conv1d", name,
        lambda x, weight, bias: F.conv1d(x, weight, bias, stride, padding, dilation, groups),
        {"x": draw(n, c, length), "weight": draw(filters, c // groups, kernel), "bias": draw(filters)},
        stride=stride, padding=padding, dilations=(1, dilation), groups=groups)

for name, n, c, h, w, scales, bilinear in [
    ("nearest", 2, 2, 3, 2, (2, 2), False),
    ("nearest, axes", 1, 1, 2, 3, (3, 1), False),
    ("bilinear", 2, 2, 3, 4, (2, 2), True),
    ("bilinear, axes", 1, 2, 2, 3, (3, 4), True),
    ("bilinear of one pixel", 1, 2, 1, 1, (2, 3), True),
]:
    add("upsample", name, lambda x: F.interpolate(x, scale_factor=scales, mode="bilinear", align_corners=False) if bilinear else F.interpolate(x, scale_factor=scales),
        {"x": draw(n, c, h, w)}, scales=scales, bilinear=bilinear)

write("convolutions.json")
