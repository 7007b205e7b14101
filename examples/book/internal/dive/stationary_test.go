package dive

import (
	"testing"

	"descent/autograd"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestClassify(t *testing.T) {
	square := func(x autograd.Var, i int) autograd.Var { return x.Index(i).Square() }
	for name, c := range map[string]struct {
		f     autograd.Function
		want  stationary
		eigen []float64
	}{
		"bowl":        {func(x autograd.Var) autograd.Var { return square(x, 0).Add(square(x, 1)) }, minimum, []float64{2, 2}},
		"hill":        {func(x autograd.Var) autograd.Var { return square(x, 0).Add(square(x, 1)).Neg() }, maximum, []float64{-2, -2}},
		"saddle":      {func(x autograd.Var) autograd.Var { return square(x, 0).Sub(square(x, 1)) }, saddle, []float64{-2, 2}},
		"trough":      {func(x autograd.Var) autograd.Var { return square(x, 0) }, inconclusive, []float64{0, 2}},
		"ridge":       {func(x autograd.Var) autograd.Var { return square(x, 1).Neg() }, inconclusive, []float64{-2, 0}},
		"fourth":      {func(x autograd.Var) autograd.Var { return square(x, 0).Square().Add(square(x, 1).Square()) }, inconclusive, []float64{0, 0}},
		"product":     {func(x autograd.Var) autograd.Var { return x.Index(0).Mul(x.Index(1)) }, saddle, []float64{-1, 1}},
		"flat saddle": {func(x autograd.Var) autograd.Var { return square(x, 0).Sub(square(x, 0).Mul(square(x, 1))) }, inconclusive, []float64{0, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			got, eigen, err := classify(c.f, []float64{0, 0})
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			assert.InDeltaSlice(t, c.eigen, eigen, 1e-12)
		})
	}
	_, _, err := classify(func(x autograd.Var) autograd.Var { return square(x, 0) }, []float64{1})
	assert.ErrorContains(t, err, "want a stationary point")
}
