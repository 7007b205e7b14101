package nn_test

import (
	"fmt"
	"math"
	"testing"

	"descent/internal/rng"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The moments are those of scipy.stats.truncnorm(-2, 2), divided by the powers
// of its standard deviation.
func TestTruncatedNormal(t *testing.T) {
	const n, mean, sd = 40_000, .5, .05
	v := make([]float32, n)
	require.NoError(t, nn.TruncatedNormal{Mean: mean, SD: sd}.Init(v, nn.Fans{}, rng.New(1, "init")))
	var moments [4]float64
	largest := 0.
	for _, x := range v {
		z := (float64(x) - mean) / (.8796256610342398 * sd)
		for k, p := 0, z; k < len(moments); k, p = k+1, p*z {
			moments[k] += p / n
		}
		largest = max(largest, math.Abs(float64(x)-mean))
	}
	const kurtosis, sixth, eighth = 2.365536717, 7.471193301, 27.189591165
	variances := [4]float64{1, kurtosis - 1, sixth, eighth - kurtosis*kurtosis}
	for k, want := range [4]float64{0, 1, 0, kurtosis} {
		assert.InDelta(t, want, moments[k], 5*math.Sqrt(variances[k]/n), "moment %d", k+1)
	}
	assert.LessOrEqual(t, largest, 2*sd*(1+1e-6))
	assert.Greater(t, largest, 2*sd*.999)

	require.NoError(t, nn.TruncatedNormal{Mean: 2}.Init(v[:2], nn.Fans{}, rng.New(1)))
	assert.Equal(t, []float32{2, 2}, v[:2], "a standard deviation of 0")
	for _, c := range []struct {
		init nn.TruncatedNormal
		want string
	}{
		{nn.TruncatedNormal{SD: -1}, "Mean = 0, SD = -1"},
		{nn.TruncatedNormal{SD: math.NaN()}, "Mean = 0, SD = NaN"},
		{nn.TruncatedNormal{SD: math.Inf(1)}, "Mean = 0, SD = +Inf"},
		{nn.TruncatedNormal{Mean: math.Inf(-1)}, "Mean = -Inf, SD = 0"},
	} {
		err := c.init.Init(v, nn.Fans{}, rng.New(1))
		assert.EqualError(t, err, fmt.Sprintf("TruncatedNormal: %s: want finite numbers, SD ≥ 0", c.want))
	}
}
