package bench

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"descent/internal/rng"
	"descent/optimizers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bowl is a workload of a number: noisy descent on ½x², ten steps an epoch.
type bowl struct {
	name   string
	runs   atomic.Int64
	onRun  func(n int64) error // before the n-th run, from 1
	source string

	gradient func(g float64) float64 // stands in for it
	more     float64                 // of the loss
}

func (b *bowl) Info() Info {
	return Info{Name: b.name, About: "a bowl", Version: "1", Metric: "value", Target: .01, Epochs: 2}
}

func (b *bowl) Open(context.Context) (string, error) {
	if b.source == "" {
		return "made", nil
	}
	return b.source, nil
}

func (b *bowl) Run(ctx context.Context, r Run) (Curve, error) {
	n := b.runs.Load()
	if r.Seed != 0 { // not the first step alone
		n = b.runs.Add(1)
	}
	if r.Seed != 0 && b.onRun != nil {
		if err := b.onRun(n); err != nil {
			return Curve{}, err
		}
	}
	noise := rng.New(r.Seed, "bowl", string(r.Split))
	p := []optimizers.Param[float64]{{Name: "x", Shape: []int{1}, Value: []float64{noise.NormFloat64()}, Grad: []float64{0}}}
	o, err := optimizers.New(r.Rule, p, optimizers.Config{Groups: r.Groups, Seed: r.Seed})
	if err != nil {
		return Curve{}, err
	}
	steps := 10 * r.Epochs
	rates, err := r.Schedule(steps)
	if err != nil {
		return Curve{}, err
	}
	end := steps
	if r.Stop > 0 {
		end = int(math.Ceil(r.Stop * float64(steps)))
	}
	var c Curve
	for step := range end + 1 {
		if err := ctx.Err(); err != nil {
			return Curve{}, err
		}
		x := p[0].Value[0]
		if math.Abs(x) > 1e6 {
			c.Diverged = true
			return c, nil
		}
		if step%2 == 0 {
			c.Points = append(c.Points, Point{Step: step, Epoch: float64(step) / 10, Loss: x * x / 2, Metric: x * x / 2, Seconds: float64(n)})
		}
		if r.Loss != nil {
			r.Loss(x*x/2 + b.more)
		}
		p[0].Grad[0] = x + .1*noise.NormFloat64()
		if b.gradient != nil {
			p[0].Grad[0] = b.gradient(p[0].Grad[0])
		}
		if err := o.Step(rates.At(step)); err != nil {
			return Curve{}, err
		}
	}
	return c, nil
}

var errFake = errors.New("fake")

func sgd(name string) Contender {
	return Contender{
		Name: name, Space: Space{{Name: "lr", Low: 1e-3, High: 10, Log: true}},
		Make: func(v []float64) Setup { return Setup{Rule: optimizers.SGD{}, LR: v[0]} },
	}
}

func momentum() Contender {
	return Contender{
		Name:  "momentum",
		Space: Space{{Name: "lr", Low: 1e-3, High: 1, Log: true}, {Name: "momentum", Low: .5, High: .99, FromOne: true}},
		Make:  func(v []float64) Setup { return Setup{Rule: optimizers.SGD{Momentum: v[1]}, LR: v[0]} },
	}
}

// plan has two workloads, four optimizers, of which two are the same and one is fixed,
// and two studies. A study of a tuned one has 10 runs to the rung, 6 to the end and 4 of
// scoring, so that the plan has 2·2·(3·20 + 4) = 256 runs.
func plan() Plan {
	fixed := Contender{Name: "fixed", Make: func([]float64) Setup { return Setup{Rule: optimizers.SGD{}, LR: .3} }}
	return Plan{
		Workloads: []Workload{&bowl{name: "one"}, &bowl{name: "two"}}, Optimizers: []Contender{sgd("a"), sgd("b"), momentum(), fixed},
		Seed: 1, Studies: 2, Trials: 5, TuningSeeds: 2, Seeds: 4,
	}
}
