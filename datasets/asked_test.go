package datasets

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"descent/internal/fuzzing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// faulty is a dataset of ten rows whose methods panic when told to.
type faulty struct {
	length, shape func()
	row           int // that Gather panics at
	value         any // with what
}

func (f *faulty) Len() int {
	if f.length != nil {
		f.length()
	}
	return 10
}

func (f *faulty) InputShape() []int {
	if f.shape != nil {
		f.shape()
	}
	return []int{1}
}

func (f *faulty) Gather(b *Batch, rows []int) error {
	*b = Batch{Rows: len(rows), Inputs: b.Inputs[:0]}
	for i, r := range rows {
		if r == f.row && f.value != nil {
			rows[0] = -1
			panic(f.value)
		}
		b.Inputs = append(b.Inputs, float32(rows[i]))
	}
	return nil
}

// faultyEpochs asks for the epoch.
type faultyEpochs struct{ faulty }

func (f *faultyEpochs) GatherEpoch(b *Batch, rows []int, epoch int) error {
	if epoch == 1 {
		panic("no second epoch")
	}
	return f.Gather(b, rows)
}

// A panic in a user's dataset is an error that names the type, the method and the
// batch, without a stack; nothing is left behind, and the epoch goes on from there
// once the dataset is mended.
func TestPanicInADataset(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	var none []int
	index := func() (r any) {
		defer func() { r = recover() }()
		return none[len(none)]
	}()
	for want, value := range map[string]any{
		"boom":                         "boom",
		"disk on fire":                 errors.New("disk\non   fire"),
		"runtime error: index out":     index,
		"{1 2}":                        struct{ a, b int }{1, 2},
		strings.Repeat("ż", 100) + "…": strings.Repeat("ż", 1000),
	} {
		d := &faulty{row: 6, value: value}
		l := &Loader{Dataset: d, BatchSize: 4}
		n := 0
		var last error
		for b, err := range l.Epoch(t.Context(), 0) {
			if last = err; err == nil {
				n += b.Rows
			}
		}
		require.ErrorContains(t, last, "datasets: Loader: batch 1 (first row 4): *datasets.faulty.Gather: panic: "+want)
		fuzzing.Error(t, last, "datasets: Loader: ")
		assert.Less(t, len(last.Error()), 320)
		assert.Equal(t, 4, n, "the good batch came first")

		d.value = nil
		var got []float32
		for b, err := range l.EpochFrom(t.Context(), 0, 1) {
			require.NoError(t, err)
			got = append(got, b.Inputs...)
		}
		assert.Equal(t, []float32{4, 5, 6, 7, 8, 9}, got)
	}
	require.NoError(t, goleak.Find(ignore))
}

func TestPanicsOfOtherMethods(t *testing.T) {
	boom := func() { panic("boom") }
	long, shapeless := &faulty{length: boom}, &faulty{shape: boom}
	for want, d := range map[string]Dataset{
		"*datasets.faulty.Len: panic: boom": long, "*datasets.faulty.InputShape: panic: boom": shapeless,
	} {
		l := &Loader{Dataset: d, BatchSize: 2}
		assert.ErrorContains(t, l.Validate(), "datasets: Loader: "+want)
		assert.Zero(t, l.Batches())
		assert.ErrorContains(t, only(t, l, 0), "datasets: Loader: "+want)
	}
	_, err := Subset(long, []int{1})
	assert.ErrorContains(t, err, "datasets: Subset: *datasets.faulty.Len: panic: boom")
	_, _, err = Split(long, 1, 0)
	assert.ErrorContains(t, err, "datasets: Split: *datasets.faulty.Len: panic: boom")

	// In the epoch, after the loader was found valid.
	calls := 0
	l := &Loader{BatchSize: 5, Dataset: &faulty{shape: func() {
		if calls++; calls > 1 {
			panic("boom")
		}
	}}}
	assert.ErrorContains(t, only(t, l, 0), "datasets: Loader: batch 0 (first row 0): *datasets.faulty.InputShape: panic: boom")

	// Behind a view, the dataset's own type.
	v, err := Subset(&faultyEpochs{}, []int{7, 8})
	require.NoError(t, err)
	for _, err := range (&Loader{Dataset: v, BatchSize: 2}).Epoch(t.Context(), 1) {
		assert.ErrorContains(t, err, "datasets: Loader: batch 0 (first row 0): *datasets.faultyEpochs.GatherEpoch: panic: no second epoch")
	}
	assert.ErrorContains(t, v.GatherEpoch(new(Batch), []int{0}, 1), "datasets: *datasets.faultyEpochs.GatherEpoch: panic: no second epoch")
	v, err = Subset(&faulty{shape: boom}, []int{7, 8})
	require.NoError(t, err)
	assert.ErrorContains(t, (&Loader{Dataset: v, BatchSize: 2}).Validate(), "datasets: Loader: *datasets.faulty.InputShape: panic: boom")
}

// An error names the first row of the batch as it was asked for.
func TestGatherErrorNamesTheRow(t *testing.T) {
	lost := errors.New("lost")
	l := &Loader{BatchSize: 3, Shuffle: true, Dataset: user{10, []int{1}, func(b *Batch, rows []int) error {
		if len(rows) == 1 { // the last batch
			return fmt.Errorf("sector %d: %w", rows[0], lost)
		}
		*b = Batch{Rows: len(rows), Inputs: make([]float32, len(rows))}
		return nil
	}}}
	row := l.order(10, 0)[9]
	require.NotEqual(t, 9, row)
	for _, err := range l.EpochFrom(t.Context(), 0, 3) {
		assert.EqualError(t, err, fmt.Sprintf("datasets: Loader: batch 3 (first row %d): sector %d: lost", row, row))
		assert.ErrorIs(t, err, lost)
	}
}
