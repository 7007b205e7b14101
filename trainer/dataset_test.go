package trainer

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
)

// faulty is a dataset that fails when its fault does.
type faulty struct {
	datasets.Dataset
	fault func(method string) error
}

func (f faulty) Len() int {
	_ = f.fault("Len")
	return f.Dataset.Len()
}

func (f faulty) InputShape() []int {
	_ = f.fault("InputShape")
	return f.Dataset.InputShape()
}

func (f faulty) Gather(b *datasets.Batch, rows []int) error {
	if err := f.fault("Gather"); err != nil {
		return err
	}
	return f.Dataset.Gather(b, rows)
}

func TestPanicInADataset(t *testing.T) {
	for _, method := range []string{"Len", "InputShape", "Gather"} {
		bad := faulty{data(t, 8), func(called string) error {
			if called == method {
				panic("boom")
			}
			return nil
		}}
		inTraining, inTest, inEvaluate := "the training data: ", "the test data: ", "the data: "
		if method == "Gather" {
			inTraining, inTest, inEvaluate = "epoch 1: step 1: Loader: batch 0 (first row 7): ", "evaluation after step 2: Loader: batch 0 (first row 0): ", "Loader: batch 0 (first row 0): "
		}
		want := "trainer.faulty." + method + ": panic: boom (dataset_test.go:40)"
		_, err := basic(newLinear(2)).Fit(t.Context(), bad, nil)
		assert.EqualError(t, err, "trainer: "+inTraining+want)
		_, err = basic(newLinear(2)).Fit(t.Context(), data(t, 8), bad)
		assert.EqualError(t, err, "trainer: "+inTest+want)
		_, err = Evaluate(t.Context(), newLinear(2), bad, 4)
		assert.EqualError(t, err, "trainer: Evaluate: "+inEvaluate+want)
	}
}

// A run whose dataset fails midway, by an error or a panic, continues from there
// once it is mended, to the same weights.
func TestDatasetFailsAndRunContinues(t *testing.T) {
	d, test := data(t, 22), data(t, 5)
	whole := newLinear(2)
	want, err := basic(whole).Fit(t.Context(), d, test)
	require.NoError(t, err)
	lost := errors.New("lost")
	for name, fail := range map[string]func() error{"error": func() error { return lost }, "panic": func() error { panic(lost) }} {
		t.Run(name, func(t *testing.T) {
			for at := range 3 * 6 { // epochs of six batches
				calls := 0
				bad := faulty{d, func(method string) error {
					if method == "Gather" {
						if calls++; calls > at {
							return fail()
						}
					}
					return nil
				}}
				var c *Checkpoint
				model := newLinear(2)
				tr := basic(model)
				tr.Hooks = []Hook{{FitEnd: func(s *State) (err error) {
					c, err = s.Checkpoint()
					return err
				}}}
				_, err := tr.Fit(t.Context(), bad, test)
				require.ErrorContains(t, err, ": Loader: batch ")
				require.ErrorContains(t, err, "lost")
				require.Equal(t, at, c.Step())

				model = newLinear(2)
				tr = basic(model)
				tr.Resume = c
				got, err := tr.Fit(t.Context(), d, test)
				require.NoError(t, err)
				require.Len(t, got.Epochs, len(want.Epochs), "after %d batches", at)
				assert.Equal(t, whole.Params(), model.Params())
				for i, e := range want.Epochs {
					assert.Equal(t, e.Train, got.Epochs[i].Train)
					assert.Equal(t, e.Test, got.Epochs[i].Test)
				}
			}
		})
	}
}
