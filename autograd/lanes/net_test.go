package lanes

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// net is a small network of one operation of each kind, from bytes to a loss:
// convolution with pooling, convolution, average pooling, dropout, dense
// layers, cross-entropy.
type net struct {
	b              *Builder
	pixels, labels *gorgonia.Node
	params         gorgonia.Nodes
	logits, loss   *gorgonia.Node
}

// netSizes are the shapes of the parameters of a net for images of 1×9×9.
var netSizes = [][]int{{3, 1, 3, 3}, {3}, {4, 3, 2, 2}, {4}, {7, 4}, {7}, {5, 7}, {5}}

const netPixels, netClasses = 81, 5

// netWeights returns the same values each time.
func netWeights() [][]float32 {
	var w [][]float32
	for i, shape := range netSizes {
		v := normal[float32](size(shape), fmt.Sprint("weights", i))
		for j := range v {
			v[j] *= 0.5
		}
		w = append(w, v)
	}
	return w
}

// newNet builds a net over the memory of weights.
func newNet(t testing.TB, e *Engine, rows int, weights [][]float32) *net {
	t.Helper()
	b, err := NewBuilder(e, BuilderConfig{Rows: rows})
	require.NoError(t, err)
	n, node := &net{b: b}, must(t)
	for i, shape := range netSizes {
		n.params = append(n.params, variable(t, b, "parameter", weights[i], shape...))
	}
	p := n.params
	n.pixels = node(b.Input("pixels", tensor.Uint8, rows, 1, 9, 9))
	n.labels = node(b.Input("labels", tensor.Int32, rows))
	x := node(b.FromPixels(n.pixels))
	x = node(b.Conv2D(x, p[0], p[1], Conv2DOptions{PadH: 1, PadW: 1, ReLU: true, Pool: &PoolOptions{H: 2, W: 2}}))
	x = node(b.Conv2D(x, p[2], p[3], Conv2DOptions{}))
	x = node(b.Tanh(x))
	x = node(b.AvgPool2D(x, PoolOptions{H: 3, W: 3}))
	x = node(b.Dropout(x, 0.2, 5))
	x = node(b.Affine(x, p[4], p[5], true))
	x = node(b.Affine(x, p[6], p[7], false))
	n.logits = node(b.ToRows(x, rows))
	n.loss = node(b.SoftmaxCrossEntropy(x, n.labels))
	return n
}

func (n *net) session(t testing.TB) *Session {
	t.Helper()
	return newTestSession(t, n.b, Program{Loss: n.loss, Wrt: n.params, Outputs: gorgonia.Nodes{n.logits}})
}

// netBatch returns images and labels.
func netBatch(rows int) (pixels []uint8, labels []int32) {
	for i := range rows * netPixels {
		pixels = append(pixels, uint8(i*i*31+7*i))
	}
	for r := range rows {
		labels = append(labels, int32(r*3%netClasses))
	}
	return pixels, labels
}

// run feeds the first rows of netBatch.
func (n *net) run(s *Session, rows int, step int64) error {
	pixels, labels := netBatch(rows)
	return s.Run(rows, step, Feed{n.pixels, pixels}, Feed{n.labels, labels})
}

// result returns copies of loss, logits of the active rows and gradients.
func (n *net) result(s *Session, rows int) (loss float64, values [][]float32) {
	values = append(values, append([]float32(nil), Output[float32](s, 0)[:rows*netClasses]...))
	for i := range n.params {
		values = append(values, append([]float32(nil), GradientOf[float32](s, i)...))
	}
	return s.Loss(), values
}
