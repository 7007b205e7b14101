package trainer

import (
	"fmt"
	"math"

	"descent/optimizers"
)

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// finiteValues reports the first parameter element that is NaN or infinite.
func finiteValues(params []optimizers.Param[float32]) error {
	return finiteElements(params, "value", func(p optimizers.Param[float32]) []float32 { return p.Value })
}

// finiteGradients reports the first gradient element that is NaN or infinite.
func finiteGradients(params []optimizers.Param[float32]) error {
	return finiteElements(params, "gradient", func(p optimizers.Param[float32]) []float32 { return p.Grad })
}

func finiteElements(params []optimizers.Param[float32], what string, of func(optimizers.Param[float32]) []float32) error {
	for _, p := range params {
		for i, v := range of(p) {
			if v-v != 0 { // NaN − NaN and Inf − Inf are NaN
				return fmt.Errorf("parameter %q: %s[%d] = %v: %w", p.Name, what, i, v, optimizers.ErrNotFinite)
			}
		}
	}
	return nil
}
