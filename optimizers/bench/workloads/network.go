package workloads

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"

	"descent/datasets"
	"descent/nn"
	"descent/optimizers/bench"
	"descent/trainer"
)

// Network is a workload that trains a network. About, Layers, Loss and Data must
// be set. Use a pointer, as a Network holds its data.
//
// A run with [bench.Validation] trains on five sixths of the training data and
// measures on the rest, which is the same in all runs. Within an epoch it measures on
// the same 2,000 of these rows; with [bench.Test], on the same number of test rows.
//
// A network that carries a state from batch to batch ([nn.Model.CarriedRows]) trains
// and measures on all rows in their given order, and begins every epoch with a state
// of zero.
type Network struct {
	About  bench.Info // including Batch
	Layers nn.Layer
	Loss   nn.Loss
	Metric *trainer.Metric // if nil, the loss
	// DropLast drops an incomplete last batch.
	DropLast bool
	// FixedOrder trains on the rows in the same random order in every epoch.
	FixedOrder bool
	// Data returns the data. It is called until it succeeds. Calls do not
	// overlap.
	Data func(ctx context.Context) (Data, error)

	mu     sync.Mutex
	loaded bool
	data   parts
}

// Data is the training and test data of a [Network].
type Data struct {
	Source string           // equal sources mean equal data
	Train  datasets.Dataset // including the validation data
	Test   datasets.Dataset

	// Fit and Validation are the parts of Train used for tuning. If both are nil, they
	// are drawn at random, with a sixth for validation.
	Fit, Validation datasets.Dataset

	Vocabulary int // for rows of tokens, as in [nn.Config]; zero for rows of numbers

	// Target and Epochs override those of the workload, for smaller data. If
	// zero, the workload's are used.
	Target float64
	Epochs int
}

// parts is the data and the split of the training data.
type parts struct {
	Data
	someTest, someOfValidation datasets.Dataset // to measure on within an epoch
}

// withinEpoch is the number of rows that a run measures on within an epoch.
const withinEpoch = 2000

func some(d datasets.Dataset) (datasets.Dataset, error) {
	if t, ok := d.(*datasets.Text); d.Len() <= withinEpoch || ok && t.Streams() > 0 {
		return d, nil
	}
	some, _, err := datasets.Split(d, withinEpoch, splitSeed)
	return some, err
}

// splitSeed is the seed of every split of data, which is the same in all runs.
const splitSeed = 1

var _ bench.Workload = (*Network)(nil)

// Info implements [bench.Workload]. After Open, its target and epochs may depend on
// the data.
func (n *Network) Info() bench.Info {
	n.mu.Lock()
	defer n.mu.Unlock()
	i := n.About
	if n.data.Target != 0 {
		i.Target = n.data.Target
		i.Baselines = nil // these are for the full data
	}
	if n.data.Epochs != 0 {
		i.Epochs = n.data.Epochs
	}
	return i
}

// Open implements [bench.Workload]. It reads the data.
func (n *Network) Open(ctx context.Context) (source string, err error) {
	d, err := n.open(ctx)
	return d.Source, err
}

func (n *Network) open(ctx context.Context) (parts, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.loaded {
		return n.data, nil
	}
	switch {
	case n.Layers == nil:
		return parts{}, errors.New("workloads: Network: Layers is nil: want a layer of package nn")
	case n.Loss == nil:
		return parts{}, errors.New("workloads: Network: Loss is nil: want a loss of package nn")
	case n.Data == nil:
		return parts{}, errors.New("workloads: Network: Data is nil: want a function")
	}
	data, err := n.Data(ctx)
	if err != nil {
		return parts{}, err
	}
	if data.Train == nil || data.Test == nil {
		return parts{}, errors.New("workloads: Network: Data: Train or Test is nil: want both")
	}
	if (data.Fit == nil) != (data.Validation == nil) {
		return parts{}, errors.New("workloads: Network: Data: Fit or Validation is nil: want both or neither")
	}
	if data.Fit == nil {
		if data.Validation, data.Fit, err = datasets.Split(data.Train, data.Train.Len()/6, splitSeed); err != nil {
			return parts{}, err
		}
	}
	if b, rows := n.About.Batch, data.Fit.Len(); b < 1 || b > rows {
		return parts{}, fmt.Errorf("workloads: Network: Batch = %d: want [1, %d], the rows without the validation data", b, rows)
	}
	read := parts{Data: data}
	var failed error
	read.someTest, err = some(data.Test)
	read.someOfValidation, failed = some(data.Validation)
	if err = cmp.Or(err, failed); err != nil {
		return parts{}, err
	}
	n.data, n.loaded = read, true
	return n.data, nil
}

// Run implements [bench.Workload].
func (n *Network) Run(ctx context.Context, r bench.Run) (bench.Curve, error) {
	data, err := n.open(ctx)
	if err != nil {
		return bench.Curve{}, err
	}
	fit, whole, some := data.Train, data.Test, data.someTest
	if r.Split == bench.Validation {
		fit, whole, some = data.Fit, data.Validation, data.someOfValidation
	}
	model, err := nn.NewModel(n.Layers, nn.Config{
		Input: fit.InputShape(), Vocabulary: data.Vocabulary, Loss: n.Loss, Seed: modelSeed(r.Seed), Threads: r.Threads,
	})
	if err != nil {
		return bench.Curve{}, err
	}
	defer model.Close()
	loader := datasets.Loader{
		Dataset: fit, BatchSize: n.About.Batch, DropLast: n.DropLast,
		Seed: orderSeed(r.Seed), Shuffle: model.CarriedRows() == 0, FixedOrder: n.FixedOrder,
	}
	return train(ctx, task[float32]{
		params: model.Params(), workers: model.Workers(), perEpoch: loader.Batches(),
		epoch: func(ctx context.Context, epoch int, update func(float64, int) error) error {
			model.StartEpoch()
			for b, err := range loader.Epoch(ctx, epoch) {
				if err != nil {
					return err
				}
				loss, _, err := model.Step(b)
				if err != nil {
					return err
				}
				if err := update(loss, b.Rows); err != nil {
					return err
				}
			}
			return nil
		},
		measure: func(ctx context.Context, within bool) (float64, error) {
			held := whole
			if within {
				held = some
			}
			if n.Metric == nil {
				s, err := trainer.Evaluate(ctx, model, held, n.About.Batch)
				return s.Loss, err
			}
			s, err := trainer.Evaluate(ctx, model, held, n.About.Batch, *n.Metric)
			if err != nil {
				return 0, err
			}
			return s.Metrics[0], nil
		},
	}, r)
}
