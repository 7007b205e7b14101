package workloads

import (
	"testing"

	"go.uber.org/goleak"

	"descent/lrsched"
	"descent/optimizers"
	"descent/optimizers/bench"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// at is a run of a rule at a constant rate.
func at(rule optimizers.Rule, lr float64, split bench.Split) bench.Run {
	return bench.Run{
		Rule: rule, Seed: 1, Split: split, Epochs: 2, Threads: 1,
		Schedule: func(int) (lrsched.Schedule, error) { return lrsched.Constant(lr), nil },
	}
}

// untimed is a curve without its times.
func untimed(c bench.Curve) bench.Curve {
	for i := range c.Points {
		c.Points[i].Seconds = 0
	}
	return c
}
