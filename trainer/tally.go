package trainer

import (
	"fmt"

	"descent/datasets"
	"descent/optimizers"
)

// tally sums loss and metrics over batches.
type tally struct {
	metrics []Metric
	rows    int
	weight  float64 // of the rows
	loss    sum
	means   []sum       // of the metrics with Sum
	sums    [][]float64 // of the others
}

func newTally(metrics []Metric) *tally {
	s := &tally{metrics: metrics, means: make([]sum, len(metrics)), sums: make([][]float64, len(metrics))}
	for i, m := range metrics {
		s.sums[i] = make([]float64, m.Sums)
	}
	return s
}

func (s *tally) reset() {
	s.rows, s.weight, s.loss = 0, 0, sum{}
	clear(s.means)
	for _, sums := range s.sums {
		clear(sums)
	}
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
	s.rows += b.Rows
	s.weight += weight
	s.loss.addTimes(loss, weight)
	if !finite(s.loss.High) {
		return fmt.Errorf("loss = %v: %w", loss, errOverflow)
	}
	for i, m := range s.metrics {
		if m.Check != nil {
			if err := m.Check(b, output); err != nil {
				return fmt.Errorf("metric %q: %w", m.Name, err)
			}
		}
		if m.Sum == nil {
			m.Add(s.sums[i], b, output)
			for j, v := range s.sums[i] {
				if !finite(v) {
					return notFinite(fmt.Sprintf("metric %q: sum %d", m.Name, j), v, b, output)
				}
			}
			continue
		}
		v := m.Sum(b, output)
		if !finite(v) {
			return notFinite(fmt.Sprintf("metric %q", m.Name), v, b, output)
		}
		s.means[i].Add(v)
		if !finite(s.means[i].High) {
			return fmt.Errorf("metric %q = %v: %w", m.Name, v, errOverflow)
		}
	}
	return nil
}

func notFinite(what string, v float64, b *datasets.Batch, output []float32) error {
	return fmt.Errorf("%s = %v on %d rows with %d outputs, %d labels and %d targets: %w",
		what, v, b.Rows, len(output), len(b.Labels), len(b.Targets), optimizers.ErrNotFinite)
}

// scores are the figures so far. There must be rows.
func (s *tally) scores() (Scores, error) {
	scores := Scores{Loss: s.loss.over(s.weight)}
	for i, m := range s.metrics {
		if m.Sum != nil {
			scores.Metrics = append(scores.Metrics, s.means[i].over(s.weight))
			continue
		}
		v := m.Value(s.sums[i])
		if !finite(v) {
			return Scores{}, fmt.Errorf("metric %q = %v from the sums %v: %w", m.Name, v, s.sums[i], optimizers.ErrNotFinite)
		}
		scores.Metrics = append(scores.Metrics, v)
	}
	return scores, nil
}

var errOverflow = fmt.Errorf("the sum over the rows overflows: %w", optimizers.ErrNotFinite)
