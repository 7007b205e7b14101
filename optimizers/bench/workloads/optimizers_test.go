package workloads

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers/bench"
)

// Every corner of a space is a valid setting, and every dimension changes it.
func TestOptimizers(t *testing.T) {
	names := map[string]bool{}
	for _, o := range Optimizers() {
		assert.False(t, names[o.Name], o.Name)
		names[o.Name] = true
		require.NotEmpty(t, o.Space)
		assert.Equal(t, bench.Rate, o.Space[0].Name)
		corner := func(bits int) bench.Setup {
			values := make([]float64, len(o.Space))
			for i, d := range o.Space {
				values[i] = d.Low
				if bits>>i&1 == 1 {
					values[i] = d.High
				}
			}
			return o.Make(values)
		}
		for bits := range 1 << len(o.Space) {
			s := corner(bits)
			assert.NoError(t, s.Rule.Validate(), "%s %b", o.Name, bits)
			assert.Equal(t, s, corner(bits), "a function of the values")
			for i := range o.Space {
				assert.NotEqual(t, s, corner(bits^1<<i), "%s: %s", o.Name, o.Space[i].Name)
			}
		}
		d, err := o.AtDefault()
		require.NoError(t, err)
		assert.Empty(t, d.Space)
		s := d.Make(nil)
		assert.NoError(t, s.Rule.Validate())
		assert.Equal(t, len(corner(0).Groups), len(s.Groups), o.Name)
		assert.True(t, o.Space[0].Low <= s.LR && s.LR <= o.Space[0].High, "%s: %v", o.Name, s.LR)
	}
}

// With its best of a few trials, every rule gets somewhere on the quadratic
// function, and none is left out of the table by mistake.
func TestEveryOptimizerLearns(t *testing.T) {
	q := Quadratic()
	q.About.Epochs = 5
	r, err := bench.Runner{
		Plan: bench.Plan{Workloads: []bench.Workload{q}, Optimizers: Optimizers(), Seed: 1, Trials: 4, Seeds: 1},
		File: t.TempDir() + "/results.jsonl", Jobs: 2,
	}.Run(t.Context())
	require.NoError(t, err)
	assert.Len(t, r.Header.Optimizers, 38)
	for _, c := range r.Header.Cells {
		run := r.Scoring(c)[0]
		assert.Less(t, run.Final(), run.Points[0].Metric/2, c.Entry)
	}
}
