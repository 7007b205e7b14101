package figure

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func labels(s span) []string {
	var all []string
	for _, t := range s.ticks {
		all = append(all, t.Label)
	}
	return all
}

func TestTicks(t *testing.T) {
	for _, c := range []struct {
		x    []float64
		y    []float64
		xs   []string
		ys   []string
		name string
	}{
		{[]float64{1}, []float64{0.5}, []string{"1"}, []string{"0.48", "0.49", "0.50", "0.51", "0.52"}, "one epoch"},
		{[]float64{1, 2}, []float64{0, 0}, []string{"1", "2"}, []string{"\u22121.0", "\u22120.5", "0.0", "0.5", "1.0"}, "two epochs, constant"},
		{[]float64{1, 10}, []float64{0.3, 0.9}, []string{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10"}, []string{"0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"}, "ten epochs"},
		{[]float64{1, 30}, []float64{-2e-8, 2e-8}, []string{"0", "5", "10", "15", "20", "25", "30"}, []string{"\u22122e\u22128", "\u22121e\u22128", "0", "1e\u22128", "2e\u22128"}, "tiny"},
		{[]float64{0, 0.5}, []float64{0, 3e7}, []string{"0.00", "0.05", "0.10", "0.15", "0.20", "0.25", "0.30", "0.35", "0.40", "0.45", "0.50"}, []string{"0", "5e6", "1e7", "1.5e7", "2e7", "2.5e7", "3e7"}, "large"},
		{[]float64{100, 900}, []float64{0, 250000}, []string{"100", "200", "300", "400", "500", "600", "700", "800", "900"}, []string{"0", "50000", "100000", "150000", "200000", "250000"}, "steps"},
	} {
		x, y := ranges(&Panel{Series: []Series{{X: c.x, Y: c.y}}})
		assert.Equal(t, c.xs, labels(x), c.name)
		assert.Equal(t, c.ys, labels(y), c.name)
	}
}

// For any range, the axis holds the data and has a few different labels at
// ascending places on it.
func TestTicksProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(-limit, limit), 1, 4).Draw(t, "values")
		if rapid.Bool().Draw(t, "small") {
			for i := range v {
				v[i] = math.Cbrt(v[i]) / 1e30
			}
		}
		x, _ := ranges(&Panel{Series: []Series{{X: v, Y: v}}})
		seen := map[string]bool{}
		last := math.Inf(-1)
		for _, k := range x.ticks {
			assert.Greater(t, k.Value, last)
			assert.GreaterOrEqual(t, k.Value, x.min-1e-9*(x.max-x.min))
			assert.LessOrEqual(t, k.Value, x.max+1e-9*(x.max-x.min))
			assert.False(t, seen[k.Label], "%s twice", k.Label)
			seen[k.Label], last = true, k.Value
		}
		for _, f := range v {
			assert.Less(t, x.min, f)
			assert.Greater(t, x.max, f)
		}
		assert.LessOrEqual(t, len(x.ticks), 14)
		assert.NotEmpty(t, x.ticks)
	})
}
