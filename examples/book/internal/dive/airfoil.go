package dive

import (
	"cmp"
	"runtime"
	"sync"
	"sync/atomic"

	"descent/datasets"
	"descent/examples/book/internal/page"
	"descent/internal/figure"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
)

// airfoil is a linear regression on the airfoil data, as the book trains it from
// 11.5 on: 1,500 rows, half the mean squared error, initial weights from
// N(0, 0.01²), two epochs.
type airfoil struct {
	rule     optimizers.Rule
	rate     float64
	schedule lrsched.Schedule // if not nil, instead of rate
	batch    int              // if zero, 10
	epochs   int              // if zero, 2
	data     *datasets.Slices // if nil, the airfoil data
	test     *datasets.Slices // the data to measure the loss on; if nil, data
	seeds    int              // if zero, airfoilSeeds
	hooks    []trainer.Hook
}

// airfoilSeeds is the number of seeds for a mean and a standard deviation.
const airfoilSeeds = 200

// The batch and the epochs of most trainings.
const (
	defaultBatch  = 10
	defaultEpochs = 2
)

// airfoilResult has the results of the seeds.
type airfoilResult struct {
	losses  []float64     // the final loss of each seed
	curve   figure.Series // loss against epochs, of the first seed
	seconds float64       // per epoch, of the first seed, which runs alone
}

// filled returns the run with the defaults in place of zeros.
func (a airfoil) filled() (airfoil, error) {
	if a.data == nil {
		var err error
		if a.data, err = datasets.Airfoil(); err != nil {
			return a, err
		}
	}
	a.test = cmp.Or(a.test, a.data)
	a.batch, a.epochs, a.seeds = cmp.Or(a.batch, defaultBatch), cmp.Or(a.epochs, defaultEpochs), cmp.Or(a.seeds, airfoilSeeds)
	if a.schedule == nil {
		a.schedule = lrsched.Constant(a.rate)
	}
	return a, nil
}

// run trains a model for each seed.
func (a airfoil) run(p *page.Page) (r airfoilResult, err error) {
	if a, err = a.filled(); err != nil {
		return r, err
	}
	r.losses = make([]float64, a.seeds)
	if r.losses[0], r.seconds, err = a.fit(p, 1, &r.curve); err != nil {
		return r, err
	}
	err = eachSeed(a.seeds-1, func(k int) (err error) {
		r.losses[k+1], _, err = a.fit(p, uint64(k+2), nil)
		return err
	})
	return r, err
}

// eachSeed calls f with 0 to n−1, several at a time, and returns the first error.
func eachSeed(n int, f func(k int) error) error {
	errs := make([]error, n)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		group.Go(func() {
			for {
				k := int(next.Add(1)) - 1
				if k >= n {
					return
				}
				if errs[k] = f(k); errs[k] != nil {
					return
				}
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// fit trains one seed, and draws its curve if there is one. It returns the final
// loss and the seconds per epoch.
func (a airfoil) fit(p *page.Page, seed uint64, curve *figure.Series) (loss, seconds float64, err error) {
	model, err := nn.NewModel(nn.LinearRegression(), nn.Config{
		Input: a.data.InputShape(), Loss: nn.SquaredError{Half: true}, Seed: seed, Threads: 1,
	})
	if err != nil {
		return 0, 0, err
	}
	defer model.Close()
	t := trainer.Trainer{
		Model: model, Rule: a.rule, Schedule: a.schedule, Epochs: a.epochs, BatchSize: a.batch, Seed: seed, Hooks: a.hooks,
	}
	if curve != nil { // the book draws the loss at every two hundredth row
		t.EvalEverySteps = max(200/a.batch, 1)
	}
	history, err := t.Fit(p.Ctx, a.data, a.test)
	if err != nil {
		return 0, 0, err
	}
	if curve != nil {
		updates := a.data.Batches(a.batch)
		for _, e := range history.Evaluations {
			curve.X, curve.Y = append(curve.X, float64(e.Step)/float64(updates)), append(curve.Y, e.Test.Loss)
		}
	}
	for _, e := range history.Epochs {
		seconds += e.Seconds / float64(a.epochs)
	}
	return history.Last().Test.Loss, seconds, nil
}
