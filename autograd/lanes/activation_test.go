package lanes

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"descent/autograd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// activations are all of them, with some settings.
var activations = map[string]func(*Builder, *gorgonia.Node) (*gorgonia.Node, error){
	"relu": (*Builder).ReLU, "sigmoid": (*Builder).Sigmoid, "tanh": (*Builder).Tanh, "flatten": (*Builder).Flatten,
	"leaky relu": func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.LeakyReLU(x, .2) },
	"elu":        func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.ELU(x, 1.5) },
	"gelu":       func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.GELU(x, false) },
	"gelu tanh":  func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.GELU(x, true) },
	"silu":       (*Builder).SiLU,
	"softplus":   func(b *Builder, x *gorgonia.Node) (*gorgonia.Node, error) { return b.Softplus(x, 2.5) },
	"softmax":    (*Builder).Softmax,
}

func TestActivationGradient(t *testing.T) {
	var checks []check
	for name, f := range activations {
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
		{name: "leaky relu", f: activations["leaky relu"], y: []float64{0, -inf, inf, -2e3, 1e4, math.NaN()}, dx: []float64{.2, .2, 1, .2, 1, 1}},
		{name: "elu", f: activations["elu"], y: []float64{0, -1.5, inf, -1.5, 1e4, math.NaN()}, dx: []float64{1.5, 0, 1, 0, 1, 1}},
		{name: "gelu", f: activations["gelu"], y: []float64{0, 0, inf, 0, 1e4, math.NaN()}, dx: []float64{.5, 0, 1, 0, 1, math.NaN()}},
		{name: "gelu tanh", f: activations["gelu tanh"], y: []float64{0, 0, inf, 0, 1e4, math.NaN()}, dx: []float64{.5, 0, 1, 0, 1, math.NaN()}},
		{name: "silu", f: activations["silu"], y: []float64{0, 0, inf, 0, 1e4, math.NaN()}, dx: []float64{.5, 0, 1, 0, 1, math.NaN()}},
		{name: "softplus", f: activations["softplus"], y: []float64{math.Ln2 / 2.5, 0, inf, 0, 1e4, math.NaN()}, dx: []float64{.5, 0, 1, 0, 1, math.NaN()}},
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

// A float32 has what float64 computes, to a few units in its last place, on every
// instruction set and with any number of threads. A power of a
// number that was rounded is a little further off.
func TestActivationPrecision(t *testing.T) {
	const rows, features = 40, 23
	values := normal[float64](rows*features, "precision")
	for i := range values {
		values[i] = float64(float32(values[i] * 5))
	}
	for name := range activations {
		want, wantGrad := activationOf[float64](t, EngineConfig{Threads: 1}, name, values, rows)
		tol := 1e-6
		if name == "gelu tanh" || name == "softmax" {
			tol = 1e-5
		}
		forVectors := map[string][]float32{}
		for _, isa := range []ISA{ISAGo, ISAAVX2, ISAAVX512} {
			for _, threads := range []int{1, 3} {
				if isa.Available() != nil {
					continue
				}
				y, dx := activationOf[float32](t, EngineConfig{ISA: isa, Threads: threads}, name, values, rows)
				for i := range want {
					assert.InDelta(t, want[i], y[i], tol*math.Abs(want[i])+1e-30, "%s %v [%d]", name, isa, i)
					assert.InDelta(t, wantGrad[i], dx[i], 2e-6*max(1, math.Abs(wantGrad[i])), "%s %v gradient [%d]", name, isa, i)
				}
				key := fmt.Sprint(name, isa == ISAGo)
				if forVectors[key] == nil {
					forVectors[key] = append(slices.Clone(y), dx...)
				}
				assert.Equal(t, forVectors[key], append(slices.Clone(y), dx...), "%s %v %d", name, isa, threads)
			}
		}
	}
}

// activationOf returns the outputs for rows of values, and the gradient of their sum of squares.
func activationOf[T Float](t *testing.T, cfg EngineConfig, name string, values []float64, rows int) (y, dx []T) {
	t.Helper()
	e, err := NewEngine(cfg)
	require.NoError(t, err)
	defer e.Close()
	b, err := NewBuilder(e, BuilderConfig{Rows: rows, Dtype: dtypeOf[T]()})
	require.NoError(t, err)
	data := make([]T, len(values))
	for i, v := range values {
		data[i] = T(v)
	}
	x := variable(t, b, "x", data, rows, len(data)/rows)
	out := must(t)(b.ToRows(must(t)(activations[name](b, must(t)(b.FromRows(x)))), rows))
	s, err := b.NewSession(Program{Loss: must(t)(autograd.Wrap(out, nil).Sum().Node()), Wrt: gorgonia.Nodes{x}, Outputs: gorgonia.Nodes{out}})
	require.NoError(t, err)
	require.NoError(t, s.Run(rows, 0))
	return slices.Clone(Output[T](s, 0)), slices.Clone(GradientOf[T](s, 0))
}

func TestActivationErrors(t *testing.T) {
	b := newTestBuilder(t, 2, tensor.Float64)
	x := must(t)(b.FromRows(variable(t, b, "x", []float64{1, 2}, 2, 1)))
	for _, v := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := b.LeakyReLU(x, v)
		assert.EqualError(t, err, fmt.Sprintf("lanes: leaky relu: slope = %v: want 0 or more, finite", v))
		_, err = b.ELU(x, v)
		assert.EqualError(t, err, fmt.Sprintf("lanes: elu: alpha = %v: want 0 or more, finite", v))
		_, err = b.Softplus(x, v)
		assert.EqualError(t, err, fmt.Sprintf("lanes: softplus: beta = %v: want more than 0, finite", v))
	}
	_, err := b.Softplus(x, 0)
	assert.EqualError(t, err, "lanes: softplus: beta = 0: want more than 0, finite")
	for name, f := range activations {
		_, err := f(b, nil)
		assert.ErrorContains(t, err, "the node is nil: want a node of the graph", name)
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
