package lanes

import (
	"fmt"
	"slices"

	"gorgonia.org/gorgonia"
)

// affineSettings are those of a dense layer.
type affineSettings struct {
	last bool // it acts on the last dimension of rows, otherwise on entire rows
	relu bool
}

var affine = Op[affineSettings]{
	Name: "affine",
	// The dense kernel splits the sums of a weight's gradient by its elements,
	// each over the batch in order: a copy for each group would be too large.
	Inputs: []Input{{Name: "input"}, {Name: "weight", Kind: Whole, Dims: 2}, {Name: "bias", Kind: Whole, Dims: 1, Optional: true}},
	F32:    newAffine[float32], F64: newAffine[float64], few: fewAffine, enters: true,
}

// Affine adds y = W·x + b for each row x:
//
//	x    [groups, in…, 16], any dimensions with in values per row
//	w    [out, in], as PyTorch stores it
//	bias [out], or nil
//	y    [groups, out, 16]
//
// With relu, y = max(0, W·x + b).
func (o Ops) Affine(x, w, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	return affine.Add(o, affineSettings{relu: relu}, x, w, bias)
}

// AffineLast adds y = W·x + b for each vector x along the last dimension of the
// rows, PyTorch's linear:
//
//	x    [groups, …, in, 16]
//	w    [out, in]
//	bias [out], or nil
//	y    [groups, …, out, 16]
//
// With relu, y = max(0, W·x + b). On rows of one dimension it is [Ops.Affine].
func (o Ops) AffineLast(x, w, bias *gorgonia.Node, relu bool) (*gorgonia.Node, error) {
	return affine.Add(o, affineSettings{last: true, relu: relu}, x, w, bias)
}

func newAffine[T Float](s Site, c affineSettings) (Body[T], error) {
	row, w := s.Row(0), s.Shape(1)
	var places []int // where a row has a vector of in values
	if c.last {
		places, row = row[:len(row)-1], row[len(row)-1:]
	}
	in, n := size(row), size(places)
	if w[1] != in {
		return Body[T]{}, fmt.Errorf("weight of shape %v with rows of shape %v: want [out %d]", w, s.Row(0), in)
	}
	if err := checkBias(s, w[0]); err != nil {
		return Body[T]{}, err
	}
	if err := take[T](s, s.Groups(), n, w[0]+in, Lanes); err != nil { // what the kernel may work with
		return Body[T]{}, err
	}
	// To the kernel, each position of sixteen rows is a separate group.
	k := set[T](s).NewDense(in, w[0], s.Groups()*n, c.relu, s.Threads())
	return Body[T]{
		Shape: s.InLanes(slices.Concat(places, w[:1])...),
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
