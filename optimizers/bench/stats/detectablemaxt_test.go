package stats

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/rng"
)

// Gonum's quantiles of Student's distribution are good to nine digits.
func TestSmallestDetectableMaxT(t *testing.T) {
	for _, c := range goldenOf[struct {
		SD, Alpha  float64
		Studies, M int
		Difference number
	}](t, "maxt.json", "detectable") {
		got, err := SmallestDetectableMaxT(c.SD, c.Studies, c.Alpha, c.M)
		require.NoError(t, err)
		if want := float64(c.Difference); got != want {
			assert.InEpsilon(t, want, got, 1e-8, "%+v", c)
		}
	}
}

// The power at the difference is what the doc comment says.
func TestPowerMaxT(t *testing.T) {
	sets := 1000
	if testing.Short() {
		sets = 400
	}
	for _, c := range []struct {
		against          bool
		studies, entries int
		want             float64
	}{
		{false, 6, 8, 0.65},
		{false, 8, 4, 0.80},
		{false, 8, 22, 0.72},
		{false, 16, 8, 0.82},
		{true, 8, 8, 0.78},
	} {
		d := design{against: c.against, studies: c.studies, entries: c.entries, noise: normal}
		r := rng.New(1, "power", d.String())
		m := c.entries - 1
		if !c.against {
			m = c.entries * m / 2
		}
		difference, err := SmallestDetectableMaxT(math.Sqrt2, c.studies, 0.05, m)
		require.NoError(t, err)
		var found float64
		for range sets {
			x, _ := d.draw(r)
			last := x[len(x)-c.entries+1:] // of the last entry, all pairs
			if c.against {
				last = x[len(x)-1:]
			}
			for _, differences := range last {
				for i := range differences {
					differences[i] += difference
				}
			}
			f := maxT(x, 10, 399, r.Uint64())
			found += count(f.Comparisons[len(x)-1].Adjusted <= 0.05)
		}
		share := found / float64(sets)
		t.Logf("%v %.3f", d, share)
		assert.InDelta(t, c.want, share, 3*math.Sqrt(c.want*(1-c.want)/float64(sets)), "%v", d)
	}
}

func TestSmallestDetectableMaxTErrors(t *testing.T) {
	for _, c := range []struct {
		sd      float64
		studies int
		alpha   float64
		m       int
		want    string
	}{
		{-1, 8, 0.05, 1, "sd = -1: want 0 or more, finite"},
		{math.NaN(), 8, 0.05, 1, "sd = NaN: want 0 or more, finite"},
		{math.Inf(1), 8, 0.05, 1, "sd = +Inf: want 0 or more, finite"},
		{1, -1, 0.05, 1, "studies = -1: want 0 or more"},
		{1, 8, 1, 1, "alpha = 1: want (0, 1)"},
		{1, 8, 0.05, 0, "m = 0: want 1 or more"},
	} {
		_, err := SmallestDetectableMaxT(c.sd, c.studies, c.alpha, c.m)
		assert.EqualError(t, err, "stats: SmallestDetectableMaxT: "+c.want)
	}
}
