package optimizers

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goldenRun is a run of testdata/golden.py.
type goldenRun struct {
	Rule, Problem     string
	Start, Rates      []float64
	Gradients, Points [][]float64
}

// TestGolden follows PyTorch's points: relative 1e-12 in float64; in float32,
// fed the float64 gradients rounded, within 1e-6 of the larger of the point
// and the way gone.
func TestGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/golden.json")
	require.NoError(t, err)
	var runs []goldenRun
	require.NoError(t, json.Unmarshal(text, &runs))

	table := map[string]Rule{}
	for _, entry := range rules {
		require.NotEmpty(t, entry.golden, entry.name)
		for name, rule := range entry.golden {
			table[name] = rule
		}
	}
	seen := map[string]bool{}
	for _, run := range runs {
		seen[run.Rule] = true
		t.Run(run.Rule+"/"+run.Problem, func(t *testing.T) {
			rule, ok := table[run.Rule]
			require.True(t, ok, "no rule for this run")
			for i, point := range replay[float64](t, rule, run) {
				for j, got := range point {
					want := run.Points[i][j]
					assert.InDelta(t, want, got, 1e-12*math.Abs(want)+1e-15, "step %d", i+1)
				}
			}
			size, moved := 0.0, 0.0
			for i, point := range replay[float32](t, rule, run) {
				for j, got := range point {
					want := run.Points[i][j]
					size = max(size, math.Abs(want))
					moved = max(moved, math.Abs(want-run.Start[j]))
					assert.InDelta(t, want, float64(got), 1e-6*max(size, moved), "float32, step %d", i+1)
				}
			}
		})
	}
	for name := range table {
		assert.True(t, seen[name], "%s: no golden run", name)
	}
}

func replay[T Float](t *testing.T, rule Rule, run goldenRun) (points [][]T) {
	p := Param[T]{Name: "x", Shape: []int{len(run.Start)}, Value: make([]T, len(run.Start)), Grad: make([]T, len(run.Start))}
	for i, v := range run.Start {
		p.Value[i] = T(v)
	}
	o := bind(t, rule, []Param[T]{p})
	for i, g := range run.Gradients {
		for j := range g {
			p.Grad[j] = T(g[j])
		}
		require.NoError(t, o.Step(run.Rates[i]))
		points = append(points, slices.Clone(p.Value))
	}
	return points
}
