package solver_test

import (
	"errors"
	"math"
	"testing"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/solver"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// regression is least squares of y = x·w + b, in stock operations.
type regression[T optimizers.Float] struct {
	w, b    *gorgonia.Node
	machine gorgonia.VM
	weight  []T
}

func newRegression[T optimizers.Float](t testing.TB, dual bool) *regression[T] {
	t.Helper()
	r := &regression[T]{weight: []T{.5, -1}}
	dt := tensor.Float64
	if any(T(0)) == any(float32(0)) {
		dt = tensor.Float32
	}
	must := func(n *gorgonia.Node, err error) *gorgonia.Node {
		t.Helper()
		require.NoError(t, err)
		return n
	}
	value := func(data []T, shape ...int) gorgonia.NodeConsOpt {
		return gorgonia.WithValue(tensor.New(tensor.WithShape(shape...), tensor.WithBacking(data)))
	}
	g := gorgonia.NewGraph()
	x := gorgonia.NewMatrix(g, dt, gorgonia.WithName("x"), gorgonia.WithShape(4, 2), value([]T{0, 0, 1, 0, 0, 1, 1, 1}, 4, 2))
	y := gorgonia.NewVector(g, dt, gorgonia.WithName("y"), gorgonia.WithShape(4), value([]T{1, 3, 0, 2}, 4))
	r.w = gorgonia.NewVector(g, dt, gorgonia.WithName("weight"), gorgonia.WithShape(2), value(r.weight, 2))
	r.b = gorgonia.NewScalar(g, dt, gorgonia.WithName("bias"), gorgonia.WithValue(T(.25)))
	sum := must(gorgonia.Add(must(gorgonia.Mul(x, r.w)), r.b))
	loss := must(gorgonia.Mean(must(gorgonia.Square(must(gorgonia.Sub(sum, y))))))
	_, err := gorgonia.Grad(loss, r.w, r.b)
	require.NoError(t, err)
	if dual {
		r.machine = gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(r.w, r.b))
	} else {
		r.machine = gorgonia.NewTapeMachine(g)
	}
	t.Cleanup(func() { assert.NoError(t, r.machine.Close()) })
	return r
}

func (r *regression[T]) model() []gorgonia.ValueGrad {
	return gorgonia.NodesToValueGrads(gorgonia.Nodes{r.w, r.b})
}

// bias is the value of b now.
func (r *regression[T]) bias() T { return r.b.Value().Data().(T) }

// grads are copies of the gradients of the run.
func (r *regression[T]) grads(t testing.TB) (w []T, b T) {
	t.Helper()
	gw, err := r.w.Grad()
	require.NoError(t, err)
	gb, err := r.b.Grad()
	require.NoError(t, err)
	return append(w, gw.Data().([]T)...), gb.Data().(T)
}

var solverSchedule = lrsched.Warmup{Steps: 3, Begin: .01, Then: lrsched.Constant(.1)}

// The solver does what an optimizer does on the same gradients, bit for bit.
func TestSolver(t *testing.T) {
	t.Run("float32", testSolver[float32])
	t.Run("float64", testSolver[float64])
}

func testSolver[T optimizers.Float](t *testing.T) {
	for _, dual := range []bool{true, false} {
		r := newRegression[T](t, dual)
		config := optimizers.Config{Clip: optimizers.Clip{GlobalNorm: 2}, Groups: []optimizers.Group{{Names: []string{"bias"}, LRScale: 2}}}
		solver := solver.New(optimizers.DefaultAdam(), solverSchedule, config)

		w, b := []T{.5, -1}, []T{.25}
		params := []optimizers.Param[T]{
			{Name: "weight", Shape: []int{2}, Value: w, Grad: make([]T, 2)},
			{Name: "bias", Value: b, Grad: make([]T, 1)},
		}
		o, err := optimizers.New(optimizers.DefaultAdam(), params, config)
		require.NoError(t, err)
		first := T(0)
		for step := range 200 {
			require.NoError(t, r.machine.RunAll())
			gw, gb := r.grads(t)
			first = max(first, gb)
			copy(params[0].Grad, gw)
			params[1].Grad[0] = gb
			require.NoError(t, solver.Step(r.model()))
			require.NoError(t, o.Step(solverSchedule.At(step)))
			require.Equal(t, w, r.weight)
			require.Equal(t, b[0], r.bias())
			if gw, gb := r.grads(t); dual {
				assert.Equal(t, []T{0, 0}, gw)
				assert.Zero(t, gb)
			}
			r.machine.Reset()
		}
		assert.InDelta(t, 2, w[0], .05)
		assert.InDelta(t, -1, w[1], .05)
		assert.InDelta(t, 1, b[0], .05)
	}
}

// sumOfScalars has the constant 1 for the gradient of b.
func sumOfScalars(t *testing.T) (machine gorgonia.VM, b *gorgonia.Node) {
	t.Helper()
	g := gorgonia.NewGraph()
	a := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("a"), gorgonia.WithValue(1.))
	b = gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("b"), gorgonia.WithValue(1.))
	loss, err := gorgonia.Add(a, b)
	require.NoError(t, err)
	_, err = gorgonia.Grad(loss, a, b)
	require.NoError(t, err)
	machine = gorgonia.NewTapeMachine(g)
	t.Cleanup(func() { assert.NoError(t, machine.Close()) })
	return machine, b
}

// A gradient that is a constant of the graph is not zeroed.
func TestSolverLeavesConstants(t *testing.T) {
	machine, b := sumOfScalars(t)
	solver := solver.New(optimizers.SGD{}, lrsched.Constant(.25), optimizers.Config{})
	for range 3 {
		require.NoError(t, machine.RunAll())
		require.NoError(t, solver.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{b})))
		machine.Reset()
	}
	assert.Equal(t, 1-3*.25, b.Value().Data())
}

// Save after three steps, restore in another solver, go on: equal to going on.
func TestSolverState(t *testing.T) {
	t.Run("float32", testSolverState[float32])
	t.Run("float64", testSolverState[float64])
}

func testSolverState[T optimizers.Float](t *testing.T) {
	rule := optimizers.DefaultAdam()
	solve := func(r *regression[T], s *solver.Solver, steps int) {
		for range steps {
			require.NoError(t, r.machine.RunAll())
			require.NoError(t, s.Step(r.model()))
			r.machine.Reset()
		}
	}
	whole := newRegression[T](t, true)
	solve(whole, solver.New(rule, solverSchedule, optimizers.Config{}), 7)

	r := newRegression[T](t, true)
	s := solver.New(rule, solverSchedule, optimizers.Config{})
	assert.Zero(t, s.State())
	solve(r, s, 3)
	state := s.State()
	assert.Equal(t, 3, state.Step)
	require.Len(t, state.Slots, 4)
	assert.Equal(t, "weight", state.Slots[0].Param)

	again := solver.New(rule, solverSchedule, optimizers.Config{})
	require.NoError(t, again.Restore(state))
	assert.Equal(t, state, again.State())
	assert.Equal(t, state, s.State())
	solve(r, again, 4)
	assert.Equal(t, whole.weight, r.weight)
	assert.Equal(t, whole.bias(), r.bias())
	assert.Equal(t, 7, again.State().Step)

	require.NoError(t, again.Restore(state)) // bound by now
	assert.Equal(t, state, again.State())
	state.Slots[0].Values[0]++
	assert.NotEqual(t, state, again.State())

	state.Slots = state.Slots[1:]
	assert.EqualError(t, again.Restore(state), `solver: Restore: parameter "weight": slot "exp_avg" is missing`)
	late := solver.New(rule, solverSchedule, optimizers.Config{})
	require.NoError(t, late.Restore(state))
	require.NoError(t, r.machine.RunAll())
	before := append([]T(nil), r.weight...)
	assert.EqualError(t, late.Step(r.model()), `solver: Restore: parameter "weight": slot "exp_avg" is missing`)
	assert.Equal(t, before, r.weight)

	fresh := solver.New(rule, solverSchedule, optimizers.Config{})
	require.NoError(t, fresh.Restore(solver.New(rule, solverSchedule, optimizers.Config{}).State()))
	assert.NoError(t, fresh.Step(r.model()))
}

// A float64 state is not rounded to go with float32 parameters.
func TestSolverStateIsExact(t *testing.T) {
	r := newRegression[float32](t, true)
	s := solver.New(heavyBall, solverSchedule, optimizers.Config{})
	require.NoError(t, r.machine.RunAll())
	require.NoError(t, s.Step(r.model()))
	state := s.State()
	state.Slots[0].Values[1] = .1
	assert.EqualError(t, s.Restore(state), `solver: Restore: parameter "weight": slot "momentum_buffer": element 1 = 0.1: want a float32, like the parameter`)
}

// A state that no run can reach is refused, and counts come through.
func TestSolverStateIsPossible(t *testing.T) {
	r := newRegression[float32](t, true)
	s := solver.New(optimizers.DefaultAdam(), solverSchedule, optimizers.Config{})
	require.NoError(t, r.machine.RunAll())
	require.NoError(t, s.Step(r.model()))
	for _, bad := range []float64{math.NaN(), math.Inf(1), -1} {
		state := s.State()
		require.Equal(t, "exp_avg_sq", state.Slots[1].Name)
		state.Slots[1].Values[1] = bad
		assert.ErrorContains(t, s.Restore(state), `Restore: parameter "weight": slot "exp_avg_sq": element 1 = `)
	}
	state := s.State()
	state.Step, state.Counts = 5, []optimizers.Count{{Param: "weight", Steps: 1}}
	require.NoError(t, s.Restore(state))
	assert.Equal(t, state, s.State())
}

var heavyBall = optimizers.SGD{Momentum: .9}

// pair is a value with a gradient, without a graph or a name.
type pair struct {
	value, grad gorgonia.Value
	err         error
}

func (p *pair) Value() gorgonia.Value         { return p.value }
func (p *pair) Grad() (gorgonia.Value, error) { return p.grad, p.err }

// named is a pair with a name.
type named struct {
	pair
	name string
}

func (n *named) Name() string { return n.name }

func vector[T optimizers.Float](data ...T) *tensor.Dense {
	return tensor.New(tensor.WithShape(len(data)), tensor.WithBacking(data))
}

// Parameters go by name where they have one of their own.
func TestSolverNames(t *testing.T) {
	model := []gorgonia.ValueGrad{
		&pair{value: vector(1.), grad: vector(1.)},
		&named{pair{value: vector(1.), grad: vector(1.)}, "w"},
		&named{pair{value: vector(1.), grad: vector(1.)}, "b"},
		&named{pair{value: vector(1.), grad: vector(1.)}, "w"},
		&named{pair{value: vector(1.), grad: vector(1.)}, ""},
	}
	s := solver.New(heavyBall, lrsched.Constant(.1), optimizers.Config{})
	require.NoError(t, s.Step(model))
	var names []string
	for _, slot := range s.State().Slots {
		names = append(names, slot.Param)
	}
	assert.Equal(t, []string{"0", "1", "b", "3", "4"}, names)
}

// A gradient may be a view in another order; it is read and zeroed in the
// order of the value, and what the view skips stays.
func TestSolverReadsViews(t *testing.T) {
	matrix := func() *tensor.Dense {
		return tensor.New(tensor.WithShape(3, 2), tensor.WithBacking([]float64{1, 2, 3, 4, 5, 6}))
	}
	transposed := matrix()
	require.NoError(t, transposed.T())
	column, err := matrix().Slice(nil, tensor.S(1))
	require.NoError(t, err)
	tall := tensor.New(tensor.WithShape(3, 3), tensor.WithBacking([]float64{1, 2, 3, 4, 5, 6, 7, 8, 9}))
	block, err := tall.Slice(tensor.S(1, 3), tensor.S(0, 2))
	require.NoError(t, err)
	rows, err := matrix().Slice(tensor.S(1, 3))
	require.NoError(t, err)
	fortran := tensor.New(tensor.WithShape(2, 3), tensor.AsFortran([]float64{1, 2, 3, 4, 5, 6}))
	require.Equal(t, []float64{1, 4, 2, 5, 3, 6}, fortran.Data())
	for _, test := range []struct {
		name  string
		grad  gorgonia.Value
		shape []int
		want  []float64
	}{
		{"plain", matrix(), []int{3, 2}, []float64{1, 2, 3, 4, 5, 6}},
		{"transposed", transposed, []int{2, 3}, []float64{1, 3, 5, 2, 4, 6}},
		{"column", column.(*tensor.Dense), []int{3}, []float64{2, 4, 6}},
		{"block", block.(*tensor.Dense), []int{2, 2}, []float64{4, 5, 7, 8}},
		{"rows", rows.(*tensor.Dense), []int{2, 2}, []float64{3, 4, 5, 6}},
		{"column-major", fortran, []int{2, 3}, []float64{1, 2, 3, 4, 5, 6}},
		{"scalar", gorgonia.NewF64(3), nil, []float64{3}},
		{"a tensor's scalar", tensor.New(tensor.FromScalar(3.)), nil, []float64{3}},
		{"scalar for a vector of one", gorgonia.NewF64(3), []int{1}, []float64{3}},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, tensor.Shape(test.shape).TotalSize(), len(test.want))
			x := make([]float64, len(test.want))
			value := gorgonia.Value(tensor.New(tensor.WithShape(test.shape...), tensor.WithBacking(x)))
			p := &pair{value: value, grad: test.grad}
			s := solver.New(optimizers.SGD{}, lrsched.Constant(1), optimizers.Config{})
			require.NoError(t, s.Step([]gorgonia.ValueGrad{p}))
			for i, want := range test.want {
				assert.Equal(t, -want, x[i])
			}
			require.NoError(t, s.Step([]gorgonia.ValueGrad{p})) // from gradients of zero
			for i, want := range test.want {
				assert.Equal(t, -want, x[i])
			}
		})
	}
	assert.Equal(t, []float64{1, 2, 3, 0, 0, 6, 0, 0, 9}, tall.Data())
}

func TestSolverFails(t *testing.T) {
	sgd, rate := optimizers.SGD{}, lrsched.Constant(.1)
	good := func() []gorgonia.ValueGrad {
		return []gorgonia.ValueGrad{&named{pair{value: vector(1., 2), grad: vector(1., 1)}, "w"}}
	}
	with := func(value, grad gorgonia.Value) []gorgonia.ValueGrad {
		return append(good(), &named{pair{value: value, grad: grad}, "b"})
	}
	transposed := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking(make([]float64, 6)))
	require.NoError(t, transposed.T())
	column, err := tensor.New(tensor.WithShape(3, 2), tensor.WithBacking(make([]float64, 6))).Slice(nil, tensor.S(1))
	require.NoError(t, err)
	broken := errors.New("broken")
	for _, test := range []struct {
		name  string
		rule  optimizers.Rule
		rate  lrsched.Schedule
		model []gorgonia.ValueGrad
		err   string
	}{
		{"rule", nil, rate, good(), "solver: rule is nil: want a Rule, e.g. SGD{}"},
		{"hyperparameter", optimizers.SGD{Momentum: 1}, rate, good(), "solver: SGD: Momentum = 1: want [0, 1)"},
		{"rate", sgd, nil, good(), "solver: schedule is nil: want a Schedule, e.g. Constant(0.1)"},
		{"schedule", sgd, lrsched.Constant(-1), good(), "solver: Constant = -1: want 0 or more"},
		{"no parameters", sgd, rate, nil, "solver: len(model) = 0: want 1 or more"},
		{"nil parameter", sgd, rate, append(good(), nil), "solver: parameter 1 has no value"},
		{"no value", sgd, rate, with(nil, nil), "solver: parameter 1 has no value"},
		{"integers", sgd, rate, with(gorgonia.NewI(1), gorgonia.NewI(1)), `solver: parameter "b": it holds int: want float32 or float64`},
		{"precisions", sgd, rate, with(vector(float32(1)), vector(float32(1))), `solver: parameter "b": it holds float32: want float64, like the first parameter`},
		{"transposed", sgd, rate, with(transposed, transposed), `solver: parameter "b": it has the strides [1 2] for the shape (2, 3): want a tensor in row-major order, not a view that skips or reorders`},
		{"column", sgd, rate, with(column.(*tensor.Dense), vector(1., 2, 3)), `solver: parameter "b": it has the strides [2] for the shape (3): want a tensor in row-major order, not a view that skips or reorders`},
		{"no gradient", sgd, rate, with(vector(1.), nil), `solver: parameter "b": no gradient: want Step after RunAll and before Reset, or BindDualValues`},
		{"gradient's error", sgd, rate, append(good(), &pair{value: vector(1.), err: broken}), `solver: parameter "1": no gradient: broken`},
		{"gradient's type", sgd, rate, with(vector(1.), vector(float32(1))), `solver: parameter "b": the gradient holds float32: want float64`},
		{"gradient's shape", sgd, rate, with(vector(1., 2), vector(1.)), `solver: parameter "b": the gradient has the shape (1): want [2]`},
		{"NaN", sgd, rate, with(vector(1., 2), vector(1., math.NaN())), `solver: step 1: parameter "b": gradient[1] = NaN: not finite`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := solver.New(test.rule, test.rate, optimizers.Config{})
			for range 2 { // and again
				err := s.Step(test.model)
				assert.EqualError(t, err, test.err)
				assert.Equal(t, test.name == "NaN", errors.Is(err, optimizers.ErrNotFinite))
			}
			if len(test.model) > 0 { // nothing has changed
				w := test.model[0].(*named)
				assert.Equal(t, []float64{1, 2}, w.value.Data())
				assert.Equal(t, []float64{1, 1}, w.grad.Data())
			}
			assert.Zero(t, s.State().Step)
		})
	}
}

// Tensors whose shape leads out of their memory are an error, not a panic.
func TestSolverTensorsWithoutMemory(t *testing.T) {
	short := func() *tensor.Dense {
		d := vector(1., 2)
		*d.Info() = tensor.MakeAP(tensor.Shape{2, 2}, []int{2, 1}, 0, 0)
		return d
	}
	square := tensor.New(tensor.WithShape(2, 2), tensor.WithBacking(make([]float64, 4)))
	const want = `the shape (2, 2) with the strides [2 1] exceeds its 2 elements`
	for _, test := range []struct {
		p   *pair
		err string
	}{
		{&pair{value: short(), grad: short()}, `solver: parameter "0": ` + want},
		{&pair{value: square, grad: short()}, `solver: parameter "0": gradient: ` + want},
	} {
		s := solver.New(optimizers.SGD{}, lrsched.Constant(.1), optimizers.Config{})
		assert.EqualError(t, s.Step([]gorgonia.ValueGrad{test.p}), test.err)
	}
}

// A solver is bound to the model of its first step.
func TestSolverIsBound(t *testing.T) {
	w, b := &named{pair{value: vector(1., 2), grad: vector(1., 1)}, "w"}, &named{pair{value: gorgonia.NewF64(1), grad: gorgonia.NewF64(1)}, "b"}
	s := solver.New(optimizers.SGD{}, lrsched.Constant(.1), optimizers.Config{})
	require.NoError(t, s.Step([]gorgonia.ValueGrad{w, b}))
	const moved = `: the value is not the one of the first step: want its elements changed in place`
	for _, test := range []struct {
		model []gorgonia.ValueGrad
		err   string
	}{
		{[]gorgonia.ValueGrad{w}, "solver: a model of 1 parameters: want the 2 of the first step"},
		{[]gorgonia.ValueGrad{b, w}, `solver: parameter "w"` + moved},
		{[]gorgonia.ValueGrad{w, nil}, `solver: parameter "b": it is nil`},
		{[]gorgonia.ValueGrad{w, &pair{}}, `solver: parameter "b": it has no value`},
		{[]gorgonia.ValueGrad{w, &pair{value: gorgonia.NewF64(1), grad: gorgonia.NewF64(1)}}, `solver: parameter "b"` + moved},
		{[]gorgonia.ValueGrad{&pair{value: vector(1., 2), grad: vector(1., 1)}, b}, `solver: parameter "w"` + moved},
		{[]gorgonia.ValueGrad{&pair{value: vector(1.), grad: vector(1.)}, b}, `solver: parameter "w"` + moved},
	} {
		assert.EqualError(t, s.Step(test.model), test.err)
	}
	assert.NoError(t, s.Step([]gorgonia.ValueGrad{w, b}))
	w.grad = vector(1., 1) // gradients may move
	assert.NoError(t, s.Step([]gorgonia.ValueGrad{w, b}))
	assert.Equal(t, 3, s.State().Step)
}

// shadow is gradient descent that is evaluated at zero.
type shadow struct{ optimizers.SGD }

func (shadow) Evaluate32(_ optimizers.Update[float32], dst []float32) { clear(dst) }
func (shadow) Evaluate64(_ optimizers.Update[float64], dst []float64) { clear(dst) }

func TestSolverSwap(t *testing.T) {
	p := &pair{value: vector(1., 2), grad: vector(1., 1)}
	s := solver.New(shadow{}, lrsched.Constant(.5), optimizers.Config{})
	s.Swap() // bound to nothing yet
	require.NoError(t, s.Step([]gorgonia.ValueGrad{p}))
	s.Swap()
	assert.Equal(t, []float64{0, 0}, p.value.Data())
	assert.Error(t, s.Step([]gorgonia.ValueGrad{p}))
	s.Swap()
	assert.Equal(t, []float64{.5, 1.5}, p.value.Data())
}

// A step allocates nothing, where the stock Adam does 60 times.
func TestSolverAllocations(t *testing.T) {
	model := []gorgonia.ValueGrad{
		&pair{value: vector(1., 2), grad: vector(1., 1)},
		&pair{value: gorgonia.NewF64(1), grad: gorgonia.NewF64(1)},
	}
	s := solver.New(heavyBall, lrsched.Constant(.1), optimizers.Config{})
	require.NoError(t, s.Step(model))
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		if err := s.Step(model); err != nil {
			t.Error(err)
		}
	}))
}
