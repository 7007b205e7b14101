package nn_test

import (
	"errors"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every exported method may be called while the model steps or the predictor
// predicts: it works, or returns ErrBusy. The race
// detector watches.
func TestMethodsAtOnce(t *testing.T) {
	b := inputBatch(20, 3, 2, "at once")
	saved := filepath.Join(t.TempDir(), "saved")
	argument := func(name string, at reflect.Type) reflect.Value {
		if (name == "Features" || name == "FeatureShape" || name == "NewPartPredictor") && at.Kind() == reflect.String {
			return reflect.ValueOf("1")
		}
		for _, v := range []any{slices.Clone(b.Inputs), make([]uint8, 3), b, 1, []int{3}, int64(1), [][]int32{{0}}, []string{"1.*"}, map[string]string{"a": "b"}, saved, (func(string) string)(nil)} {
			if at == reflect.TypeOf(v) {
				return reflect.ValueOf(v)
			}
		}
		t.Fatalf("%s takes a %v: teach this test what to give it", name, at)
		return reflect.Value{}
	}
	call := func(name string, f reflect.Value) {
		in := make([]reflect.Value, f.Type().NumIn())
		for i := range in {
			in[i] = argument(name, f.Type().In(i))
		}
		invoke := f.Call
		if f.Type().IsVariadic() {
			invoke = f.CallSlice
		}
		for _, out := range invoke(in) {
			switch v := out.Interface().(type) {
			case error:
				assert.True(t, errors.Is(v, lanes.ErrBusy) || closed(v) || name == "PredictNext", "%s: %v", name, v) // the last is for tokens
			case *nn.Predictor:
				if v != nil {
					v.Close()
				}
			}
		}
	}
	for _, kind := range []reflect.Type{reflect.TypeFor[*nn.Model](), reflect.TypeFor[*nn.Predictor]()} {
		for i := range kind.NumMethod() {
			name := kind.Method(i).Name
			t.Run(kind.Elem().Name()+"."+name, func(t *testing.T) {
				m := newModel(t, nn.MLP(4, 2), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}, Threads: 2})
				require.NoError(t, m.Save(saved))
				require.NoError(t, m.Profile())
				p, err := m.NewPredictor(2)
				require.NoError(t, err)
				defer p.Close()
				it, work := reflect.ValueOf(m), func() { _, _, _ = m.Step(b) }
				if kind == reflect.TypeFor[*nn.Predictor]() {
					it, work = reflect.ValueOf(p), func() { _, _ = p.Predict(nil, b.Inputs) }
				}
				var wg sync.WaitGroup
				wg.Go(func() {
					for range 30 {
						work()
					}
				})
				for range 10 {
					call(name, it.Method(i))
				}
				wg.Wait()
			})
		}
	}
}

// closed reports whether an error is that of a model that was closed.
func closed(err error) bool {
	return slices.Contains([]string{"nn: model is closed", "nn: predictor is closed"}, err.Error())
}

// A slice that is empty counts as none, nil or not.
func TestEmptySlices(t *testing.T) {
	b := inputBatch(2, 3, 2, "empty")
	want := step(t, newModel(t, nn.MLP(4, 2), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}}), b)
	m := newModel(t, nn.MLP(4, 2), nn.Config{Input: []int{3}, Loss: nn.SquaredError{}})
	empty := *b
	empty.Pixels, empty.Labels = []uint8{}, []int32{}
	assert.Equal(t, want, step(t, m, &empty))
	_, _, err := m.Step(&datasets.Batch{Rows: 2, Pixels: make([]uint8, 6), Inputs: []float32{}, Targets: b.Targets})
	assert.NoError(t, err)
	_, _, err = m.Step(&datasets.Batch{Rows: 2, Pixels: []uint8{}, Inputs: []float32{}, Targets: b.Targets})
	assert.ErrorContains(t, err, "nn: batch: want either Pixels or Inputs")
}
