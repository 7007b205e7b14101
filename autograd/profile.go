package autograd

import (
	"fmt"
	"slices"
	"time"
)

// OpTime is the time that one operation of a graph has taken.
type OpTime struct {
	Op    string // its name
	Shape []int  // of its result; empty for a scalar
	Runs  int
	Total time.Duration
	Min   time.Duration // the fastest run
}

func (t *OpTime) add(d time.Duration) {
	if t.Runs == 0 || d < t.Min {
		t.Min = d
	}
	t.Runs++
	t.Total += d
}

// Profile starts measuring the time of each operation, from the next run on. It
// reads the clock twice per operation, and operations that otherwise postpone their
// work, to do it together, do it immediately.
func (m *Machine) Profile() {
	if m == nil || m.profiled {
		return
	}
	m.profiled = true
	for i := range m.steps {
		s := &m.steps[i]
		s.time = OpTime{Op: fmt.Sprint(s.op), Shape: slices.Clone(s.node.Shape())}
	}
}

// OpTimes returns the times measured since [Machine.Profile], in the order in which
// operations run.
func (m *Machine) OpTimes() []OpTime {
	var times []OpTime
	if m == nil || !m.profiled {
		return nil
	}
	for _, s := range m.steps {
		if s.op != nil {
			times = append(times, s.time)
		}
	}
	return times
}
