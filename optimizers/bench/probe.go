package bench

import (
	"slices"

	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
)

// probe hashes the behavior of a setup, so that a change of its code changes the key of
// its runs. It hashes the rules' values, slots, globals and points of evaluation
// after some steps on fixed numbers, for parameters like the workload's, and the
// schedule's rates.
func (s Setup) probe(schedule Schedule, first firstStep) string {
	t := newTrace()
	if first.double {
		addSteps[float64](t, s, first.params)
	} else {
		addSteps[float32](t, s, first.params)
	}
	for _, updates := range first.updates {
		s.addRates(t, schedule, updates)
	}
	return t.sum()
}

// refused stands for an error in a trace. A run reports the error itself.
const refused = "refused"

// addSteps adds the results of some steps to the trace.
func addSteps[T optimizers.Float](t *trace, s Setup, shapes []shape) {
	const steps = 12 // enough for what rules do every few steps, or from the sixth on
	params := numbered[T](shapes, shape.small)
	o, err := optimizers.New(s.Rule, params, optimizers.Config{Groups: s.Groups})
	if err != nil { // the rule may need the full shapes
		params = numbered[T](shapes, shape.size)
		o, err = optimizers.New(s.Rule, params, optimizers.Config{Groups: s.Groups})
	}
	if err != nil {
		t.text(refused)
		return
	}
	for step := range steps {
		for i, p := range params {
			fill(p.Grad, rng.Mix(uint64(i), uint64(1+step)), []float64{1, 1. / 8, 1. / 1024, 2}[step%4])
		}
		if err := o.Step(s.LR * (1 - float64(step)/(2*steps))); err != nil {
			t.text(refused)
			break
		}
	}
	values := func() {
		for _, p := range params {
			addNumbers(t, p.Value)
		}
	}
	values()
	state := o.State()
	for _, slot := range state.Slots {
		t.text(slot.Name)
		addNumbers(t, slot.Values)
	}
	for _, g := range state.Globals {
		t.text(g.Name)
		t.number(g.Value)
	}
	o.Swap()
	values()
}

// addRates adds the rates of a run with the given number of updates, or a subset
// of them.
func (s Setup) addRates(t *trace, schedule Schedule, updates int) {
	const limit = 10_000
	rates, err := schedule.Of(s.LR, updates)
	if err == nil {
		err = lrsched.Check(rates, updates)
	}
	if err != nil {
		t.text(refused)
		return
	}
	stride := 1 + updates/limit
	for step := 0; step < updates-stride; step += stride {
		t.number(rates.At(step))
	}
	t.number(rates.At(updates - 1))
}

// shape is the name and shape of a parameter.
type shape struct {
	name string
	dims []int
}

func (s shape) size() []int { return s.dims }

// small returns a smaller shape, with enough elements for both the main part and
// the tail of a vectorized loop. As a matrix of its first dimension by the others,
// it stays taller than wide, wider than tall, or square.
func (s shape) small() []int {
	limit := 4
	switch len(s.dims) {
	case 1:
		limit = 67
	case 2:
		limit = 9
	}
	small := slices.Clone(s.dims)
	columns, left := 1, 1 // of the shape, and of the small one
	for i, d := range small {
		small[i] = min(d, limit)
		if i > 0 {
			columns, left = columns*d, left*small[i]
		}
	}
	if len(small) < 2 {
		return small
	}
	switch rows := s.dims[0]; {
	case rows > columns:
		small[0] = min(rows, 2*left)
	case rows < columns:
		small[0] = min(small[0], left/2)
	default:
		small[0] = left
	}
	return small
}

// numbered returns parameters with fixed values.
func numbered[T optimizers.Float](shapes []shape, size func(shape) []int) (params []optimizers.Param[T]) {
	for i, s := range shapes {
		p := optimizers.Param[T]{Name: s.name, Shape: size(s)}
		n := 1
		for _, d := range p.Shape {
			n *= d
		}
		p.Value, p.Grad = make([]T, n), make([]T, n)
		fill(p.Value, rng.Mix(uint64(i), 0), 1)
		params = append(params, p)
	}
	return params
}

// fill writes numbers within ±scale that depend on key; every eleventh is zero.
// They are computed from integers, so that they are the same on all machines.
func fill[T optimizers.Float](v []T, key uint64, scale float64) {
	for i := range v {
		v[i] = 0
		if i%11 != 10 {
			v[i] = T(float64(int64(rng.Mix(key, uint64(i)))>>11) / (1 << 52) * scale)
		}
	}
}
