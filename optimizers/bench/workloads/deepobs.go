package workloads

import (
	"descent/optimizers"
	"descent/optimizers/bench"
)

// deepOBS is a baseline of DeepOBS for [FMNIST2C2D], whose rate they found by a
// grid search: mean accuracies after 1, 5, 10 and 100 epochs.
type deepOBS struct {
	name       string
	setting    bench.Setup
	accuracies [4]float64
	sd         float64 // after 100
}

// Their rules are TensorFlow's, whose Adam has ε outside of the bias correction.
var deepOBSBaselines = []deepOBS{
	{"sgd", bench.Setup{Rule: optimizers.SGD{}, LR: .158}, [4]float64{.855, .896, .902, .9227}, .0018},
	{"momentum", bench.Setup{Rule: optimizers.SGD{Momentum: .99}, LR: 2.51e-3}, [4]float64{.852, .899, .906, .9214}, .0021},
	{"adam", bench.Setup{Rule: optimizers.MXNetAdam(), LR: 2.51e-4}, [4]float64{.853, .897, .910, .9234}, .0029},
}

// DeepOBS is the three optimizers that DeepOBS compares on its test problems,
// with the settings that it found for fmnist_2c2d: there is nothing to tune.
func DeepOBS() []bench.Contender {
	var all []bench.Contender
	for _, b := range deepOBSBaselines {
		all = append(all, bench.Contender{Name: b.name, Make: func([]float64) bench.Setup { return b.setting }})
	}
	return all
}

// published is what DeepOBS prints of its baselines.
func published() (all []bench.Baseline) {
	for _, b := range deepOBSBaselines {
		for i, epoch := range []int{1, 5, 10, 100} {
			p := bench.Baseline{
				Name: b.name, Setup: b.setting, Schedule: bench.ConstantRate().Name, Epoch: epoch, Mean: b.accuracies[i],
				Runs: 10, Source: "DeepOBS (Schneider, Balles and Hennig, 2019)",
			}
			if epoch == 100 {
				p.SD = b.sd
			}
			all = append(all, p)
		}
	}
	return all
}
