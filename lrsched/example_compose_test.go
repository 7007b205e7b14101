package lrsched_test

import (
	"fmt"

	"descent/lrsched"
)

// Two epochs of warmup and then cosine restarts of two, four, eight … epochs,
// in epochs of 235 updates.
func Example() {
	const perEpoch = 235
	s := lrsched.ByEpoch{Updates: perEpoch, Then: lrsched.Warmup{
		Steps: 2, Begin: 0.02,
		Then: lrsched.CosineRestarts{Base: 0.1, Final: 0.001, First: 2, Mult: 2, From: 2},
	}}
	fmt.Println(lrsched.Check(s, 10*perEpoch))
	for epoch := range 10 {
		fmt.Printf("%.4f ", s.At(epoch*perEpoch))
	}
	// Output:
	// <nil>
	// 0.0200 0.0600 0.1000 0.0505 0.1000 0.0855 0.0505 0.0155 0.1000 0.0962
}

// A constant rate, and from update 10 on a decay that starts there.
func ExampleJoin() {
	show(lrsched.Join{
		{From: 0, Then: lrsched.Constant(0.2)},
		{From: 10, Then: lrsched.Shift{By: -10, Then: lrsched.Exponential{Base: 0.1, Gamma: 0.5}}},
	}, 0, 9, 10, 11, 12)
	// Output: 0: 0.2  9: 0.2  10: 0.1  11: 0.05  12: 0.025
}

func ExampleScale() {
	shape := lrsched.Cosine{Base: 1, To: 4}
	show(lrsched.Scale{By: 0.1, Then: shape}, 0, 2, 4)
	// Output: 0: 0.1  2: 0.05  4: 0
}

func ExampleShift() {
	s := lrsched.Linear{Base: 4, Final: 0, To: 4}
	show(lrsched.Shift{By: 1, Then: s}, 0, 1, 2, 3)
	show(lrsched.Shift{By: -1, Then: s}, 0, 1, 2, 3)
	// Output:
	// 0: 3  1: 2  2: 1  3: 0
	// 0: 4  1: 4  2: 3  3: 2
}

// The book's cosine with warmup, as a function of num_update and in training: at
// the first update, MXNet's trainer calls a scheduler with num_update 1.
func ExampleShift_mxnet() {
	s := lrsched.Warmup{Steps: 5, Then: lrsched.Cosine{Base: 0.5, Final: 0.01, From: 5, To: 40}}
	show(s, 0, 1, 4, 5, 40)
	show(lrsched.Shift{By: 1, Then: s}, 0, 1, 4, 5, 40)
	// Output:
	// 0: 0  1: 0.1  4: 0.4  5: 0.5  40: 0.01
	// 0: 0.1  1: 0.2  4: 0.5  5: 0.499  40: 0.01
}

// A decay multiplied by a ramp, as in PyTorch's ChainedScheduler.
func ExampleChain() {
	show(lrsched.Chain{
		Base:    lrsched.Constant(0.4),
		Factors: []lrsched.Schedule{lrsched.Linear{Base: 0.25, Final: 1, To: 3}, lrsched.Step{Base: 1, Factor: 0.5, Every: 2}},
	}, 0, 1, 2, 3, 4)
	// Output: 0: 0.1  1: 0.2  2: 0.15  3: 0.2  4: 0.1
}

func ExampleByEpoch() {
	show(lrsched.ByEpoch{Updates: 100, Then: lrsched.MultiFactor{Base: 0.1, Factor: 0.1, Milestones: []int{30, 60}}}, 0, 2999, 3000, 6000)
	// Output: 0: 0.1  2999: 0.1  3000: 0.01  6000: 0.001
}

// The same schedule, in examples, for two batch sizes.
func ExampleBySample() {
	fall := lrsched.Linear{Base: 0.1, Final: 0, To: 10_000}
	show(lrsched.BySample{Batch: 50, Then: fall}, 0, 100, 200)
	show(lrsched.BySample{Batch: 100, Then: fall}, 0, 50, 100)
	// Output:
	// 0: 0.1  100: 0.05  200: 0
	// 0: 0.1  50: 0.05  100: 0
}

func ExampleCheck() {
	s := lrsched.Warmup{Steps: 500, Then: lrsched.Constant(0.1)}
	fmt.Println(lrsched.Check(s, 1000))
	fmt.Println(lrsched.Check(s, 300))
	// Output:
	// <nil>
	// lrsched: Warmup: Steps = 500: want at most 300, the length of the run
}
