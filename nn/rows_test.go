package nn_test

import (
	"math"
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

type node = *gorgonia.Node

// Stock operations under Rows: gradients against central differences, the same
// numbers again in a second step, and no parameter written to.
func TestStockOperations(t *testing.T) {
	for name, f := range map[string]func(s *nn.Scope, x node) (node, error){
		"abs": of(gorgonia.Abs), "neg": of(gorgonia.Neg), "exp": of(gorgonia.Exp), "expm1": of(gorgonia.Expm1),
		"sin": of(gorgonia.Sin), "cos": of(gorgonia.Cos), "square": of(gorgonia.Square), "cube": of(gorgonia.Cube),
		"tanh": of(gorgonia.Tanh), "sigmoid": of(gorgonia.Sigmoid), "softplus": of(gorgonia.Softplus), "mish": of(gorgonia.Mish),
		"log1p of exp": softplus, "dense": stockDense(4), "scale": stockScale, "reshaped parameter": reshapedParameter,
		"x + x":       of(func(x node) (node, error) { return gorgonia.Add(x, x) }),
		"x · x":       of(func(x node) (node, error) { return gorgonia.HadamardProd(x, x) }),
		"x · exp x":   withExp(gorgonia.HadamardProd),
		"x / exp x":   withExp(gorgonia.HadamardDiv),
		"x − exp x":   withExp(gorgonia.Sub),
		"2 · x":       of(func(x node) (node, error) { return gorgonia.Mul(x, gorgonia.NewConstant(float32(2))) }),
		"x + 2":       of(func(x node) (node, error) { return gorgonia.Add(x, gorgonia.NewConstant(float32(2))) }),
		"transposed":  chain(of(func(x node) (node, error) { return gorgonia.Transpose(x, 1, 0) }), of(gorgonia.Tanh), of(func(x node) (node, error) { return gorgonia.Transpose(x, 1, 0) })),
		"reshaped":    chain(reshape(2, 2), of(gorgonia.Tanh), reshape(4)),
		"sliced":      swapHalves,
		"less a mean": lessMean,
	} {
		t.Run(name, func(t *testing.T) {
			net := nn.Sequential(nn.Dense{Units: 4}, nn.Rows{F: f}, nn.Dense{Units: 4})
			cfg := nn.Config{Input: []int{5}, Loss: nn.SquaredError{}, Seed: 2}
			m := newModel(t, net, cfg)
			before := m.Fingerprint()
			for _, rows := range []int{19, 1} {
				b := inputBatch(rows, 5, 4, "stock")
				first := step(t, m, b)
				assert.Equal(t, first, step(t, m, b))
				assert.Equal(t, evaluate(t, m, b).output, first.output)
				for i, p := range m.Params() {
					d := normal(len(p.Grad), p.Name)
					var slope, norm, gradient float64
					for j, v := range d {
						slope += float64(v) * float64(p.Grad[j])
						norm += float64(v) * float64(v)
						gradient += float64(p.Grad[j]) * float64(p.Grad[j])
					}
					norm = math.Sqrt(norm)
					const h = 3e-3
					quotient := (firstLoss(t, net, cfg, b, i, d, h/norm) - firstLoss(t, net, cfg, b, i, d, -h/norm)) / (2 * h)
					assert.InDelta(t, quotient, slope/norm, 1e-4+1e-3*math.Sqrt(gradient), "%s, %d rows", p.Name, rows)
				}
			}
			assert.Equal(t, before, m.Fingerprint())
		})
	}
}

// of makes a layer's function of an operation.
func of(f func(x node) (node, error)) func(*nn.Scope, node) (node, error) {
	return func(_ *nn.Scope, x node) (node, error) { return f(x) }
}

func withExp(f func(a, b node) (node, error)) func(*nn.Scope, node) (node, error) {
	return func(_ *nn.Scope, x node) (node, error) {
		e, err := gorgonia.Exp(x)
		if err != nil {
			return nil, err
		}
		return f(x, e)
	}
}

func chain(fs ...func(*nn.Scope, node) (node, error)) func(*nn.Scope, node) (node, error) {
	return func(s *nn.Scope, x node) (node, error) {
		var err error
		for _, f := range fs {
			if x, err = f(s, x); err != nil {
				return nil, err
			}
		}
		return x, nil
	}
}

func reshape(row ...int) func(*nn.Scope, node) (node, error) {
	return func(s *nn.Scope, x node) (node, error) {
		return gorgonia.Reshape(x, append(tensor.Shape{s.Rows()}, row...))
	}
}

// softplus is log(1 + eˣ).
func softplus(_ *nn.Scope, x node) (node, error) {
	e, err := gorgonia.Exp(x)
	if err != nil {
		return nil, err
	}
	return gorgonia.Log1p(e)
}

// stockDense is a dense layer, its weight transposed.
func stockDense(units int) func(s *nn.Scope, x node) (node, error) {
	return func(s *nn.Scope, x node) (node, error) {
		in := x.Shape()[1]
		fans := nn.Fans{In: in, Out: units}
		w, err := s.Param("weight", nn.XavierUniform{}, fans, in, units)
		if err != nil {
			return nil, err
		}
		b, err := s.Param("bias", nn.Constant(.5), fans, units)
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
func stockScale(s *nn.Scope, x node) (node, error) {
	w, err := s.Param("weight", nn.Constant(1), nn.Fans{}, x.Shape()[1])
	if err != nil {
		return nil, err
	}
	return gorgonia.BroadcastHadamardProd(x, w, nil, []byte{0})
}

// reshapedParameter adds to x a sum that Gorgonia's own machine writes into the
// parameter's memory.
func reshapedParameter(s *nn.Scope, x node) (node, error) {
	w, err := s.Param("weight", nn.Constant(1), nn.Fans{}, 4)
	if err != nil {
		return nil, err
	}
	r, err := gorgonia.Reshape(w, tensor.Shape{1, 4})
	if err != nil {
		return nil, err
	}
	sum, err := gorgonia.Add(r, gorgonia.NewConstant(float32(2)))
	if err != nil {
		return nil, err
	}
	return gorgonia.BroadcastAdd(x, sum, nil, []byte{0})
}

func swapHalves(_ *nn.Scope, x node) (node, error) {
	a, err := gorgonia.Slice(x, nil, gorgonia.S(0, 2))
	if err != nil {
		return nil, err
	}
	b, err := gorgonia.Slice(x, nil, gorgonia.S(2, 4))
	if err != nil {
		return nil, err
	}
	return gorgonia.Concat(1, b, a)
}

func lessMean(_ *nn.Scope, x node) (node, error) {
	m, err := gorgonia.Mean(x, 1)
	if err != nil {
		return nil, err
	}
	return gorgonia.BroadcastSub(x, m, nil, []byte{1})
}

// To rows and back changes nothing, of any shape.
func TestRowsAndBack(t *testing.T) {
	net := func(l nn.Layer) nn.Layer {
		return nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 2}, l, nn.Flatten{}, l, nn.Dense{Units: 2})
	}
	cfg := nn.Config{Input: []int{2, 5, 4}, Loss: nn.SquaredError{}}
	m, plain := newModel(t, net(nn.Rows{F: same}), cfg), newModel(t, net(gap), cfg)
	for _, rows := range []int{1, 16, 21} {
		b := inputBatch(rows, 40, 2, "rows")
		assert.Equal(t, step(t, plain, b), step(t, m, b))
	}
}

// An error of a function is the layer's, and can be asked for.
func TestRowsError(t *testing.T) {
	_, err := nn.NewModel(nn.Sequential(nn.Rows{F: func(*nn.Scope, node) (node, error) { return nil, errBroken }}), nn.Config{Input: []int{2}})
	assert.EqualError(t, err, "nn: layer 0 (Rows): broken")
	assert.ErrorIs(t, err, errBroken)
}

// An operation that fails or panics when it runs is an error of the step.
func TestFailingOperation(t *testing.T) {
	m := newModel(t, nn.Sequential(nn.Dense{Units: 2}, nn.Rows{F: func(_ *nn.Scope, x node) (node, error) {
		return gorgonia.ApplyOp(&userOp{"panics", []int{2}, func([]gorgonia.Value) (gorgonia.Value, error) { panic("as said") }}, x)
	}}), nn.Config{Input: []int{2}})
	_, err := m.Predict(nil, normal(4, "x"))
	assert.ErrorContains(t, err, "nn: panics: panic: as said (rows_test.go:")
	_, err = m.Predict(nil, normal(4, "x"))
	require.Error(t, err, "and again: the model is not left reserved")
	assert.NotContains(t, err.Error(), "in use")
}
