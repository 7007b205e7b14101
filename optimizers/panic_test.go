package optimizers

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// faulty is a rule that panics in the method that it is told, of parameter "b" or
// its shape.
type faulty struct{ in string }

func (f faulty) at(method string) {
	if f.in == method {
		panic("out of order")
	}
}

func (f faulty) Validate() error   { f.at("Validate"); return nil }
func (f faulty) Slots() []string   { f.at("Slots"); return []string{"count"} }
func (f faulty) Globals() []string { f.at("Globals"); return []string{"total"} }
func (f faulty) Fits(shape []int) error {
	if len(shape) == 2 {
		f.at("Fits")
	}
	return nil
}
func (f faulty) Scratch([]int) int                { f.at("Scratch"); return 1 }
func (f faulty) Prepare32(p Preparation[float32]) {}
func (f faulty) Prepare64(p Preparation[float64]) { p.Globals[0]++; f.at("Prepare") }
func (f faulty) Update32(u Update[float32])       {}
func (f faulty) Update64(u Update[float64]) {
	u.Value[0]++
	u.Slots[0][0]++
	if u.Name == "b" {
		f.at("Update")
	}
}
func (f faulty) Evaluate32(u Update[float32], dst []float32) {}
func (f faulty) Evaluate64(u Update[float64], dst []float64) {
	dst[0] = -1
	if u.Name == "b" {
		f.at("Evaluate")
	}
}

func threeParams(grad float64) []Param[float64] {
	one := func(name string, shape ...int) Param[float64] {
		return Param[float64]{Name: name, Shape: shape, Value: []float64{1}, Grad: []float64{grad}}
	}
	return []Param[float64]{one("a", 1), one("b", 1, 1), one("c", 1)}
}

func TestPanicsInNew(t *testing.T) {
	for _, in := range []string{"Validate", "Slots", "Globals", "Fits", "Scratch"} {
		o, err := New(Rule(faulty{in}), threeParams(1), Config{})
		assert.ErrorContains(t, err, "optimizers: New: panic: out of order (panic_test.go:", in)
		assert.Nil(t, o)
	}
}

// A step of a rule that panics is an error. A step that was watched, here because
// of the size of the gradient, is undone; another one may be half done, and is the
// last one until state and parameters are restored.
func TestPanicsInStep(t *testing.T) {
	for in, want := range map[string]string{
		"Prepare": "optimizers: step 2: *optimizers.faulty: Prepare: panic: out of order (panic_test.go:",
		"Update":  `optimizers: step 2: *optimizers.faulty: parameter "b": panic: out of order (panic_test.go:`,
	} {
		for _, grad := range []float64{1, 1e200} {
			params := threeParams(grad)
			rule := &faulty{}
			o, err := New(Rule(rule), params, Config{Groups: []Group{{Names: []string{"c"}, Rule: SGD{}}}})
			require.NoError(t, err)
			require.NoError(t, o.Step(0))
			before, values := o.State(), valuesOf(params)
			rule.in = in
			err = o.Step(0)
			assert.ErrorContains(t, err, want)
			rule.in = ""
			if grad == 1 {
				assert.Equal(t, err, o.Step(0), "the state is no longer known")
				require.NoError(t, o.Restore(before))
				for i, v := range values {
					params[i].Value[0] = v
				}
			}
			assert.Equal(t, before, o.State())
			assert.Equal(t, values, valuesOf(params))
			require.NoError(t, o.Step(0))
			other, err := New(Rule(faulty{}), threeParams(grad), Config{Groups: []Group{{Names: []string{"c"}, Rule: SGD{}}}})
			require.NoError(t, err)
			require.NoError(t, other.Step(0))
			require.NoError(t, other.Step(0))
			assert.Equal(t, other.State(), o.State())
		}
	}
}

// Swap leaves the parameters alone if the rule's Evaluate panics, which reaches
// the caller.
func TestPanicInSwap(t *testing.T) {
	params := threeParams(1)
	rule := &faulty{}
	o, err := New(Rule(rule), params, Config{})
	require.NoError(t, err)
	require.NoError(t, o.Step(0))
	values := valuesOf(params)
	rule.in = "Evaluate"
	assert.PanicsWithValue(t, "out of order", o.Swap)
	assert.False(t, o.Swapped())
	assert.Equal(t, values, valuesOf(params))
	rule.in = ""
	o.Swap()
	assert.Equal(t, []float64{-1, -1, -1}, valuesOf(params))
	o.Swap()
	assert.Equal(t, values, valuesOf(params))
}

func valuesOf(params []Param[float64]) (all []float64) {
	for _, p := range params {
		all = append(all, p.Value[0])
	}
	return all
}
