package trainer

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/lrsched"
)

// TestPlateauGolden follows PyTorch's ReduceLROnPlateau: the rate after each
// figure of a list (testdata/plateau.py).
func TestPlateauGolden(t *testing.T) {
	text, err := os.ReadFile("testdata/plateau.json")
	require.NoError(t, err)
	var runs []struct {
		Mode, ThresholdMode            string
		Factor, Threshold, MinLR, Base float64
		Patience, Cooldown             int
		Figures, Rates                 []float64
	}
	require.NoError(t, json.Unmarshal(text, &runs))
	require.NotEmpty(t, runs)
	for _, run := range runs {
		p := Plateau{
			Maximize: run.Mode == "max", Factor: run.Factor, Patience: run.Patience + 1, MinDelta: run.Threshold,
			Relative: run.ThresholdMode == "rel", Cooldown: run.Cooldown, MinScale: run.MinLR / run.Base,
		}
		require.NoError(t, p.validate(nil))
		var s PlateauState
		for i, figure := range run.Figures {
			s = p.Next(s, figure)
			assert.InDelta(t, run.Rates[i], run.Base*p.Scale(s), 1e-12*run.Rates[i], "%+v: figure %d", p, i)
		}
	}
	d := DefaultPlateau()
	assert.Equal(t, runs[0].Factor, d.Factor)
	assert.Equal(t, runs[0].Patience+1, d.Patience)
	assert.Equal(t, runs[0].Threshold, d.MinDelta)
}

func TestPlateauMultiplies(t *testing.T) {
	model := newScripted(3, 2, 2, 2, 2, 1, 1)
	tr := basic(model)
	tr.Schedule, tr.Epochs, tr.BatchSize = lrsched.Cosine{Base: 1, To: 7}, 7, 8
	tr.Plateau = &Plateau{Factor: .5, Patience: 1, Cooldown: 1}
	history, err := tr.Fit(t.Context(), data(t, 8), data(t, 5))
	require.NoError(t, err)
	for i, want := range []float64{1, 1, 1, .5, .5, .25, .25} { // failures after 3 and 5
		assert.InDelta(t, want*tr.Schedule.At(i), history.Epochs[i].LearningRate, 1e-15, "epoch %d", i+1)
	}
	one := 1.0
	assert.Equal(t, &PlateauState{Best: &one, Reductions: 3, Cooldown: 1}, history.Plateau)

	b, err := json.Marshal(history)
	require.NoError(t, err)
	var read History
	require.NoError(t, json.Unmarshal(b, &read))
	tr.Plateau.From = read.Plateau
	model.losses, model.next = []float64{1, 1, 1, 1, 1, 1, 1}, 0
	again, err := tr.Fit(t.Context(), data(t, 8), data(t, 5))
	require.NoError(t, err)
	assert.InDelta(t, .125, again.Epochs[0].LearningRate, 1e-15, "goes on")
	assert.Equal(t, 3, read.Plateau.Reductions, "From is left as it was")
}

func TestPlateauRefuses(t *testing.T) {
	good := Plateau{Factor: .1, Patience: 1}
	for want, change := range map[string]func(*Plateau){
		"trainer: Plateau: Factor = 1: want (0, 1)":                                                    func(p *Plateau) { p.Factor = 1 },
		"trainer: Plateau: Factor = NaN: want (0, 1)":                                                  func(p *Plateau) { p.Factor = math.NaN() },
		"trainer: Plateau: Patience = 0: want 1 or more":                                               func(p *Plateau) { p.Patience = 0 },
		"trainer: Plateau: Cooldown = -1: want 0 or more":                                              func(p *Plateau) { p.Cooldown = -1 },
		"trainer: Plateau: MinScale = 2: want [0, 1]":                                                  func(p *Plateau) { p.MinScale = 2 },
		"trainer: Plateau: MinDelta = -1: want a finite number, 0 or more":                             func(p *Plateau) { p.MinDelta = -1 },
		`trainer: Plateau: Metric = "x": want empty, for the loss, or one of the trainer's Metrics []`: func(p *Plateau) { p.Metric = "x" },
		"trainer: Plateau: From: Failures = -1: want [0, 1e9]":                                         func(p *Plateau) { p.From = &PlateauState{Failures: -1} },
		"trainer: Plateau: From: Cooldown = 1000000001: want [0, 1e9]":                                 func(p *Plateau) { p.From = &PlateauState{Cooldown: 1e9 + 1} },
		"trainer: Plateau: From: Reductions = 1000000001: want [0, 1e9]":                               func(p *Plateau) { p.From = &PlateauState{Reductions: 1e9 + 1} },
		"trainer: Plateau: From: Best = NaN: want nil or a finite number": func(p *Plateau) {
			nan := math.NaN()
			p.From = &PlateauState{Best: &nan}
		},
	} {
		p := good
		change(&p)
		tr := basic(newLinear(2))
		tr.Plateau = &p
		_, err := tr.Fit(t.Context(), data(t, 8), data(t, 8))
		assert.EqualError(t, err, want)
	}
	tr := basic(newLinear(2))
	tr.Plateau = &good
	_, err := tr.Fit(t.Context(), data(t, 8), nil)
	assert.EqualError(t, err, "trainer: a Plateau is set, but the test data is nil: want test data to watch")
}

// TestImprovements: what counts as one is a matter of the difference, whatever
// the signs of the figures.
func TestImprovements(t *testing.T) {
	for _, c := range []struct {
		best, value float64
		relative    bool
		want        bool
	}{
		{10, 8.9, true, true},
		{10, 9.1, true, false},
		{10, 11, true, false},
		{-10, -11.1, true, true},
		{-10, -10.9, true, false},
		{-10, -9.5, true, false}, // which PyTorch takes for one
		{0, -1e-300, true, true},
		{0, 0, true, false},
		{0, 1e-300, true, false},
		{1, -.2, true, true},
		{10, 9.8, false, true},
		{-10, -10.2, false, true},
		{-10, -9.8, false, false},
		{0, -.05, false, false},
		{0, -.2, false, true},
		{.05, -.1, false, true},
	} {
		for _, sign := range []float64{1, -1} {
			p := Plateau{Maximize: sign < 0, MinDelta: .1, Relative: c.relative}
			assert.Equal(t, c.want, p.improves(sign*c.value, sign*c.best), "%+v, sign %v", c, sign)
			if !c.relative {
				w := watch{EarlyStopping: EarlyStopping{Maximize: sign < 0, MinDelta: .1}, best: &Best{Value: sign * c.best}}
				assert.Equal(t, c.want, w.improves(sign*c.value), "%+v, sign %v", c, sign)
			}
		}
	}
}
