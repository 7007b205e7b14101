package optimizers

import (
	"fmt"
	"testing"

	"descent/internal/parallel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// large makes parameters of several blocks, of a part of one, and small ones.
func large[T Float](columns int) []Param[T] {
	return []Param[T]{param[T]("a", 67, columns), param[T]("b", 3, 7), param[T]("c", 33, columns+3)}
}

// whole is a rule that gets whole parameters.
type whole struct{ Rule }

func (w whole) Unwrap() Rule { return w.Rule }

// TestThreads holds that parameters and states have the same bits whole and in
// blocks, and for any number of threads, whoever the workers belong to.
func TestThreads(t *testing.T) {
	for _, entry := range rules {
		columns := 1000
		if entry.decomposes {
			columns = 30 // a rule that is not shared in blocks, and takes the cube of it
		}
		t.Run(entry.name+"/float32", func(t *testing.T) { threads[float32](t, columns, entry.conforming) })
		t.Run(entry.name+"/float64", func(t *testing.T) { threads[float64](t, columns, entry.conforming[:1]) })
	}
}

func threads[T Float](t *testing.T, columns int, rules []Rule) {
	workers := parallel.New(3)
	defer workers.Close()
	for _, rule := range rules {
		if muon, ok := rule.(Muon); ok {
			muon.Steps = 1
			rule = muon
		}
		var want []State[T]
		for i, config := range []Config{{}, {}, {Threads: 2}, {Workers: workers}} {
			params, one := large[T](columns), rule
			if i == 0 {
				one = whole{rule}
			}
			o, err := New(one, params, config)
			require.NoError(t, err)
			defer o.Close()
			steps(t, o, params, 0, 2)
			got := State[T]{Slots: o.State().Slots}
			for _, p := range params {
				got.Slots = append(got.Slots, Slot[T]{Param: p.Name, Values: p.Value})
			}
			if i == 0 {
				want = append(want, got)
			}
			require.True(t, equalSlots(want[0].Slots, got.Slots), "%+v, %+v", rule, config)
		}
	}
}

func equalSlots[T Float](a, b []Slot[T]) bool {
	for i := range a {
		for j, v := range a[i].Values {
			if b[i].Values[j] != v {
				return false
			}
		}
	}
	return len(a) == len(b)
}

// TestClipThreads holds the same of clipping, and of the sums of squares.
func TestClipThreads(t *testing.T) {
	for _, clip := range []Clip{{Value: .5}, {Norm: 1}, {GlobalNorm: 1}, {Adaptive: .01}} {
		var want [][]float32
		for i, n := range []int{1, 2, 5} {
			params := large[float32](1000)
			o, err := New(SGD{Momentum: .9}, params, Config{Clip: clip, Threads: n})
			require.NoError(t, err)
			steps(t, o, params, 0, 3)
			o.Close()
			if i == 0 {
				want = values(params)
			}
			require.Equal(t, want, values(params), "%+v, %d threads", clip, n)
		}
	}
}

// TestThreadsAfterClose holds that a closed optimizer goes on alone.
func TestThreadsAfterClose(t *testing.T) {
	params := large[float32](1000)
	o, err := New(SGD{}, params, Config{Threads: 2})
	require.NoError(t, err)
	steps(t, o, params, 0, 1)
	o.Close()
	o.Close()
	steps(t, o, params, 1, 1)
}

func TestThreadsAllocateNothing(t *testing.T) {
	params := large[float32](1000)
	gradient(params, 0)
	for _, clip := range []Clip{{}, {GlobalNorm: .1}} {
		o, err := New(DefaultAdam(), params, Config{Threads: 2, Clip: clip})
		require.NoError(t, err)
		assert.Zero(t, testing.AllocsPerRun(5, func() { _ = o.Step(.1) }))
		o.Close()
	}
}

// TestErrorsOfThreads holds that an error on a worker names the parameter, and
// that it does not depend on the order in which blocks are done.
func TestErrorsOfThreads(t *testing.T) {
	params := large[float32](1000)
	o, err := New(panics{SGD{}}, params, Config{Threads: 3})
	require.NoError(t, err)
	defer o.Close()
	gradient(params, 0)
	params[2].Grad[33_000] = float32(nan)
	params[0].Grad[66_999] = float32(inf)
	assert.EqualError(t, o.Step(.1), `optimizers: step 1: parameter "a": gradient[66999] = +Inf: not finite`)
	gradient(params, 0)
	err = o.Step(.1)
	assert.ErrorContains(t, err, `optimizers: step 1: optimizers.panics: parameter "a": panic: at 0`)
	assert.Equal(t, err, o.Step(.1), "until it is restored")
}

// panics is an elementwise rule that does not get far.
type panics struct{ Rule }

func (panics) Elementwise(Rule) bool { return true }

func (panics) Update32(u Update[float32]) { panic(fmt.Sprint("at ", u.First)) }

// TestEmbedded holds that a rule that embeds an elementwise one gets whole
// parameters, as its own update may want.
func TestEmbedded(t *testing.T) {
	params := large[float32](1000)
	o, err := New(centralized{}, params, Config{Threads: 2})
	require.NoError(t, err)
	defer o.Close()
	steps(t, o, params, 0, 1)
}

type centralized struct{ SGD }

func (centralized) Update32(u Update[float32]) {
	if n, _ := elements(u.Shape); len(u.Value) != n || u.First != 0 {
		panic("part of a parameter")
	}
}

func TestTeamOutOfRange(t *testing.T) {
	var none *parallel.Workers
	for want, config := range map[string]Config{
		"optimizers: Config: Threads = -1: want 0 (as 1) to 1024":                                 {Threads: -1},
		"optimizers: Config: Threads = 1025: want 0 (as 1) to 1024":                               {Threads: 1025},
		"optimizers: Config: Threads = 2: want 0 with Workers":                                    {Threads: 2, Workers: parallel.New(1)},
		"optimizers: Config: Workers is a nil pointer: want workers, or nil for the caller alone": {Workers: none},
	} {
		_, err := New(SGD{}, model[float32](), config)
		assert.EqualError(t, err, want)
	}
}
