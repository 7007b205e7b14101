package trainer

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
	"descent/optimizers"
)

// over is a metric's figure for some batches.
func over(t *testing.T, m Metric, batches []*datasets.Batch, outputs [][]float32) float64 {
	t.Helper()
	require.NoError(t, checkMetrics([]Metric{m}))
	s := newTally([]Metric{m})
	for i, b := range batches {
		w, err := weigh(b)
		require.NoError(t, err)
		require.NoError(t, s.add(b, w, 1, outputs[i]))
	}
	scores, err := s.scores()
	require.NoError(t, err)
	return scores.Metrics[0]
}

func one(t *testing.T, m Metric, b *datasets.Batch, output []float32) float64 {
	t.Helper()
	return over(t, m, []*datasets.Batch{b}, [][]float32{output})
}

// oneHot is outputs whose largest is that of the class.
func oneHot(width int, classes ...int) []float32 {
	out := make([]float32, width*len(classes))
	for i, c := range classes {
		out[i*width+c] = 1
	}
	return out
}

// TestPublishedMetrics holds the metrics against the examples that stand in the
// documentation of others.
func TestPublishedMetrics(t *testing.T) {
	// scikit-learn, f1_score: [0.8 0 0].
	b := &datasets.Batch{Rows: 6, Labels: []int32{0, 1, 2, 0, 1, 2}}
	out := oneHot(3, 0, 2, 1, 0, 0, 1)
	assert.InDelta(t, .8, one(t, F1(0), b, out), 1e-15)
	assert.Zero(t, one(t, F1(1), b, out))
	assert.Zero(t, one(t, F1(2), b, out))

	// scikit-learn, r2_score: 0.948…
	r := &datasets.Batch{Rows: 4, Targets: []float32{3, -.5, 2, 7}}
	assert.InDelta(t, .9486081370449679, one(t, R2(), r, []float32{2.5, 0, 2, 8}), 1e-15)

	// Keras, BinaryAccuracy: 0.75, and 0.5 with weights.
	k := &datasets.Batch{Rows: 4, Targets: []float32{1, 1, 0, 0}}
	y := []float32{.98, 1, 0, .6}
	assert.Equal(t, .75, one(t, BinaryAccuracy(.5), k, y))
	k.Weights = []float32{1, 0, 0, 1}
	assert.Equal(t, .5, one(t, BinaryAccuracy(.5), k, y))

	// torcheval, Perplexity: 2.7593.
	p := &datasets.Batch{Rows: 1, Labels: []int32{2, 1}}
	assert.InDelta(t, 2.7593, one(t, Perplexity(), p, []float32{.3659, .7025, .3104, .0097, .6577, .1947}), 5e-5)
}

// TestMetricsByWeights holds every metric, with weights of each kind and several
// labels a row, in batches of each size, against a plain computation over copies:
// a weight is how often a value is there.
func TestMetricsByWeights(t *testing.T) {
	const rows, labels, width = 12, 3, 4
	random := rand.New(rand.NewPCG(3, 4))
	number := func(n int) (x []float32) {
		for range n {
			x = append(x, float32(random.IntN(64)-32)/8)
		}
		return x
	}
	class := func(n, classes int) (x []int32) {
		for range n {
			x = append(x, int32(random.IntN(classes)))
		}
		return x
	}
	for _, c := range []struct {
		name    string
		weights int // a row; 0 for none
		labels  int // a row
	}{{"none", 0, labels}, {"rows", 1, labels}, {"labels", labels, labels}, {"one label", 1, 1}} {
		n := rows * c.labels
		all := datasets.Batch{Rows: rows, Labels: class(n, width), Targets: number(rows)}
		out, single := number(n*width), number(rows)
		for i := range c.weights * rows {
			all.Weights = append(all.Weights, float32(i%3))
		}
		count := func(i int) int { // copies of label i
			switch c.weights {
			case 0:
				return 1
			case 1:
				return (i / c.labels) % 3
			}
			return i % 3
		}
		var tp, fp, fn, hits, top, entropy, total float64
		for i := range n {
			for range count(i) {
				row, label := out[i*width:(i+1)*width], int(all.Labels[i])
				best, before, z := 0, 0, 0.
				for j, v := range row {
					z += math.Exp(float64(v))
					if v > row[best] {
						best = j
					}
					if v > row[label] || v == row[label] && j < label {
						before++
					}
				}
				total++
				entropy -= math.Log(math.Exp(float64(row[label])) / z)
				if best == label {
					hits++
				}
				if before < 2 {
					top++
				}
				switch {
				case best == 1 && label == 1:
					tp++
				case best == 1:
					fp++
				case label == 1:
					fn++
				}
			}
		}
		var y, d, weight, off float64
		for i := range rows {
			w := all.WeightOf(i, rows)
			weight += w
			y += w * float64(all.Targets[i])
			off += w * math.Abs(float64(all.Targets[i])-float64(single[i]))
			d += w * math.Pow(float64(all.Targets[i])-float64(single[i]), 2)
		}
		spread := 0.
		for i := range rows {
			spread += all.WeightOf(i, rows) * math.Pow(float64(all.Targets[i])-y/weight, 2)
		}
		for size := 1; size <= rows; size++ {
			var batches []*datasets.Batch
			var logits, lines [][]float32
			for from := 0; from < rows; from += size {
				to := min(from+size, rows)
				b := &datasets.Batch{Rows: to - from, Labels: all.Labels[from*c.labels : to*c.labels], Targets: all.Targets[from:to]}
				if c.weights > 0 {
					b.Weights = all.Weights[from*c.weights : to*c.weights]
				}
				if b.Weight() == 0 { // rows of weight 0, one at a time
					continue
				}
				batches = append(batches, b)
				logits, lines = append(logits, out[from*c.labels*width:to*c.labels*width]), append(lines, single[from:to])
			}
			assert.InDelta(t, hits/total, over(t, Accuracy(), batches, logits), 1e-12, c.name)
			assert.InDelta(t, top/total, over(t, TopK(2), batches, logits), 1e-12, c.name)
			assert.InDelta(t, 2*tp/(2*tp+fp+fn), over(t, F1(1), batches, logits), 1e-12, c.name)
			assert.InDelta(t, math.Exp(entropy/total), over(t, Perplexity(), batches, logits), 1e-11, c.name)
			assert.InDelta(t, off/weight, over(t, MeanAbsoluteError(), batches, lines), 1e-12, c.name)
			assert.InDelta(t, 1-d/spread, over(t, R2(), batches, lines), 1e-11, c.name)
		}
	}
}

// TestZeroWeightIsLeftOut: whatever stands in a row or label of weight 0.
func TestZeroWeightIsLeftOut(t *testing.T) {
	nan := float32(math.NaN())
	b := &datasets.Batch{Rows: 2, Labels: []int32{1, -100}, Targets: []float32{1, nan}, Weights: []float32{2, 0}}
	logits, lines := []float32{0, 3, nan, nan}, []float32{1, nan}
	assert.Equal(t, 1., one(t, Accuracy(), b, logits))
	assert.Equal(t, 1., one(t, F1(1), b, logits))
	assert.InDelta(t, 1+math.Exp(-3), one(t, Perplexity(), b, logits), 1e-12)
	assert.Zero(t, one(t, MeanAbsoluteError(), b, lines))
	assert.Equal(t, 1., one(t, R2(), b, lines))
	assert.Equal(t, 1., one(t, BinaryAccuracy(0), b, []float32{1, nan}))
}

func TestR2OfEqualTargets(t *testing.T) {
	b := &datasets.Batch{Rows: 2, Targets: []float32{.1, .1}}
	assert.Equal(t, 1., one(t, R2(), b, []float32{.1, .1}))
	assert.Zero(t, one(t, R2(), b, []float32{.1, .2}))
}

// TestR2FarFromZero: a mean that is large beside the spread costs no digits.
func TestR2FarFromZero(t *testing.T) {
	const n = 100_000
	b := &datasets.Batch{Rows: n}
	output := make([]float32, n)
	for i := range output {
		b.Targets = append(b.Targets, float32(1<<23+i%2))
		output[i] = b.Targets[i]
		if i%8 == 0 {
			output[i]++
		}
	}
	assert.InDelta(t, .5, one(t, R2(), b, output), 1e-14)
}

func TestMetricsAreOneOrTheOther(t *testing.T) {
	add := func([]float64, *datasets.Batch, []float32) {}
	value := func([]float64) float64 { return 0 }
	for want, m := range map[string]Metric{
		`metric "x": Sum is nil: want a function, or Sums, Add and Value`:             {Name: "x"},
		`metric "x": Sum is set, and so is Sums, Add or Value: want one or the other`: {Name: "x", Sum: outputMean().Sum, Value: value},
		`metric "x": Sums = 0: want [1, 1048576]`:                                     {Name: "x", Add: add, Value: value},
		`metric "x": Sums = -1: want [1, 1048576]`:                                    {Name: "x", Sums: -1, Add: add, Value: value},
		`metric "x": Add or Value is nil: want both`:                                  {Name: "x", Sums: 1, Add: add},
		`metric "x": Sums = 2097152: want [1, 1048576]`:                               {Name: "x", Sums: 1 << 21, Add: add, Value: value},
	} {
		tr := basic(newLinear(2))
		tr.Metrics = []Metric{m}
		_, err := tr.Fit(t.Context(), data(t, 8), nil)
		assert.EqualError(t, err, "trainer: "+want)
	}
}

// squareOfMean is a metric that is not a mean.
func squareOfMean() Metric {
	return Metric{
		Name: "square_of_mean", Sums: 2,
		Add: func(sums []float64, b *datasets.Batch, output []float32) {
			for i, y := range output {
				w := b.WeightOf(i, len(output))
				sums[0] += w * float64(y)
				sums[1] += w
			}
		},
		Value: func(sums []float64) float64 { return math.Pow(sums[0]/sums[1], 2) },
	}
}

// TestSumsAreWatched: early stopping and the plateau see a metric of sums, and
// each epoch and evaluation has its own sums.
func TestSumsAreWatched(t *testing.T) {
	tr := basic(newScripted(3, -1, 2, 2, 5))
	rows := Metric{
		Name: "rows", Sums: 1,
		Add:   func(sums []float64, b *datasets.Batch, _ []float32) { sums[0] += float64(b.Rows) },
		Value: func(sums []float64) float64 { return sums[0] },
	}
	tr.Metrics, tr.Epochs = []Metric{squareOfMean(), rows}, 10
	tr.EarlyStopping = &EarlyStopping{Metric: "square_of_mean", Patience: 2}
	tr.Plateau = &Plateau{Metric: "square_of_mean", Factor: .5, Patience: 1}
	history, err := tr.Fit(t.Context(), data(t, 8), data(t, 4))
	require.NoError(t, err)
	assert.Equal(t, "early stopping", history.StoppedBy)
	assert.Equal(t, Best{Epoch: 2, Step: 4, Value: 1}, *history.Best)
	assert.Equal(t, 2, history.Plateau.Reductions)
	for i, want := range []float64{9, 1, 4, 4} {
		assert.Equal(t, []float64{want, 4}, history.Epochs[i].Test.Metrics)
		assert.Equal(t, []float64{0, 8}, history.Epochs[i].Train.Metrics)
	}
}

func TestSumsThatAreNotFinite(t *testing.T) {
	tr := basic(newLinear(2))
	m := squareOfMean()
	m.Value = func([]float64) float64 { return math.Inf(1) }
	m.Add = func(sums []float64, b *datasets.Batch, _ []float32) { sums[0], sums[1] = 1, sums[1]+float64(b.Rows) }
	tr.Metrics = []Metric{m}
	_, err := tr.Fit(t.Context(), data(t, 8), nil)
	assert.EqualError(t, err, `trainer: after step 2: metric "square_of_mean" = +Inf from the sums [1 8]: not finite`)
	assert.ErrorIs(t, err, optimizers.ErrNotFinite)
	m.Add = func(sums []float64, _ *datasets.Batch, _ []float32) { sums[1] = math.NaN() }
	tr.Metrics = []Metric{m}
	_, err = tr.Fit(t.Context(), data(t, 8), nil)
	assert.EqualError(t, err, `trainer: epoch 1: step 1: metric "square_of_mean": sum 1 = NaN on 4 rows with 4 outputs, 0 labels and 4 targets: not finite`)
	assert.ErrorIs(t, err, optimizers.ErrNotFinite)
	_, err = Evaluate(t.Context(), newLinear(2), data(t, 8), 4, m)
	assert.ErrorIs(t, err, optimizers.ErrNotFinite)
}
