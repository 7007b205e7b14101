package play

import (
	"fmt"

	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/minimize"
)

// ravinePlots draw paths of rules in the plane.
var ravinePlots = []Plot{
	plane("ravine", "Gradient descent in the ravine 0.1x₁² + 2x₂²", ravine, rate(0.01, 0.7, 0.4), func(Values) optimizers.Rule { return optimizers.SGD{} }),
	plane("momentum", "Momentum in the ravine", ravine, rate(0.01, 1.2, 0.6), func(v Values) optimizers.Rule { return optimizers.SGD{Momentum: v["beta"]} },
		Setting{Key: "beta", Label: "momentum β", Min: 0, Max: 0.99, Step: 0.01, Value: 0.5}),
	plane("adagrad", "Adagrad in the ravine", ravine, rate(0.05, 3, 0.4), func(Values) optimizers.Rule { return optimizers.D2LAdagrad() }),
	plane("rmsprop", "RMSProp in the ravine", ravine, rate(0.01, 1, 0.4), func(v Values) optimizers.Rule {
		r := optimizers.D2LRMSProp()
		r.Rho = v["gamma"]
		return r
	}, Setting{Key: "gamma", Label: "averaging factor γ", Min: 0.05, Max: 0.99, Step: 0.01, Value: 0.9}),
	plane("adadelta", "Adadelta in the ravine", ravine, rate(0.1, 20, 1), func(v Values) optimizers.Rule {
		r := optimizers.D2LAdadelta()
		r.Rho = v["rho"]
		return r
	}, Setting{Key: "rho", Label: "averaging factor ρ", Min: 0.05, Max: 0.99, Step: 0.01, Value: 0.9}),
	plane("adam", "Adam in the ravine", ravine, rate(0.01, 2, 0.4), func(v Values) optimizers.Rule {
		r := optimizers.D2LAdam()
		r.Beta1, r.Beta2 = v["beta1"], v["beta2"]
		return r
	}, Setting{Key: "beta1", Label: "averaging factor β₁", Min: 0, Max: 0.99, Step: 0.01, Value: 0.9},
		Setting{Key: "beta2", Label: "averaging factor β₂", Min: 0.5, Max: 0.999, Step: 0.001, Value: 0.999}),
	plane("noise", "Stochastic gradient descent on x₁² + 2x₂²", oval, rate(0.01, 0.5, 0.1), func(Values) optimizers.Rule { return optimizers.SGD{} },
		Setting{Key: "mean", Label: "mean of the noise", Min: -1, Max: 1, Step: 0.1, Value: 0},
		Setting{Key: "sd", Label: "standard deviation of the noise", Min: 0, Max: 3, Step: 0.1, Value: 1},
		Setting{Key: "decay", Label: "decay d of η/√(1 + dt)", Min: 0, Max: 1, Step: 0.05, Value: 0},
		Setting{Key: "seed", Label: "seed", Min: 1, Max: 50, Step: 1, Value: 1}),
}

// rate is the setting of a learning rate.
func rate(low, high, first float64) Setting {
	return Setting{Key: "eta", Label: "learning rate η", Min: low, Max: high, Step: 0.01, Value: first}
}

// plane is the plot of a rule's path over contours.
func plane(name, title string, f function, eta Setting, rule func(Values) optimizers.Rule, more ...Setting) Plot {
	settings := append([]Setting{eta}, more...)
	settings = append(settings,
		Setting{Key: "x1", Label: "start x₁", Min: -5, Max: 1, Step: 0.1, Value: -5},
		Setting{Key: "x2", Label: "start x₂", Min: -2.5, Max: 1, Step: 0.1, Value: -2},
		Setting{Key: "steps", Label: "steps", Min: 1, Max: 200, Step: 1, Value: 20})
	return Plot{Name: name, Title: title, Settings: settings, draw: func(v Values) ([]chart, string, error) {
		by := minimize.Descent{Rule: rule(v), Schedule: lrsched.Polynomial{Base: v["eta"], Beta: v["decay"], Alpha: 0.5}}
		if _, noisy := v["sd"]; noisy {
			r := rng.New(uint64(v["seed"]), "book", "11.4.noise") // the draws of 11.4.noise
			by.Noise = func(grad []float64, _ int) {
				for i := range grad {
					grad[i] += v["mean"] + v["sd"]*r.NormFloat64()
				}
			}
		}
		return overContours(f, []float64{v["x1"], v["x2"]}, v["steps"], by)
	}}
}

// overContours draws a path in the plane and its values.
func overContours(f function, start []float64, steps float64, by minimize.Stepper) ([]chart, string, error) {
	path, err := f.follow(start, steps, by)
	if err != nil {
		return nil, "", err
	}
	plane := chart{title: "Path", xLabel: "x₁", yLabel: "x₂", x: f.x, y: f.y}
	for _, v := range f.levels {
		plane.lines = append(plane.lines, line{points: f.level(v), color: axisColor, thin: true})
	}
	outside := 0
	values := line{color: "var(--c1)"}
	for k, x := range path.Points {
		values.points = append(values.points, []float64{float64(k), path.Values[k]})
		if x[0] < f.x[0] || x[0] > f.x[1] || x[1] < f.y[0] || x[1] > f.y[1] {
			outside++
		}
	}
	if outside > 0 {
		plane.title = fmt.Sprintf("Path (%d points outside)", outside)
	}
	plane.lines = append(plane.lines, line{points: path.Points, color: "var(--c2)", path: true, thin: true})
	return []chart{plane, {title: "Value", xLabel: "step", yLabel: "f(x)", logY: true, lines: []line{values}}}, ending(path, steps), nil
}
