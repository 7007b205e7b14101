package lanes

import (
	"fmt"
	"math"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

func TestActivationGradient(t *testing.T) {
	var checks []check
	for name, f := range map[string]func(*Builder, *gorgonia.Node) (*gorgonia.Node, error){
		"relu": (*Builder).ReLU, "sigmoid": (*Builder).Sigmoid, "tanh": (*Builder).Tanh, "flatten": (*Builder).Flatten,
	} {
		for _, shape := range [][]int{{1, 1}, {1, 7}, {5, 3}, {16, 2}, {17, 3}, {33, 2}, {2, 3, 5, 5}, {17, 2, 1, 3}} {
			checks = append(checks, check{
				name: fmt.Sprintf("%s of %v", name, shape), rows: shape[0], inputs: [][]int{shape},
				build: onLanes(func(b *Builder, x *gorgonia.Node, _ gorgonia.Nodes) (*gorgonia.Node, error) { return f(b, x) }),
			})
		}
	}
	runChecks(t, checks)
}

// Values where a formula written carelessly overflows, and where the
// derivative is chosen.
func TestActivationExtremes(t *testing.T) {
	inf := math.Inf(1)
	x := []float64{0, -inf, inf, -1e4, 1e4, math.NaN()}
	for _, test := range []struct {
		name  string
		f     func(*Builder, *gorgonia.Node) (*gorgonia.Node, error)
		y, dx []float64
	}{
		{name: "relu", f: (*Builder).ReLU, y: []float64{0, 0, inf, 0, 1e4, math.NaN()}, dx: []float64{0, 0, 1, 0, 1, 1}},
		{name: "sigmoid", f: (*Builder).Sigmoid, y: []float64{.5, 0, 1, 0, 1, math.NaN()}, dx: []float64{.25, 0, 0, 0, 0, math.NaN()}},
		{name: "tanh", f: (*Builder).Tanh, y: []float64{0, -1, 1, -1, 1, math.NaN()}, dx: []float64{1, 0, 0, 0, 0, math.NaN()}},
	} {
		t.Run(test.name, func(t *testing.T) {
			b := newTestBuilder(t, 1, tensor.Float64)
			in := variable(t, b, "x", x, 1, len(x))
			y := must(t)(b.ToRows(must(t)(test.f(b, must(t)(b.FromRows(in)))), 1))
			s := newTestSession(t, b, Program{Loss: must(t)(autograd.Wrap(y, nil).Sum().Node()), Wrt: gorgonia.Nodes{in}, Outputs: gorgonia.Nodes{y}})
			require.NoError(t, s.Run(1, 0))
			assert.Equal(t, fmt.Sprint(test.y), fmt.Sprint(Output[float64](s, 0)))
			assert.Equal(t, fmt.Sprint(test.dx), fmt.Sprint(GradientOf[float64](s, 0)))
		})
	}
}

// Flatten keeps the memory and the order of the values.
func TestFlatten(t *testing.T) {
	b := newTestBuilder(t, 3, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", normal[float64](3*12, "x"), 3, 2, 3, 2)))
	flat := must(t)(b.Flatten(x))
	assert.Equal(t, []int{12}, RowShape(flat))
	assert.Same(t, flat, must(t)(b.Flatten(flat)))
	s := newTestSession(t, b, Program{Outputs: gorgonia.Nodes{x, flat}})
	require.NoError(t, s.Run(3, 0))
	assert.Same(t, &Output[float64](s, 0)[0], &Output[float64](s, 1)[0])
}
