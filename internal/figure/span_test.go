package figure

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestLogTicks(t *testing.T) {
	for name, c := range map[string]struct {
		from, to float64
		want     []string
		minor    int
	}{
		"decades":    {0.01, 10, []string{"0.01", "0.1", "1", "10"}, 24},
		"many":       {1e-12, 1, []string{"1e\u221212", "1e\u22129", "1e\u22126", "1e\u22123", "1e0"}, 8},
		"large":      {10, 1e7, []string{"1e2", "1e4", "1e6"}, 4},
		"one decade": {0.9, 11, []string{"1", "2", "5", "10"}, 7},
		"short":      {0.002, 0.01, []string{"0.002", "0.005", "0.01"}, 6},
		"very short": {30, 40, []string{"30", "32", "34", "36", "38", "40"}, 0},
	} {
		var got []string
		minor := 0
		for _, k := range logTicks(math.Log10(c.from), math.Log10(c.to), yTicks) {
			if k.Label == "" {
				minor++
			} else {
				got = append(got, k.Label)
			}
		}
		assert.Equal(t, c.want, got, name)
		assert.Equal(t, c.minor, minor, name)
	}
}

// A logarithmic axis has a few different labels in ascending order, on it.
func TestLogTicksProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Float64Range(-100, 99).Draw(t, "from")
		to := from + rapid.Float64Range(1e-6, 100-from).Draw(t, "width")
		want := rapid.IntRange(2, 10).Draw(t, "want")
		seen := map[string]bool{}
		last := math.Inf(-1)
		for _, k := range logTicks(from, to, want) {
			assert.Greater(t, k.Value, last)
			assert.GreaterOrEqual(t, k.Value, from-1e-6*(to-from))
			assert.LessOrEqual(t, k.Value, to+1e-6*(to-from))
			last = k.Value
			if k.Label != "" {
				assert.False(t, seen[k.Label], "%s twice", k.Label)
				seen[k.Label] = true
			}
		}
		assert.NotEmpty(t, seen)
		assert.LessOrEqual(t, len(seen), 14)
	})
}

func TestRanges(t *testing.T) {
	curve := []Series{{X: []float64{1, 2}, Y: []float64{10, 20}}}
	for name, c := range map[string]struct {
		panel Panel
		x, y  [2]float64
	}{
		"room":      {Panel{Series: curve}, [2]float64{0.96, 2.04}, [2]float64{9.6, 20.4}},
		"given":     {Panel{Series: curve, XRange: Range{0, 5}, YRange: Range{-1, inf}}, [2]float64{0, 5}, [2]float64{-1, 20.4}},
		"above all": {Panel{Series: curve, YRange: Range{Min: 30, Max: inf}}, [2]float64{0.96, 2.04}, [2]float64{30, 33}},
		"below all": {Panel{Series: curve, YRange: Range{math.Inf(-1), 5}}, [2]float64{0.96, 2.04}, [2]float64{4, 5}},
		"log":       {Panel{Series: []Series{{X: []float64{0, 1, 100}, Y: []float64{1, 2, 3}}}, LogX: true}, [2]float64{-0.08, 2.08}, [2]float64{1.96, 3.04}},
		"one, log":  {Panel{Series: []Series{{X: []float64{10}, Y: []float64{1}}}, LogX: true, LogY: true}, [2]float64{0.5, 1.5}, [2]float64{-0.5, 0.5}},
		"interval":  {Panel{Series: []Series{{X: []float64{0, 1}, Y: []float64{1, 1}, Low: []float64{0, nan}, High: []float64{2, 9}}}}, [2]float64{-0.04, 1.04}, [2]float64{-0.08, 2.08}},
		"bars":      {Panel{Series: []Series{{X: []float64{1, 2}, Y: []float64{5, 10}, Style: Bars}}}, [2]float64{0.42, 2.58}, [2]float64{0, 10.4}},
		"contour":   {Panel{Series: curve, Contour: sample(-1, 1, -2, 2, 3, bowl)}, [2]float64{-1, 1}, [2]float64{-2, 2}},
		"notes":     {Panel{Notes: []Note{{X: 0, Y: 0}, {X: 1, Y: 1}, {X: nan, Y: 5}}, Horizontal: []Reference{{At: 2}}, Vertical: []Reference{{At: -1}}}, [2]float64{-1.08, 1.08}, [2]float64{-0.08, 2.08}},
		"nothing":   {Panel{LogX: true, XRange: Range{10, 100}}, [2]float64{1, 2}, [2]float64{0, 1}},
	} {
		x, y := ranges(&c.panel)
		assert.InDeltaSlice(t, c.x[:], []float64{x.min, x.max}, 1e-12, name)
		assert.InDeltaSlice(t, c.y[:], []float64{y.min, y.max}, 1e-12, name)
	}
}

func TestGivenTicks(t *testing.T) {
	p := Panel{LogX: true, XRange: Range{1, 100}, XTicks: []Tick{{0, "zero"}, {1, "one"}, {10, "ten"}, {nan, "nan"}, {1000, "far"}}}
	x, _ := ranges(&p)
	assert.Equal(t, []string{"one", "ten"}, labels(x))
	assert.Equal(t, 1.0, x.ticks[1].Value)
}

// Numbers as wide as their distance are thinned out.
func TestCrowded(t *testing.T) {
	x := []float64{1000000, 1000010}
	p := Panel{Series: []Series{{X: x, Y: []float64{0, 1}}}}
	all := texts(t, encoded(t, SVG, p, p, p))
	assert.Contains(t, all, "1000000")
	assert.NotContains(t, texts(t, figureSVG(t, Figure{Panels: []Panel{p, p, p}, Columns: 3})), "1000001")
}
