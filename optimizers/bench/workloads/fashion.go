package workloads

import (
	"context"
	"errors"
	"sync"

	"descent/datasets"
	"descent/datasets/sample"
)

// Fashion is the Fashion-MNIST data set. It is read once and shared by workloads.
type Fashion struct {
	// Options specify where to look for the data.
	Options datasets.FashionOptions
	// Sample uses the embedded sample instead.
	Sample bool

	mu          sync.Mutex
	train, test *datasets.Images
}

// Load reads the data set, or returns it if it was already read.
func (f *Fashion) Load(ctx context.Context) (train, test *datasets.Images, err error) {
	if f == nil {
		return nil, nil, errors.New("workloads: Fashion is nil: want &Fashion{}")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.train != nil {
		return f.train, f.test, nil
	}
	if f.Sample {
		train, test, err = sample.FashionMNIST()
	} else {
		train, test, err = datasets.FashionMNIST(ctx, f.Options)
	}
	if err != nil {
		return nil, nil, err
	}
	f.train, f.test = train, test
	return train, test, nil
}

// data returns the data for a [Network]. The target and the epochs apply to the
// sample.
func (f *Fashion) data(target float64, epochs int) func(context.Context) (Data, error) {
	return func(ctx context.Context) (Data, error) {
		train, test, err := f.Load(ctx)
		if err != nil {
			return Data{}, err
		}
		// The files are verified, so the data is the same wherever it was found.
		d := Data{Source: "Fashion-MNIST: 60,000 training and 10,000 test images", Train: train, Test: test}
		if train.Source == datasets.SourceSample {
			d.Source = "a sample of Fashion-MNIST: 6,000 training and 1,000 test images"
			d.Target, d.Epochs = target, epochs
		}
		return d, nil
	}
}
