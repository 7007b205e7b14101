package bench

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"descent/optimizers"
)

func TestTrials(t *testing.T) {
	space := Space{{Name: "lr", Low: 1e-4, High: 1, Log: true}, {Name: "momentum", Low: .5, High: .995, FromOne: true}, {Name: "x", Low: -1, High: 3}}
	all := trials(1, "w", "e", 0, space, 64)
	assert.Equal(t, all[:10], trials(1, "w", "e", 0, space, 10), "more trials begin with the same")
	assert.NotEqual(t, all, trials(2, "w", "e", 0, space, 64))
	assert.NotEqual(t, all, trials(1, "v", "e", 0, space, 64))
	assert.NotEqual(t, all, trials(1, "w", "f", 0, space, 64))
	assert.NotEqual(t, all, trials(1, "w", "e", 1, space, 64))
	for i, d := range space {
		v := column(all, i)
		slices.Sort(v)
		assert.GreaterOrEqual(t, v[0], d.Low)
		assert.Less(t, v[63], d.High)
	}
	// Evenly: each eighth of the range of each dimension, in its own measure,
	// has 8 of 64 points, or a few more or less.
	for i, measure := range []func(v float64) float64{
		func(v float64) float64 { return math.Log(v/1e-4) / math.Log(1e4) },
		func(v float64) float64 { return math.Log((1-v)/.5) / math.Log(.01) },
		func(v float64) float64 { return (v + 1) / 4 },
	} {
		var counts [8]int
		for _, v := range column(all, i) {
			counts[min(int(8*measure(v)), 7)]++
		}
		for _, n := range counts {
			assert.InDelta(t, 8, n, 3, "dimension %d: %v", i, counts)
		}
	}
}

func column(rows [][]float64, i int) (c []float64) {
	for _, r := range rows {
		c = append(c, r[i])
	}
	return c
}

func TestRadicalInverse(t *testing.T) {
	for n, want := range []float64{0, 1. / 2, 1. / 4, 3. / 4, 1. / 8, 5. / 8} {
		assert.Equal(t, want, radicalInverse(2, uint64(n)))
	}
	assert.InDelta(t, 1./3+2./9, radicalInverse(3, 7), 1e-15) // 21 in base 3
}

func TestPlanRefuses(t *testing.T) {
	for want, change := range map[string]func(*Plan){
		"bench: Plan: no Workloads: want 1 or more":                    func(p *Plan) { p.Workloads = nil },
		"bench: Plan: no Optimizers: want 1 or more":                   func(p *Plan) { p.Optimizers = nil },
		"bench: Plan: Studies = 501: want [0, 500]":                    func(p *Plan) { p.Studies = 501 },
		"bench: Plan: Trials = 0: want [1, 1000000]":                   func(p *Plan) { p.Trials = 0 },
		"bench: Plan: Trials = 4611686018427387904: want [1, 1000000]": func(p *Plan) { p.Trials = math.MaxInt/2 + 1 },
		"bench: Plan: 600 optimizers, 2 schedules: want 1000 pairs or fewer": func(p *Plan) {
			p.Optimizers, p.Schedules = make([]Contender, 600), make([]Schedule, 2)
		},
		"bench: Plan: more than 1000000 runs: want fewer workloads, optimizers, trials or seeds":  func(p *Plan) { p.Trials, p.TuningSeeds = 1_000_000, 1_000 },
		"bench: Plan: Seeds = 0: want [1, 1000]":                                                  func(p *Plan) { p.Seeds = 0 },
		"bench: Plan: TuningSeeds = -1: want [0, 1000]":                                           func(p *Plan) { p.TuningSeeds = -1 },
		"bench: Plan: Epochs = -1: want 0 (the workload's budget) or more":                        func(p *Plan) { p.Epochs = -1 },
		`bench: Plan: workload "one": want unique, non-empty names`:                               func(p *Plan) { p.Workloads = append(p.Workloads, p.Workloads[0]) },
		`bench: Plan: optimizer "a": want unique, non-empty names`:                                func(p *Plan) { p.Optimizers = append(p.Optimizers, p.Optimizers[0]) },
		`bench: Plan: schedule "constant": want unique, non-empty names`:                          func(p *Plan) { p.Schedules = []Schedule{ConstantRate(), ConstantRate()} },
		"bench: Plan: schedule x: Of is nil: want a function":                                     func(p *Plan) { p.Schedules = []Schedule{{Name: "x"}} },
		"bench: Plan: optimizer a: Make is nil: want a function":                                  func(p *Plan) { p.Optimizers[0].Make = nil },
		"bench: Plan: optimizer a: dimension lr: Low = 2, High = 1: want Low < High, both finite": func(p *Plan) { p.Optimizers[0].Space[0] = Dimension{Name: "lr", Low: 2, High: 1} },
		"bench: Plan: optimizer a: dimension lr: Low = 0: want more than 0 with Log":              func(p *Plan) { p.Optimizers[0].Space[0].Low = 0 },
		"bench: Plan: optimizer a: dimension m: High = 1: want less than 1 with FromOne":          func(p *Plan) { p.Optimizers[0].Space[0] = Dimension{Name: "m", High: 1, FromOne: true} },
	} {
		p := plan()
		change(&p)
		_, err := p.open(t.Context())
		assert.EqualError(t, err, want)
	}
	p := plan()
	p.Optimizers[0].Make = func([]float64) Setup { return Setup{Rule: optimizers.SGD{Momentum: 2}, LR: 1} }
	_, err := p.open(t.Context())
	assert.ErrorContains(t, err, "bench: Plan: optimizer a: for lr = [")
	assert.ErrorContains(t, err, "Momentum = 2: want [0, 1)")
}

func TestSchedules(t *testing.T) {
	p := plan()
	p.Workloads, p.Schedules = p.Workloads[:1], []Schedule{ConstantRate(), CosineRate()}
	c, err := p.open(t.Context())
	assert.NoError(t, err)
	assert.Len(t, c.header.Cells, 16)
	assert.Equal(t, "a/constant", c.header.Optimizers[0].Name)
	assert.Equal(t, "a/cosine", c.header.Optimizers[1].Name)
	cells := c.header.Cells
	assert.Equal(t, "a/cosine", cells[2].Entry)
	assert.NotEqual(t, c.header.key(cells[0], 0, Test, 0, 1), c.header.key(cells[2], 0, Test, 0, 1))
}
