package optimizers_test

import (
	"fmt"
	"log"
	"slices"

	"descent/optimizers"
)

// A step gives the same bits for any number of threads.
func ExampleOptimizer_Close() {
	train := func(threads int) []float32 {
		w := optimizers.Param[float32]{Name: "w", Shape: []int{500, 400}, Value: make([]float32, 200_000), Grad: make([]float32, 200_000)}
		o, err := optimizers.New(optimizers.DefaultAdam(), []optimizers.Param[float32]{w}, optimizers.Config{Threads: threads})
		if err != nil {
			log.Fatal(err)
		}
		defer o.Close()
		for step := range 3 {
			for i := range w.Grad {
				w.Grad[i] = float32(i%7-step) / 10
			}
			if err := o.Step(0.001); err != nil {
				log.Fatal(err)
			}
		}
		return w.Value
	}
	fmt.Println(slices.Equal(train(1), train(2)))
	// Output: true
}
