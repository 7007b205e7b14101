package nn

import (
	"cmp"
	"fmt"

	"gorgonia.org/gorgonia"
)

// TransformerBlock is a layer of a transformer (Vaswani et al. 2017): rows [T, width]
// to rows [T, width],
//
//	x ← x + dropout(Attention(norm1(x)))
//	x ← x + dropout(linear2(Activation(linear1(norm2(x)))))
//
// with the norm before each part (Xiong et al. 2020), or with PostNorm after each sum,
// as in the original paper: x ← norm1(x + …).
//
// The names are those of PyTorch's TransformerEncoderLayer: "self_attn.", "linear1.",
// "linear2.", "norm1." and "norm2." before the layers' own. PyTorch has one more dropout,
// after the activation: for that, set Activation to Sequential(GELU{}, Dropout{Rate: …}).
type TransformerBlock struct {
	Attention  Layer       // mixes the positions, such as Attention{Heads: 8}
	Hidden     int         // outputs of linear1; if zero, four times the width
	Activation Layer       // if nil, GELU{}
	Norm       Layer       // the kind of both norms; if nil, LayerNorm{}
	PostNorm   bool        // norms come after the sums
	Dropout    float64     // dropout rate of the added terms: [0, 1)
	NoBias     bool        // leave out the biases of linear1 and linear2
	Weight     Initializer // of linear1.weight; if nil, TorchDefault
	Out        Initializer // of linear2.weight; if nil, TorchDefault
	Bias       Initializer // of both biases; if nil, TorchDefault
}

// Forward implements [Layer].
func (b TransformerBlock) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	row, err := checkSequence(x)
	if err != nil {
		return nil, err
	}
	if err := checkSize("Hidden", b.Hidden, 0); err != nil {
		return nil, err
	}
	dense := func(units int, weight Initializer) Dense {
		return Dense{Units: units, NoBias: b.NoBias, Weight: weight, Bias: b.Bias}
	}
	type part struct {
		name  string
		layer Layer
	}
	for i, parts := range [][]part{
		{{"self_attn", b.Attention}},
		{
			{"linear1", dense(cmp.Or(b.Hidden, 4*row[1]), b.Weight)},
			{"activation", cmp.Or[Layer](b.Activation, GELU{})},
			{"linear2", dense(row[1], b.Out)},
		},
	} {
		n := fmt.Sprint(i + 1)
		norm := part{"norm" + n, cmp.Or[Layer](b.Norm, LayerNorm{})}
		if !b.PostNorm {
			parts = append([]part{norm}, parts...)
		}
		if b.Dropout != 0 {
			parts = append(parts, part{"dropout" + n, Dropout{Rate: b.Dropout}})
		}
		y := x
		for _, p := range parts {
			if y, err = s.Apply(p.name, p.layer, y); err != nil {
				return nil, err
			}
		}
		if x, err = s.Sum(x, y); err != nil {
			return nil, err
		}
		if b.PostNorm {
			if x, err = s.Apply(norm.name, norm.layer, x); err != nil {
				return nil, err
			}
		}
	}
	return x, nil
}

func (b TransformerBlock) String() string {
	return "TransformerBlock" + options(option(b.PostNorm, "post-norm"), option(b.NoBias, "no bias"))
}
