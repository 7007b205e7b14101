package trainer

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"descent/optimizers"
)

// TestGroupStaysInRange: the mean of finite gradients is finite, whatever their
// sizes and signs, and that of equal ones is theirs.
func TestGroupStaysInRange(t *testing.T) {
	const most = math.MaxFloat32
	const weight = 7
	for _, c := range []struct{ gradients, want []float32 }{
		{[]float32{most, -most}, []float32{most, 0}},
		{[]float32{-most, most, most}, []float32{-most, 0, most / 3}},
		{[]float32{.1, .1, .1, .1, .1}, []float32{.1, .1, .1, .1, .1}},
		{[]float32{most, most, most}, []float32{most, most, most}},
	} {
		grad := make([]float32, 1)
		g := newGroup([]optimizers.Param[float32]{{Name: "w", Value: make([]float32, 1), Grad: grad}})
		for i, v := range c.gradients {
			grad[0] = v
			g.add(weight)
			assert.Equal(t, c.want[i], g.params[0].Grad[0], "after %d of %v", i+1, c.gradients)
		}
	}
}

// TestGroupByWeight: also where a later batch weighs more than all before it.
func TestGroupByWeight(t *testing.T) {
	const most = math.MaxFloat32
	for _, c := range []struct {
		gradients []float32
		weights   []float64
		want      float32
	}{
		{[]float32{1, 5}, []float64{1, 3}, 4},
		{[]float32{1, 5}, []float64{3, 1}, 2},
		{[]float32{1, 5, -3}, []float64{1, 3, 12}, -1.25},
		{[]float32{most, -most}, []float64{1, 3}, -most / 2},
		{[]float32{-most, most}, []float64{1, 1e30}, most},
		{[]float32{.1, .1, .1}, []float64{1e-30, 1e30, .3}, .1},
		{[]float32{1, 2}, []float64{1e-45, 1e-45}, 1.5},
	} {
		grad := make([]float32, 1)
		g := newGroup([]optimizers.Param[float32]{{Name: "w", Value: make([]float32, 1), Grad: grad}})
		for i, v := range c.gradients {
			grad[0] = v
			g.add(c.weights[i])
		}
		assert.Equal(t, c.want, g.params[0].Grad[0], c)
	}
}

// TestZeroGradients: whatever limits them and however they are grouped,
// gradients of zero move nothing and end no run.
func TestZeroGradients(t *testing.T) {
	for _, rule := range []optimizers.Rule{optimizers.SGD{Momentum: .9}, optimizers.DefaultAdam(), optimizers.DefaultLAMB(), optimizers.DefaultLARS(), optimizers.DefaultRMSProp(), optimizers.DefaultLion()} {
		for _, clip := range []optimizers.Clip{{}, {Value: 1}, {Norm: 1}, {GlobalNorm: 1}, {Adaptive: .01}} {
			for _, sam := range []float64{0, .05} {
				model := newLinear(2)
				copy(model.w, []float32{0, 3})
				model.onStep = func(_ int, l *linear, _ *float64) error { clear(l.gw); return nil }
				tr := basic(model)
				tr.Rule, tr.Clip, tr.SAM, tr.Accumulate = rule, clip, sam, 2
				tr.Groups = []optimizers.Group{{Names: []string{"weight"}, LRScale: 2, NoDecay: true}}
				_, err := tr.Fit(t.Context(), data(t, 22), data(t, 3))
				assert.NoError(t, err, "%T %+v SAM %v", rule, clip, sam)
				assert.Equal(t, []float32{0, 3}, model.w, "%T %+v SAM %v", rule, clip, sam)
				assert.NotZero(t, model.b[0])
			}
		}
	}
}
