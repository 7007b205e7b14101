package nn

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Dense is a fully connected layer: rows [in] to rows [Units], and rows [T, in],
// such as a sequence, to rows [T, Units], separately at each of the T positions:
//
//	y = weight·x + bias
//
// with the parameters "weight" [Units, in] and "bias" [Units], the names and
// shapes of PyTorch's Linear. Rows of three or more dimensions are an error: put
// [Flatten] before it.
type Dense struct {
	Units  int         // outputs: 1 or more
	NoBias bool        // leave the bias out
	Weight Initializer // if nil, TorchDefault
	Bias   Initializer // if nil, TorchDefault

	relu bool // computes the ReLU that follows
}

// Forward implements [Layer].
func (d Dense) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	row := lanes.RowShape(x)
	if err := checkSize("Units", d.Units, 1); err != nil {
		return nil, err
	}
	if len(row) > 2 {
		return nil, fmt.Errorf("rows of shape %v: want [features] or [T features]: put Flatten before it", row)
	}
	in := row[len(row)-1]
	w, bias, err := s.weightAndBias(d.Weight, d.Bias, d.NoBias, Fans{In: in, Out: d.Units}, d.Units, in)
	if err != nil {
		return nil, err
	}
	return s.AffineLast(x, w, bias, d.relu)
}

// weightAndBias declares a weight, and a bias of its first dimension, nil if there
// is none.
func (s *Scope) weightAndBias(weight, bias Initializer, noBias bool, fans Fans, shape ...int) (w, b *gorgonia.Node, err error) {
	w, err = s.Param("weight", cmp.Or[Initializer](weight, TorchDefault{}), fans, shape...)
	if err == nil {
		b, err = s.bias(bias, noBias, fans, shape[0])
	}
	return w, b, err
}

// bias declares a bias of n values, nil if there is none.
func (s *Scope) bias(init Initializer, none bool, fans Fans, n int) (*gorgonia.Node, error) {
	if none {
		return nil, nil
	}
	return s.Param("bias", cmp.Or[Initializer](init, TorchDefault{}), fans, n)
}

func (d Dense) String() string {
	return fmt.Sprintf("Dense(%d%s)", d.Units, option(d.NoBias, ", no bias"))
}

// option returns text if on, and nothing otherwise.
func option(on bool, text string) string {
	if on {
		return text
	}
	return ""
}

// options returns those that are not empty, in parentheses.
func options(texts ...string) string {
	texts = slices.DeleteFunc(texts, func(t string) bool { return t == "" })
	return option(len(texts) > 0, "("+strings.Join(texts, ", ")+")")
}
