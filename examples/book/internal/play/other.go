package play

import (
	"fmt"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// otherPlots draw Rosenbrock's function and the schedules.
var otherPlots = []Plot{
	{
		Name: "rosenbrock", Title: "Rosenbrock's function: descent, with momentum if β is not 0",
		Settings: []Setting{
			{Key: "eta", Label: "learning rate α", Min: -5, Max: -3, Step: 0.05, Value: -3.7, Log: true},
			{Key: "beta", Label: "momentum β", Min: 0, Max: 0.99, Step: 0.01, Value: 0},
			{Key: "x0", Label: "start x₀", Min: -4, Max: 4, Step: 0.1, Value: 4},
			{Key: "x1", Label: "start x₁", Min: -4.5, Max: 4.5, Step: 0.1, Value: -4.1},
			{Key: "steps", Label: "steps", Min: 1, Max: 4, Step: 0.1, Value: 3, Log: true},
		},
		draw: func(v Values) ([]chart, string, error) {
			charts, numbers, err := overContours(rosenbrock, []float64{v["x0"], v["x1"]}, v["steps"],
				minimize.Descent{Rule: optimizers.SGD{Momentum: v["beta"]}, Schedule: lrsched.Constant(v["eta"])})
			if err == nil {
				charts[0].xLabel, charts[0].yLabel = "x₀", "x₁"
			}
			return charts, numbers, err
		},
	},
	{
		Name: "schedules", Title: "Schedules of 11.11: cosine, polynomial and factor, after a warmup",
		Settings: []Setting{
			{Key: "base", Label: "base rate", Min: 0.05, Max: 1, Step: 0.05, Value: 0.5},
			{Key: "final", Label: "final rate", Min: 0, Max: 0.2, Step: 0.01, Value: 0.01},
			{Key: "length", Label: "ticks T", Min: 10, Max: 100, Step: 1, Value: 40},
			{Key: "warmup", Label: "warmup ticks", Min: 0, Max: 20, Step: 1, Value: 5},
			{Key: "begin", Label: "rate at the start of the warmup", Min: 0, Max: 0.5, Step: 0.05, Value: 0},
			{Key: "constant", Label: "constant warmup (1: yes)", Min: 0, Max: 1, Step: 1, Value: 0},
			{Key: "power", Label: "exponent of the polynomial", Min: 0.5, Max: 4, Step: 0.25, Value: 2},
			{Key: "factor", Label: "factor per tick", Min: 0.5, Max: 1, Step: 0.01, Value: 0.9},
		},
		draw: drawSchedules,
	},
}

func drawSchedules(v Values) ([]chart, string, error) {
	from, to := int(v["warmup"]), int(v["length"])
	to = max(to, from+1)
	rates := chart{xLabel: "tick", yLabel: "learning rate"}
	numbers := ""
	for i, c := range []struct {
		name string
		then lrsched.Schedule
	}{
		{"cosine", lrsched.Cosine{Base: v["base"], Final: v["final"], From: from, To: to}},
		{"polynomial", lrsched.Poly{Base: v["base"], Final: min(v["final"], v["base"]), Power: v["power"], From: from, To: to}},
		{"factor", lrsched.Shift{By: -from, Then: lrsched.Factor{Base: v["base"], Factor: v["factor"], Every: 1, Floor: v["final"]}}},
	} {
		s := lrsched.Warmup{Steps: from, Begin: v["begin"], Constant: v["constant"] == 1, Then: c.then}
		if err := lrsched.Validate(s); err != nil {
			return nil, "", err
		}
		curve := line{name: c.name, color: fmt.Sprintf("var(--c%d)", i+1)}
		for t := range to + 10 {
			curve.points = append(curve.points, []float64{float64(t), s.At(t)})
		}
		rates.lines = append(rates.lines, curve)
		numbers += fmt.Sprintf("%s: %.6f at tick 0, %.6f at tick %d, %.6f at tick %d. ", c.name, s.At(0), s.At(to/2), to/2, s.At(to), to)
	}
	return []chart{rates}, numbers, nil
}
