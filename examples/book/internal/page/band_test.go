package page

import (
	"fmt"
	"math"
	"testing"

	"descent/internal/rng"

	"github.com/stretchr/testify/assert"
)

// normal are draws of a normal distribution.
func normal(seed uint64, n int, mean, sd float64) (v []float64) {
	r := rng.New(seed, "book", "test")
	for range n {
		v = append(v, mean+sd*r.NormFloat64())
	}
	return v
}

// excess are losses over a floor whose logarithms are normal.
func excess(seed uint64, n int) (v []float64) {
	for _, x := range normal(seed, n, -6.5, 0.8) {
		v = append(v, 0.24+math.Exp(x))
	}
	return v
}

func judged(b Band) Row {
	p := newPage()
	p.Band(b)
	return p.Rows[0]
}

// A number beyond the floor fails, although a band in standard deviations would extend
// below the floor. Numbers far out on both sides fail as well.
func TestBandCanFail(t *testing.T) {
	for _, n := range []int{10, 999} {
		for printed, want := range map[float64]bool{0.239: false, 0.242: true, 0.245: true, 0.5: false, 0.2: false} {
			r := judged(Band{Quantity: "loss", Printed: printed, Decimals: 3, Ours: excess(1, n), Scale: Above(0.24, "loss − 0.24")})
			assert.Equal(t, want, r.OK, "%v of %d seeds: %s", printed, n, r.Note)
		}
	}
}

// A number beyond the floor is infinitely far from ten seeds, wherever they are.
func TestBandBeyondFloor(t *testing.T) {
	var ours []float64
	for _, x := range normal(1, 10, 0, 0.1) {
		ours = append(ours, math.Exp(x))
	}
	assert.False(t, judged(Band{Printed: -1, Decimals: 1, Ours: ours, Scale: Above(0, "loss")}).OK)
	assert.False(t, judged(Band{Printed: 3, Decimals: 1, Ours: ours, Scale: Below(2.9, "2.9 − loss")}).OK)
	assert.True(t, judged(Band{Printed: 1, Decimals: 1, Ours: ours, Scale: Below(2.9, "2.9 − loss")}).OK)
}

// The level is that of one more draw: the fraction of rejected draws equals it.
func TestBandLevel(t *testing.T) {
	for _, n := range []int{10, 999} {
		rejected, all := 0, 20_000
		if n == 10 {
			all = 5000
		}
		b := Band{Decimals: -1}
		for k := range all {
			if k%200 == 0 || n == 10 {
				b.Ours = normal(uint64(k+1), n, 0, 1)
			}
			if b.rejects(normal(uint64(k+1_000_000), 1, 0, 1)[0], b.Ours) {
				rejected++
			}
		}
		want := Level * float64(all)
		assert.LessOrEqual(t, float64(rejected), want+5*math.Sqrt(want), "%d seeds", n)
		if n == 10 { // the ranks are discrete, Student's distribution is not
			assert.Greater(t, float64(rejected), want-5*math.Sqrt(want), "%d seeds", n)
		}
	}
}

// A band that fits other runs as well cannot tell. A band that excludes them all can.
func TestBandTells(t *testing.T) {
	b := Band{Quantity: "x", Printed: 100, Decimals: 1, Ours: normal(1, 999, 100, 0.2)}
	assert.Equal(t, InBand, judged(b).Kind)
	b.Others = []Alternative{{"another rule", normal(2, 999, 110, 0.2)}}
	r := judged(b)
	assert.Equal(t, InBand, r.Kind)
	assert.Contains(t, r.Note, "Excludes another rule; the number 2 % up; the number 2 % down.")
	b.Others = append(b.Others, Alternative{"a rate", normal(3, 999, 100.1, 0.2)})
	r = judged(b)
	assert.Equal(t, CannotTell, r.Kind)
	assert.True(t, r.OK)
	assert.Contains(t, r.Note, "Does not exclude a rate.")
	b.Printed = 102
	r = judged(b)
	assert.False(t, r.OK, "outside its band, whatever it could tell")
}

// The limits are the numbers next to those that fail.
func TestBandLimits(t *testing.T) {
	for _, n := range []int{10, 999} {
		b := Band{Decimals: -1, Ours: excess(1, n), Scale: Above(0.24, "loss − 0.24")}
		low, high := b.limits()
		for _, v := range []float64{low, high} {
			assert.False(t, b.rejects(v, b.Ours), fmt.Sprint(n, v))
		}
		assert.True(t, b.rejects(low-(low-0.24)*0.001, b.Ours), n)
		assert.True(t, b.rejects(high*1.001, b.Ours), n)
		assert.Greater(t, low, 0.24, "above the floor")
	}
}

func TestQuantile(t *testing.T) {
	b := Band{Decimals: 0, Ours: []float64{1, 2, 3, 4}}
	assert.Equal(t, 0.625, b.quantile(3), "half of those that are printed alike")
}
