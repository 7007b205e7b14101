package kernel

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestUpdates(t *testing.T) { both(t, updateProperty[float32], updateProperty[float64]) }

// Updates agree with their formulas in float64 to rounding. Every number is at most 1,
// and Adam's quotients are kept from growing.
func updateProperty[T Float](t *rapid.T) {
	n, s := rapid.IntRange(0, 70).Draw(t, "n"), newSampler(t)
	var k Set[T]
	x, v, m, g := values[T](s, n), values[T](s, n), values[T](s, n), values[T](s, n)
	lr, decay, mu, keep := s.float(), s.float(), s.float(), s.float()
	a := AdamStep[T]{
		Beta1: 0.875, Gain1: 0.125, Beta2: 0.75, Gain2: 0.25, Rate: 0.5, Root: 1.5, Epsilon: 1,
		Decay: T(decay), Shrink: T(s.float()),
	}
	lr, decay, mu, keep = float64(T(lr)), float64(T(decay)), float64(T(mu)), float64(T(keep))
	for i := range v.data {
		v.data[i] = max(v.data[i], -v.data[i])
	}
	type state struct{ x, v, m, g float64 }
	check := func(name string, run func(x, v, m []T), want func(e *state)) {
		ex, ev, em := newBuffer(n, T(777)), newBuffer(n, T(777)), newBuffer(n, T(777))
		copy(ex.data, x.data)
		copy(ev.data, v.data)
		copy(em.data, m.data)
		run(ex.data, ev.data, em.data)
		for i := range n {
			e := state{float64(x.data[i]), float64(v.data[i]), float64(m.data[i]), float64(g.data[i])}
			want(&e)
			near[T](t, []float64{e.x, e.v, e.m}, []float64{float64(ex.data[i]), float64(ev.data[i]), float64(em.data[i])}, 6, name)
		}
		for _, b := range []*buffer[T]{ex, ev, em, g} {
			b.check(t, name)
		}
	}
	check("SGD", func(x, _, _ []T) { k.SGD(x, g.data, &SGDStep[T]{T(lr), T(decay)}) }, func(e *state) {
		e.x -= lr * (e.g + decay*e.x)
	})
	check("Momentum", func(x, v, _ []T) { k.Momentum(x, v, g.data, &MomentumStep[T]{T(lr), T(decay), T(mu), T(keep)}) }, func(e *state) {
		e.v = mu*e.v + keep*(e.g+decay*e.x)
		e.x -= lr * e.v
	})
	check("Nesterov", func(x, v, _ []T) { k.Nesterov(x, v, g.data, &NesterovStep[T]{T(lr), T(decay), T(mu), T(keep)}) }, func(e *state) {
		e.g += decay * e.x
		e.v = mu*e.v + keep*e.g
		e.x -= lr * (e.g + mu*e.v)
	})
	check("Adam", func(x, v, m []T) { k.Adam(x, m, v, g.data, &a) }, func(e *state) {
		e.x *= float64(a.Shrink)
		e.g += decay * e.x
		e.m = 0.875*e.m + 0.125*e.g
		e.v = 0.75*e.v + 0.25*e.g*e.g
		e.x -= 0.5 * e.m / (1.5*math.Sqrt(e.v) + 1)
	})
	require.Len(t, g.data, n)
}

// updates are the update loops, with the number of slices and of numbers that each
// takes. The slices in notNegative are always 0 or more, and not NaN.
var updates = []struct {
	name            string
	slices, numbers int
	notNegative     []int
	run             func(k Set[float32], x [][]float32, a []float32)
}{
	{"SGD", 2, 2, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.SGD(x[0], x[1], &SGDStep[float32]{a[0], a[1]})
	}},
	{"Momentum", 3, 4, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Momentum(x[0], x[1], x[2], &MomentumStep[float32]{a[0], a[1], a[2], a[3]})
	}},
	{"Nesterov", 3, 4, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Nesterov(x[0], x[1], x[2], &NesterovStep[float32]{a[0], a[1], a[2], a[3]})
	}},
	{"Adam", 4, 9, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Adam(x[0], x[1], x[2], x[3], &AdamStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]})
	}},
	{"AMSGrad", 5, 9, []int{3}, func(k Set[float32], x [][]float32, a []float32) {
		k.AMSGrad(x[0], x[1], x[2], x[3], x[4], &AMSGradStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]})
	}},
	{"Adamax", 4, 6, []int{2}, func(k Set[float32], x [][]float32, a []float32) {
		k.Adamax(x[0], x[1], x[2], x[3], &AdamaxStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5]})
	}},
	{"NAdam", 4, 10, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.NAdam(x[0], x[1], x[2], x[3], &NAdamStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]})
	}},
	{"Yogi", 4, 7, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Yogi(x[0], x[1], x[2], x[3], &YogiStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6]})
	}},
	{"NAdamW", 4, 8, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.NAdamW(x[0], x[1], x[2], x[3], &NAdamWStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]})
	}},
	{"AdaBelief", 4, 8, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.AdaBelief(x[0], x[1], x[2], x[3], &AdaBeliefStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]})
	}},
	{"ADOPT", 4, 9, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.ADOPT(x[0], x[1], x[2], x[3], &ADOPTStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], -a[7] - 0x1p-20, a[8] + 0x1p-20})
	}},
	{"AdEMAMix", 5, 11, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.AdEMAMix(x[0], x[1], x[2], x[3], x[4], &AdEMAMixStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10]})
	}},
	{"Adan", 6, 12, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Adan(x[0], x[1], x[2], x[3], x[4], x[5], &AdanStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11]})
	}},
	{"Correct", 3, 1, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Correct(x[0], x[1], x[2], &CorrectStep[float32]{a[0]})
	}},
	{"Lion", 3, 6, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Lion(x[0], x[1], x[2], &LionStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5]})
	}},
	{"LAMB", 5, 8, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.LAMB(x[0], x[1], x[2], x[3], x[4], &LAMBStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7]})
	}},
	{"Adagrad", 3, 4, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Adagrad(x[0], x[1], x[2], &AdagradStep[float32]{a[0], a[1], a[2], a[3]})
	}},
	{"Adadelta", 4, 5, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Adadelta(x[0], x[1], x[2], x[3], &AdadeltaStep[float32]{a[0], a[1], a[2], a[3], a[4]})
	}},
	{"Rprop", 4, 7, []int{1}, func(k Set[float32], x [][]float32, a []float32) {
		k.Rprop(x[0], x[1], x[2], x[3], &RpropStep[float32]{float64(a[0]) / 3, float64(a[1]) * 1.1, float64(a[2]) / 7, a[3], a[4], a[5], a[6]})
	}},
	{"ScheduleFreeSGD", 3, 4, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.ScheduleFreeSGD(x[0], x[1], x[2], &ScheduleFreeSGDStep[float32]{a[0], a[1], a[2], a[3]})
	}},
	{"ScheduleFreeAdamW", 4, 7, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.ScheduleFreeAdamW(x[0], x[1], x[2], x[3], &ScheduleFreeAdamWStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6]})
	}},
	{"RMSProp", 3, 6, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.RMSProp(x[0], x[1], x[2], &RMSPropStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5]})
	}},
	{"RMSPropCentered", 4, 6, []int{1}, func(k Set[float32], x [][]float32, a []float32) {
		k.RMSPropCentered(x[0], x[1], x[2], x[3], &RMSPropCenteredStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5]})
	}},
	{"RMSPropMomentum", 4, 7, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.RMSPropMomentum(x[0], x[1], x[2], x[3], &RMSPropMomentumStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6]})
	}},
	{"RMSPropCenteredMomentum", 5, 7, []int{1}, func(k Set[float32], x [][]float32, a []float32) {
		k.RMSPropCenteredMomentum(x[0], x[1], x[2], x[3], x[4], &RMSPropCenteredMomentumStep[float32]{a[0], a[1], a[2], a[3], a[4], a[5], a[6]})
	}},
	{"Accumulate", 2, 1, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Accumulate(x[0], x[1], &AccumulateStep[float32]{a[0]})
	}},
	{"AccumulateAhead", 3, 1, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.AccumulateAhead(x[0], x[1], x[2], &AccumulateAheadStep[float32]{a[0]})
	}},
	{"Descend", 2, 2, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Descend(x[0], x[1], &DescendStep[float32]{a[0], a[1]})
	}},
	{"Pull", 2, 1, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Pull(x[0], x[1], &PullStep[float32]{a[0]})
	}},
	{"Clamp", 2, 2, nil, func(k Set[float32], x [][]float32, a []float32) {
		k.Clamp(x[0], x[1], &ClampStep[float32]{-a[0] - 0x1p-20, a[1] + 0x1p-20})
	}},
}

// TestUpdateBits checks that updates give the same bits with and without vectors,
// for any length and any numbers, and write nothing else.
func TestUpdateBits(t *testing.T) {
	for _, u := range updates {
		t.Run(u.name, func(t *testing.T) {
			eachISA(t, func(t *rapid.T, k Set[float32]) {
				n, s := rapid.IntRange(0, 67).Draw(t, "n"), newSampler(t)
				numbers := make([]float32, u.numbers)
				for i := range numbers {
					numbers[i] = float32(math.Abs(s.float()))
				}
				var bufs []*buffer[float32]
				var want, got [][]float32
				for i := range u.slices {
					b := wild(s, n)
					if slices.Contains(u.notNegative, i) {
						for j, v := range b.data {
							if b.data[j] = max(v, -v); v != v {
								b.data[j] = 1
							}
						}
					}
					bufs = append(bufs, b)
					want, got = append(want, slices.Clone(b.data)), append(got, b.data)
				}
				u.run(Set[float32]{Go}, want, numbers)
				u.run(k, got, numbers)
				for i := range got {
					sameBits(t, want[i], got[i], label("slice", i))
					bufs[i].check(t, label("slice", i))
				}
			})
		})
	}
}

// BenchmarkUpdate measures every update loop on LeNet's parameters.
func BenchmarkUpdate(b *testing.B) {
	const n = 61706
	for _, u := range updates {
		var x [][]float32
		for range u.slices {
			v := random32(n)
			for i := range v {
				v[i] = max(v[i], -v[i])
			}
			x = append(x, v)
		}
		numbers := make([]float32, u.numbers)
		for i := range numbers {
			numbers[i] = 1e-3
		}
		for _, isa := range append([]ISA{Go}, vectorISAs(b)...) {
			b.Run(u.name+"/"+isa.String(), func(b *testing.B) {
				for b.Loop() {
					u.run(Set[float32]{isa}, x, numbers)
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
		}
	}
}
