package workloads

import (
	"descent/optimizers"
	"descent/optimizers/bench"
)

// deepOBS is a baseline of DeepOBS for [FMNIST2C2D]: its rate, found by grid
// search, and mean accuracies after 1, 5, 10 and 100 epochs.
type deepOBS struct {
	name       string
	setup      bench.Setup
	accuracies [4]float64
	sd         float64 // after 100
}

// The rules are TensorFlow's; its Adam has ε outside the bias correction.
var deepOBSBaselines = []deepOBS{
	{"sgd", bench.Setup{Rule: optimizers.SGD{}, LR: .158}, [4]float64{.855, .896, .902, .9227}, .0018},
	{"momentum", bench.Setup{Rule: optimizers.SGD{Momentum: .99}, LR: 2.51e-3}, [4]float64{.852, .899, .906, .9214}, .0021},
	{"adam", bench.Setup{Rule: optimizers.MXNetAdam(), LR: 2.51e-4}, [4]float64{.853, .897, .910, .9234}, .0029},
}

// DeepOBS returns the three optimizers that DeepOBS compares on its test problems,
// with its tuned settings for fmnist_2c2d. They have empty search spaces.
func DeepOBS() []bench.Contender {
	var all []bench.Contender
	for _, b := range deepOBSBaselines {
		all = append(all, bench.Contender{Name: b.name, Make: func([]float64) bench.Setup { return b.setup }})
	}
	return all
}

// published returns the published results of the baselines.
func published() (all []bench.Baseline) {
	for _, b := range deepOBSBaselines {
		for i, epoch := range []int{1, 5, 10, 100} {
			p := bench.Baseline{
				Name: b.name, Setup: b.setup, Schedule: bench.ConstantRate().Name, Epoch: epoch, Mean: b.accuracies[i],
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
