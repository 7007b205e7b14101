package datasets

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// deal is the rows of each batch of an epoch.
func deal(t *testing.T, l *Loader, epoch, first int) (out [][]int) {
	t.Helper()
	for b, err := range l.EpochFrom(t.Context(), epoch, first) {
		require.NoError(t, err)
		require.Len(t, b.Labels, b.Rows)
		rows := make([]int, b.Rows)
		for i, l := range b.Labels {
			rows[i] = int(l)
		}
		out = append(out, rows)
	}
	return out
}

func TestLoaderInOrder(t *testing.T) {
	l := &Loader{Dataset: numbered(t, 7), BatchSize: 3}
	assert.Equal(t, [][]int{{0, 1, 2}, {3, 4, 5}, {6}}, deal(t, l, 0, 0))
	assert.Equal(t, 3, l.Batches())
	assert.Equal(t, [][]int{{3, 4, 5}, {6}}, deal(t, l, 0, 1))
	assert.Empty(t, deal(t, l, 0, 3))

	l.DropLast = true
	assert.Equal(t, [][]int{{0, 1, 2}, {3, 4, 5}}, deal(t, l, 0, 0))
	assert.Equal(t, 2, l.Batches())
}

func TestLoaderShuffles(t *testing.T) {
	d := numbered(t, 100)
	l := &Loader{Dataset: d, BatchSize: 8, Seed: 1, Shuffle: true}
	first := deal(t, l, 3, 0)
	assert.Equal(t, first, deal(t, l, 3, 0), "the same epoch, the same order")
	assert.Equal(t, first[5:], deal(t, l, 3, 5))

	order := slices.Concat(first...)
	sorted := slices.Sorted(slices.Values(order))
	assert.Equal(t, all(t, d), sorted, "every example once")
	assert.NotEqual(t, sorted, order)

	assert.Equal(t, order, slices.Concat(deal(t, &Loader{Dataset: d, BatchSize: 100, Seed: 1, Shuffle: true}, 3, 0)...),
		"whatever the batch size")
	assert.NotEqual(t, first, deal(t, l, 4, 0))
	l.Seed = 2
	assert.NotEqual(t, first, deal(t, l, 3, 0))
}

// A fixed order is that of epoch 0; a dataset that draws anew in every epoch still
// does.
func TestLoaderFixedOrder(t *testing.T) {
	l := &Loader{Dataset: numbered(t, 100), BatchSize: 8, Seed: 1, Shuffle: true}
	first := deal(t, l, 0, 0)
	l.FixedOrder = true
	assert.Equal(t, first, deal(t, l, 0, 0))
	assert.Equal(t, first, deal(t, l, 7, 0))
	assert.Equal(t, first[5:], deal(t, l, 7, 5))
	l.Seed = 2
	assert.NotEqual(t, first, deal(t, l, 7, 0))
	l.Shuffle = false
	assert.Equal(t, all(t, l.Dataset), slices.Concat(deal(t, l, 7, 0)...))

	l.Dataset = epochs{l.Dataset}
	assert.Equal(t, []int{7, 7, 7}, deal(t, l, 7, 0)[0][:3])
}

// epochs is a dataset whose labels are the epoch.
type epochs struct{ Dataset }

func (e epochs) GatherEpoch(b *Batch, rows []int, epoch int) error {
	err := e.Gather(b, rows)
	for i := range b.Labels {
		b.Labels[i] = int32(epoch)
	}
	return err
}

// The order is part of what makes a run repeatable: it must not change from
// one version to the next.
func TestLoaderOrderIsFixed(t *testing.T) {
	l := &Loader{Dataset: numbered(t, 10), BatchSize: 10, Seed: 1, Shuffle: true}
	assert.Equal(t, [][]int{{4, 7, 1, 9, 5, 8, 3, 6, 0, 2}}, deal(t, l, 0, 0))
	assert.Equal(t, [][]int{{9, 8, 3, 7, 6, 2, 1, 5, 4, 0}}, deal(t, l, 1, 0))
}

func TestLoaderErrors(t *testing.T) {
	d := numbered(t, 4)
	for _, c := range []struct {
		l    Loader
		want string
	}{
		{Loader{BatchSize: 1}, "datasets: Loader: Dataset = nil: want a dataset"},
		{Loader{Dataset: user{}, BatchSize: 1}, fmt.Sprintf("datasets: Loader: a dataset of 0 examples: want [1, %d]", maxExamples)},
		{Loader{Dataset: user{n: -1}, BatchSize: 1}, fmt.Sprintf("datasets: Loader: a dataset of -1 examples: want [1, %d]", maxExamples)},
		{Loader{Dataset: user{n: math.MaxInt, shape: []int{1}}, BatchSize: 1}, fmt.Sprintf("datasets: Loader: a dataset of %d examples: want [1, %d]", math.MaxInt, maxExamples)},
		{Loader{Dataset: user{n: 8, shape: []int{1 + math.MaxInt/4}}, BatchSize: 4}, fmt.Sprintf("datasets: Loader: batches of 4 examples of shape [%d]: want a product that fits in memory", 1+math.MaxInt/4)},
		{Loader{Dataset: d, BatchSize: math.MaxInt}, fmt.Sprintf("datasets: Loader: BatchSize = %d: want [1, 4], the number of examples", math.MaxInt)},
		{Loader{Dataset: user{n: 1, shape: []int{0}}, BatchSize: 1}, "datasets: Loader: the dataset's InputShape is [0]: want 1 or more dimensions, each 1 or more"},
		{Loader{Dataset: d}, "datasets: Loader: BatchSize = 0: want [1, 4], the number of examples"},
		{Loader{Dataset: d, BatchSize: -3}, "datasets: Loader: BatchSize = -3: want [1, 4], the number of examples"},
		{Loader{Dataset: d, BatchSize: 5}, "datasets: Loader: BatchSize = 5: want [1, 4], the number of examples"},
	} {
		require.EqualError(t, c.l.Validate(), c.want)
		assert.Zero(t, c.l.Batches())
		assert.EqualError(t, only(t, &c.l, 0), c.want)
	}
	l := &Loader{Dataset: d, BatchSize: 2}
	assert.EqualError(t, only(t, l, 3), "datasets: Loader: first batch 3: want [0, 2]")
	assert.EqualError(t, only(t, l, -1), "datasets: Loader: first batch -1: want [0, 2]")
	var none context.Context
	for b, err := range l.Epoch(none, 0) {
		assert.Nil(t, b)
		assert.EqualError(t, err, "datasets: Loader: the context is nil: want e.g. context.Background()")
	}
}

// only is the error of an epoch that gives nothing else.
func only(t *testing.T, l *Loader, first int) (err error) {
	t.Helper()
	for b, e := range l.EpochFrom(t.Context(), 0, first) {
		require.Nil(t, b)
		require.NoError(t, err, "one error")
		err = e
	}
	return err
}

// user is a dataset of somebody else.
type user struct {
	n      int
	shape  []int
	gather func(b *Batch, rows []int) error
}

func (u user) Len() int                          { return u.n }
func (u user) InputShape() []int                 { return u.shape }
func (u user) Gather(b *Batch, rows []int) error { return u.gather(b, rows) }

func TestLoaderChecksTheDataset(t *testing.T) {
	broken := errors.New("disk on fire")
	for _, c := range []struct {
		b    Batch
		err  error
		want string
	}{
		{Batch{}, broken, "disk on fire"},
		{Batch{Rows: 1}, nil, "datasets.user.Gather gave 1 rows: want 2"},
		{Batch{Rows: 2}, nil, "datasets.user.Gather gave 0 input values: want 2 rows of shape [3]"},
		{Batch{Rows: 2, Pixels: make([]byte, 3), Inputs: make([]float32, 3)}, nil, "datasets.user.Gather gave 3 pixels, 3 inputs and 0 tokens: want one kind"},
		{Batch{Rows: 2, Inputs: make([]float32, 3), Tokens: make([]int32, 3)}, nil, "datasets.user.Gather gave 0 pixels, 3 inputs and 3 tokens: want one kind"},
		{Batch{Rows: 2, Tokens: make([]int32, 5)}, nil, "datasets.user.Gather gave 5 input values: want 2 rows of shape [3]"},
		{Batch{Rows: 2, Tokens: []int32{0, 1, 2, 3, -1, 0}}, nil, "datasets.user.Gather gave Tokens[4] = -1: want 0 or more"},
		{Batch{Rows: 2, Tokens: make([]int32, 6), Labels: make([]int32, 4), Weights: make([]float32, 3)}, nil, "datasets.user.Gather gave 3 weights: want one for each of 2 rows or of 4 labels"},
		{Batch{Rows: 2, Tokens: make([]int32, 6), Weights: []float32{1, -1}}, nil, "datasets.user.Gather gave Weights[1] = -1: want a finite number, 0 or more"},
		{Batch{Rows: 2, Tokens: make([]int32, 6), Weights: []float32{float32(math.NaN()), 1}}, nil, "datasets.user.Gather gave Weights[0] = NaN: want a finite number, 0 or more"},
		{Batch{Rows: 2, Tokens: make([]int32, 6), Weights: []float32{1, float32(math.Inf(1))}}, nil, "datasets.user.Gather gave Weights[1] = +Inf: want a finite number, 0 or more"},
		{Batch{Rows: 2, Inputs: make([]float32, 6), Labels: make([]int32, 3)}, nil, "datasets.user.Gather gave 3 labels: want a multiple of 2 rows"},
		{Batch{Rows: 2, Inputs: make([]float32, 6), Targets: make([]float32, 3)}, nil, "datasets.user.Gather gave 3 targets: want a multiple of 2 rows"},
	} {
		l := &Loader{BatchSize: 2, Dataset: user{4, []int{3}, func(b *Batch, _ []int) error {
			*b = c.b
			return c.err
		}}}
		err := only(t, l, 0)
		require.EqualError(t, err, "datasets: Loader: batch 0 (first row 0): "+c.want)
		if c.err != nil {
			assert.ErrorIs(t, err, c.err)
		}
	}
}

// A model asks which slice is nil: an empty one is not handed on.
func TestLoaderEmptySlices(t *testing.T) {
	for _, c := range []struct{ give, want Batch }{
		{Batch{Rows: 1, Pixels: []uint8{}, Inputs: []float32{7}}, Batch{Rows: 1, Inputs: []float32{7}}},
		{Batch{Rows: 1, Pixels: []uint8{}, Tokens: []int32{7}, Inputs: []float32{}}, Batch{Rows: 1, Tokens: []int32{7}}},
		{Batch{Rows: 1, Pixels: []uint8{7}, Inputs: []float32{}}, Batch{Rows: 1, Pixels: []uint8{7}}},
	} {
		l := &Loader{BatchSize: 1, Dataset: user{1, []int{1}, func(b *Batch, _ []int) error {
			*b = c.give
			return nil
		}}}
		for b, err := range l.Epoch(t.Context(), 0) {
			require.NoError(t, err)
			assert.Equal(t, c.want, *b)
		}
	}
}

// The settings are those of the beginning: there is no race with the goroutine.
func TestLoaderChangedInALoop(t *testing.T) {
	l := &Loader{Dataset: numbered(t, 10), BatchSize: 3}
	var rows []int
	for b, err := range l.Epoch(t.Context(), 0) {
		require.NoError(t, err)
		rows = append(rows, b.Rows)
		l.BatchSize, l.Dataset = 10, numbered(t, 2)
	}
	assert.Equal(t, []int{3, 3, 3, 1}, rows)
}

func TestLoaderErrorComesAfterTheGoodBatches(t *testing.T) {
	l := &Loader{BatchSize: 1, Dataset: user{5, []int{1}, func(b *Batch, rows []int) error {
		if rows[0] == 3 {
			return errors.New("lost")
		}
		*b = Batch{Rows: 1, Inputs: []float32{float32(rows[0])}}
		return nil
	}}}
	var got []float32
	for b, err := range l.Epoch(t.Context(), 0) {
		if err != nil {
			require.EqualError(t, err, "datasets: Loader: batch 3 (first row 3): lost")
			break
		}
		got = append(got, b.Inputs[0])
	}
	assert.Equal(t, []float32{0, 1, 2}, got)
}

func TestLoaderGoexit(t *testing.T) {
	l := &Loader{BatchSize: 1, Dataset: user{5, []int{1}, func(*Batch, []int) error { runtime.Goexit(); return nil }}}
	assert.EqualError(t, only(t, l, 0), "datasets: Loader: datasets.user.Gather ended its goroutine")
}

func TestLoaderBreakLeavesNothing(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	l := &Loader{Dataset: numbered(t, 100), BatchSize: 1}
	for range 20 {
		for range l.Epoch(t.Context(), 0) {
			break
		}
		require.NoError(t, goleak.Find(ignore), "at once")
	}
}

func TestLoaderCanceled(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := &Loader{Dataset: numbered(t, 100), BatchSize: 1}
	n := 0
	var last error
	for b, err := range l.Epoch(ctx, 0) {
		if last = err; err != nil {
			assert.Nil(t, b)
			continue // the error is the last thing that comes
		}
		if n++; n == 3 {
			cancel()
		}
	}
	assert.Equal(t, 3, n)
	assert.ErrorIs(t, last, context.Canceled)
	assert.NoError(t, goleak.Find(ignore))
}

func TestLoaderCanceledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := &Loader{BatchSize: 1, Dataset: user{10, []int{1}, func(*Batch, []int) error {
		t.Error("gathered in vain")
		return nil
	}}}
	n := 0
	for b, err := range l.Epoch(ctx, 0) {
		n++
		assert.Nil(t, b)
		assert.ErrorIs(t, err, context.Canceled)
	}
	assert.Equal(t, 1, n)
}

// A loader that is waited for in vain gathers no more than it has begun.
func TestLoaderStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 20 { // which of two ready channels is seen first is left to chance
			gathered := 0
			l := &Loader{BatchSize: 1, Dataset: user{10, []int{1}, func(b *Batch, _ []int) error {
				time.Sleep(time.Second)
				gathered++
				*b = Batch{Rows: 1, Inputs: make([]float32, 1)}
				return nil
			}}}
			ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
			for _, err := range l.Epoch(ctx, 0) {
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			}
			cancel()
			require.Equal(t, 1, gathered)
		}
	})
}

// While a batch is in use the next one is gathered, and not the one after it;
// a slow dataset does not outlive a canceled context by more than one batch.
func TestLoaderPrefetches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gathered := 0
		l := &Loader{BatchSize: 1, Dataset: user{10, []int{1}, func(b *Batch, _ []int) error {
			time.Sleep(time.Second)
			gathered++
			*b = Batch{Rows: 1, Inputs: make([]float32, 1)}
			return nil
		}}}
		begin := time.Now()
		used := 0
		for range l.Epoch(t.Context(), 0) {
			time.Sleep(time.Second)
			synctest.Wait()
			used++
			assert.Equal(t, min(used+1, 10), gathered)
		}
		assert.Equal(t, 11*time.Second, time.Since(begin), "at the same time: not 20 s")

		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		begin, gathered = time.Now(), 0
		for range l.Epoch(ctx, 0) {
			cancel()
		}
		assert.Equal(t, 2*time.Second, time.Since(begin))
		assert.Equal(t, 2, gathered)
	})
}

func TestLoaderTwoBatchesGoRound(t *testing.T) {
	seen := map[*Batch]int{}
	l := &Loader{Dataset: numbered(t, 50), BatchSize: 1}
	for b, err := range l.Epoch(t.Context(), 0) {
		require.NoError(t, err)
		seen[b]++
	}
	assert.Len(t, seen, 2)
}

func TestLoaderEpochsAtOnce(t *testing.T) {
	l := &Loader{Dataset: numbered(t, 200), BatchSize: 7, Seed: 3, Shuffle: true}
	want := deal(t, l, 1, 0)
	var wg sync.WaitGroup
	got := make([][][]int, 4)
	for i := range got {
		wg.Go(func() { got[i] = deal(t, l, 1, 0) })
	}
	wg.Wait()
	for _, g := range got {
		assert.Equal(t, want, g)
	}
}

// aging is a dataset whose inputs are the epoch, and the row of it.
type aging struct{ user }

func (aging) GatherEpoch(b *Batch, rows []int, epoch int) error {
	*b = Batch{Rows: len(rows)}
	for _, r := range rows {
		b.Inputs = append(b.Inputs, float32(epoch), float32(r))
	}
	return nil
}

// A dataset that asks for the epoch is told it, behind views too.
func TestLoaderTellsTheEpoch(t *testing.T) {
	d := aging{user{4, []int{2}, func(*Batch, []int) error { return errors.New("not asked") }}}
	v, err := Subset(d, []int{3, 1})
	require.NoError(t, err)
	w, err := Subset(v, []int{1})
	require.NoError(t, err)
	for _, c := range []struct {
		d     Dataset
		epoch int
		want  []float32
	}{
		{d, 0, []float32{0, 0, 0, 1, 0, 2, 0, 3}},
		{d, 5, []float32{5, 0, 5, 1, 5, 2, 5, 3}},
		{v, 7, []float32{7, 3, 7, 1}},
		{w, 9, []float32{9, 1}},
	} {
		l := &Loader{Dataset: c.d, BatchSize: c.d.Len()}
		for b, err := range l.Epoch(t.Context(), c.epoch) {
			require.NoError(t, err)
			assert.Equal(t, c.want, b.Inputs)
		}
	}
	var b Batch
	require.NoError(t, v.Gather(&b, []int{1}))
	assert.Equal(t, []float32{0, 1}, b.Inputs, "Gather is that of epoch 0")
}

// An error has one prefix.
func TestLoaderOnePrefix(t *testing.T) {
	inner := numbered(t, 2)
	l := &Loader{BatchSize: 3, Dataset: user{3, []int{1}, inner.Gather}}
	assert.EqualError(t, only(t, l, 0), "datasets: Loader: batch 0 (first row 0): Gather: rows[2] = 2: want [0, 2)")
}

func BenchmarkLoader(b *testing.B) {
	const n = 6000
	s, err := FromSlices(Arrays{Shape: []int{1, 28, 28}, Pixels: make([]uint8, n*784), Labels: make([]int32, n)})
	require.NoError(b, err)
	l := &Loader{Dataset: s, BatchSize: 256, Seed: 1, Shuffle: true}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		for _, err := range l.Epoch(b.Context(), i) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}
