package solver_test

import (
	"testing"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/solver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
)

// What the doc of Solver says of the stock solvers of Gorgonia v0.9.18.

func TestStockAdamWDoesNotMove(t *testing.T) {
	r := newRegression[float64](t, true)
	step := func(s gorgonia.Solver) []float64 {
		require.NoError(t, r.machine.RunAll())
		require.NoError(t, s.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{r.w})))
		r.machine.Reset()
		return r.weight
	}
	stock := gorgonia.NewAdamW(gorgonia.WithLearnRate(.1))
	for range 3 {
		assert.Equal(t, []float64{.5, -1}, step(stock))
	}
	ours := solver.New(optimizers.DefaultAdamW(), lrsched.Constant(.1), optimizers.Config{})
	moved := step(ours)
	assert.InDelta(t, .5*(1-.1*.01)+.1, moved[0], 1e-6) // decay, and lr in the sign's direction
	assert.InDelta(t, -1*(1-.1*.01)+.1, moved[1], 1e-6)
}

// stepOnce is where a solver takes a vector from (1, −2) by the gradient
// (3, 0.5).
func stepOnce(t *testing.T, s gorgonia.Solver) []float64 {
	t.Helper()
	p := &pair{value: vector(1., -2), grad: vector(3., .5)}
	require.NoError(t, s.Step([]gorgonia.ValueGrad{p}))
	return p.value.Data().([]float64)
}

func TestStockAdaGradIgnoresOptions(t *testing.T) {
	plain := stepOnce(t, gorgonia.NewAdaGradSolver())
	for _, option := range []gorgonia.SolverOpt{
		gorgonia.WithLearnRate(.5), gorgonia.WithEps(10), gorgonia.WithL2Reg(10), gorgonia.WithClip(.01),
	} {
		assert.Equal(t, plain, stepOnce(t, gorgonia.NewAdaGradSolver(option)))
	}
	ours := stepOnce(t, solver.New(optimizers.DefaultAdagrad(), lrsched.Constant(.5), optimizers.Config{}))
	assert.InDeltaSlice(t, []float64{1 - .5, -2 - .5}, ours, 1e-9) // lr·g/√g²
}

func TestStockBarzilaiBorweinPanics(t *testing.T) {
	p := &pair{value: vector[float32](1, -2), grad: vector[float32](3, .5)}
	s := gorgonia.NewBarzilaiBorweinSolver()
	assert.Panics(t, func() {
		for range 2 {
			p.grad = vector[float32](3, .5)
			_ = s.Step([]gorgonia.ValueGrad{p})
		}
	})
}

// The constant 1 is one value for all graphs of the process, and a stock solver
// zeroes it where it is a gradient.
func TestStockSolversZeroTheConstantOne(t *testing.T) {
	machine, b := sumOfScalars(t)
	require.NoError(t, machine.RunAll())
	one, err := b.Grad()
	require.NoError(t, err)
	defer func() { *one.(*gorgonia.F64) = 1 }() // for the other tests
	require.NoError(t, gorgonia.NewVanillaSolver().Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{b})))

	other, c := sumOfScalars(t)
	require.NoError(t, other.RunAll())
	grad, err := c.Grad()
	require.NoError(t, err)
	assert.Zero(t, grad.Data())
}

// A penalty on weights that have no gradient: ours adds λ·x to the gradient.
// The stock one adds nothing to it, the velocity being zero.
func TestStockMomentumPenalisesTheVelocity(t *testing.T) {
	still := func(s gorgonia.Solver) []float64 {
		p := &pair{value: vector(1., -2), grad: vector(0., 0)}
		require.NoError(t, s.Step([]gorgonia.ValueGrad{p}))
		return p.value.Data().([]float64)
	}
	for _, penalty := range []gorgonia.SolverOpt{gorgonia.WithL1Reg(.5), gorgonia.WithL2Reg(.5)} {
		stock := gorgonia.NewMomentum(gorgonia.WithLearnRate(.1), gorgonia.WithMomentum(.9), penalty)
		assert.Equal(t, []float64{1, -2}, still(stock))
	}
	ours := solver.New(optimizers.SGD{Momentum: .9, WeightDecay: .5}, lrsched.Constant(.1), optimizers.Config{})
	assert.InDeltaSlice(t, []float64{1 - .1*.5, -2 + .1*.5*2}, still(ours), 1e-15)
}

func TestStockMomentumOfScalars(t *testing.T) {
	twice := func(s gorgonia.Solver, value gorgonia.Value, grad func() gorgonia.Value) gorgonia.Value {
		p := &pair{value: value}
		for range 2 {
			p.grad = grad()
			require.NoError(t, s.Step([]gorgonia.ValueGrad{p}))
		}
		return p.value
	}
	scalar := func() gorgonia.Value { return gorgonia.NewF64(1) }
	ones := func() gorgonia.Value { return vector(1.) }
	stock := func() gorgonia.Solver {
		return gorgonia.NewMomentum(gorgonia.WithLearnRate(.1), gorgonia.WithMomentum(.9))
	}
	ours := func() gorgonia.Solver {
		return solver.New(heavyBall, lrsched.Constant(.1), optimizers.Config{})
	}
	const want = -.1 - .1*(1+.9)
	assert.InDelta(t, -.2, twice(stock(), gorgonia.NewF64(0), scalar).Data(), 1e-15)
	assert.InDelta(t, want, twice(stock(), vector(0.), ones).Data().([]float64)[0], 1e-15)
	assert.InDelta(t, want, twice(ours(), gorgonia.NewF64(0), scalar).Data(), 1e-15)
	assert.InDelta(t, want, twice(ours(), vector(0.), ones).Data().([]float64)[0], 1e-15)
}

// The first step of RMSProp is lr·g/√(1−ρ)|g|: it shows ρ. The penalty comes
// without the rate.
func TestStockRMSProp(t *testing.T) {
	plain := stepOnce(t, gorgonia.NewRMSPropSolver(gorgonia.WithLearnRate(.001)))
	assert.InDelta(t, 1-.001/.0316227766, plain[0], 1e-6) // ρ = 0.999
	penalized := stepOnce(t, gorgonia.NewRMSPropSolver(gorgonia.WithLearnRate(.001), gorgonia.WithL2Reg(.5)))
	assert.InDelta(t, .5, plain[0]-penalized[0], 1e-9) // λ·x, not lr·λ·x or less
}
