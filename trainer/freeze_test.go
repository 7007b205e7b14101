package trainer

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/optimizers"
)

// freezing is a model whose parameters can be frozen, as those of package nn.
type freezing struct {
	*linear
	weight, bias bool
}

func (f *freezing) Params() []optimizers.Param[float32] {
	params := f.linear.Params()
	params[0].Frozen, params[1].Frozen = &f.weight, &f.bias
	return params
}

// TestFreezeInHook holds that freezing and thawing by a hook take effect with
// the next update, whatever else the trainer does with gradients.
func TestFreezeInHook(t *testing.T) {
	for name, change := range map[string]func(*Trainer){
		"momentum":   func(tr *Trainer) { tr.Rule = optimizers.SGD{Momentum: .9, WeightDecay: .1} },
		"Adam":       func(tr *Trainer) { tr.Rule = optimizers.DefaultAdamW() },
		"accumulate": func(tr *Trainer) { tr.Accumulate = 2 },
		"clip":       func(tr *Trainer) { tr.Clip.GlobalNorm = .1 },
		"SAM":        func(tr *Trainer) { tr.SAM = .05 },
	} {
		t.Run(name, func(t *testing.T) {
			m := &freezing{linear: newLinear(2), bias: true}
			tr := basic(m)
			tr.Epochs = 6
			change(tr)
			var weight, bias [][]float32
			tr.Hooks = []Hook{{Name: "thaw", EpochEnd: func(s *State) error {
				m.bias = s.Epoch%2 == 0 // of the next epoch
				m.weight = s.Epoch%3 == 0
				weight, bias = append(weight, append([]float32(nil), m.w...)), append(bias, append([]float32(nil), m.b...))
				return nil
			}}}
			_, err := tr.Fit(context.Background(), data(t, 20), nil)
			require.NoError(t, err)
			assert.Equal(t, []float32{0}, bias[0])
			for i := 1; i < 6; i++ {
				assert.Equal(t, i%2 == 0, bias[i][0] == bias[i-1][0], "bias, epoch %d", i+1)
				assert.Equal(t, i%3 == 0, weight[i][0] == weight[i-1][0], "weight, epoch %d", i+1)
			}
		})
	}
}

// TestAllFrozen holds that there must be something to train.
func TestAllFrozen(t *testing.T) {
	m := &freezing{linear: newLinear(2), weight: true, bias: true}
	_, err := basic(m).Fit(context.Background(), data(t, 20), nil)
	assert.EqualError(t, err, "trainer: Model: all 2 parameters are frozen: want 1 or more to train")
	_, err = RangeTest{Model: m, Rule: optimizers.SGD{}, BatchSize: 4}.Run(context.Background(), data(t, 20))
	assert.EqualError(t, err, "trainer: RangeTest: Model: all 2 parameters are frozen: want 1 or more to train")
}
