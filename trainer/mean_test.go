package trainer

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/optimizers"
)

// TestMeans holds the means over batches against sums in 200 bits.
func TestMeans(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, loss := range map[string]func(i int) float64{
		"equal":        func(int) float64 { return .1 },
		"offset":       func(int) float64 { return 1e12 + random.Float64() },
		"first large":  func(i int) float64 { return map[bool]float64{true: 1e17, false: .1}[i == 0] },
		"cancel":       func(i int) float64 { return float64(1-2*(i%2))*1e15 + .1 },
		"negative":     func(int) float64 { return -30 + random.Float64() },
		"of all sizes": func(int) float64 { return math.Ldexp(random.NormFloat64(), random.IntN(200)-100) },
	} {
		t.Run(name, func(t *testing.T) {
			sums := newTally([]Metric{{Name: "same", Sum: func(b *datasets.Batch, out []float32) float64 { return .1 }}})
			exact, rows := new(big.Float).SetPrec(200), 0
			b := &datasets.Batch{}
			for i := range 100_000 {
				b.Rows = 1 + i%7
				v := loss(i)
				require.NoError(t, sums.add(b, float64(b.Rows), v, nil))
				exact.Add(exact, new(big.Float).SetPrec(200).Mul(big.NewFloat(v), big.NewFloat(float64(b.Rows))))
				rows += b.Rows
			}
			want, _ := exact.Quo(exact, big.NewFloat(float64(rows)).SetPrec(200)).Float64()
			got, err := sums.scores()
			require.NoError(t, err)
			assert.Equal(t, want, got.Loss)
			assert.Equal(t, .1*1e5/float64(rows), got.Metrics[0])
		})
	}
}

func TestMeanOfAMillionEqualLosses(t *testing.T) {
	sums, b := newTally(nil), &datasets.Batch{Rows: 7}
	n := 1_000_000
	if testing.Short() {
		n = 50_000
	}
	for range n {
		require.NoError(t, sums.add(b, float64(b.Rows), .1, nil))
	}
	got, err := sums.scores()
	require.NoError(t, err)
	assert.Equal(t, .1, got.Loss)
}

// TestGroupLoss: the loss of an update is the mean of its batches', also where
// a multiple of it cannot be represented.
func TestGroupLoss(t *testing.T) {
	for _, accumulate := range []int{1, 2, 3} {
		model := newLinear(2)
		model.onStep = func(_ int, _ *linear, loss *float64) error { *loss = .1; return nil }
		tr := basic(model)
		tr.BatchSize, tr.Accumulate = 7, accumulate
		tr.Hooks = []Hook{{StepEnd: func(s *State) error { assert.Equal(t, .1, s.Loss); return nil }}}
		history, err := tr.Fit(t.Context(), data(t, 40), nil)
		require.NoError(t, err)
		assert.Equal(t, .1, history.Last().Train.Loss)
	}
}

// TestSumOverflows: figures that are finite, whose sum is not.
func TestSumOverflows(t *testing.T) {
	model := newLinear(2)
	model.onStep = func(_ int, _ *linear, loss *float64) error { *loss = 1e308; return nil }
	_, err := basic(model).Fit(t.Context(), data(t, 8), nil)
	assert.EqualError(t, err, "trainer: epoch 1: step 1: loss = 1e+308: the sum over the rows overflows: not finite")
	assert.ErrorIs(t, err, optimizers.ErrNotFinite)

	sums := newTally([]Metric{{Name: "huge", Sum: func(*datasets.Batch, []float32) float64 { return 1e308 }}})
	require.NoError(t, sums.add(&datasets.Batch{Rows: 1}, 1, 1, nil))
	err = sums.add(&datasets.Batch{Rows: 1}, 1, 1, nil)
	assert.EqualError(t, err, `metric "huge" = 1e+308: the sum over the rows overflows: not finite`)
}
