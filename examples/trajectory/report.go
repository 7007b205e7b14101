package main

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// report is what -report writes.
type report struct {
	Function     string    `json:"function"`
	Coefficients []float64 `json:"coefficients,omitempty"` // of quadratic
	Steps        int       `json:"steps"`
	Runs         []result  `json:"runs"`
}

// result is one run. If it ended early, Points and Values have its finite part,
// and Error says why.
type result struct {
	Rule        string         `json:"rule"`
	Settings    map[string]any `json:"settings"`                  // the rule's fields, lr, schedule, noise and seed
	Points      [][]float64    `json:"points"`                    // the start, and the point after each step
	Values      []float64      `json:"values"`                    // the function's values at Points
	Training    [][]float64    `json:"training_points,omitempty"` // where the gradients are taken, if not at Points
	Evaluations int            `json:"evaluations"`
	Error       string         `json:"error,omitempty"`

	label string // its name in the figure
	brief string // its name on the terminal, with all settings
}

// print prints one line about a run.
func (r *result) print(w io.Writer) {
	last := len(r.Points) - 1
	if last < 0 {
		return // its error says why
	}
	fmt.Fprintf(w, "%s: step %d, %s, f: %.6g, %s\n", r.brief, last, coordinates(r.Points[last]), r.Values[last], count(r.Evaluations, "evaluation"))
}

// maxCoordinates is the number of coordinates that fit into a line.
const maxCoordinates = 6

// coordinates formats a point as the book does.
func coordinates(x []float64) string {
	if len(x) == 1 {
		return "x: " + coordinate(x[0])
	}
	var all []string
	for i, v := range x[:min(len(x), maxCoordinates)] {
		all = append(all, fmt.Sprintf("x%d: %s", i+1, coordinate(v)))
	}
	if len(x) > maxCoordinates {
		all = append(all, "…")
	}
	return strings.Join(all, ", ")
}

func coordinate(v float64) string {
	if math.Abs(v) >= 1e9 {
		return fmt.Sprintf("%e", v)
	}
	return fmt.Sprintf("%f", v)
}
