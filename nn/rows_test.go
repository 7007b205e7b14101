package nn_test

import (
	"descent/nn"
	"gorgonia.org/gorgonia"
)

// softplus is log(1 + eˣ) by stock operations.
func softplus(_ *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	e, err := gorgonia.Exp(x)
	if err != nil {
		return nil, err
	}
	return gorgonia.Log1p(e)
}

// stockDense is a dense layer by stock operations.
func stockDense(units int) func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return func(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
		in := x.Shape()[1]
		fans := nn.Fans{In: in, Out: units}
		w, err := s.Param("weight", nn.XavierUniform{}, fans, in, units)
		if err != nil {
			return nil, err
		}
		b, err := s.Param("bias", nn.Constant(0), fans, units)
		if err != nil {
			return nil, err
		}
		y, err := gorgonia.Mul(x, w)
		if err != nil {
			return nil, err
		}
		return gorgonia.BroadcastAdd(y, b, nil, []byte{0})
	}
}

// stockScale multiplies each row elementwise by a parameter, at first one.
func stockScale(s *nn.Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	w, err := s.Param("weight", nn.Constant(1), nn.Fans{}, x.Shape()[1])
	if err != nil {
		return nil, err
	}
	return gorgonia.BroadcastHadamardProd(x, w, nil, []byte{0})
}
