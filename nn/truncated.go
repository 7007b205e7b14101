package nn

import (
	"fmt"
	"math"
	"math/rand/v2"

	"descent/internal/rng"
)

// TruncatedNormal draws from N(Mean, SD²) and again where a value is more than
// 2·SD from the mean, as TensorFlow's truncated_normal does: the standard
// deviation of what is drawn is 0.880·SD.
type TruncatedNormal struct{ Mean, SD float64 }

// Init implements [Initializer].
func (n TruncatedNormal) Init(dst []float32, _ Fans, r *rand.Rand) error {
	if !(n.SD >= 0) || math.IsInf(n.SD, 0) || math.IsNaN(n.Mean) || math.IsInf(n.Mean, 0) {
		return fmt.Errorf("TruncatedNormal: Mean = %v, SD = %v: want finite numbers, SD ≥ 0", n.Mean, n.SD)
	}
	for i := range dst {
		z := rng.Normal(r)
		for math.Abs(z) > 2 {
			z = rng.Normal(r)
		}
		dst[i] = float32(n.Mean + float64(n.SD*z))
	}
	return nil
}
