package dive

import (
	"context"
	"math"
	"testing"

	"descent/autograd"
	"descent/examples/book/internal/page"
	"descent/examples/book/internal/paths"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDerivativesOfTwoExponentials(t *testing.T) {
	for _, x := range []float64{-2, -0.7, 0.3} {
		second, third := derivativesOfTwoExponentials(x)
		_, want, err := slopeAndCurvature(twoExponentials, x)
		require.NoError(t, err)
		assert.InDelta(t, want, second, 1e-13)
		const h = 1e-5
		_, up, err := slopeAndCurvature(twoExponentials, x+h)
		require.NoError(t, err)
		_, down, err := slopeAndCurvature(twoExponentials, x-h)
		require.NoError(t, err)
		assert.InDelta(t, (up-down)/(2*h), third, 1e-8)
	}
}

func TestOrderOf(t *testing.T) {
	assert.InDelta(t, 2, orderOf(1e-2, 1e-4, 1e-8), 1e-12)
	assert.InDelta(t, 1, orderOf(1e-2, 1e-3, 1e-4), 1e-12)
}

func TestSearchesInAnInterval(t *testing.T) {
	o, err := autograd.NewObjective(func(x autograd.Var) autograd.Var { return x.Index(0).Sub(autograd.Const(1)).Square() }, 1)
	require.NoError(t, err)
	halves, err := bisect(o, -4, 5, 3)
	require.NoError(t, err)
	assert.Equal(t, []float64{0.5, 2.75, 1.625, 1.0625}, halves)
	golden, err := goldenSection(o, -4, 5, 25)
	require.NoError(t, err)
	assert.Len(t, golden, 26)
	assert.InDelta(t, 1, golden[25], 9*math.Pow((math.Sqrt(5)-1)/2, 25))
}

func TestTurn(t *testing.T) {
	f := pair(func(a, b autograd.Var) autograd.Var { return a.Add(autograd.Const(3).Mul(b.Square())) })
	x := []float64{0.7, -1.2}
	straight, _, err := autograd.Gradient(f.straight, x)
	require.NoError(t, err)
	turned, _, err := autograd.Gradient(f.turned, turn(x))
	require.NoError(t, err)
	assert.InDelta(t, straight, turned, 1e-14)
	assert.InDelta(t, paths.Norm(x), paths.Norm(turn(x)), 1e-14)
}

// A step in float32 is x − η·f′(x), rounded, or x − η·f′(x)/f″(x).
func TestSingle(t *testing.T) {
	s, err := newFloat32Function(func(x autograd.Var) autograd.Var {
		return x.Index(0).Square().Mul(x.Index(0))
	})
	require.NoError(t, err)
	points, err := s.run(optimizers.SGD{}, 0.01, false)
	require.NoError(t, err)
	assert.Equal(t, float64(10-float32(0.01)*300), points[1])
	points, err = s.run(optimizers.SGD{}, 0.5, true)
	require.NoError(t, err)
	assert.Equal(t, []float64{10, 7.5, 5.625}, points[:3])
}

func TestExcessRisk(t *testing.T) {
	assert.Equal(t, 0., excessRisk(0))
	r := rng.New(1, "book", "test")
	sum, w := 0.0, 0.8
	const n = 200_000
	for range n {
		x := r.NormFloat64()
		sum += (math.Abs(w-x) - math.Abs(x)) / n
	}
	assert.InDelta(t, sum, excessRisk(w), 0.01)
}

func TestAveragedAndRiskBound(t *testing.T) {
	s := lrsched.Join{{From: 0, Then: lrsched.Constant(1)}, {From: 1, Then: lrsched.Constant(0.5)}}
	path := minimize.Path{Points: [][]float64{{6}, {3}, {100}}}
	assert.InDelta(t, (6+1.5)/1.5, averaged(path, s, 2), 1e-14, "the point after the last update does not count")
	assert.InDelta(t, (9+4*1.25)/3, riskBound(3, 2, s, 2), 1e-14)
}

func TestOccurrences(t *testing.T) {
	a, b := occurrences(1, 3)
	assert.Equal(t, []float64{1, 1}, []float64{a, b})
	a, b = occurrences(2, 1)
	assert.True(t, (a == 1 && b == 1) || (a == 0.5 && b == 0), "%v %v", a, b)
}

func TestLineFitIsTheLeastSquaresFit(t *testing.T) {
	f := newLineFit()
	g0, g1 := 0.0, 0.0
	for i, x := range f.x {
		e := f.best[0] + f.best[1]*x - f.y[i]
		g0, g1 = g0+e, g1+e*x
	}
	assert.InDelta(t, 0, g0, 1e-12)
	assert.InDelta(t, 0, g1, 1e-12)
}

func TestNoisyRunsRepeat(t *testing.T) {
	p := &page.Page{Ctx: context.Background()}
	a, err := noisyRuns(p, noiseAsMeant, lrsched.Constant(0.1), 5, 2)
	require.NoError(t, err)
	b, err := noisyRuns(p, noiseAsMeant, lrsched.Constant(0.1), 5, 2)
	require.NoError(t, err)
	assert.Equal(t, a, b)
	assert.NotEqual(t, a[0].Points[1], a[1].Points[1])
}
