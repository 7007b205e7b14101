package lrsched

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// golden is a schedule and whether the last rate of its table is the one that
// it holds for ever.
type golden struct {
	s     Schedule
	holds bool
}

func cosineRestarts(base, final float64, first, mult int) CosineRestarts {
	return CosineRestarts{Base: base, Final: final, First: first, Mult: mult}
}

// direct are the tables whose names begin with torch, paper and the like.
var direct = map[string]golden{
	"torch constant .3":                                       {Constant(.3), true},
	"torch cosine .3 to .01 in 20":                            {Cosine{Base: .3, Final: .01, To: 20}, true},
	"torch linear 5 from .25 of .3, then cosine to .01 in 15": {Warmup{Steps: 5, Begin: .25 * .3, Then: Cosine{Base: .3, Final: .01, From: 5, To: 20}}, true},
	"torch StepLR 10 .5 of 1":                                 {s: Step{Base: 1, Factor: .5, Every: 10}},
	"torch StepLR 3 .9 of .2":                                 {s: Step{Base: .2, Factor: .9, Every: 3}},
	"torch StepLR 4 1.5 of .2":                                {s: ByEpoch{Updates: 4, Then: Exponential{Base: .2, Gamma: 1.5}}},
	"torch MultiStepLR 15,30 .5 of .5":                        {MultiFactor{Base: .5, Factor: .5, Milestones: []int{15, 30}}, true},
	"torch MultiStepLR 1,2,7 .1 of 3":                         {MultiFactor{Base: 3, Factor: .1, Milestones: []int{1, 2, 7}}, true},
	"torch ExponentialLR .9 of .3":                            {s: Exponential{Base: .3, Gamma: .9}},
	"torch ExponentialLR 1.1 of .001":                         {s: Exponential{Base: .001, Gamma: 1.1}},
	"torch LinearLR third to 1 in 5 of .3":                    {Linear{Base: .3 / 3, Final: .3, To: 5}, true},
	"torch LinearLR 1 to .1 in 8 of .3":                       {Linear{Base: .3, Final: .03, To: 8}, true},
	"torch PolynomialLR 10 power 2 of .3":                     {Poly{Base: .3, Power: 2, To: 10}, true},
	"torch PolynomialLR 4 power 1 of .001":                    {Poly{Base: .001, Power: 1, To: 4}, true},
	"torch restarts 10 x1 to .01 of .3":                       {s: cosineRestarts(.3, .01, 10, 1)},
	"torch restarts 5 x2 to .01 of .3":                        {s: cosineRestarts(.3, .01, 5, 2)},
	"torch restarts 2 x3 to 0 of .3":                          {s: cosineRestarts(.3, 0, 2, 3)},
	"torch OneCycleLR 12 of 1":                                {DefaultOneCycle(1, 12), true},
	"torch OneCycleLR 100 of .4":                              {DefaultOneCycle(.4, 100), true},
	"torch OneCycleLR 33 linear of .4":                        {OneCycle{Max: .4, Updates: 33, Up: .4, Div: 10, FinalDiv: 50, Anneal: AnnealLinear}, true},
	"torch OneCycleLR 40 three phases of .4":                  {OneCycle{Max: .4, Updates: 40, Up: .3, Div: 25, FinalDiv: 1e4, ThreePhase: true}, true},
	"torch OneCycleLR 37 three phases linear of .4": {
		OneCycle{Max: .4, Updates: 37, Up: .45, Div: 4, FinalDiv: .5, Anneal: AnnealLinear, ThreePhase: true}, true,
	},
	"torch CyclicLR triangular .1 to .5 in 4":       {s: Cyclic{Base: .1, Max: .5, Up: 4}},
	"torch CyclicLR triangular .1 to .5 in 4, 7":    {s: Cyclic{Base: .1, Max: .5, Up: 4, Down: 7}},
	"torch CyclicLR triangular2 .1 to .5 in 4, 3":   {s: Cyclic{Base: .1, Max: .5, Up: 4, Down: 3, Mode: Triangular2}},
	"torch CyclicLR exp_range .1 to .5 in 5, .97":   {s: Cyclic{Base: .1, Max: .5, Up: 5, Mode: ExpRange, Gamma: .97}},
	"torch ConstantLR third, 5 of .3":               {Warmup{Steps: 5, Begin: .3 / 3, Constant: true, Then: Constant(.3)}, true},
	"torch sequential constant, exponential, steps": {s: Join{{0, Constant(.03)}, {4, Shift{-4, Exponential{.3, .9}}}, {10, Shift{-10, Step{.3, .5, 3}}}}},
	"torch chained constant, exponential": {s: Chain{Constant(1), []Schedule{
		Warmup{Steps: 2, Begin: .1, Constant: true, Then: Constant(1)}, Exponential{1, .9},
	}}},
	"torch chained linear, milestones, cosine": {s: Chain{Constant(.3), []Schedule{
		Linear{Base: .25, Final: 1, To: 4}, MultiFactor{1, .3, []int{6, 11}}, Cosine{Base: 1, To: 20},
	}}},
	"torch by epoch of 7, exponential .9 of .3":   {s: ByEpoch{Updates: 7, Then: Exponential{.3, .9}}},
	"paper Noam 2, 64, 20":                        {s: Noam{Factor: 2, Width: 64, Warmup: 20}},
	"paper Noam 1, 512, 4000":                     {s: Noam{Factor: 1, Width: 512, Warmup: 4000}},
	"annotated Noam 2, 64, 20":                    {s: Shift{-1, Noam{Factor: 2, Width: 64, Warmup: 20}}},
	"paper fairseq inverse_sqrt .3, 10 from .05":  {s: Warmup{Steps: 10, Begin: .05, Then: Shift{-1, SquareRoot{.3 * math.Sqrt(10)}}}},
	"keras InverseTimeDecay .3, 10, .5":           {s: InverseTime{Base: .3, Decay: .05}},
	"keras InverseTimeDecay .3, 10, .5 staircase": {s: ByEpoch{Updates: 10, Then: InverseTime{Base: .3, Decay: .5}}},
	"trapezoid .01, .3, .02 in 4, 5, 6":           {Trapezoid{Begin: .01, Base: .3, Final: .02, Up: 4, Hold: 5, Down: 6}, true},
	"book SquareRootScheduler 1 of n":             {s: SquareRoot{1}},
	"book SquareRootScheduler 1 in training":      {s: Shift{1, SquareRoot{1}}},
	"book FactorScheduler .9, .01 of 2":           {Shift{1, Factor{Base: 2, Factor: .9, Every: 1, Floor: .01}}, true},
	"book exponential":                            {s: ExponentialDecay(1, .1)},
	"book exponential, counted from 2":            {s: Shift{2, ExponentialDecay(1, .1)}},
	"book polynomial":                             {s: Polynomial{Base: 1, Beta: .1, Alpha: .5}},
	"book polynomial, counted from 2":             {s: Shift{2, Polynomial{Base: 1, Beta: .1, Alpha: .5}}},
}

// Of MXNet's schedulers, those that drop are written here as training sees
// them, at update t, and the others as functions of num_update n = t+1.
var (
	mxnetFactor = Factor{Base: .3, Factor: .7, Every: 5, Floor: .05}
	mxnetMulti  = MultiFactor{Base: .5, Factor: .5, Milestones: []int{15, 30}}
	mxnetPoly   = Poly{Base: .5, Final: .01, Power: 1.5, From: 5, To: 40}
	mxnetCosine = Cosine{Base: .5, Final: .01, From: 5, To: 40}
)

// mxnet are the functions of n. What training sees of each is Shift{1, …} of
// it.
var mxnet = map[string]Schedule{
	"factor 5 .7 stop .05 of .3":                       Shift{-1, mxnetFactor},
	"factor 5 .7 stop .05 of .3, warmup 4 from .1":     Warmup{Steps: 4, Begin: .1, Then: Shift{-1, mxnetFactor}},
	"factor 5 .7 stop .05 of .3, warmup 12 from .1":    Join{{0, Linear{Base: .1, Final: .3, To: 12}}, {12, Shift{-1, mxnetFactor}}},
	"factor 5 .7 stop .05 of .3, warmup 4 constant .1": Warmup{Steps: 4, Begin: .1, Constant: true, Then: Shift{-1, mxnetFactor}},
	"multifactor 15,30 .5 of .5":                       Shift{-1, mxnetMulti},
	"multifactor 15,30 .5 of .5, warmup 5":             Warmup{Steps: 5, Then: Shift{-1, mxnetMulti}},
	"multifactor 15,30 .5 of .5, warmup 5 constant .1": Warmup{Steps: 5, Begin: .1, Constant: true, Then: Shift{-1, mxnetMulti}},
	"poly 40 of .5": Poly{Base: .5, Power: 2, To: 40},
	"poly 40 power 1.5 to .01 of .5, warmup 5 from .1":     Warmup{Steps: 5, Begin: .1, Then: mxnetPoly},
	"poly 40 power 1.5 to .01 of .5, warmup 5 constant .1": Warmup{Steps: 5, Begin: .1, Constant: true, Then: mxnetPoly},
	"cosine 40 to .01 of .5":                               Cosine{Base: .5, Final: .01, To: 40},
	"cosine 40 to .01 of .5, warmup 5":                     Warmup{Steps: 5, Then: mxnetCosine},
	"cosine 40 to .01 of .5, warmup 5 constant .1":         Warmup{Steps: 5, Begin: .1, Constant: true, Then: mxnetCosine},
	"cosine 20 to .01 of .3, warmup 5":                     Warmup{Steps: 5, Then: Cosine{Base: .3, Final: .01, From: 5, To: 20}},
}

// TestGolden holds the schedules against testdata/golden.py, and the last
// value of those that end against every update after it.
func TestGolden(t *testing.T) {
	tables := readTables(t)
	all := map[string]golden{
		// The drops need no shift at all in training.
		"mxnet factor 5 .7 stop .05 of .3 in training": {mxnetFactor, true},
		"mxnet multifactor 15,30 .5 of .5 in training": {mxnetMulti, true},
	}
	for name, g := range direct {
		all[name] = g
	}
	for name, s := range mxnet {
		all["mxnet "+name+" of n"] = golden{s, true}
		if training := "mxnet " + name + " in training"; all[training].s == nil {
			all[training] = golden{Shift{1, s}, true}
		}
	}
	require.Len(t, tables, len(all))
	for name, want := range tables {
		t.Run(name, func(t *testing.T) {
			g, ok := all[name]
			require.True(t, ok)
			require.NoError(t, Validate(g.s))
			require.NotEmpty(t, want)
			for step, rate := range want {
				// Rates are sums with terms of the size of the greatest
				// one, which leave 1e-16 of it.
				assert.InDelta(t, rate, g.s.At(step), 1e-12*rate+1e-16, "update %d", step)
			}
			if g.holds {
				last := g.s.At(len(want) - 1)
				for _, step := range []int{len(want), len(want) + 1, 1000, math.MaxInt} {
					assert.Equal(t, last, g.s.At(step), "update %d", step)
				}
			}
		})
	}
}

// TestTrainingIsOneLater says of MXNet's tables themselves that training sees
// at update t what the function is at n = t+1.
func TestTrainingIsOneLater(t *testing.T) {
	tables := readTables(t)
	for name := range mxnet {
		n, training := tables["mxnet "+name+" of n"], tables["mxnet "+name+" in training"]
		require.Len(t, training, len(n), name)
		assert.Equal(t, n[1:], training[:len(training)-1], name)
	}
}

func readTables(t *testing.T) map[string][]float64 {
	t.Helper()
	text, err := os.ReadFile("testdata/golden.json")
	require.NoError(t, err)
	var tables map[string][]float64
	require.NoError(t, json.Unmarshal(text, &tables))
	return tables
}
