package kernel

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestUpdates(t *testing.T) { both(t, updateProperty[float32], updateProperty[float64]) }

// Updates are those of their formulas in float64, to rounding: every number is
// at most 1, and Adam's quotients are kept from growing.
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
	check("SGD", func(x, _, _ []T) { k.SGD(x, g.data, T(lr), T(decay)) }, func(e *state) {
		e.x -= lr * (e.g + decay*e.x)
	})
	check("Momentum", func(x, v, _ []T) { k.Momentum(x, v, g.data, T(lr), T(decay), T(mu), T(keep)) }, func(e *state) {
		e.v = mu*e.v + keep*(e.g+decay*e.x)
		e.x -= lr * e.v
	})
	check("Nesterov", func(x, v, _ []T) { k.Nesterov(x, v, g.data, T(lr), T(decay), T(mu), T(keep)) }, func(e *state) {
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

func BenchmarkUpdate(b *testing.B) {
	const n = 61706 // LeNet's parameters
	x, m, v, g := random32(n), random32(n), random32(n), random32(n)
	for i := range v {
		v[i] *= v[i]
	}
	a := AdamStep[float32]{0.9, 0.1, 0.999, 0.001, 1e-3, 1, 1e-8, 0, 1}
	for _, isa := range append([]ISA{Go}, vectorISAs(b)...) {
		k := Set[float32]{isa}
		for _, f := range []struct {
			name   string
			slices int64
			run    func()
		}{
			{"SGD", 3, func() { k.SGD(x, g, 1e-9, 0) }},
			{"Momentum", 5, func() { k.Momentum(x, v, g, 1e-9, 0, 0.9, 0.1) }},
			{"Adam", 7, func() { k.Adam(x, m, v, g, &a) }},
			{"SumSquares", 1, func() { sink = k.SumSquares(g) }},
		} {
			b.Run(f.name+"/"+isa.String(), func(b *testing.B) {
				b.SetBytes(4 * n * f.slices)
				for b.Loop() {
					f.run()
				}
			})
		}
	}
}
