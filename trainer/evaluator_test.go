package trainer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/lrsched"
	"descent/optimizers"
)

// halved is gradient descent that is to be evaluated at half of its parameters.
type halved struct{ optimizers.SGD }

func (halved) Evaluate32(u optimizers.Update[float32], dst []float32) {
	for i, v := range u.Value {
		dst[i] = v / 2
	}
}

func (halved) Evaluate64(optimizers.Update[float64], []float64) { panic("float32 only") }

// TestPointOfEvaluation trains a weight that counts the updates.
func TestPointOfEvaluation(t *testing.T) {
	model := newScripted(1, 2, 3)
	tr := basic(model)
	tr.Rule, tr.Schedule, tr.BatchSize = halved{}, lrsched.Constant(1), 8
	var seen []float32
	tr.Hooks = []Hook{{
		StepEnd: func(*State) error { seen = append(seen, model.w[0]); return nil },
		FitEnd:  func(*State) error { seen = append(seen, model.w[0]); return nil },
	}}
	watching := &watcher{scripted: model}
	tr.Model = watching
	_, err := tr.Fit(t.Context(), data(t, 8), data(t, 5))
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3, 1.5}, seen, "trained at the one point, left at the other")
	assert.Equal(t, []float32{.5, 1, 1.5}, watching.at)

	model = newScripted(3, 1, 2)
	watching.scripted, tr.Hooks = model, nil
	tr.EarlyStopping = &EarlyStopping{Patience: 5}
	_, err = tr.Fit(t.Context(), data(t, 8), data(t, 5))
	require.NoError(t, err)
	assert.Equal(t, float32(1), model.w[0], "the point that was best")

	model = newScripted(3, 1, 2)
	watching.scripted, tr.EarlyStopping = model, nil
	tr.Hooks = []Hook{{EpochEnd: func(s *State) error {
		if s.Epoch == 2 {
			return errFake
		}
		return nil
	}}}
	_, err = tr.Fit(t.Context(), data(t, 8), data(t, 5))
	require.ErrorIs(t, err, errFake)
	assert.Equal(t, float32(2), model.w[0], "an error leaves the point of training")
}

// watcher notes where a scripted model is evaluated.
type watcher struct {
	*scripted
	at []float32
}

func (w *watcher) Evaluate(b *datasets.Batch) (float64, []float32, error) {
	w.at = append(w.at, w.w[0])
	return w.scripted.Evaluate(b)
}
