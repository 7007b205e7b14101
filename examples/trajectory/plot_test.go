package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"descent/autograd"
	"descent/internal/figure"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFigures(t *testing.T) {
	for _, test := range []struct {
		line string
		want []string
	}{
		{"-f bowl -rule sgd -rule adam -lr .5", []string{"bowl", "sgd (lr 0.1)", "adam (lr 0.5)", "minimum", ">x₁<", ">x₂<"}},
		{"-f saddle", []string{"saddle point"}},
		{"-f quadratic -coef 1,-1", []string{"stationary point"}},
		{"-f square", []string{"x²", "f(x)"}},
		{"-f rosenbrock -x0 -1,2,0 -lr .001", []string{"step", "f(x)"}},
		{"-f bowl -x0 0,0", []string{"minimum"}},
		{"-f square -x0 0", []string{"x²"}},
		{"-f cosh -x0 1000 -rule newton", []string{"cosh"}},
		{"-f quadratic -coef 0,0", []string{"quadratic"}},
		{"-f quadratic -coef 0 -x0 3", []string{"quadratic"}},
	} {
		dir := t.TempDir()
		svg := filepath.Join(dir, "a.svg")
		stdout, _, err := try(test.line + " -plot " + svg)
		require.NoError(t, err, test.line)
		assert.Contains(t, stdout, "figure written to "+svg)
		b, err := os.ReadFile(svg)
		require.NoError(t, err)
		for _, w := range test.want {
			assert.True(t, bytes.Contains(b, []byte(w)), "%s: %q", test.line, w)
		}
		_, _, err = try(test.line + " -plot " + filepath.Join(dir, "a.png"))
		require.NoError(t, err, test.line)
	}
}

func TestWindow(t *testing.T) {
	path := func(value float64, points ...[]float64) []result {
		return []result{{Points: points, Values: []float64{1, value}}}
	}
	// Points not far off are in it, with a margin.
	x, y := window([]float64{-5, -2}, []float64{0, 0}, path(0, []float64{-5, -2}, []float64{1, .5}))
	assert.InDelta(t, -5.48, x.Min, 1e-12)
	assert.InDelta(t, 1.48, x.Max, 1e-12)
	assert.InDelta(t, -2.2, y.Min, 1e-12)
	assert.InDelta(t, .7, y.Max, 1e-12)
	// A run that diverges does not take everything.
	_, y = window([]float64{-5, -2}, []float64{0, 0}, path(1e9, []float64{-5, -2}, []float64{-1, 1e9}))
	assert.Less(t, y.Max, 4.)
	assert.Greater(t, y.Max, 1.)
	// Nothing to see has a width.
	x, _ = window([]float64{0, 0}, []float64{0, 0}, nil)
	assert.Greater(t, x.Max, x.Min)
}

// panelOf is the figure of a run with these points and values.
func panelOf(t *testing.T, line string, points [][]float64, values ...float64) figure.Panel {
	t.Helper()
	o, err := parse(strings.Fields(line), new(bytes.Buffer))
	require.NoError(t, err)
	f, err := o.objective()
	require.NoError(t, err)
	p, err := o.panel([]result{{label: "a", Points: points, Values: values}}, f)
	require.NoError(t, err)
	return p
}

func TestPanels(t *testing.T) {
	p := panelOf(t, "-f beale -x0 1,2", [][]float64{{1, 2}, {2, 1.5}}, 9, 4)
	assert.Equal(t, figure.Series{Name: "a", Style: figure.Path, X: []float64{1, 2}, Y: []float64{2, 1.5}}, p.Series[0])
	assert.Equal(t, []figure.Note{{X: 3, Y: .5, Text: "minimum", Dot: true}}, p.Notes)
	c := p.Contour
	assert.Less(t, c.X[0], 1.)
	assert.Greater(t, c.X[len(c.X)-1], 3.)
	x, y := c.X[7], c.Y[20]
	f, err := autograd.NewObjective(beale, 2)
	require.NoError(t, err)
	want, err := f.Evaluate([]float64{x, y}, nil)
	require.NoError(t, err)
	assert.Equal(t, want, c.Z[20][7], "a row for each x₂")
	assert.IsIncreasing(t, c.Levels)

	p = panelOf(t, "-f square -x0 3", [][]float64{{3}, {-4}}, 9, 16)
	assert.InDelta(t, -4.64, p.XRange.Min, 1e-12)
	assert.InDelta(t, 4.64, p.XRange.Max, 1e-12)
	assert.Equal(t, []float64{3, -4}, p.Series[1].X)
	assert.Equal(t, []float64{9, 16}, p.Series[1].Y)
	for i, x := range p.Series[0].X {
		assert.InDelta(t, x*x, p.Series[0].Y[i], 1e-12)
	}

	three := [][]float64{{1, 1, 1}, {0, 0, 0}}
	for line, log := range map[string][]float64{"2 decades": {200, 1}, "less": {50, 1}, "not positive": {200, -1}} {
		p = panelOf(t, "-f rastrigin -x0 1,1,1", three, log...)
		assert.Equal(t, line == "2 decades", p.LogY, line)
		assert.Equal(t, []float64{0, 1}, p.Series[0].X)
		assert.Equal(t, log, p.Series[0].Y)
	}
}
