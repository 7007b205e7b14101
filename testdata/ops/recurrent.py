#!/usr/bin/python3
"""Recurrent layers by PyTorch 1.13 in float64, written to recurrent.json.

    /usr/bin/python3 testdata/ops/recurrent.py

golden.py describes the file. The states of h and c have no gradient.
"""
import torch
from torch import _VF as VF

from cases import add, draw, write


def layer(function, x, weight_ih, weight_hh, bias_ih=None, bias_hh=None, h=None, c=None):
    """What nn.LSTM and its like call."""
    weights = [weight_ih, weight_hh] + ([] if bias_ih is None else [bias_ih, bias_hh])
    zero = torch.zeros(1, len(x), weight_hh.shape[1], dtype=torch.float64)
    h, c = (zero if s is None else s[None] for s in (h, c))
    state = (h, c) if function is VF.lstm else h
    return function(x, state, weights, bias_ih is not None, 1, 0.0, True, False, True)[0]


for op, gates, function in [("rnn_tanh", 1, VF.rnn_tanh), ("rnn_relu", 1, VF.rnn_relu), ("lstm", 4, VF.lstm), ("gru", 3, VF.gru)]:
    for name, rows, steps, n, hidden, bias, carry in [
        ("plain", 3, 4, 2, 3, True, False),
        ("no bias", 2, 3, 3, 1, False, False),
        ("batch of 17, carried", 17, 2, 2, 2, True, True),
        ("one step", 2, 1, 1, 2, True, False),
    ]:
        inputs = {"x": draw(rows, steps, n), "weight_ih": draw(gates * hidden, n), "weight_hh": draw(gates * hidden, hidden)}
        if bias:
            inputs.update(bias_ih=draw(gates * hidden), bias_hh=draw(gates * hidden))
        state = {}
        if carry:
            state["h"] = draw(rows, hidden)
            if op == "lstm":
                state["c"] = draw(rows, hidden)
        add(op, name, lambda f=function, **k: layer(f, **k), inputs, state)

write("recurrent.json")
