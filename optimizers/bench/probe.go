package bench

import (
	"slices"

	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
)

// probe hashes what a setting does, so that a run is told apart from one with
// the same settings by other code: the rules' values, slots, globals and point of
// evaluation after some steps on fixed numbers, for parameters like those of the
// workload, and the schedule's rates for runs of its length.
func (s Setting) probe(schedule Schedule, first firstStep) string {
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

// refused stands in a trace for what a run will say more of.
const refused = "refused"

// addSteps adds what some steps make of the parameters.
func addSteps[T optimizers.Float](t *trace, s Setting, shapes []shape) {
	const steps = 12 // enough for what rules do every few steps, or from the sixth on
	params := numbered[T](shapes, shape.small)
	o, err := optimizers.New(s.Rule, params, optimizers.Config{Groups: s.Groups})
	if err != nil { // a rule may want shapes that are not small
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

// addRates adds the rates of a run of so many updates, or of many of them.
func (s Setting) addRates(t *trace, schedule Schedule, updates int) {
	const most = 10_000
	rates, err := schedule.Of(s.LR, updates)
	if err == nil {
		err = lrsched.Check(rates, updates)
	}
	if err != nil {
		t.text(refused)
		return
	}
	stride := 1 + updates/most
	for step := 0; step < updates-stride; step += stride {
		t.number(rates.At(step))
	}
	t.number(rates.At(updates - 1))
}

// shape is a parameter of a workload.
type shape struct {
	name string
	dims []int
}

func (s shape) size() []int { return s.dims }

// small has fewer elements, but the main part and the rest of a vectorised loop;
// and more rows than columns, or fewer, or as many, if a rule takes it for a
// matrix of its first dimension by the others.
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

// numbered are parameters with fixed values.
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

// fill writes numbers of a key within ±scale, one in eleven zero. They are made
// of integers, so that they are the same on all machines.
func fill[T optimizers.Float](v []T, key uint64, scale float64) {
	for i := range v {
		v[i] = 0
		if i%11 != 10 {
			v[i] = T(float64(int64(rng.Mix(key, uint64(i)))>>11) / (1 << 52) * scale)
		}
	}
}
