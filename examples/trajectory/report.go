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

// result is one run. If it ended early, Points and Values are those that were
// finite, and Error says why.
type result struct {
	Rule        string         `json:"rule"`
	Settings    map[string]any `json:"settings"`                  // the rule's fields, lr, schedule, noise and seed
	Points      [][]float64    `json:"points"`                    // the start, and that after each step
	Values      []float64      `json:"values"`                    // of the function at the points
	Training    [][]float64    `json:"training_points,omitempty"` // where the gradients are taken, if elsewhere
	Evaluations int            `json:"evaluations"`
	Error       string         `json:"error,omitempty"`

	label string // what it is called in the figure
	brief string // the same and the rest of what is set, for the terminal
}

// print writes the line of a run.
func (r *result) print(w io.Writer) {
	last := len(r.Points) - 1
	if last < 0 {
		return // its error says why
	}
	fmt.Fprintf(w, "%s: step %d, %s, f: %.6g, %s\n", r.brief, last, coordinates(r.Points[last]), r.Values[last], count(r.Evaluations, "evaluation"))
}

// maxCoordinates is how many numbers of a point fit into a line.
const maxCoordinates = 6

// coordinates writes a point as the book does.
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
