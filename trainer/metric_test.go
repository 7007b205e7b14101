package trainer

import (
	"context"
	"fmt"
	"math"
	"sort"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"descent/datasets"
)

func TestMetricsOnABatch(t *testing.T) {
	nan := float32(math.NaN())
	b := &datasets.Batch{Rows: 6, Labels: []int32{0, 2, 1, 1, 3, -1}}
	out := []float32{
		5, 1, 2, // first, of 0: hit
		1, 3, 2, // second
		2, 2, 1, // equal to the first: second
		nan, 3, 1, // NaN comes before everything: second
		1, 2, 3, // a label that does not exist: miss
		1, 2, 3,
	}
	assert.Equal(t, 1.0, Accuracy().Sum(b, out))
	assert.Equal(t, 1.0, TopK(1).Sum(b, out))
	assert.Equal(t, 4.0, TopK(2).Sum(b, out))
	assert.Equal(t, 4.0, TopK(3).Sum(b, out))
	assert.Equal(t, "accuracy", Accuracy().Name)
	assert.Equal(t, "top5_accuracy", TopK(5).Name)
	one := &datasets.Batch{Rows: 1, Labels: []int32{0}}
	assert.Zero(t, TopK(2).Sum(one, []float32{nan, 1, 2}), "a NaN of its own")

	r := &datasets.Batch{Rows: 2, Targets: []float32{1, 2, 3, 4}}
	assert.InDelta(t, (1.+0)/2+(.5+2)/2, MeanAbsoluteError().Sum(r, []float32{2, 2, 2.5, 6}), 1e-12)
}

// TestMetricsSayWhatIsWrong: also with an output and batches of the wrong size.
func TestMetricsSayWhatIsWrong(t *testing.T) {
	labels := func(rows, n int) *datasets.Batch { return &datasets.Batch{Rows: rows, Labels: make([]int32, n)} }
	targets := func(rows, n int) *datasets.Batch { return &datasets.Batch{Rows: rows, Targets: make([]float32, n)} }
	for _, c := range []struct {
		metric  Metric
		batch   *datasets.Batch
		outputs int
		want    string
	}{
		{Accuracy(), labels(6, 6), 6, "6 outputs for 6 labels: want the same number for each, 2 or more, one per class"},
		{TopK(1), labels(6, 6), 6, "6 outputs for 6 labels: want the same number for each, 2 or more, one per class"},
		{TopK(5), labels(1, 1), 1, "1 outputs for 1 labels: want the same number for each, 2 or more, one per class"},
		{Accuracy(), targets(2, 4), 4, "0 labels for 2 rows: want the same number for each, 1 or more"},
		{Accuracy(), labels(2, 3), 4, "3 labels for 2 rows: want the same number for each, 1 or more"},
		{Accuracy(), labels(2, 4), 6, "6 outputs for 4 labels: want the same number for each, 2 or more, one per class"},
		{BinaryAccuracy(0), labels(2, 1), 2, "1 labels for 2 outputs: want one for each"},
		{BinaryAccuracy(0), targets(2, 4), 2, "4 targets for 2 outputs: want one for each"},
		{BinaryAccuracy(0), labels(0, 0), 2, "2 outputs for 0 rows: want the same number for each, 1 or more"},
		{BinaryAccuracy(0), &datasets.Batch{Rows: 2, Labels: []int32{1, 2}}, 2, "label 1 = 2: want 0 or 1"},
		{BinaryAccuracy(0), &datasets.Batch{Rows: 2, Targets: []float32{.5, 1}}, 2, "target 0 = 0.5: want 0 or 1"},
		{F1(1), labels(2, 2), 2, "2 outputs for 2 labels: want the same number for each, 2 or more, one per class"},
		{F1(2), labels(2, 2), 4, "class 2: want [0, 2), as there are 2 outputs per label"},
		{Perplexity(), labels(2, 0), 4, "0 labels for 2 rows: want the same number for each, 1 or more"},
		{Perplexity(), &datasets.Batch{Rows: 2, Labels: []int32{0, 1, 1, 2}}, 8, "label 2 of row 1: want [0, 2)"},
		{R2(), targets(2, 4), 4, "2 outputs per row: want 1"},
		{R2(), targets(2, 1), 2, "1 targets for 2 rows: want one for each"},
		{Accuracy(), labels(6, 6), 0, "0 outputs for 6 rows: want the same number for each, 1 or more"},
		{Accuracy(), labels(6, 6), 17, "17 outputs for 6 rows: want the same number for each, 1 or more"},
		{Accuracy(), labels(0, 0), 6, "6 outputs for 0 rows: want the same number for each, 1 or more"},
		{MeanAbsoluteError(), labels(6, 6), 6, "0 targets for 6 outputs: want one for each"},
		{MeanAbsoluteError(), targets(2, 4), 6, "4 targets for 6 outputs: want one for each"},
		{MeanAbsoluteError(), targets(2, 4), 2, "4 targets for 2 outputs: want one for each"},
		{MeanAbsoluteError(), targets(0, 0), 0, "0 outputs for 0 rows: want the same number for each, 1 or more"},
	} {
		output := make([]float32, c.outputs)
		assert.True(t, math.IsNaN(alone(c.metric, c.batch, output)), c.want)
		assert.EqualError(t, newTally([]Metric{c.metric}).add(c.batch, 1, 1, output), fmt.Sprintf("metric %q: %s", c.metric.Name, c.want))
	}
	model := newLinear(2)
	tr := basic(model)
	tr.Metrics = []Metric{{Name: "own", Sum: outputMean().Sum, Check: func(*datasets.Batch, []float32) error { return errFake }}}
	_, err := tr.Fit(t.Context(), data(t, 8), nil)
	assert.EqualError(t, err, `trainer: epoch 1: step 1: metric "own": fake`)
	assert.ErrorIs(t, err, errFake)
}

// alone is the Sum of a batch, or of its sums the one that is NaN.
func alone(m Metric, b *datasets.Batch, output []float32) float64 {
	if m.Sum != nil {
		return m.Sum(b, output)
	}
	sums := make([]float64, m.Sums)
	m.Add(sums, b, output)
	for _, v := range sums {
		if math.IsNaN(v) {
			return v
		}
	}
	return 0
}

// TestTopKBySorting holds TopK against a stable sort of the outputs.
func TestTopKBySorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		classes := rapid.IntRange(2, 8).Draw(t, "classes")
		row := rapid.SliceOfN(rapid.SampledFrom([]float32{-1, 0, 1, 2, 3}), classes, classes).Draw(t, "row")
		label := rapid.IntRange(0, classes-1).Draw(t, "label")
		k := rapid.IntRange(1, classes).Draw(t, "k")
		order := make([]int, classes)
		for i := range order {
			order[i] = i
		}
		sort.SliceStable(order, func(i, j int) bool { return row[order[i]] > row[order[j]] })
		want := 0.0
		for _, c := range order[:k] {
			if c == label {
				want = 1
			}
		}
		b := &datasets.Batch{Rows: 1, Labels: []int32{int32(label)}}
		assert.Equal(t, want, TopK(k).Sum(b, row))
	})
}

// TestEvaluate holds the scores of many batches, the last one smaller, against
// those of one.
func TestEvaluate(t *testing.T) {
	model := newLinear(2)
	model.w[0], model.b[0] = 1, -1
	d := data(t, 23)
	whole, err := Evaluate(t.Context(), model, d, 23, MeanAbsoluteError())
	require.NoError(t, err)
	for size := 1; size < 40; size++ { // larger than the data is all of it
		got, err := Evaluate(t.Context(), model, d, size, MeanAbsoluteError())
		require.NoError(t, err)
		assert.InDelta(t, whole.Loss, got.Loss, 1e-12*whole.Loss)
		assert.InDelta(t, whole.Metrics[0], got.Metrics[0], 1e-12*whole.Metrics[0])
	}
	assert.Zero(t, model.steps)
}

func TestEvaluateRefuses(t *testing.T) {
	model, d := newLinear(2), data(t, 5)
	for _, c := range []struct {
		model   Model
		data    datasets.Dataset
		size    int
		metrics []Metric
		want    string
	}{
		{nil, d, 1, nil, "trainer: Evaluate: the model is nil: want a Model"},
		{(*linear)(nil), d, 1, nil, "trainer: Evaluate: the model is nil: want a Model"},
		{model, nil, 1, nil, "trainer: Evaluate: the data is nil: want a datasets.Dataset"},
		{model, empty{d}, 1, nil, "trainer: Evaluate: the data is empty: want 1 or more examples"},
		{model, d, 0, nil, "trainer: Evaluate: batchSize = 0: want 1 or more"},
		{model, d, 1, []Metric{TopK(-1)}, "trainer: Evaluate: metric 0: TopK: k = -1: want 1 or more"},
		{model, d, 1, []Metric{F1(-1)}, "trainer: Evaluate: metric 0: F1: class = -1: want 0 or more"},
		{model, d, 1, []Metric{BinaryAccuracy(math.NaN())}, "trainer: Evaluate: metric 0: BinaryAccuracy: threshold = NaN: want a number"},
		{model, d, 2, []Metric{Accuracy()}, `trainer: Evaluate: metric "accuracy": 0 labels for 2 rows: want the same number for each, 1 or more`},
	} {
		_, err := Evaluate(t.Context(), c.model, c.data, c.size, c.metrics...)
		assert.EqualError(t, err, c.want)
	}
	var none context.Context
	_, err := Evaluate(none, model, d, 1)
	assert.EqualError(t, err, "trainer: Evaluate: the context is nil: want e.g. context.Background()")
}
