package bench

import (
	"context"
	"math"
	"runtime"
	"slices"

	"descent/internal/prefix"
	"descent/lrsched"
	"descent/optimizers"
)

// firstStep describes a workload up to its first update.
type firstStep struct {
	sum     string  // a hash of everything below
	params  []shape // the parameters that a rule gets
	double  bool    // the parameters are float64
	updates []int   // the lengths of runs on the two splits, without duplicates
}

// see runs a workload for one update on both splits. It hashes the length of the
// run, the initial parameters, loss and gradient, and the initial measurements.
// No other run has seed 0.
func see(ctx context.Context, w Workload, epochs int) (firstStep, error) {
	t := newTrace()
	var s firstStep
	for _, split := range []Split{Test, Validation} {
		v := &witness{trace: t}
		one, stop := context.WithCancel(ctx)
		curve, err := train(one, w, Run{
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
			return s, prefix.Error("first step", err)
		}
		for _, p := range curve.Points {
			addNumbers(t, []float64{float64(p.Step), p.Epoch, p.Loss, p.Metric})
		}
		s.params, s.double = v.params, v.double
	}
	if len(s.params) == 0 { // the workload does not use the rule
		s.params, s.double = []shape{{"x", []int{67}}, {"w", []int{9, 7}}}, true
	}
	s.sum = t.sum()
	return s, nil
}

// once is a schedule for one update: the optimizer rejects the second one.
type once context.CancelFunc

func (stop once) At(step int) float64 {
	if step == 0 {
		return .01 // the witness ignores it
	}
	stop()
	return math.NaN()
}

// witness is a rule that changes nothing. It hashes the arguments of the first
// update.
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
