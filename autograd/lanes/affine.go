package lanes

import (
	"fmt"

	"gorgonia.org/gorgonia"
)

var affine = Op[bool]{
	Name: "affine",
	// The dense kernel splits the sums of a weight's gradient by its elements,
	// each over the batch in order: a copy for each group would be too large.
	Inputs: []Input{{Name: "input"}, {Name: "weight", Kind: Whole, Dims: 2}, {Name: "bias", Kind: Whole, Dims: 1, Optional: true}},
	F32:    newAffine[float32], F64: newAffine[float64],
}

// Affine adds y = W·x + b for each row x:
//
//	x    [groups, in…, 16], any dimensions with in values a row
//	w    [out, in], as PyTorch stores it
//	bias [out], or nil
//	y    [groups, out, 16]
//
// With relu, y = max(0, W·x + b).
func (o Ops) Affine(x, w, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	return affine.Add(o, relu, x, w, bias)
}

func newAffine[T Float](s Site, relu bool) (Body[T], error) {
	in, w := size(s.Row(0)), s.Shape(1)
	if w[1] != in {
		return Body[T]{}, fmt.Errorf("weight of shape %v with rows of shape %v: want [out %d]", w, s.Row(0), in)
	}
	if err := checkBias(s, w[0]); err != nil {
		return Body[T]{}, err
	}
	if err := take[T](s, s.Groups(), w[0]+in, Lanes); err != nil { // what the kernel may work with
		return Body[T]{}, err
	}
	k := set[T](s).NewDense(in, w[0], s.Groups(), relu, s.Threads())
	return Body[T]{
		Shape: s.InLanes(w[0]),
		Forward: func(p *Pass[T]) error {
			k.Forward(p.Run, p.Out, p.In[0], p.In[1], p.In[2])
			return nil
		},
		// dx[g] = wᵀ·dy[g], dw = Σ_g dy[g]·x[g]ᵀ, db = Σ_g Σ_l dy[g], with the
		// ReLU's gate on dy.
		Backward: func(p *Pass[T]) error {
			k.Backward(p.Run, p.Grad[0], p.Grad[1], p.Grad[2], p.OutGrad, p.Out, p.In[0], p.In[1])
			return nil
		},
	}, nil
}

// checkBias returns an error unless input 2 is missing or a vector of n values.
func checkBias(s Site, n int) error {
	if s.Has(2) && s.Shape(2)[0] != n {
		return fmt.Errorf("bias of shape %v: want [%d]", s.Shape(2), n)
	}
	return nil
}
