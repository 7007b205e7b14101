package lrsched

import (
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestValidate(t *testing.T) {
	good := Cosine{Base: .3, To: 20}
	nan, inf := math.NaN(), math.Inf(1)
	restarts := func(edit func(*CosineRestarts)) Schedule {
		c := CosineRestarts{Base: .3, First: 5, Mult: 2}
		edit(&c)
		return c
	}
	one := func(edit func(*OneCycle)) Schedule {
		c := DefaultOneCycle(.3, 100)
		edit(&c)
		return c
	}
	cyclic := func(edit func(*Cyclic)) Schedule {
		c := Cyclic{Base: .1, Max: .3, Up: 5}
		edit(&c)
		return c
	}
	for want, s := range map[string]Schedule{
		"lrsched: schedule is nil: want a Schedule, e.g. Constant(0.1)": nil,
		"lrsched: Constant = -1: want 0 or more":                        Constant(-1),
		"lrsched: Constant = +Inf: want a finite number":                Constant(inf),
		"lrsched: Constant = NaN: want a finite number":                 Constant(nan),
		"lrsched: Cosine: Base = -0.1: want 0 or more":                  Cosine{Base: -.1, To: 1},
		"lrsched: Cosine: Final = +Inf: want a finite number":           Cosine{Base: .1, Final: inf, To: 1},
		"lrsched: Cosine: From = -1: want 0 or more":                    Cosine{Base: .1, From: -1, To: 1},
		"lrsched: Cosine: To = 200: want more than From, 200":           Cosine{Base: .1, From: 200, To: 200},
		"lrsched: Cosine: To = 0: want more than From, 0":               Cosine{Base: .1},
		"lrsched: Warmup: Steps = -5: want 0 or more":                   Warmup{Steps: -5, Then: good},
		"lrsched: Warmup: Begin = -1: want 0 or more":                   Warmup{Begin: -1, Then: good},
		"lrsched: Warmup: Then is nil: want a Schedule":                 Warmup{Steps: 5},
		"lrsched: Warmup: Then: Constant = -2: want 0 or more":          Warmup{Steps: 5, Then: Constant(-2)},
		"lrsched: Warmup: Then: Warmup: Then is nil: want a Schedule":   Warmup{Then: Warmup{}},

		"lrsched: SquareRoot: Base = NaN: want a finite number":       SquareRoot{nan},
		"lrsched: InverseTime: Base = -1: want 0 or more":             InverseTime{Base: -1},
		"lrsched: InverseTime: Decay = -1: want 0 or more":            InverseTime{Base: 1, Decay: -1},
		"lrsched: Polynomial: Base = +Inf: want a finite number":      Polynomial{Base: inf},
		"lrsched: Polynomial: Beta = -1: want 0 or more":              Polynomial{Base: 1, Beta: -1},
		"lrsched: Polynomial: Alpha = +Inf: want a finite number":     Polynomial{Base: 1, Alpha: inf},
		"lrsched: Exponential: Base = -1: want 0 or more":             Exponential{Base: -1, Gamma: .9},
		"lrsched: Exponential: Gamma = 0: want more than 0":           Exponential{Base: 1},
		"lrsched: Exponential: Gamma = +Inf: want a finite number":    Exponential{Base: 1, Gamma: inf},
		"lrsched: Step: Base = -1: want 0 or more":                    Step{Base: -1, Factor: .5, Every: 1},
		"lrsched: Step: Factor = 0: want (0, 1]":                      Step{Base: 1, Every: 1},
		"lrsched: Step: Factor = 10: want (0, 1]":                     Step{Base: 1, Factor: 10, Every: 1},
		"lrsched: Step: Every = 0: want 1 or more":                    Step{Base: 1, Factor: .5},
		"lrsched: Factor: Base = NaN: want a finite number":           Factor{Base: nan, Factor: .5, Every: 1},
		"lrsched: Factor: Factor = NaN: want (0, 1]":                  Factor{Base: 1, Factor: nan, Every: 1},
		"lrsched: Factor: Every = -1: want 1 or more":                 Factor{Base: 1, Factor: .5, Every: -1},
		"lrsched: Factor: Floor = -1: want [0, Base], where Base = 1": Factor{Base: 1, Factor: .5, Every: 1, Floor: -1},
		"lrsched: Factor: Floor = 2: want [0, Base], where Base = 1":  Factor{Base: 1, Factor: .5, Every: 1, Floor: 2},
		"lrsched: MultiFactor: Base = -1: want 0 or more":             MultiFactor{Base: -1},
		"lrsched: MultiFactor: Factor = -0.5: want (0, 1]":            MultiFactor{Base: 1, Factor: -.5},
		"lrsched: Linear: Base = -1: want 0 or more":                  Linear{Base: -1, To: 1},
		"lrsched: Linear: Final = NaN: want a finite number":          Linear{Final: nan, To: 1},
		"lrsched: Linear: From = -1: want 0 or more":                  Linear{From: -1, To: 1},
		"lrsched: Linear: To = 0: want more than From, 0":             Linear{},
		"lrsched: Poly: Base = -1: want 0 or more":                    Poly{Base: -1, Power: 1, To: 1},
		"lrsched: Poly: Final = -1: want 0 or more":                   Poly{Final: -1, Power: 1, To: 1},
		"lrsched: Poly: Power = 0: want more than 0":                  Poly{Base: 1, To: 1},
		"lrsched: Poly: From = -3: want 0 or more":                    Poly{Power: 1, From: -3, To: 1},
		"lrsched: Poly: To = 3: want more than From, 4":               Poly{Power: 1, From: 4, To: 3},
		"lrsched: Noam: Factor = 0: want more than 0":                 Noam{Width: 1, Warmup: 1},
		"lrsched: Noam: Width = 0: want 1 or more":                    Noam{Factor: 1, Warmup: 1},
		"lrsched: Noam: Warmup = 0: want 1 or more":                   Noam{Factor: 1, Width: 1},
		"lrsched: Trapezoid: Begin = -1: want 0 or more":              Trapezoid{Begin: -1, Down: 1},
		"lrsched: Trapezoid: Base = -1: want 0 or more":               Trapezoid{Base: -1, Down: 1},
		"lrsched: Trapezoid: Final = -1: want 0 or more":              Trapezoid{Final: -1, Down: 1},
		"lrsched: Trapezoid: Up = -1: want 0 or more":                 Trapezoid{Up: -1, Down: 1},
		"lrsched: Trapezoid: Hold = -1: want 0 or more":               Trapezoid{Hold: -1, Down: 1},
		"lrsched: Trapezoid: Down = 0: want 1 or more":                Trapezoid{},
		"lrsched: CosineRestarts: Base = -1: want 0 or more":          restarts(func(c *CosineRestarts) { c.Base = -1 }),
		"lrsched: CosineRestarts: Final = +Inf: want a finite number": restarts(func(c *CosineRestarts) { c.Final = inf }),
		"lrsched: CosineRestarts: First = 0: want 1 or more":          restarts(func(c *CosineRestarts) { c.First = 0 }),
		"lrsched: CosineRestarts: Mult = 0: want 1 or more":           restarts(func(c *CosineRestarts) { c.Mult = 0 }),
		"lrsched: CosineRestarts: Cycles = -1: want 0 or more":        restarts(func(c *CosineRestarts) { c.Cycles = -1 }),
		"lrsched: CosineRestarts: From = -1: want 0 or more":          restarts(func(c *CosineRestarts) { c.From = -1 }),

		"lrsched: MultiFactor: len(Milestones) = 0: want 1 or more":                       MultiFactor{Base: 1, Factor: .5},
		"lrsched: MultiFactor: Milestones[0] = 0: want more than 0, strictly ascending":   MultiFactor{Base: 1, Factor: .5, Milestones: []int{0}},
		"lrsched: MultiFactor: Milestones[1] = 15: want more than 30, strictly ascending": MultiFactor{Base: 1, Factor: .5, Milestones: []int{30, 15}},
		"lrsched: MultiFactor: Milestones[2] = 15: want more than 15, strictly ascending": MultiFactor{Base: 1, Factor: .5, Milestones: []int{5, 15, 15}},

		"lrsched: OneCycle: Max = -1: want 0 or more":                                                       one(func(c *OneCycle) { c.Max = -1 }),
		"lrsched: OneCycle: Updates = 0: want 1 or more":                                                    one(func(c *OneCycle) { c.Updates = 0 }),
		"lrsched: OneCycle: Up = 0: want (0, 1)":                                                            one(func(c *OneCycle) { c.Up = 0 }),
		"lrsched: OneCycle: Up = 1: want (0, 1)":                                                            one(func(c *OneCycle) { c.Up = 1 }),
		"lrsched: OneCycle: Up = NaN: want (0, 1)":                                                          one(func(c *OneCycle) { c.Up = nan }),
		"lrsched: OneCycle: Up = 0.25: want more than 1/Updates, where Updates = 4":                         one(func(c *OneCycle) { c.Up, c.Updates = .25, 4 }),
		"lrsched: OneCycle: Up = 0.6: want 2·Up·Updates−2 < Updates−1 with ThreePhase, where Updates = 100": one(func(c *OneCycle) { c.Up, c.ThreePhase = .6, true }),
		"lrsched: OneCycle: Div = 0: want 1 or more":                                                        one(func(c *OneCycle) { c.Div = 0 }),
		"lrsched: OneCycle: Div = +Inf: want a finite number":                                               one(func(c *OneCycle) { c.Div = inf }),
		"lrsched: OneCycle: FinalDiv = 0: want 1/Div or more, where Div = 25":                               one(func(c *OneCycle) { c.FinalDiv = 0 }),
		"lrsched: OneCycle: FinalDiv = +Inf: want a finite number":                                          one(func(c *OneCycle) { c.FinalDiv = inf }),
		"lrsched: OneCycle: Anneal = 2: want AnnealCosine or AnnealLinear":                                  one(func(c *OneCycle) { c.Anneal = 2 }),
		"lrsched: Cyclic: Base = -1: want 0 or more":                                                        cyclic(func(c *Cyclic) { c.Base = -1 }),
		"lrsched: Cyclic: Max = +Inf: want a finite number":                                                 cyclic(func(c *Cyclic) { c.Max = inf }),
		"lrsched: Cyclic: Max = 0.05: want Base or more, where Base = 0.1":                                  cyclic(func(c *Cyclic) { c.Max = .05 }),
		"lrsched: Cyclic: Up = 0: want 1 or more":                                                           cyclic(func(c *Cyclic) { c.Up = 0 }),
		"lrsched: Cyclic: Down = -1: want 0 or more":                                                        cyclic(func(c *Cyclic) { c.Down = -1 }),
		"lrsched: Cyclic: Gamma = 0.9: want 0 without ExpRange":                                             cyclic(func(c *Cyclic) { c.Gamma = .9 }),
		"lrsched: Cyclic: Gamma = 0: want (0, 1]":                                                           cyclic(func(c *Cyclic) { c.Mode = ExpRange }),
		"lrsched: Cyclic: Mode = 3: want Triangular, Triangular2 or ExpRange":                               cyclic(func(c *Cyclic) { c.Mode = 3 }),

		"lrsched: Join: len = 0: want 1 or more":                               Join{},
		"lrsched: Join: [0].From = 5: want 0":                                  Join{{5, good}},
		"lrsched: Join: [2].From = 9: want more than 9, strictly ascending":    Join{{0, good}, {9, good}, {9, good}},
		"lrsched: Join: [1].Then is nil: want a Schedule":                      Join{{0, good}, {9, nil}},
		"lrsched: Join: [0].Then: Constant = -1: want 0 or more":               Join{{0, Constant(-1)}},
		"lrsched: Scale: By = -1: want 0 or more":                              Scale{-1, good},
		"lrsched: Scale: By = +Inf: want a finite number":                      Scale{inf, good},
		"lrsched: Scale: Then is nil: want a Schedule":                         Scale{By: 1},
		"lrsched: Shift: Then is nil: want a Schedule":                         Shift{By: 1},
		"lrsched: Shift: Then: Scale: Then is nil: want a Schedule":            Shift{1, Scale{By: 1}},
		"lrsched: Chain: Base is nil: want a Schedule":                         Chain{},
		"lrsched: Chain: Factors[1] is nil: want a Schedule":                   Chain{good, []Schedule{good, nil}},
		"lrsched: Chain: Factors[0]: Exponential: Gamma = 0: want more than 0": Chain{good, []Schedule{Exponential{Base: 1}}},
		"lrsched: ByEpoch: Updates = 0: want 1 or more":                        ByEpoch{Then: good},
		"lrsched: ByEpoch: Then is nil: want a Schedule":                       ByEpoch{Updates: 1},
		"lrsched: BySample: Batch = 0: want 1 or more":                         BySample{Then: good},
		"lrsched: BySample: Then: Cosine: To = 0: want more than From, 0":      BySample{1, Cosine{}},
		"lrsched: BySample: Then is nil: want a Schedule":                      BySample{Batch: 1},
	} {
		assert.EqualError(t, Validate(s), want)
	}
	assert.NoError(t, Validate(halving{}), "a schedule without Validate is taken as it is")
}

// TestEveryFieldCounts changes each field of each schedule and wants another
// rate somewhere.
func TestEveryFieldCounts(t *testing.T) {
	for name, s := range everything() {
		v := reflect.ValueOf(s)
		assert.NoError(t, Validate(s))
		assert.Equal(t, name, v.Type().Name())
		if v.Kind() != reflect.Struct {
			continue
		}
		for i := range v.NumField() {
			changed := reflect.New(v.Type()).Elem()
			changed.Set(v)
			switch f := changed.Field(i); f.Interface().(type) {
			case float64:
				f.SetFloat(f.Float() * .8)
			case int:
				f.SetInt(f.Int() + 1)
			case bool:
				f.SetBool(!f.Bool())
			case Anneal, CyclicMode:
				f.SetInt(f.Int() - 1)
			case []int:
				f.Set(reflect.ValueOf([]int{3, 10}))
			case Schedule:
				f.Set(reflect.ValueOf(Constant(.123)))
			case []Schedule:
				f.Set(reflect.ValueOf([]Schedule{Constant(.123)}))
			default:
				assert.Failf(t, "a field of another type", "%s.%s", name, v.Type().Field(i).Name)
			}
			assert.NotEqual(t, rates(s), rates(changed.Interface().(Schedule)), "%s.%s", name, v.Type().Field(i).Name)
		}
	}
}

// rates are those of the first updates.
func rates(s Schedule) (all [60]float64) {
	for t := range all {
		all[t] = s.At(t)
	}
	return all
}

// halving is a schedule of a user's own.
type halving struct{}

func (halving) At(step int) float64 { return 1 / float64(int(1)<<min(step, 62)) }
