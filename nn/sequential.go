package nn

import (
	"strconv"

	"gorgonia.org/gorgonia"
)

// Seq is layers one after another. The path of each is its index: the
// parameters of the first are named "0.weight" and "0.bias".
type Seq []Layer

// Sequential returns the layers one after another.
func Sequential(layers ...Layer) Seq { return layers }

// Forward implements [Layer]. A convolution, transposed or not, a dense layer, a batch
// normalization or a residual that ends in one computes the ReLU that follows it, and a
// convolution the max pooling after that, in one operation: the results are the same.
func (q Seq) Forward(s *Scope, x *gorgonia.Node) (y *gorgonia.Node, err error) {
	for i := 0; i < len(q); {
		l, n := q[i], 1
		if s.joins() {
			l, n = q[i:].joined()
		}
		if x, err = s.Apply(strconv.Itoa(i), l, x); err != nil {
			return nil, err
		}
		i += n
	}
	return x, nil
}

// joins reports whether one operation may do the work of several layers: a summary
// shows each, and features are of any.
func (s *Scope) joins() bool { return s.model.sealed && s.graph.purpose != features }

func (q Seq) String() string { return "Sequential" }

// joined returns the first layer with the work of as many of those after it as
// one operation can do, and their number with it.
func (q Seq) joined() (Layer, int) {
	n := 1
	if len(q) > n && q[n] == Layer(ReLU{}) {
		n++
	}
	switch l := q[0].(type) {
	case Dense:
		l.relu = n > 1
		return l, n
	case Conv1D:
		l.relu = n > 1
		return l, n
	case ConvTranspose2D:
		l.relu = n > 1
		return l, n
	case BatchNorm:
		l.relu = l.relu || n > 1 // of a residual already
		return l, n
	case Residual:
		if l.relu = n > 1 && l.endsInNorm(); l.relu {
			return l, n
		}
	case Conv2D:
		l.relu = n > 1
		if len(q) > n {
			if p, ok := q[n].(MaxPool2D); ok {
				options := pooling(p).options()
				l.pool = &options
				n++
			}
		}
		return l, n
	}
	return q[0], 1
}
