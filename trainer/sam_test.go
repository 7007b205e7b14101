package trainer

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

// TestSAM holds a run against the method written out in float64.
func TestSAM(t *testing.T) {
	const rho, lr = .5, .1
	train := data(t, 8)
	model := newLinear(2)
	tr := basic(model)
	tr.BatchSize, tr.Epochs, tr.Schedule, tr.SAM = 8, 4, lrsched.Constant(lr), rho
	history, err := tr.Fit(t.Context(), train, nil)
	require.NoError(t, err)

	all := &datasets.Batch{}
	require.NoError(t, train.Gather(all, []int{0, 1, 2, 3, 4, 5, 6, 7}))
	x := make([]float64, 3)
	gradient := func(x []float64) (loss float64, g []float64) {
		g = make([]float64, 3)
		for i := range 8 {
			in := [3]float64{float64(all.Inputs[2*i]), float64(all.Inputs[2*i+1]), 1}
			d := x[0]*in[0] + x[1]*in[1] + x[2] - float64(all.Targets[i])
			loss += d * d / 16
			for j := range g {
				g[j] += d * in[j] / 8
			}
		}
		return loss, g
	}
	for epoch := range 4 {
		loss, g := gradient(x)
		assert.InDelta(t, loss, history.Epochs[epoch].Train.Loss, 1e-5*loss, "the loss at x")
		norm := math.Sqrt(g[0]*g[0] + g[1]*g[1] + g[2]*g[2])
		_, g = gradient([]float64{x[0] + rho*g[0]/norm, x[1] + rho*g[1]/norm, x[2] + rho*g[2]/norm})
		for j := range x {
			x[j] -= lr * g[j]
		}
	}
	assert.InDeltaSlice(t, []float64{x[0], x[1], x[2]}, []float64{float64(model.w[0]), float64(model.w[1]), float64(model.b[0])}, 1e-5)
}

// redoing counts calls of Redo.
type redoing struct {
	*linear
	redone int
}

func (r *redoing) Redo(b *datasets.Batch) (float64, []float32, error) {
	r.redone++
	return r.linear.Step(b)
}

func TestSAMRedoes(t *testing.T) {
	model := &redoing{linear: newLinear(2)}
	tr := basic(model)
	tr.SAM = .05
	_, err := tr.Fit(t.Context(), data(t, 8), nil)
	require.NoError(t, err)
	assert.Equal(t, 6, model.redone)
	assert.Equal(t, 12, model.steps, "a Step and a Redo for each batch")
}

func TestSAMFails(t *testing.T) {
	for name, c := range map[string]struct {
		at   int
		fail func(l *linear, loss *float64) error
		want string
	}{
		"gradient":       {3, func(l *linear, _ *float64) error { l.gw[1] = float32(math.Inf(1)); return nil }, `trainer: epoch 1: step 2: SAM: parameter "weight": gradient[1] = +Inf: not finite`},
		"perturbed loss": {4, func(_ *linear, loss *float64) error { *loss = math.NaN(); return nil }, "trainer: epoch 1: step 2: SAM: loss = NaN at the perturbed point: not finite"},
		"error":          {4, func(*linear, *float64) error { return errFake }, "trainer: epoch 1: step 2: SAM: fake"},
	} {
		t.Run(name, func(t *testing.T) {
			model := newLinear(2)
			var before []float32
			model.onStep = func(n int, l *linear, loss *float64) error {
				if n == 3 {
					before = append(before, l.w...)
				}
				if n == c.at {
					return c.fail(l, loss)
				}
				return nil
			}
			tr := basic(model)
			tr.SAM = .05
			_, err := tr.Fit(t.Context(), data(t, 8), nil)
			assert.EqualError(t, err, c.want)
			if name != "error" {
				assert.ErrorIs(t, err, optimizers.ErrNotFinite)
			}
			assert.Equal(t, before, model.w, "as before the step")
		})
	}
}

// recording keeps the parameters of each Step and gives gradients of its own.
type recording struct {
	w, g, give []float32
	at         [][]float32
}

func (r *recording) Params() []optimizers.Param[float32] {
	return []optimizers.Param[float32]{{Name: "w", Shape: []int{len(r.w)}, Value: r.w, Grad: r.g}}
}

func (r *recording) Step(b *datasets.Batch) (float64, []float32, error) {
	r.at = append(r.at, slices.Clone(r.w))
	copy(r.g, r.give)
	return 1, make([]float32, b.Rows), nil
}

func (r *recording) Evaluate(b *datasets.Batch) (float64, []float32, error) {
	return 1, make([]float32, b.Rows), nil
}

// TestSAMOfEverySize: the perturbation has the length ρ for every gradient that
// is finite.
func TestSAMOfEverySize(t *testing.T) {
	for _, size := range []float32{math.SmallestNonzeroFloat32, 1e-40, 1e-20, 1, 1e20, 3e38, math.MaxFloat32} {
		for _, shape := range [][]float32{{1}, {1, -1}, {1, 0, 0, -1, 1, 1}} {
			model := &recording{w: make([]float32, len(shape)), g: make([]float32, len(shape))}
			norm := 0.0
			for _, s := range shape {
				model.give = append(model.give, s*size)
				norm += float64(s * s)
			}
			tr := basic(model)
			tr.SAM, tr.Schedule, tr.Epochs, tr.BatchSize = .05, lrsched.Constant(0), 1, 8
			_, err := tr.Fit(t.Context(), data(t, 8), nil)
			require.NoError(t, err, "gradient %v", size)
			require.Len(t, model.at, 2)
			for i, s := range shape {
				assert.InDelta(t, .05/math.Sqrt(norm)*float64(s), model.at[1][i], 1e-8, "gradient %v", model.give)
			}
		}
	}
}
