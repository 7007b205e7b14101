package trainer

import (
	"fmt"
	"slices"

	"descent/datasets"
	"descent/internal/caught"
	"descent/optimizers"
)

// tally sums loss and metrics over batches.
type tally struct {
	metrics []Metric
	totals
}

type totals struct {
	Rows   int         `json:"rows"`
	Weight float64     `json:"weight"` // of the rows
	Loss   sum         `json:"loss"`
	Means  []sum       `json:"means"` // of the metrics with Sum
	Sums   [][]float64 `json:"sums"`  // of the others
}

func newTally(metrics []Metric) *tally {
	s := &tally{metrics, totals{Means: make([]sum, len(metrics)), Sums: make([][]float64, len(metrics))}}
	for i, m := range metrics {
		s.Sums[i] = make([]float64, m.Sums)
	}
	return s
}

func (s *tally) reset() {
	s.Rows, s.Weight, s.Loss = 0, 0, sum{}
	clear(s.Means)
	for _, sums := range s.Sums {
		clear(sums)
	}
}

// copy returns totals that stay as they are.
func (t totals) copy() totals {
	t.Means, t.Sums = slices.Clone(t.Means), slices.Clone(t.Sums)
	for i, sums := range t.Sums {
		t.Sums[i] = slices.Clone(sums)
	}
	return t
}

// fits reports whether the totals are of these metrics.
func (t totals) fits(metrics []Metric) bool {
	if len(t.Means) != len(metrics) || len(t.Sums) != len(metrics) {
		return false
	}
	for i, m := range metrics {
		if len(t.Sums[i]) != m.Sums {
			return false
		}
	}
	return true
}

// weigh is the weight of a batch. There is no mean over one without.
func weigh(b *datasets.Batch) (float64, error) {
	w := b.Weight()
	if !(w > 0) {
		return 0, fmt.Errorf("all %d weights of the batch are 0: want 1 or more that are positive", len(b.Weights))
	}
	return w, nil
}

// add counts a batch, given its weight and its mean loss. A figure that is not
// finite is an error.
func (s *tally) add(b *datasets.Batch, weight, loss float64, output []float32) error {
	if !finite(loss) {
		return fmt.Errorf("loss = %v: %w", loss, optimizers.ErrNotFinite)
	}
	s.Rows += b.Rows
	s.Weight += weight
	s.Loss.addTimes(loss, weight)
	if !finite(s.Loss.High) {
		return fmt.Errorf("loss = %v: %w", loss, errOverflow)
	}
	for i := range s.metrics {
		if err := s.measure(i, b, output); err != nil {
			return err
		}
	}
	return nil
}

// measure adds the batch to a metric. A panic of the metric is an error.
func (s *tally) measure(i int, b *datasets.Batch, output []float32) (err error) {
	m := &s.metrics[i]
	defer caught.Error(&err, "metric", m.Name)
	if m.Check != nil {
		if err := m.Check(b, output); err != nil {
			return fmt.Errorf("metric %q: %w", m.Name, err)
		}
	}
	if m.Sum == nil {
		m.Add(s.Sums[i], b, output)
		for j, v := range s.Sums[i] {
			if !finite(v) {
				return notFinite(fmt.Sprintf("metric %q: sum %d", m.Name, j), v, b, output)
			}
		}
		return nil
	}
	v := m.Sum(b, output)
	if !finite(v) {
		return notFinite(fmt.Sprintf("metric %q", m.Name), v, b, output)
	}
	s.Means[i].Add(v)
	if !finite(s.Means[i].High) {
		return fmt.Errorf("metric %q = %v: %w", m.Name, v, errOverflow)
	}
	return nil
}

func notFinite(what string, v float64, b *datasets.Batch, output []float32) error {
	return fmt.Errorf("%s = %v on %d rows with %d outputs, %d labels and %d targets: %w",
		what, v, b.Rows, len(output), len(b.Labels), len(b.Targets), optimizers.ErrNotFinite)
}

// scores are the figures so far.
func (s *tally) scores() (Scores, error) {
	if s.Rows == 0 {
		return Scores{}, fmt.Errorf("every batch of the epoch was skipped: %w", optimizers.ErrNotFinite)
	}
	scores := Scores{Loss: s.Loss.over(s.Weight)}
	for i, m := range s.metrics {
		if m.Sum != nil {
			scores.Metrics = append(scores.Metrics, s.Means[i].over(s.Weight))
			continue
		}
		v, err := m.value(s.Sums[i])
		if err != nil {
			return Scores{}, err
		}
		if !finite(v) {
			return Scores{}, fmt.Errorf("metric %q = %v from the sums %v: %w", m.Name, v, s.Sums[i], optimizers.ErrNotFinite)
		}
		scores.Metrics = append(scores.Metrics, v)
	}
	return scores, nil
}

func (m *Metric) value(sums []float64) (v float64, err error) {
	defer caught.Error(&err, "metric", m.Name)
	return m.Value(sums), nil
}

var errOverflow = fmt.Errorf("the sum over the rows overflows: %w", optimizers.ErrNotFinite)
