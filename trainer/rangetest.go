package trainer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"

	"descent/datasets"
	"descent/internal/caught"
	"descent/internal/prefix"
	"descent/optimizers"
)

// RangeTest finds a learning rate. It trains for some updates while the rate
// grows exponentially, until the loss diverges (Smith 2017, Cyclical Learning
// Rates; the sweep and the smoothing are those of fastai). Model, Rule and
// BatchSize must be set; the zero value of every other field is its default.
type RangeTest struct {
	Model     Model
	Rule      optimizers.Rule
	BatchSize int // from 1 to the number of training examples
	Seed      uint64
	Clip      optimizers.Clip
	Groups    []optimizers.Group

	From, To float64 // rates of the first and the last update; if zero, 1e-6 and 10
	Steps    int     // updates, 2 or more; if zero, 100

	// Smoothing is the β of the exponentially weighted average of the losses,
	// corrected for its start, in [0, 1). If nil, 0.9.
	Smoothing *float64
	// Diverged ends the test at a smoothed loss s of
	//
	//	s − min > (Diverged − 1) · max(|min|, range)
	//
	// where min is the minimum of the smoothed losses so far, and range is the
	// difference between the largest and the smallest batch loss up to the minimum.
	// For a positive loss that has not fallen by half, s is then more than
	// Diverged times the minimum. The test does not end in the first tenth of
	// Steps, where range is that of all losses so far. Diverged is more than
	// 1. If zero, 4.
	Diverged float64
}

// Sweep is the result of a [RangeTest]. Its slices have one element for each
// update, in the order of rising rates.
type Sweep struct {
	Rates    []float64 `json:"rates"`
	Losses   []float64 `json:"losses"`   // of the batch, before its update
	Smoothed []float64 `json:"smoothed"` // averages of the losses

	// Steepest is the rate at which the smoothed loss falls fastest against
	// the logarithm of the rate: a good rate for training. It is zero if the loss
	// never falls. The other usual suggestion is a tenth of Minimum.
	Steepest float64 `json:"steepest"`
	Minimum  float64 `json:"minimum"`  // rate of the smallest smoothed loss
	Diverged bool    `json:"diverged"` // the loss diverged before the last rate
}

// Run sweeps over the rates. It restores the model bit for bit, even if it returns
// an error: everything except the gradients if the model is [Stateful], the parameters
// if not. A loss or gradient that is NaN or infinite ends the sweep without an error.
//
// It is an error if a setting is out of range, if the weights of a batch are all 0, if
// a parameter is NaN or infinite at the start (the error wraps
// [optimizers.ErrNotFinite]), or if the context ends (the error wraps the context's).
func (r RangeTest) Run(ctx context.Context, train datasets.Dataset) (*Sweep, error) {
	r, smoothing, err := r.filled()
	if err == nil {
		err = r.validate(ctx, train, smoothing)
	}
	if err != nil {
		return nil, prefix.Error("trainer", err, "RangeTest")
	}
	params := r.Model.Params()
	if err := cmp.Or(checkTrained(params), finiteValues(params)); err != nil {
		return nil, prefix.Error("trainer", err, "RangeTest")
	}
	optimizer, err := optimizers.New(r.Rule, params, optimizers.Config{Clip: r.Clip, Groups: r.Groups, Seed: r.Seed, Workers: workers(r.Model)})
	if err != nil {
		return nil, prefix.Error("trainer", err, "RangeTest")
	}
	model := memoryOf(r.Model, params)
	var before snapshot
	model.save(&before)
	defer model.restore(&before)

	s := &Sweep{}
	if err := r.sweep(ctx, train, optimizer, smoothing, s); err != nil {
		return nil, prefix.Error("trainer", err, "RangeTest", fmt.Sprintf("update %d", len(s.Rates)+1))
	}
	s.suggest(r.Steps)
	return s, nil
}

// sweep fills in rates and losses.
func (r *RangeTest) sweep(ctx context.Context, train datasets.Dataset, o *optimizers.Optimizer[float32], smoothing float64, s *Sweep) (err error) {
	defer caught.Error(&err, "", "")
	loader := datasets.Loader{Dataset: train, BatchSize: r.BatchSize, Seed: r.Seed, Shuffle: carrier(r.Model) == nil}
	ratio := math.Log(r.To / r.From)
	smooth, least := 0.0, math.Inf(1)
	low, high, scale := math.Inf(1), math.Inf(-1), 0.0
	for epoch := 0; ; epoch++ {
		if c := carrier(r.Model); c != nil {
			c.StartEpoch()
		}
		for b, err := range loader.Epoch(ctx, epoch) {
			if err != nil {
				return err
			}
			if _, err := weigh(b); err != nil {
				return err
			}
			loss, _, err := r.Model.Step(b)
			if err != nil {
				return err
			}
			if s.Diverged = !finite(loss); s.Diverged {
				return nil
			}
			step := len(s.Rates)
			rate := r.From * math.Exp(ratio*float64(step)/float64(r.Steps-1))
			power := math.Pow(smoothing, float64(step+1))
			smooth = loss + float64((smoothing-power)/(1-power)*(smooth-loss)) // the average, corrected for its start
			s.Rates, s.Losses, s.Smoothed = append(s.Rates, rate), append(s.Losses, loss), append(s.Smoothed, smooth)
			least, low, high = min(least, smooth), min(low, loss), max(high, loss)
			calm := len(s.Rates) <= r.Steps/10
			if calm || smooth == least {
				scale = max(math.Abs(least), high-low)
			}
			s.Diverged = !calm && smooth-least > (r.Diverged-1)*scale
			if s.Diverged || len(s.Rates) == r.Steps {
				return nil
			}
			if err := o.Step(rate); errors.Is(err, optimizers.ErrNotFinite) {
				s.Diverged = true
				return nil
			} else if err != nil {
				return err
			}
		}
	}
}

// suggest reads the rates off the smoothed losses. It fits lines to a tenth of the
// planned updates each, and takes the middle of the steepest line before the minimum.
// After the minimum there are wild falls that mean nothing.
func (s *Sweep) suggest(planned int) {
	if len(s.Rates) == 0 {
		return
	}
	least := 0
	for i, v := range s.Smoothed {
		if v < s.Smoothed[least] {
			least = i
		}
	}
	s.Minimum = s.Rates[least]
	half := min(max(planned/20, 1), least/2)
	steepest := 0.0
	for i := half; i+half <= least; i++ {
		slope := 0.0 // of least squares, up to a positive factor: the logarithms of the rates are equally spaced
		for k := 1; k <= half; k++ {
			slope += float64(float64(k) * (s.Smoothed[i+k] - s.Smoothed[i-k]))
		}
		if slope < steepest {
			steepest, s.Steepest = slope, s.Rates[i]
		}
	}
}

// filled returns the test with its defaults filled in, and the smoothing.
func (r RangeTest) filled() (RangeTest, float64, error) {
	smoothing := .9
	if r.Smoothing != nil {
		smoothing = *r.Smoothing
	}
	for _, f := range []struct {
		name  string
		value *float64
		other float64
	}{{"From", &r.From, 1e-6}, {"To", &r.To, 10}, {"Diverged", &r.Diverged, 4}} {
		if *f.value == 0 {
			*f.value = f.other
		}
		if !(*f.value > 0) || math.IsInf(*f.value, 1) {
			return r, 0, fmt.Errorf("%s = %v: want a finite number, 0 or more", f.name, *f.value)
		}
	}
	if r.Steps == 0 {
		r.Steps = 100
	}
	return r, smoothing, nil
}

// validate reports a setting out of range.
func (r *RangeTest) validate(ctx context.Context, train datasets.Dataset, smoothing float64) error {
	switch {
	case !(r.To > r.From):
		return badSetting("To", r.To, fmt.Sprintf("more than From, %v", r.From))
	case math.IsInf(r.To/r.From, 1):
		return badSetting("To", r.To, fmt.Sprintf("a finite multiple of From, %v", r.From))
	case r.Diverged <= 1:
		return badSetting("Diverged", r.Diverged, "more than 1")
	case r.Steps < 2:
		return badSetting("Steps", r.Steps, "2 or more")
	case !(smoothing >= 0 && smoothing < 1):
		return badSetting("Smoothing", smoothing, "[0, 1)")
	}
	return checkFit(ctx, r.Model, r.Rule, r.BatchSize, train)
}
