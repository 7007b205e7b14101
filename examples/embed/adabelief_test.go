package main

import (
	"context"
	"descent/lrsched"
	"descent/nn"
	"descent/optimizers"
	"descent/trainer"
	"math"
	"testing"
)

// adaBeliefRuns are five steps at the rate 0.1 from (1, −2) along the gradient
// (x−3, 10·(y+1)), as computed by this Python code:
//
//	for t in range(1, 6):
//	    g = [x[0] - 3, 10*(x[1] + 1)]
//	    for i in range(2):
//	        if decoupled: x[i] *= 1 - lr*decay
//	        else: g[i] += decay*x[i]
//	        m[i] = b1*m[i] + (1-b1)*g[i]
//	        s[i] = b2*s[i] + (1-b2)*(g[i]-m[i])**2 + eps
//	        x[i] -= lr*(m[i]/(1-b1**t))/(math.sqrt(s[i]/(1-b2**t)) + eps)
var adaBeliefRuns = []struct {
	decay     float64
	decoupled bool
	want      [2]float64
}{
	{0, true, [2]float64{1.6069864440774586, -1.4044931873720337}},
	{.5, true, [2]float64{1.3285418051008715, -1.0392553886059763}},
	{.5, false, [2]float64{1.5955068126279415, -1.403171166057139}},
}

func TestAdaBelief(t *testing.T) {
	for _, run := range adaBeliefRuns {
		rule := DefaultAdaBelief()
		rule.WeightDecay, rule.Decoupled = run.decay, run.decoupled
		follow(t, rule, run.want, 1e-12)
		rule.Eps = 1e-300 // too small for float32, which still must not divide by zero
		follow(t, rule, [2]float32{float32(run.want[0]), float32(run.want[1])}, 2e-6)
	}
	rule := DefaultAdaBelief()
	rule.Beta2 = 1
	const want = "optimizers: AdaBelief: Beta2 = 1: want [0, 1)"
	if err := rule.Validate(); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func follow[T optimizers.Float](t *testing.T, rule optimizers.Rule, want [2]T, tolerance float64) {
	t.Helper()
	x, g := []T{1, -2}, make([]T, 2)
	o, err := optimizers.New(rule, []optimizers.Param[T]{{Name: "x", Shape: []int{2}, Value: x, Grad: g}}, optimizers.Config{})
	if err != nil {
		t.Fatal(err)
	}
	step := func() {
		g[0], g[1] = x[0]-3, 10*(x[1]+1)
		if err := o.Step(.1); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 {
		step()
	}
	for i := range x {
		if math.Abs(float64(x[i]-want[i])) > tolerance {
			t.Errorf("%+v: x[%d] = %v, want %v", rule, i, x[i], want[i])
		}
	}
	if n := testing.AllocsPerRun(5, step); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}

// AdaBelief learns the spirals with a repeated schedule.
func TestAdaBeliefTrains(t *testing.T) {
	train, test := newSpirals(1000, 1), newSpirals(500, 2)
	model, err := nn.NewModel(nn.MLP(32, 32, 2), nn.Config{Input: train.InputShape(), Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	updates := (train.Len() + 31) / 32
	run := trainer.Trainer{
		Model: model, Rule: optimizers.DefaultEMA(DefaultAdaBelief()), Epochs: 60, BatchSize: 32, Seed: 1,
		Schedule: Repeat{Every: 20 * updates, Then: lrsched.Cosine{Base: .01, Final: .0005, To: 20 * updates}},
		Metrics:  []trainer.Metric{trainer.Accuracy()},
	}
	history, err := run.Fit(context.Background(), train, test)
	if err != nil {
		t.Fatal(err)
	}
	if got := history.Last().Test.Metrics[0]; got < .97 {
		t.Errorf("test accuracy %v: want 0.97 or more", got)
	}
}
