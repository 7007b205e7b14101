package optimizers

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goldenRun is a run of a script in testdata: a flat vector, which holds
// parameters of these shapes one after another.
type goldenRun struct {
	Rule, Problem     string
	Shapes            [][]int
	Start, Rates      []float64
	Gradients, Points [][]float64
}

// goldenRuns reads every file of runs in testdata.
func goldenRuns(t *testing.T) (all []goldenRun) {
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var runs []goldenRun
		require.NoError(t, json.Unmarshal(text, &runs), file)
		all = append(all, runs...)
	}
	return all
}

// TestGolden follows the points of PyTorch, or of a transcription of the paper:
// relative 1e-12 in float64, 1e-9 of a rule that decomposes matrices; in float32,
// fed the float64 gradients rounded, within 1e-6, or 1e-4, of the larger of the
// point and the way gone.
func TestGolden(t *testing.T) {
	runs := goldenRuns(t)
	table, decomposes := map[string]Rule{}, map[string]bool{}
	for _, entry := range rules {
		require.NotEmpty(t, entry.golden, entry.name)
		for name, rule := range entry.golden {
			table[name], decomposes[name] = rule, entry.decomposes
		}
	}
	seen := map[string]bool{}
	for _, run := range runs {
		seen[run.Rule] = true
		t.Run(run.Rule+"/"+run.Problem, func(t *testing.T) {
			rule, ok := table[run.Rule]
			require.True(t, ok, "no rule for this run")
			wide, narrow := 1e-12, 1e-6
			if decomposes[run.Rule] {
				wide, narrow = 1e-9, 1e-4
			}
			for i, point := range replay[float64](t, rule, run) {
				for j, got := range point {
					want := run.Points[i][j]
					assert.InDelta(t, want, got, wide*(math.Abs(want)+1e-3), "step %d", i+1)
				}
			}
			size, moved := 0.0, 0.0
			for i, point := range replay[float32](t, rule, run) {
				for j, got := range point {
					want := run.Points[i][j]
					size = max(size, math.Abs(want))
					moved = max(moved, math.Abs(want-run.Start[j]))
					assert.InDelta(t, want, float64(got), narrow*max(size, moved), "float32, step %d", i+1)
				}
			}
		})
	}
	for name := range table {
		assert.True(t, seen[name], "%s: no golden run", name)
	}
}

func replay[T Float](t *testing.T, rule Rule, run goldenRun) (points [][]T) {
	value, grad := make([]T, len(run.Start)), make([]T, len(run.Start))
	for i, v := range run.Start {
		value[i] = T(v)
	}
	var params []Param[T]
	at := 0
	for i, shape := range run.Shapes {
		n, ok := elements(shape)
		require.True(t, ok)
		params = append(params, Param[T]{Name: fmt.Sprint(i), Shape: shape, Value: value[at : at+n], Grad: grad[at : at+n]})
		at += n
	}
	require.Equal(t, len(value), at)
	o := bind(t, rule, params)
	for i, g := range run.Gradients {
		for j := range g {
			grad[j] = T(g[j])
		}
		require.NoError(t, o.Step(run.Rates[i]))
		points = append(points, slices.Clone(value))
	}
	return points
}
