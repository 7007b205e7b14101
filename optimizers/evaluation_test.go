package optimizers

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGoldenEvaluation follows the points of evaluation that some runs of
// TestGolden have, with the tolerances of that.
func TestGoldenEvaluation(t *testing.T) {
	table := map[string]Rule{}
	for _, entry := range rules {
		for name, rule := range entry.golden {
			table[name] = rule
		}
	}
	seen := map[string]bool{}
	for _, file := range []string{"testdata/schedulefree.json", "testdata/averages.json"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var runs []struct {
			goldenRun
			Evaluations [][]float64
		}
		require.NoError(t, json.Unmarshal(text, &runs))
		for _, run := range runs {
			rule := table[run.Rule]
			_, evaluated := rule.(Evaluator)
			require.Equal(t, evaluated, run.Evaluations != nil, run.Rule)
			if !evaluated {
				continue
			}
			seen[run.Rule] = true
			t.Run(run.Rule+"/"+run.Problem, func(t *testing.T) {
				require.Len(t, run.Evaluations, len(run.Points))
				require.NotEqual(t, run.Points, run.Evaluations)
				size, moved := 0.0, 0.0
				wide, narrow := evaluations[float64](t, rule, run.goldenRun), evaluations[float32](t, rule, run.goldenRun)
				for i, point := range run.Evaluations {
					for j, want := range point {
						assert.InDelta(t, want, wide[i][j], 1e-12*math.Abs(want)+1e-15, "step %d", i+1)
						size, moved = max(size, math.Abs(want)), max(moved, math.Abs(want-run.Start[j]))
						assert.InDelta(t, want, float64(narrow[i][j]), 1e-6*max(size, moved), "float32, step %d", i+1)
					}
				}
			})
		}
	}
	for name, rule := range table {
		if _, ok := rule.(Evaluator); ok {
			assert.True(t, seen[name], "%s: no point of evaluation", name)
		}
	}
}

// evaluations are the points of evaluation after each step of a run.
func evaluations[T Float](t *testing.T, rule Rule, run goldenRun) (points [][]T) {
	param := Param[T]{Name: "x", Shape: run.Shapes[0], Value: make([]T, len(run.Start)), Grad: make([]T, len(run.Start))}
	for i, v := range run.Start {
		param.Value[i] = T(v)
	}
	o := bind(t, rule, []Param[T]{param})
	for i, g := range run.Gradients {
		for j := range g {
			param.Grad[j] = T(g[j])
		}
		require.NoError(t, o.Step(run.Rates[i]))
		o.Swap()
		points = append(points, append([]T(nil), param.Value...))
		o.Swap()
	}
	return points
}
