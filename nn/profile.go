package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"descent/autograd"
)

// Profile starts measuring the time of each operation of a training step.
func (m *Model) Profile() error {
	if err := m.use(); err != nil {
		return err
	}
	defer m.mu.Unlock()
	m.profile = true
	for _, p := range m.programs {
		p.session.Profile()
	}
	return nil
}

// OpTimes returns the time that each operation of a training step has taken
// since [Model.Profile], in the order in which they run, for the batch size that
// was trained on most often. It waits for a call under way.
func (m *Model) OpTimes() []autograd.OpTime {
	m.mu.Lock()
	defer m.mu.Unlock()
	var most []autograd.OpTime
	for _, p := range m.programs {
		if p.purpose != train {
			continue
		}
		if t := p.session.OpTimes(); len(t) > 0 && (most == nil || t[0].Runs > most[0].Runs) {
			most = t
		}
	}
	return most
}

// ProfileTable returns [Model.OpTimes] as a table: the mean and the minimum time
// of a run in microseconds, and the share of the step. It waits for a call under
// way.
func (m *Model) ProfileTable() string {
	times := m.OpTimes()
	var total time.Duration
	for _, t := range times {
		total += t.Total
	}
	if total == 0 {
		return "no training step was measured\n"
	}
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "mean µs\tmin µs\tshare\t  operation\n")
	for _, t := range times {
		op := strings.TrimSpace(t.Op + " " + shapeString(t.Shape))
		fmt.Fprintf(w, "%.1f\t%.1f\t%.1f %%\t  %s\n", float64(t.Total)/1e3/float64(t.Runs), float64(t.Min)/1e3, 100*float64(t.Total)/float64(total), op)
	}
	fmt.Fprintf(w, "%.1f\t\t\t  total of %d steps' mean\n", float64(total)/1e3/float64(times[0].Runs), times[0].Runs)
	w.Flush() // a strings.Builder takes everything
	return b.String()
}
