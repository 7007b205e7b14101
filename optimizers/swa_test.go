package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

var swaTests = ruleTests{
	name: "SWA",
	golden: map[string]Rule{
		"swa from 1":         SWA{Rule: SGD{Momentum: .9}, Start: 1, Every: 1},
		"swa from 3 every 2": SWA{Rule: SGD{Momentum: .9}, Start: 3, Every: 2},
	},
	conforming: []Rule{
		SWA{Rule: SGD{}, Start: 1, Every: 1},
		SWA{Rule: SGD{Momentum: .9}, Start: 2, Every: 3},
	},
	vary: map[string][2]Rule{
		"Rule":  {SWA{Rule: SGD{}, Start: 1, Every: 1}, SWA{Rule: SGD{Momentum: .9}, Start: 1, Every: 1}},
		"Start": {SWA{Rule: SGD{}, Start: 1, Every: 1}, SWA{Rule: SGD{}, Start: 2, Every: 1}},
		"Every": {SWA{Rule: SGD{}, Start: 1, Every: 1}, SWA{Rule: SGD{}, Start: 1, Every: 2}},
	},
	invalid: map[string]Rule{
		"optimizers: SWA: Rule is nil: want a Rule, e.g. SGD{}":                                                   SWA{Start: 1, Every: 1},
		"optimizers: SWA: Rule: SGD: Momentum = 1.2: want [0, 1)":                                                 SWA{Rule: SGD{Momentum: 1.2}, Start: 1, Every: 1},
		"optimizers: SWA: Rule = optimizers.EMA: want one without a point of evaluation of its own":               SWA{Rule: DefaultEMA(SGD{}), Start: 1, Every: 1},
		"optimizers: SWA: Rule = optimizers.ScheduleFreeAdamW: want one without a point of evaluation of its own": SWA{Rule: DefaultScheduleFreeAdamW(), Start: 1, Every: 1},
		"optimizers: SWA: Start = 0: want 1 or more":                                                              SWA{Rule: SGD{}, Every: 1},
		"optimizers: SWA: Every = 0: want 1 or more":                                                              SWA{Rule: SGD{}, Start: 1},
		"optimizers: SWA: Every = -2: want 1 or more":                                                             SWA{Rule: SGD{}, Start: 1, Every: -2},
	},
}

// TestSWAPoints holds the mean after every step against the points themselves.
func TestSWAPoints(t *testing.T) {
	params := []Param[float64]{param[float64]("w", 2, 3)}
	o := bind(t, SWA{Rule: SGD{Momentum: .9}, Start: 3, Every: 4}, params)
	var points [][]float64
	for step := range 16 {
		steps(t, o, params, step, 1)
		now := values(params)[0]
		switch step + 1 {
		case 3, 7, 11, 15:
			points = append(points, now)
		}
		o.Swap()
		if len(points) == 0 {
			assert.Equal(t, now, params[0].Value, "no point counts yet")
		}
		for i, got := range params[0].Value {
			sum := 0.0
			for _, p := range points {
				sum += p[i]
			}
			if len(points) > 0 {
				assert.InDelta(t, sum/float64(len(points)), got, 1e-15, "step %d", step+1)
			}
		}
		o.Swap()
		assert.Equal(t, now, params[0].Value)
	}
	assert.Len(t, points, 4)
}
