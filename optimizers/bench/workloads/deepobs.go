package workloads

import (
	"context"

	"descent/datasets"
	"descent/optimizers"
	"descent/optimizers/bench"
)

// deepOBS is a baseline of DeepOBS for a workload: its rate, found by grid search, and
// the test accuracy or loss at deepOBSEpochs over ten seeds.
type deepOBS struct {
	name     string
	lr       float64
	mean, sd [9]float64
}

var (
	deepOBSEpochs = [9]int{0, 1, 2, 3, 5, 10, 20, 50, 100}

	// The rules are TensorFlow's; its Adam has ε outside the bias correction.
	deepOBSRules = map[string]optimizers.Rule{
		"sgd": optimizers.SGD{}, "momentum": optimizers.SGD{Momentum: .99}, "adam": optimizers.MXNetAdam(),
	}
)

// deepOBSBaselines are by workload, in the order in which the report shows them.
var deepOBSBaselines = map[string][]deepOBS{
	"fmnist-2c2d": {
		{
			"sgd", .158489,
			[9]float64{.11235, .854477, .875441, .885597, .895643, .902354, .909495, .921815, .922726},
			[9]float64{.0265265, .0117542, .00911173, .00861466, .00678572, .00739687, .00291984, .00224919, .00184279},
		},
		{
			"momentum", .00251189,
			[9]float64{.11235, .851653, .880008, .885437, .898838, .90596, .909565, .919331, .921444},
			[9]float64{.0265265, .00842173, .00554723, .00527063, .00618782, .00560191, .00342908, .00241827, .00211634},
		},
		{
			"adam", .000251189,
			[9]float64{.11235, .852564, .876092, .885477, .896675, .909926, .906981, .917258, .923417},
			[9]float64{.0265265, .00573184, .00325977, .00398275, .00370434, .00362736, .00791936, .00419863, .00293507},
		},
	},
	"quadratic-deep": {
		{
			"sgd", .0158489,
			[9]float64{353.447, 105.33, 102.922, 100.888, 97.6952, 92.9784, 89.4716, 87.6691, 87.3975},
			[9]float64{0, .165908, .168143, .168057, .168053, .168521, .169389, .169377, .168952},
		},
		{
			"momentum", .00251189,
			[9]float64{353.447, 271.158, 137.885, 154.948, 217.381, 134.261, 111.349, 92.8176, 87.045},
			[9]float64{0, 2.43826, 1.12405, .473411, .507337, .389403, .281947, .300049, .025183},
		},
		{
			"adam", .0398107,
			[9]float64{353.447, 141.825, 110.829, 120.078, 101.354, 94.7304, 89.8978, 87.3937, 87.1119},
			[9]float64{0, .235787, .207164, .289385, .0871333, .0919007, .0453913, .020809, .024194},
		},
	},
	"fmnist-vae": {
		{
			"sgd", .00398107,
			[9]float64{132.994, 58.8054, 40.3119, 37.0956, 27.9305, 26.0657, 25.1222, 24.1249, 23.799},
			[9]float64{.0306568, 11.7368, 14.8848, 15.5557, 1.31151, .305234, .301434, .241356, .245723},
		},
		{
			"momentum", 1e-05,
			[9]float64{132.994, 67.9944, 67.9646, 67.9595, 67.9528, 61.5423, 59.7493, 59.3679, 59.2279},
			[9]float64{.0306568, .0116224, .0107918, .0108325, .0102711, 13.6852, 17.2789, 18.0752, 18.364},
		},
		{
			"adam", .000158489,
			[9]float64{132.994, 29.6819, 27.651, 26.6619, 25.6502, 24.6029, 23.8771, 23.2716, 23.0739},
			[9]float64{.0306568, .129769, .152537, .162733, .0970817, .0664624, .0707942, .0975161, .0928953},
		},
	},
}

// DeepOBS returns the three optimizers that DeepOBS compares on its test problems. They
// have its tuned settings for each problem, those for fmnist_2c2d on other workloads,
// and empty search spaces.
func DeepOBS() []bench.Contender {
	const usual = "fmnist-2c2d"
	var all []bench.Contender
	for i, b := range deepOBSBaselines[usual] {
		all = append(all, bench.Contender{Name: b.name, MakeFor: func(workload string, _ []float64) bench.Setup {
			baselines, ok := deepOBSBaselines[workload]
			if !ok {
				baselines = deepOBSBaselines[usual]
			}
			return baselines[i].setup()
		}})
	}
	return all
}

func (b deepOBS) setup() bench.Setup { return bench.Setup{Rule: deepOBSRules[b.name], LR: b.lr} }

// published returns the published results for a workload.
func published(workload string) (all []bench.Baseline) {
	for _, b := range deepOBSBaselines[workload] {
		for i, epoch := range deepOBSEpochs {
			all = append(all, bench.Baseline{
				Name: b.name, Setup: b.setup(), Schedule: bench.ConstantRate().Name, Epoch: epoch, Mean: b.mean[i], SD: b.sd[i],
				Runs: 10, Source: "DeepOBS (Schneider, Balles and Hennig, 2019), one order of the rows for all epochs",
			})
		}
	}
	return all
}

// wholeBatches leaves out the test rows of an incomplete last batch, as DeepOBS does.
func wholeBatches(size int, data func(context.Context) (Data, error)) func(context.Context) (Data, error) {
	return func(ctx context.Context) (Data, error) {
		d, err := data(ctx)
		if err != nil {
			return Data{}, err
		}
		rows := make([]int, d.Test.Len()/size*size)
		for i := range rows {
			rows[i] = i
		}
		d.Test, err = datasets.Subset(d.Test, rows)
		return d, err
	}
}
