package optimizers_test

import (
	"fmt"
	"log"

	"descent/optimizers"
)

// Cautious is a wrapper of your own: it undoes the step of each element that goes
// up its gradient (after Liang et al. 2024, "Cautious Optimizers").
type Cautious struct{ Rule optimizers.Rule }

func (c Cautious) Validate() error {
	return optimizers.Check("Cautious").Inner(c.Rule, "before").Err()
}
func (c Cautious) Unwrap() optimizers.Rule               { return c.Rule }
func (c Cautious) Slots() []string                       { return optimizers.WithSlots(c.Rule, "before") }
func (c Cautious) Update32(u optimizers.Update[float32]) { cautious(c, u) }
func (c Cautious) Update64(u optimizers.Update[float64]) { cautious(c, u) }
func cautious[T optimizers.Float](c Cautious, u optimizers.Update[T]) {
	before := u.Slots[len(u.Slots)-1]
	copy(before, u.Value)
	u.Apply(c.Rule, 1)
	for i, g := range u.Grad {
		if (u.Value[i]-before[i])*g > 0 {
			u.Value[i] = before[i]
		}
	}
}

// A wrapper of your own has the slots, globals, working memory and bounds of the
// inner rule, and accepts the same shapes.
func ExampleWrapper() {
	for _, rule := range []optimizers.Rule{optimizers.SGD{Momentum: 0.9}, Cautious{optimizers.SGD{Momentum: 0.9}}} {
		x, g := []float64{1}, []float64{0}
		o, err := optimizers.New(rule, []optimizers.Param[float64]{{Name: "x", Shape: []int{1}, Value: x, Grad: g}}, optimizers.Config{})
		if err != nil {
			log.Fatal(err)
		}
		lowest := x[0]
		for range 20 { // down x²/2, whose minimum is at 0
			g[0] = x[0]
			if err := o.Step(0.1); err != nil {
				log.Fatal(err)
			}
			lowest = min(lowest, x[0])
		}
		fmt.Printf("%v goes as far as %.2f\n", rule.Slots(), lowest)
	}
	bias := []optimizers.Param[float64]{{Name: "bias", Shape: []int{1}, Value: []float64{0}, Grad: []float64{0}}}
	_, err := optimizers.New(Cautious{optimizers.DefaultMuon()}, bias, optimizers.Config{})
	fmt.Println(err != nil)
	// Output:
	// [momentum_buffer] goes as far as -0.60
	// [momentum_buffer before] goes as far as -0.03
	// true
}
