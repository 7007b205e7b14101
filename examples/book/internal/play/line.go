package play

import (
	"math"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// linePlots draw functions of one variable.
var linePlots = []Plot{
	{
		Name: "descent", Title: "Gradient descent on x²",
		Settings: []Setting{
			{Key: "eta", Label: "learning rate η", Min: 0.01, Max: 1.2, Step: 0.01, Value: 0.2},
			{Key: "start", Label: "start", Min: -10, Max: 10, Step: 0.5, Value: 10},
			{Key: "steps", Label: "steps", Min: 1, Max: 40, Step: 1, Value: 10},
		},
		draw: func(v Values) ([]chart, string, error) {
			return onLine(square, v, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(v["eta"])})
		},
	},
	{
		Name: "wave", Title: "Gradient descent on x·cos(0.15πx)",
		Settings: []Setting{
			{Key: "eta", Label: "learning rate η", Min: 0.05, Max: 3, Step: 0.05, Value: 2},
			{Key: "start", Label: "start", Min: -10, Max: 10, Step: 0.25, Value: 10},
			{Key: "steps", Label: "steps", Min: 1, Max: 40, Step: 1, Value: 10},
		},
		draw: func(v Values) ([]chart, string, error) {
			return onLine(wave, v, minimize.Descent{Rule: optimizers.SGD{}, Schedule: lrsched.Constant(v["eta"])})
		},
	},
	{
		Name: "newton", Title: "Newton's method on x·cos(0.15πx)",
		Settings: []Setting{
			{Key: "eta", Label: "fraction η of the step", Min: 0.05, Max: 1.5, Step: 0.05, Value: 1},
			{Key: "absolute", Label: "absolute second derivative (1: yes)", Min: 0, Max: 1, Step: 1, Value: 0},
			{Key: "start", Label: "start", Min: -10, Max: 10, Step: 0.25, Value: 10},
			{Key: "steps", Label: "steps", Min: 1, Max: 20, Step: 1, Value: 10},
		},
		draw: func(v Values) ([]chart, string, error) {
			return onLine(wave, v, minimize.Search{Direction: minimize.Newton{Absolute: v["absolute"] == 1}, Length: minimize.Fixed(v["eta"]), Hessian: wave.second})
		},
	},
}

// onLine draws a path on the curve of its function, and x against the step.
func onLine(f function, v Values, by minimize.Stepper) ([]chart, string, error) {
	path, err := f.follow([]float64{v["start"]}, v["steps"], by)
	if err != nil {
		return nil, "", err
	}
	side := 1.0
	for _, x := range path.Points {
		side = max(side, math.Abs(x[0]))
	}
	curve, steps, positions := line{color: "var(--c1)"}, line{color: "var(--c2)", path: true, thin: true}, line{color: "var(--c2)", path: true}
	for k := -200; k <= 200; k++ {
		x := side * float64(k) / 200
		curve.points = append(curve.points, []float64{x, f.value([]float64{x})})
	}
	for k, x := range path.Points {
		steps.points = append(steps.points, []float64{x[0], path.Values[k]})
		positions.points = append(positions.points, []float64{float64(k), x[0]})
	}
	return []chart{
		{title: "Path", xLabel: "x", yLabel: "f(x)", lines: []line{curve, steps}},
		{title: "Position", xLabel: "step", yLabel: "x", lines: []line{positions}},
	}, ending(path, v["steps"]), nil
}
