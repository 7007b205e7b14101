package workloads

import (
	"context"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers/bench"
	"descent/trainer"
)

// All is the workloads of this package, in the order of their presentation.
func All(f *Fashion) []bench.Workload {
	return []bench.Workload{Rosenbrock(), Quadratic(), Airfoil(), Softmax(f), MLP(f), LeNet(f), FMNIST2C2D(f)}
}

// Airfoil is "airfoil": linear regression on NASA's airfoil self-noise data,
// which has no test data of its own: 300 of its 1,500 rows, drawn once, are the
// test data here. It is standardised over all rows, as in the book. Batches of ten; the metric is ½·(error)², the mean over rows.
func Airfoil() *Network {
	return &Network{
		About: bench.Info{
			Name: "airfoil", About: "linear regression on the airfoil self-noise data, of which a fixed fifth is for testing", Version: "1",
			Metric: "half mean squared error", Target: .25, Epochs: 5, Batch: 10,
		},
		Layers: nn.LinearRegression(), Loss: nn.SquaredError{Half: true},
		Data: func(context.Context) (Data, error) {
			all, err := datasets.Airfoil()
			if err != nil {
				return Data{}, err
			}
			test, train, err := datasets.Split(all, all.Len()/5, splitSeed)
			return Data{Source: "NASA airfoil self-noise: 1,200 training and 300 test rows, standardised", Train: train, Test: test}, err
		},
	}
}

// Softmax is "softmax": logistic regression on Fashion-MNIST, a convex problem.
// Weights start from N(0, 0.01²), biases from zero; batches of 256.
func Softmax(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "softmax", About: "logistic regression on Fashion-MNIST: convex", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .83, Epochs: 5, Batch: 256,
		},
		Layers: nn.Sequential(nn.Flatten{}, nn.Dense{Units: 10, Weight: nn.Normal{SD: .01}, Bias: nn.Constant(0)}),
		Loss:   nn.SoftmaxCrossEntropy{}, Metric: accuracy(), Data: f.data(.80, 10),
	}
}

// MLP is "mlp": one hidden layer of 128 ReLUs on Fashion-MNIST, initialised as
// [nn.MLP] does; batches of 256.
func MLP(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "mlp", About: "a network with one hidden layer of 128 ReLUs on Fashion-MNIST", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .86, Epochs: 5, Batch: 256,
		},
		Layers: nn.MLP(128, 10), Loss: nn.SoftmaxCrossEntropy{}, Metric: accuracy(), Data: f.data(.81, 10),
	}
}

// LeNet is "lenet": [nn.LeNet] on Fashion-MNIST; batches of 256.
func LeNet(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "lenet", About: "LeNet-5 with ReLU and max pooling on Fashion-MNIST", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .86, Epochs: 5, Batch: 256,
		},
		Layers: nn.LeNet(10), Loss: nn.SoftmaxCrossEntropy{}, Metric: accuracy(), Data: f.data(.79, 10),
	}
}

// FMNIST2C2D is "fmnist-2c2d", the test problem fmnist_2c2d of DeepOBS
// (Schneider, Balles and Hennig 2019): two convolutions of 32 and 64 filters of
// 5×5, each with ReLU and max pooling, and dense layers of 1,024 and 10 units on
// Fashion-MNIST. Weights start from [nn.TruncatedNormal] with standard deviation
// 0.05, biases from 0.05; batches of 128, an incomplete one left out. The budget
// is DeepOBS's 100 epochs.
//
// DeepOBS tests on the first 9,984 of the test images, which are 78 batches; here
// all 10,000 are.
func FMNIST2C2D(f *Fashion) *Network {
	weight, bias := nn.TruncatedNormal{SD: .05}, nn.Constant(.05)
	conv := func(filters int) nn.Layer {
		return nn.Conv2D{Filters: filters, Kernel: 5, Pad: 2, Weight: weight, Bias: bias}
	}
	dense := func(units int) nn.Layer { return nn.Dense{Units: units, Weight: weight, Bias: bias} }
	return &Network{
		About: bench.Info{
			Name: "fmnist-2c2d", About: "DeepOBS's fmnist_2c2d: two convolutions and two dense layers on Fashion-MNIST", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .92, Epochs: 100, Batch: 128,
			Baselines: published(),
		},
		Layers: nn.Sequential(
			conv(32), nn.ReLU{}, nn.MaxPool2D{Size: 2},
			conv(64), nn.ReLU{}, nn.MaxPool2D{Size: 2},
			nn.Flatten{}, dense(1024), nn.ReLU{}, dense(10),
		),
		Loss: nn.SoftmaxCrossEntropy{}, Metric: accuracy(), DropLast: true, Data: f.data(.87, 100),
	}
}

func accuracy() *trainer.Metric {
	m := trainer.Accuracy()
	return &m
}
