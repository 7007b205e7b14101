package nn

import (
	"strconv"

	"gorgonia.org/gorgonia"
)

// Seq applies layers one after another. The path of each is its index: the
// parameters of the first are named "0.weight" and "0.bias".
type Seq []Layer

// Sequential returns a [Seq] of the layers.
func Sequential(layers ...Layer) Seq { return layers }

// Forward implements [Layer]. A convolution, transposed or not, a dense layer, a batch
// normalization, or a residual that ends in one includes the ReLU that follows it in one
// operation, and a [Conv2D] also the max pooling after that. The results are the same.
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

// joins reports whether one operation may do the work of several layers. A summary
// shows each layer, and features may be those of any.
func (s *Scope) joins() bool { return s.model.sealed && s.graph.purpose != features }

func (q Seq) String() string { return "Sequential" }

// joined returns the first layer, which also does the work of as many of the
// following layers as one operation can do, and their number including the first.
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
