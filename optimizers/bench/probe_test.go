package bench

import (
	"cmp"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/lrsched"
	"descent/optimizers"
)

// code is what the methods of a rule do beside SGD's: tests change it as one
// changes a program.
var code = func(step int, shape []int, value, slot []float64) {}

// edited is a rule of that code.
type edited struct{ optimizers.SGD }

func (edited) Slots() []string { return []string{"s"} }

func (r edited) Update64(u optimizers.Update[float64]) {
	u.Slots, u.Scratch = nil, nil
	r.SGD.Update64(u)
}

func (r edited) Update32(u optimizers.Update[float32]) { r.SGD.Update32(u) }

func (edited) Globals() []string { return []string{"g"} }

func (edited) Prepare32(optimizers.Preparation[float32]) {}

func (edited) Prepare64(p optimizers.Preparation[float64]) {
	for _, u := range p.Updates {
		code(p.Step, u.Shape, p.Globals, u.Slots[0])
	}
}

// A rule, a schedule or a workload that does something else now is no resumption;
// what is unchanged goes on without a run.
func TestOtherCode(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.jsonl")
	factor, more, slope := 1., 0., func(g float64) float64 { return g }
	edit := func() Plan {
		p := plan()
		p.Optimizers[2].Make = func(v []float64) Setup { return Setup{Rule: edited{}, LR: v[0]} }
		p.Schedules = []Schedule{ConstantRate(), {Name: "edited", Of: func(base float64, updates int) (lrsched.Schedule, error) {
			return late{lrsched.Constant(base), updates, factor}, nil
		}}}
		p.Workloads[1].(*bowl).gradient, p.Workloads[0].(*bowl).more = slope, more
		return p
	}
	_, err := Runner{Plan: edit(), File: file}.Run(t.Context())
	require.NoError(t, err)
	again := edit()
	_, err = Runner{Plan: again, File: file}.Run(t.Context())
	require.NoError(t, err)
	assert.Zero(t, runs(again))

	before := code
	defer func() { code = before }()
	for want, change := range map[string]func(){
		"optimizer momentum/constant, optimizer momentum/edited: ": func() {
			code = func(step int, _ []int, _, slot []float64) { slot[0]++ }
		},
		"optimizer a/edited, optimizer b/edited, optimizer momentum/edited, optimizer fixed/edited: ": func() { factor = .5 },
		"workload one: ": func() { more = 1 },
		"workload two: ": func() { slope = func(g float64) float64 { return 1.5 * g } },
	} {
		code, factor, more, slope = before, 1, 0, func(g float64) float64 { return g }
		change()
		p := edit()
		_, err := Runner{Plan: p, File: file}.Run(t.Context())
		assert.ErrorContains(t, err, "results.jsonl was made by different code ("+want+"different numbers in the file than now with the same settings): want another file")
		assert.Zero(t, runs(p))
		part := filepath.Join(t.TempDir(), "part")
		_, err = Runner{Plan: p, File: part, Shard: Shard{Index: 7, Count: 8}}.Run(t.Context())
		require.NoError(t, err)
		_, err = Merge(filepath.Join(t.TempDir(), "all"), file, part)
		assert.ErrorContains(t, err, "do not belong together: "+want+"different numbers in the first than in the second with the same settings")
	}
}

// late is a schedule whose last rate is another.
type late struct {
	lrsched.Schedule
	updates int
	factor  float64
}

func (l late) At(step int) float64 {
	if step == l.updates-1 {
		return l.Schedule.At(step) * l.factor
	}
	return l.Schedule.At(step)
}

// The probe sees whatever a rule can do.
func TestProbeSees(t *testing.T) {
	before := code
	defer func() { code = before }()
	first := firstStep{params: []shape{{"w", []int{30, 20}}, {"k", []int{8, 3, 5, 5}}, {"b", []int{100}}, {"c", nil}}, double: true, updates: []int{100, 90}}
	of := func(s Setup) string { return s.probe(ConstantRate(), first) }
	seen := map[string]string{}
	add := func(name string, s Setup) {
		sum := of(s)
		assert.Empty(t, seen[sum], "%s", name)
		assert.Equal(t, sum, of(s))
		seen[sum] = name
	}
	add("as it is", Setup{Rule: edited{}, LR: .1})
	for name, other := range map[string]func(step int, shape []int, globals, slot []float64){
		"a slot":        func(_ int, _ []int, _, slot []float64) { slot[0] = 1 },
		"a global":      func(_ int, _ []int, globals, _ []float64) { globals[0] = 1 },
		"late":          func(step int, _ []int, globals, _ []float64) { globals[0] = 2 * float64(step/10) },
		"for matrices":  func(_ int, shape []int, _, slot []float64) { slot[0] = float64(len(shape) / 2 % 2) },
		"for scalars":   func(_ int, shape []int, _, slot []float64) { slot[0] = float64(1 / (1 + len(shape))) },
		"the last lane": func(_ int, _ []int, _, slot []float64) { slot[len(slot)-1] = 3 },
	} {
		code = other
		add(name, Setup{Rule: edited{}, LR: .1})
	}
	code = before
	decay := edited{optimizers.SGD{WeightDecay: .1}}
	add("decay", Setup{Rule: decay, LR: .1})
	add("a group", Setup{Rule: decay, LR: .1, Groups: []optimizers.Group{{Names: []string{"b"}, NoDecay: true}}})
	add("vectors", Setup{Rule: optimizers.DefaultMuon(), LR: .1, Groups: []optimizers.Group{{Vectors: true, Rule: optimizers.DefaultAdamW()}}})
	add("where it is evaluated", Setup{Rule: swapped{edited{}}, LR: .1})
	add("evaluated at an average", Setup{Rule: optimizers.DefaultEMA(edited{}), LR: .1})
	add("does not suit the shapes", Setup{Rule: optimizers.DefaultMuon(), LR: .1})
	add("of exact shapes", Setup{Rule: wide{}, LR: .1})
	single := first
	single.double = false
	assert.NotEqual(t, of(Setup{Rule: optimizers.SGD{}, LR: .1}), Setup{Rule: optimizers.SGD{}, LR: .1}.probe(ConstantRate(), single))
}

// Muon's rate depends on whether a matrix is taller than wide, and so may the
// rules to come.
func TestProbeKeepsProportions(t *testing.T) {
	for _, dims := range [][]int{{784, 128}, {128, 784}, {128, 128}, {10, 8}, {8, 9}, {2, 1}, {1, 2}, {1, 1}, {64, 1, 3, 3}, {16, 6, 5, 5}, {27, 3, 3, 3}, {100, 3, 3, 3}} {
		columns := func(dims []int) int {
			n := 1
			for _, d := range dims[1:] {
				n *= d
			}
			return n
		}
		small := shape{dims: dims}.small()
		assert.Equal(t, cmp.Compare(dims[0], columns(dims)), cmp.Compare(small[0], columns(small)), "%v: %v", dims, small)
		for i, d := range small {
			assert.Positive(t, d, "%v: %v", dims, small)
			assert.LessOrEqual(t, d, dims[i], "%v: %v", dims, small)
		}
	}
	assert.Equal(t, []int{4, 9}, shape{dims: []int{128, 784}}.small())
}

// swapped is evaluated at zero.
type swapped struct{ edited }

func (swapped) Evaluate32(_ optimizers.Update[float32], dst []float32) { clear(dst) }
func (swapped) Evaluate64(_ optimizers.Update[float64], dst []float64) { clear(dst) }

// wide is a rule for the shapes of the test above alone.
type wide struct{ optimizers.SGD }

func (wide) Fits(shape []int) error {
	if len(shape) == 1 && shape[0] < 100 {
		return errFake
	}
	return nil
}

func BenchmarkProbe(b *testing.B) {
	first := firstStep{params: []shape{{"w", []int{784, 128}}, {"b", []int{128}}, {"v", []int{128, 10}}, {"c", []int{10}}}, updates: []int{2350, 1960}}
	s := Setup{Rule: optimizers.DefaultAdam(), LR: .001}
	for b.Loop() {
		s.probe(CosineRate(), first)
	}
}
