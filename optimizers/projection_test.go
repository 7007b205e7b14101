package optimizers

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type projection[T Float] func(dst, x []T, radius float64) error

// ball is a projection with the norm of its ball.
type ball[T Float] struct {
	name    string
	project projection[T]
	norm    func(x []T) float64
}

func balls[T Float]() []ball[T] {
	return []ball[T]{{"ProjectL2", ProjectL2[T], hypot[T]}, {"ProjectL1", ProjectL1[T], sumAbs[T]}}
}

func hypot[T Float](x []T) (norm float64) {
	for _, v := range x {
		norm = math.Hypot(norm, float64(v))
	}
	return norm
}

func sumAbs[T Float](x []T) (sum float64) {
	for _, v := range x {
		sum += math.Abs(float64(v))
	}
	return sum
}

func apart[T Float](x, y []T) (d float64) {
	for i := range x {
		d = math.Hypot(d, float64(x[i])-float64(y[i]))
	}
	return d
}

// The projections keep their promises in both precisions: the result is
// feasible and stays where it is, what is inside does not move, and distances
// do not grow (exercise 9 of section 11.2 of Dive into Deep Learning).
func TestProjections(t *testing.T) {
	t.Run("float32", func(t *testing.T) { projections[float32](t, 1e-6) })
	t.Run("float64", func(t *testing.T) { projections[float64](t, 1e-14) })
}

func projections[T Float](t *testing.T, tolerance float64) {
	for _, b := range balls[T]() {
		t.Run(b.name, rapid.MakeCheck(func(t *rapid.T) {
			n := rapid.IntRange(0, 40).Draw(t, "n")
			scale := math.Pow(10, float64(rapid.IntRange(-20, 15).Draw(t, "scale")))
			vector := func(name string) []T {
				x := make([]T, n)
				for i := range x {
					x[i] = T(scale * rapid.Float64Range(-1, 1).Draw(t, name))
				}
				return x
			}
			x, y := vector("x"), vector("y")
			radius := scale * rapid.SampledFrom([]float64{0, 1e-9, .1, 1, 3, 30}).Draw(t, "radius")
			p, q, again := make([]T, n), make([]T, n), make([]T, n)
			require.NoError(t, b.project(p, x, radius))
			require.NoError(t, b.project(q, y, radius))
			require.NoError(t, b.project(again, p, radius))

			assert.LessOrEqual(t, b.norm(p), radius*(1+tolerance))
			assert.LessOrEqual(t, apart(p, again), radius*tolerance)
			assert.LessOrEqual(t, apart(p, q), apart(x, y)+tolerance*min(radius, hypot(x)+hypot(y)))
			if b.norm(x) <= radius*(1-tolerance) {
				assert.Equal(t, x, p)
			} else {
				assert.InDelta(t, radius, b.norm(p), radius*tolerance, "on the boundary")
			}

			kept := slices.Clone(x)
			require.NoError(t, b.project(x, x, radius))
			assert.Equal(t, p, x, "in place")
			assert.NoError(t, b.project(x, kept, inf))
			assert.Equal(t, kept, x)
		}))
	}
}

// A point p of a convex set is the nearest to x if no other y is on x's side of
// it: ⟨x − p, y − p⟩ ≤ 0. Of the ball of ℓ₁ the corners ±r·e are enough; of the
// Euclidean one the y farthest towards x − p.
func TestProjectionsAreNearest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-2, 2), 1, 30).Draw(t, "x")
		radius := rapid.Float64Range(0, 10).Draw(t, "radius")
		p := make([]float64, len(x))
		require.NoError(t, ProjectL1(p, x, radius))
		inner := 0.0 // ⟨x − p, p⟩
		for i := range x {
			inner += (x[i] - p[i]) * p[i]
		}
		for i := range x {
			assert.LessOrEqual(t, radius*math.Abs(x[i]-p[i])-inner, 1e-12)
		}

		require.NoError(t, ProjectL2(p, x, radius))
		inner = 0
		for i := range x {
			inner += (x[i] - p[i]) * p[i]
		}
		assert.LessOrEqual(t, radius*apart(x, p)-inner, 1e-12)
	})
}

// The nearest point by trying every face of the ball: those of all signs.
func TestProjectL1AgainstEveryFace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-2, 2), 1, 5).Draw(t, "x")
		radius := rapid.Float64Range(.01, 3).Draw(t, "radius")
		if sumAbs(x) <= radius {
			t.Skip("inside")
		}
		best, least := []float64(nil), inf
		faces := int(math.Pow(3, float64(len(x))))
		for face := 1; face < faces; face++ {
			// The face of signs s lies in Σ sᵢyᵢ = r, with yᵢ = 0 where sᵢ is.
			signs, left, size, dot := make([]float64, len(x)), face, 0.0, 0.0
			for i := range x {
				signs[i] = []float64{0, 1, -1}[left%3]
				left /= 3
				size += math.Abs(signs[i])
				dot += signs[i] * x[i]
			}
			if size == 0 {
				continue
			}
			y := make([]float64, len(x))
			ok := true
			for i, s := range signs {
				if s != 0 {
					y[i] = x[i] - s*(dot-radius)/size
					ok = ok && s*y[i] >= 0
				}
			}
			if d := apart(x, y); ok && d < least {
				best, least = y, d
			}
		}
		p := make([]float64, len(x))
		require.NoError(t, ProjectL1(p, x, radius))
		assert.InDeltaSlice(t, best, p, 1e-7) // two faces may tie but for rounding
		assert.InDelta(t, least, apart(x, p), 1e-14)
	})
}

// Neither squares nor sums overflow or vanish, and a small radius is kept far
// away from zero.
func TestProjectionsOfExtremes(t *testing.T) {
	const huge, tiny = math.MaxFloat64, math.SmallestNonzeroFloat64
	for _, c := range []struct {
		name      string
		x, l1, l2 []float64
		radius    float64
	}{
		{"largest", []float64{huge, -huge, 0}, []float64{.5, -.5, 0}, []float64{math.Sqrt(.5), -math.Sqrt(.5), 0}, 1},
		{"far", []float64{1e200, 3, 0}, []float64{1e-10, 0, 0}, []float64{1e-10, 3e-210, 0}, 1e-10},
		{"farther", []float64{1e300, -1e300}, []float64{5e-301, -5e-301}, []float64{1e-300 * math.Sqrt(.5), -1e-300 * math.Sqrt(.5)}, 1e-300},
		{"small", []float64{3e-200, -4e-200}, []float64{0, -1e-200}, []float64{6e-201, -8e-201}, 1e-200},
		{"large", []float64{huge, huge}, []float64{huge / 2, huge / 2}, []float64{huge * math.Sqrt(.5), huge * math.Sqrt(.5)}, huge},
		{"smallest", []float64{tiny, 0}, []float64{tiny, 0}, []float64{tiny, 0}, 1e-300},
		{"nothing", []float64{0, 0}, []float64{0, 0}, []float64{0, 0}, 0},
		{"to a point", []float64{3, -4}, []float64{0, 0}, []float64{0, 0}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := make([]float64, len(c.x))
			for want, project := range map[*[]float64]projection[float64]{&c.l1: ProjectL1[float64], &c.l2: ProjectL2[float64]} {
				require.NoError(t, project(p, c.x, c.radius))
				for i, w := range *want {
					assert.InDelta(t, w, p[i], 1e-14*math.Abs(w))
				}
			}
		})
	}
	single := []float32{math.MaxFloat32, -math.MaxFloat32}
	require.NoError(t, ProjectL2(single, single, 1))
	assert.InDeltaSlice(t, []float32{math.Sqrt2 / 2, -math.Sqrt2 / 2}, single, 1e-7)
}

func TestEuclidean(t *testing.T) {
	assert.Zero(t, Norm([]float64{}))
	assert.Zero(t, Norm([]float32{0, 0}))
	assert.Equal(t, 5.0, Norm([]float32{3, -4}))
	assert.InEpsilon(t, 5e-170, Norm([]float64{3e-170, 4e-170}), 1e-14)
	assert.InEpsilon(t, 5e170, Norm([]float64{3e170, 4e170}), 1e-14)
}

func TestProjectionErrors(t *testing.T) {
	for _, b := range balls[float64]() {
		dst := []float64{7, 7}
		for want, err := range map[string]error{
			"dst has 2 elements: want 3, the length of x": b.project(dst, []float64{1, 2, 3}, 1),
			"dst has 2 elements: want 0, the length of x": b.project(dst, nil, 1),
			"radius = -0.5: want 0 or more":               b.project(dst, []float64{1, 2}, -.5),
			"radius = NaN: want 0 or more":                b.project(dst, []float64{1, 2}, nan),
			"x[1] = NaN: not finite":                      b.project(dst, []float64{1, nan}, 1),
			"x[0] = -Inf: not finite":                     b.project(dst, []float64{-inf, nan}, 1),
		} {
			assert.EqualError(t, err, "optimizers: "+b.name+": "+want)
		}
		assert.ErrorIs(t, b.project(dst, []float64{1, inf}, 1), ErrNotFinite)
		assert.Equal(t, []float64{7, 7}, dst)
	}
}
