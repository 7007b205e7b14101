package bench

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"descent/lrsched"
	"descent/optimizers"
)

// firstStep is what a workload does up to its first update.
type firstStep struct {
	sum     string  // of all that was seen
	params  []shape // that a rule is given
	double  bool    // they are float64
	updates []int   // of the runs, one or two lengths
}

// see runs a workload for one update on both splits: it hashes the length of the
// run, the parameters, the loss and the gradient that it begins with, and what it
// measures before. Seed 0 is no run's.
func see(ctx context.Context, w Workload, epochs int) (firstStep, error) {
	t := newTrace()
	var s firstStep
	for _, split := range []Split{Test, Validation} {
		v := &witness{trace: t}
		one, stop := context.WithCancel(ctx)
		curve, err := w.Run(one, Run{
			Rule: v, Split: split, Epochs: epochs, Threads: runtime.GOMAXPROCS(0), Loss: v.loss,
			Schedule: func(updates int) (lrsched.Schedule, error) {
				t.add(uint64(updates))
				if !slices.Contains(s.updates, updates) {
					s.updates = append(s.updates, updates)
				}
				return once(stop), nil
			},
		})
		stop()
		if ctx.Err() != nil {
			return s, ctx.Err()
		}
		if err != nil && len(v.params) == 0 {
			return s, fmt.Errorf("its first step: %w", err)
		}
		for _, p := range curve.Points {
			addNumbers(t, []float64{float64(p.Step), p.Epoch, p.Loss, p.Metric})
		}
		s.params, s.double = v.params, v.double
	}
	if len(s.params) == 0 { // it has no use for a rule
		s.params, s.double = []shape{{"x", []int{67}}, {"w", []int{9, 7}}}, true
	}
	s.sum = t.sum()
	return s, nil
}

// once is a schedule of one update: the second is refused by the optimizer.
type once context.CancelFunc

func (stop once) At(step int) float64 {
	if step == 0 {
		return .01 // of which the witness takes no notice
	}
	stop()
	return math.NaN()
}

// witness is a rule that changes nothing, and hashes what the first update is
// given.
type witness struct {
	trace  *trace
	losses int
	params []shape
	double bool
}

func (v *witness) Validate() error { return nil }
func (v *witness) Slots() []string { return nil }

func (v *witness) Update32(u optimizers.Update[float32]) { witnessed(v, u) }

func (v *witness) Update64(u optimizers.Update[float64]) {
	v.double = true
	witnessed(v, u)
}

func (v *witness) loss(loss float64) {
	if v.losses++; v.losses == 1 {
		v.trace.number(loss)
	}
}

func witnessed[T optimizers.Float](v *witness, u optimizers.Update[T]) {
	if u.Step > 1 {
		return
	}
	v.params = append(v.params, shape{u.Name, slices.Clone(u.Shape)})
	v.trace.text(u.Name)
	addNumbers(v.trace, u.Value)
	addNumbers(v.trace, u.Grad)
}
