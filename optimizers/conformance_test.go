package optimizers

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var nan, inf = math.NaN(), math.Inf(1)

// TestConformance holds every rule of the table to what all rules owe.
func TestConformance(t *testing.T) {
	for _, entry := range rules {
		for _, rule := range entry.conforming {
			t.Run(fmt.Sprintf("%s/%+v/float32", entry.name, rule), func(t *testing.T) { conform[float32](t, entry, rule) })
			t.Run(fmt.Sprintf("%s/%+v/float64", entry.name, rule), func(t *testing.T) { conform[float64](t, entry, rule) })
		}
		t.Run(entry.name+"/fields", func(t *testing.T) { everyFieldCounts(t, entry) })
		t.Run(entry.name+"/invalid", func(t *testing.T) {
			require.NotEmpty(t, entry.invalid)
			for _, want := range slices.Sorted(maps.Keys(entry.invalid)) {
				assert.EqualError(t, entry.invalid[want].Validate(), want)
				_, err := New(entry.invalid[want], models[float32](entry), Config{})
				assert.EqualError(t, err, want)
			}
		})
	}
}

func conform[T Float](t *testing.T, entry ruleTests, rule Rule) {
	model := func() []Param[T] { return models[T](entry) }
	t.Run("moves the weights", func(t *testing.T) {
		params := model()
		before := values(params)
		steps(t, bind(t, rule, params), params, 0, 1+entry.still)
		for i, p := range params {
			for j := range p.Value {
				assert.NotEqual(t, before[i][j], p.Value[j], "%s[%d]", p.Name, j)
			}
		}
	})
	t.Run("leaves gradients alone", func(t *testing.T) {
		for _, config := range []Config{{}, {Clip: Clip{GlobalNorm: .1}}} {
			params := model()
			o, err := New(rule, params, config)
			require.NoError(t, err)
			for step := range 3 {
				gradient(params, step)
				want := gradients(params)
				require.NoError(t, o.Step(.1))
				require.Equal(t, want, gradients(params))
			}
		}
	})
	t.Run("splitting a vector changes nothing", func(t *testing.T) {
		if entry.coupled {
			t.Skip("the rule is not one of single elements")
		}
		whole := []Param[T]{param[T]("w", 7)}
		v, g := whole[0].Value, whole[0].Grad
		halves := []Param[T]{
			{Name: "a", Shape: []int{3}, Value: slices.Clone(v[:3]), Grad: make([]T, 3)},
			{Name: "b", Shape: []int{4}, Value: slices.Clone(v[3:]), Grad: make([]T, 4)},
		}
		one, two := bind(t, rule, whole), bind(t, rule, halves)
		for step := range 5 {
			gradient(whole, step)
			copy(halves[0].Grad, g[:3])
			copy(halves[1].Grad, g[3:])
			require.NoError(t, one.Step(.1))
			require.NoError(t, two.Step(.1))
		}
		assert.Equal(t, v, append(slices.Clone(halves[0].Value), halves[1].Value...))
	})
	t.Run("save, restore, go on", func(t *testing.T) {
		straight := model()
		o := bind(t, rule, straight)
		steps(t, o, straight, 0, 3)
		saved := o.State()
		resumed := model()
		for i := range resumed {
			copy(resumed[i].Value, straight[i].Value)
		}
		reverse := func(p []Param[T]) {
			if !entry.ordered {
				slices.Reverse(p)
			}
		}
		reverse(resumed) // restored by name, not by place
		steps(t, o, straight, 3, 4)

		again := bind(t, rule, resumed)
		require.NoError(t, again.Restore(saved))
		assert.Equal(t, 3, again.Steps())
		for i := range saved.Slots { // Restore has copied
			clear(saved.Slots[i].Values)
		}
		clear(saved.Globals)
		reverse(resumed)
		steps(t, again, resumed, 3, 4)
		assert.Equal(t, values(straight), values(resumed))
	})
	t.Run("allocates nothing", func(t *testing.T) {
		for _, config := range []Config{{}, {Clip: Clip{GlobalNorm: .1}}} {
			params := model()
			o, err := New(rule, params, config)
			require.NoError(t, err)
			gradient(params, 0)
			assert.Zero(t, testing.AllocsPerRun(10, func() { _ = o.Step(.1) }))
		}
	})
	t.Run("refuses what is not finite", func(t *testing.T) {
		for _, bad := range []float64{nan, inf, -inf} {
			for i := range 3 {
				params := model()
				o := bind(t, rule, params)
				steps(t, o, params, 0, 2)
				before, state := values(params), o.State()
				last := len(params[i].Grad) - 1
				params[i].Grad[last] = T(bad)
				err := o.Step(.1)
				assert.EqualError(t, err, fmt.Sprintf("optimizers: step 3: parameter %q: gradient[%d] = %v: not finite", params[i].Name, last, bad))
				assert.ErrorIs(t, err, ErrNotFinite)
				assert.Equal(t, before, values(params))
				assert.Equal(t, state, o.State())
			}
		}
	})
	t.Run("rate zero", func(t *testing.T) {
		params := model()
		before := values(params)
		gradient(params, 0)
		require.NoError(t, bind(t, rule, params).Step(0))
		assert.Equal(t, before, values(params))
	})
}

// everyFieldCounts holds that two rules that differ in one exported field
// differ in what they do, for every field.
func everyFieldCounts(t *testing.T, entry ruleTests) {
	vary := entry.vary
	typ := reflect.TypeOf(entry.conforming[0])
	var fields []string
	for _, f := range reflect.VisibleFields(typ) {
		if f.IsExported() {
			fields = append(fields, f.Name)
		}
	}
	require.ElementsMatch(t, fields, slices.Collect(maps.Keys(vary)))
	for _, name := range fields {
		a, b := reflect.ValueOf(vary[name][0]), reflect.ValueOf(vary[name][1])
		for _, other := range fields {
			same := reflect.DeepEqual(a.FieldByName(other).Interface(), b.FieldByName(other).Interface())
			require.Equal(t, other != name, same, "rules for %s: field %s", name, other)
		}
		p, q := models[float64](entry), models[float64](entry)
		one, other := bind(t, vary[name][0], p), bind(t, vary[name][1], q)
		steps(t, one, p, 0, 8)
		steps(t, other, q, 0, 8)
		one.Swap() // some fields are of the point of evaluation alone
		other.Swap()
		for i := range p {
			assert.NotEqual(t, p[i].Value, q[i].Value, "field %s changes nothing in %s", name, p[i].Name)
		}
	}
}

// model makes a matrix, a vector and a scalar.
func model[T Float]() []Param[T] {
	return []Param[T]{param[T]("0.weight", 2, 3), param[T]("0.bias", 5), param[T]("scale")}
}

// models makes parameters that suit the rule.
func models[T Float](entry ruleTests) []Param[T] {
	if entry.matrices {
		return []Param[T]{param[T]("0.weight", 2, 3), param[T]("1.weight", 4, 1, 2), param[T]("2.weight", 3, 3)}
	}
	return model[T]()
}

func param[T Float](name string, shape ...int) Param[T] {
	n, _ := elements(shape)
	p := Param[T]{Name: name, Shape: shape, Value: make([]T, n), Grad: make([]T, n)}
	for i := range p.Value {
		p.Value[i] = T(math.Sin(float64(3*i+n))) + .5
	}
	return p
}

// gradient fills in gradients that depend on parameter, element and step,
// change sign, and are nowhere zero.
func gradient[T Float](params []Param[T], step int) {
	for _, p := range params {
		for j := range p.Grad {
			p.Grad[j] = T(math.Cos(float64(len(p.Value)+2*j+5*step)) + .1*float64(p.Value[j]))
		}
	}
}

func bind[T Float](t *testing.T, rule Rule, params []Param[T]) *Optimizer[T] {
	t.Helper()
	o, err := New(rule, params, Config{})
	require.NoError(t, err)
	return o
}

func steps[T Float](t *testing.T, o *Optimizer[T], params []Param[T], from, n int) {
	t.Helper()
	for step := from; step < from+n; step++ {
		gradient(params, step)
		require.NoError(t, o.Step(.1/float64(step+1)))
	}
}

func values[T Float](params []Param[T]) (all [][]T) {
	for _, p := range params {
		all = append(all, slices.Clone(p.Value))
	}
	return all
}

func gradients[T Float](params []Param[T]) (all [][]T) {
	for _, p := range params {
		all = append(all, slices.Clone(p.Grad))
	}
	return all
}
