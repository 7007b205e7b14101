package nn

import (
	"fmt"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// Dense is a fully connected layer: rows [in] to rows [Units],
//
//	y = weight·x + bias
//
// with the parameters "weight" [Units, in] and "bias" [Units], PyTorch's names
// and shapes. It returns an error for rows of other than one dimension: put
// [Flatten] before it.
type Dense struct {
	Units  int         // outputs: 1 or more
	NoBias bool        // leave the bias out
	Weight Initializer // if nil, TorchDefault
	Bias   Initializer // if nil, TorchDefault
}

// Forward implements [Layer].
func (d Dense) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return d.forward(s, x, false)
}

func (d Dense) forward(s *Scope, x *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	row := lanes.RowShape(x)
	if err := checkSize("Units", d.Units, 1); err != nil {
		return nil, err
	}
	if len(row) != 1 {
		return nil, fmt.Errorf("rows of shape %v: want [features]: put Flatten before it", row)
	}
	fans := Fans{In: row[0], Out: d.Units}
	w, err := s.Param("weight", orDefault(d.Weight), fans, d.Units, row[0])
	if err != nil {
		return nil, err
	}
	var bias *gorgonia.Node
	if !d.NoBias {
		if bias, err = s.Param("bias", orDefault(d.Bias), fans, d.Units); err != nil {
			return nil, err
		}
	}
	return s.Affine(x, w, bias, relu)
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
