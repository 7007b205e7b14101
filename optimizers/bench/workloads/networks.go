package workloads

import (
	"context"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers/bench"
	"descent/trainer"
)

// All returns the workloads of this package, in the order in which help texts
// show them.
func All(f *Fashion) []bench.Workload {
	return []bench.Workload{Rosenbrock(), Quadratic(), Airfoil(), Softmax(f), MLP(f), LeNet(f), ResNet(f), QuadraticDeep(), FMNIST2C2D(f), FMNISTVAE(f), CharLSTM(), GPT()}
}

// Airfoil returns "airfoil": linear regression on NASA's airfoil self-noise data. A
// fixed random 300 of its 1,500 rows are the test data. The data is standardized
// over all rows, as in the book. The batch size is 10, and the metric is the mean
// of ½·(error)².
func Airfoil() *Network {
	return &Network{
		About: bench.Info{
			Name: "airfoil", About: "linear regression on the airfoil self-noise data, with a fixed fifth for testing", Version: "1",
			Metric: "half mean squared error", Target: .25, Epochs: 5, Batch: 10,
		},
		Layers: nn.LinearRegression(), Loss: nn.SquaredError{Half: true},
		Data: func(context.Context) (Data, error) {
			all, err := datasets.Airfoil()
			if err != nil {
				return Data{}, err
			}
			test, train, err := datasets.Split(all, all.Len()/5, splitSeed)
			return Data{Source: "NASA airfoil self-noise: 1,200 training and 300 test rows, standardized", Train: train, Test: test}, err
		},
	}
}

// Softmax returns "softmax": logistic regression on Fashion-MNIST, a convex problem.
// Initial weights are N(0, 0.01²) and biases zero. The batch size is 256.
func Softmax(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "softmax", About: "logistic regression on Fashion-MNIST, a convex problem", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .82, Epochs: 3, Batch: 256,
		},
		Layers: nn.Sequential(nn.Flatten{}, nn.Dense{Units: 10, Weight: nn.Normal{SD: .01}, Bias: nn.Constant(0)}),
		Loss:   nn.SoftmaxCrossEntropy{}, Metric: accuracy(), Data: f.data(.80, 10),
	}
}

// MLP returns "mlp": one hidden layer of 128 ReLUs on Fashion-MNIST, initialized like
// [nn.MLP]. The batch size is 256.
func MLP(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "mlp", About: "a network with one hidden layer of 128 ReLUs on Fashion-MNIST", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .85, Epochs: 3, Batch: 256,
		},
		Layers: nn.MLP(128, 10), Loss: nn.SoftmaxCrossEntropy{}, Metric: accuracy(), Data: f.data(.81, 10),
	}
}

// LeNet returns "lenet": [nn.LeNet] on Fashion-MNIST. The batch size is 256.
func LeNet(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "lenet", About: "LeNet-5 with ReLU and max pooling on Fashion-MNIST", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .86, Epochs: 5, Batch: 256,
		},
		Layers: nn.LeNet(10), Loss: nn.SoftmaxCrossEntropy{}, Metric: accuracy(), Data: f.data(.79, 10),
	}
}

// ResNet returns "resnet": [nn.ResNet] with 8 layers, batch normalization and shortcuts
// without parameters (option A), on Fashion-MNIST. The batch size is 128.
func ResNet(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "resnet", About: "a residual net of 8 layers with batch normalization on Fashion-MNIST", Version: "1",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .89, Epochs: 5, Batch: 128,
		},
		Layers: nn.ResNet(8, 10, nn.ResNetA), Loss: nn.SoftmaxCrossEntropy{}, Metric: accuracy(), Data: f.data(.82, 10),
	}
}

// FMNIST2C2D returns "fmnist-2c2d", the test problem fmnist_2c2d of DeepOBS
// (Schneider, Balles and Hennig 2019) on Fashion-MNIST: two convolutions with 32
// and 64 filters of 5×5, each with ReLU and max pooling, and dense layers of 1,024
// and 10 units. Initial weights are [nn.TruncatedNormal] with standard deviation
// 0.05, and biases 0.05. The batch size is 128. Incomplete batches are dropped, even in
// testing, which leaves 9,984 test images. As for the published results, the order of
// the training images is drawn once. The budget is DeepOBS's 100 epochs.
func FMNIST2C2D(f *Fashion) *Network {
	weight, bias := nn.TruncatedNormal{SD: .05}, nn.Constant(.05)
	conv := func(filters int) nn.Layer {
		return nn.Conv2D{Filters: filters, Kernel: 5, Pad: 2, Weight: weight, Bias: bias}
	}
	dense := func(units int) nn.Layer { return nn.Dense{Units: units, Weight: weight, Bias: bias} }
	return &Network{
		About: bench.Info{
			Name: "fmnist-2c2d", About: "DeepOBS's fmnist_2c2d: two convolutions and two dense layers on Fashion-MNIST", Version: "2",
			Metric: "accuracy", Percent: true, Maximize: true, Target: .92, Epochs: 100, Batch: 128,
			Baselines: published("fmnist-2c2d"),
		},
		Layers: nn.Sequential(
			conv(32), nn.ReLU{}, nn.MaxPool2D{Size: 2},
			conv(64), nn.ReLU{}, nn.MaxPool2D{Size: 2},
			nn.Flatten{}, dense(1024), nn.ReLU{}, dense(10),
		),
		Loss: nn.SoftmaxCrossEntropy{}, Metric: accuracy(), DropLast: true, FixedOrder: true, Data: wholeBatches(128, f.data(.87, 100)),
	}
}

// FMNISTVAE returns "fmnist-vae", the test problem fmnist_vae of DeepOBS on
// Fashion-MNIST: the variational autoencoder [nn.VAE] with codes of 8 numbers. The metric
// is the loss: the sum of an image's squared pixel errors plus the divergence of its
// codes. The batch size is 64. Incomplete batches are dropped, even in testing, which
// leaves 9,984 test images. As for the published results, the order of the training
// images is drawn once. The budget is DeepOBS's 100 epochs.
func FMNISTVAE(f *Fashion) *Network {
	return &Network{
		About: bench.Info{
			Name: "fmnist-vae", About: "DeepOBS's fmnist_vae: a variational autoencoder of images on Fashion-MNIST", Version: "1",
			Metric: "loss", Target: 27, Epochs: 100, Batch: 64, Baselines: published("fmnist-vae"),
		},
		Layers: nn.VAE(8), Loss: nn.Reconstruction{}, DropLast: true, FixedOrder: true, Data: wholeBatches(64, f.data(29, 10)),
	}
}

func accuracy() *trainer.Metric {
	m := trainer.Accuracy()
	return &m
}
