package report_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers/bench"
	"descent/optimizers/bench/report"
)

// object is a value of JSON at a path of keys and indices.
func object(t *testing.T, v any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch s := step.(type) {
		case string:
			m, ok := v.(map[string]any)
			require.True(t, ok, "%v", step)
			require.Contains(t, m, s)
			v = m[s]
		case int:
			list, ok := v.([]any)
			require.True(t, ok, "%v", step)
			require.Greater(t, len(list), s)
			v = list[s]
		}
	}
	return v
}

func TestJSON(t *testing.T) {
	results := mustRun(t, bench.Plan{
		Workloads: []bench.Workload{known("one"), arrives("two", 1)}, Optimizers: []bench.Contender{fixed("low", 1), fixed("high", 2)},
		Trials: 1, Seeds: 8, Seed: 5,
	})
	var v [2]any
	for i, o := range []report.Options{{}, {NoTimings: true}} {
		r, err := report.Analyze(results, o)
		require.NoError(t, err)
		b, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(b, &v[i]))
		assert.Equal(t, i == 0, strings.Contains(string(b), "_seconds"))
		assert.NotRegexp(t, `"[a-z_]*[A-Z][A-Za-z_]*":`, string(b), "keys in snake_case")
	}
	assert.Equal(t, 32., object(t, v[0], "runs"))
	assert.Equal(t, 5., object(t, v[0], "seed"))
	low, high := object(t, v[0], "workloads", 0, "optimizers", 0), object(t, v[0], "workloads", 0, "optimizers", 1)
	assert.InDelta(t, .8035, object(t, low, "final", "mean"), 1e-12)
	assert.Nil(t, object(t, low, "median_steps_to_target"), "not reached")
	assert.Equal(t, 20., object(t, high, "median_steps_to_target"))
	assert.Equal(t, .25, object(t, high, "median_to_target_seconds"))
	assert.Equal(t, 2., object(t, high, "studies", 0, "lr"))
	pair := object(t, v[1], "workloads", 0, "comparisons", 0)
	assert.Equal(t, "high", object(t, pair, "second"))
	assert.Equal(t, 2./256, object(t, pair, "adjusted_p"))
	assert.Equal(t, true, object(t, pair, "differs"))
	assert.Contains(t, object(t, pair, "sentence"), "high is better than low by 3.00 points")
	across := object(t, v[0], "across", "optimizers")
	assert.Equal(t, 1., object(t, across, 0, "speed_up"))
	assert.Equal(t, .5, object(t, across, 1, "speed_up"), "on the workload that both reached: 2 epochs against 1")

	published := mustRun(t, quotedPlan())
	r, err := report.Analyze(published, report.Options{})
	require.NoError(t, err)
	b, err := json.Marshal(r)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &v[0]))
	for i, c := range r.Workloads[0].Published {
		row := object(t, v[0], "workloads", 0, "published", i)
		assert.Equal(t, c.HeaderBaseline.Mean, object(t, row, "mean"))
		assert.Equal(t, float64(c.Ours.N), object(t, row, "ours", "n"))
	}
}
