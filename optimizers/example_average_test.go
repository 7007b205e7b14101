package optimizers_test

import (
	"fmt"

	"descent/optimizers"
)

// noisy takes ten steps on f(x) = x²/2 from 1, with gradients alternately 0.4 too
// high and too low, and prints where the rule trains and is evaluated.
func noisy(rule optimizers.Rule, lr float64) {
	x := optimizers.Param[float64]{Name: "x", Value: []float64{1}, Grad: []float64{0}}
	o, err := optimizers.New(rule, []optimizers.Param[float64]{x}, optimizers.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for t := range 10 {
		x.Grad[0] = x.Value[0] + 0.4*float64(1-t%2*2)
		if err := o.Step(lr); err != nil {
			fmt.Println(err)
			return
		}
	}
	fmt.Printf("trains at %.3f", x.Value[0])
	o.Swap()
	fmt.Printf(", evaluated at %.3f", x.Value[0])
	o.Swap()
	fmt.Printf(", back at %.3f\n", x.Value[0])
}

func ExampleScheduleFreeSGD() {
	noisy(optimizers.DefaultScheduleFreeSGD(), 0.5)
	// Output:
	// trains at -0.021, evaluated at -0.017, back at -0.021
}

func ExampleScheduleFreeAdamW() {
	noisy(optimizers.DefaultScheduleFreeAdamW(), 0.5)
	// Output:
	// trains at -0.012, evaluated at -0.030, back at -0.012
}

func ExampleEMA() {
	noisy(optimizers.EMA{Rule: optimizers.SGD{}, Decay: 0.8}, 0.5)
	noisy(optimizers.EMA{Rule: optimizers.SGD{}, Decay: 0.8, Debias: true}, 0.5)
	noisy(optimizers.EMA{Rule: optimizers.DefaultLookahead(optimizers.SGD{}), Decay: 0.8}, 0.5)
	// Output:
	// trains at 0.134, evaluated at 0.151, back at 0.134
	// trains at 0.134, evaluated at 0.049, back at 0.134
	// trains at 0.299, evaluated at 0.272, back at 0.299
}

func ExampleSWA() {
	noisy(optimizers.SWA{Rule: optimizers.SGD{}, Start: 5, Every: 1}, 0.5)
	// Output:
	// trains at 0.134, evaluated at 0.009, back at 0.134
}

// A rule with a point of evaluation of its own cannot be the inner rule.
func ExampleLookahead() {
	noisy(optimizers.DefaultLookahead(optimizers.SGD{}), 0.5)
	noisy(optimizers.DefaultLookahead(optimizers.DefaultScheduleFreeSGD()), 0.5)
	// Output:
	// trains at 0.299, evaluated at 0.299, back at 0.299
	// optimizers: Lookahead: Rule = optimizers.ScheduleFreeSGD: want one without a point of evaluation of its own
}
