package lanes

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// gradsNet is a loss of two weights, of which w is in as many layers as asked.
func gradsNet(t *testing.T, layers int) (b *Builder, p Program) {
	b = newTestBuilder(t, 3, tensor.Float32)
	x := must(t)(b.FromRows(constant(t, b, "x", normal[float32](3*9, "x"), 3, 9)))
	w, v := variable(t, b, "w", normal[float32](81, "w"), 9, 9), variable(t, b, "v", normal[float32](81, "v"), 9, 9)
	for range layers {
		x = must(t)(b.Affine(x, w, nil, true))
	}
	return b, Program{Loss: contract(t, b, must(t)(b.Affine(x, v, nil, false))), Wrt: gorgonia.Nodes{w, v, w}}
}

// TestGrads holds that gradients are the same in memory of the caller's, whether
// one operation computes them or several.
func TestGrads(t *testing.T) {
	for layers := 1; layers <= 3; layers++ {
		b, p := gradsNet(t, layers)
		plain := newTestSession(t, b, p)
		require.NoError(t, plain.Run(3, 0))

		b, p = gradsNet(t, layers)
		for range p.Wrt {
			p.Grads = append(p.Grads, make([]float32, 81))
		}
		s := newTestSession(t, b, p)
		assert.Nil(t, GradientOf[float32](s, 0), "before the first run")
		for range 2 {
			for _, g := range p.Grads {
				clear(g)
			}
			require.NoError(t, s.Run(3, 0))
			for i, g := range p.Grads {
				assert.Equal(t, GradientOf[float32](plain, i), g)
				assert.Same(t, &g[0], &GradientOf[float32](s, i)[0])
			}
		}
		v := s.machine.Value(s.grads[1]).(*tensor.Dense).Float32s()
		assert.Equal(t, b.engine.cfg.Check, &v[0] != &p.Grads[1][0], "no copy")
	}
}

func TestGradsOutOfRange(t *testing.T) {
	for want, change := range map[string]func(p *Program){
		"lanes: session: 2 Grads: want 3, one for each of Wrt":        func(p *Program) { p.Grads = p.Grads[1:] },
		"lanes: session: 80 values in Grads[1]: want as many as in v": func(p *Program) { p.Grads[1] = p.Grads[1][1:] },
	} {
		b, p := gradsNet(t, 1)
		p.Grads = [][]float32{make([]float32, 81), make([]float32, 81), make([]float32, 81)}
		change(&p)
		_, err := b.NewSession(p)
		assert.ErrorContains(t, err, want)
	}
	b := newTestBuilder(t, 1, tensor.Float64)
	x := variable(t, b, "x", []float64{1, 2}, 2)
	_, err := b.NewSession(Program{Loss: contract(t, b, x), Wrt: gorgonia.Nodes{x}, Grads: [][]float32{make([]float32, 2)}})
	assert.EqualError(t, err, "lanes: session: gradients are of float32: want no Grads in a graph of float64")
}
