package dive

import (
	"context"
	"io"
	"math"
	"testing"

	"descent/examples/book/internal/page"
	"descent/lrsched"
	"descent/optimizers"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func samplePage() *page.Page {
	return &page.Page{Ctx: context.Background(), Notice: io.Discard, Settings: page.Settings{Data: "sample", Epochs: 2}}
}

// The curves end with the numbers of the last epoch, and the numbers of the trainer
// cover the whole epoch.
func TestLenet(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes with an emulator")
	}
	p := samplePage()
	r, err := lenet{schedule: lrsched.Constant(0.1)}.run(p)
	require.NoError(t, err)
	end := func(v []float64) float64 { return v[len(v)-1] }
	assert.InDelta(t, r.trainLoss, end(r.loss.Y), 1e-9)
	assert.InDelta(t, r.trainAccuracy, end(r.train.Y), 1e-9)
	assert.Equal(t, r.testAccuracy, end(r.test.Y)) // the same number
	assert.Equal(t, []float64{1, 2}, r.test.X)
	assert.InDelta(t, 2, end(r.loss.X), 1e-12)

	other, err := lenet{schedule: lrsched.Constant(0.1), seed: 2}.run(p)
	require.NoError(t, err)
	assert.NotEqual(t, r.trainLoss, other.trainLoss, "another seed is another run")
	other, err = lenet{schedule: lrsched.Constant(0.1), rule: optimizers.SGD{Momentum: 0.9}}.run(p)
	require.NoError(t, err)
	assert.NotEqual(t, r.trainLoss, other.trainLoss, "another rule is another run")
}

func TestLenetDiverges(t *testing.T) {
	r, err := lenet{schedule: lrsched.Constant(1e30)}.run(samplePage())
	require.NoError(t, err)
	assert.True(t, math.IsNaN(r.trainLoss))
}

// The posterior of a line is that of the normal equations, written out.
func TestLinePosterior(t *testing.T) {
	l := line{x: []float64{0, 1, 2}, y: []float64{1, 3, 5}, noise: 0.5}
	mean, cov, err := l.posterior()
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{1, 2}, mean, 1e-12)
	// σ²·(n Σx; Σx Σx²)⁻¹, the determinant being 3·5 − 3² = 6
	assert.InDeltaSlice(t, []float64{0.25 * 5 / 6, -0.25 * 3 / 6, -0.25 * 3 / 6, 0.25 * 3 / 6}, cov.RawMatrix().Data, 1e-12)
}
