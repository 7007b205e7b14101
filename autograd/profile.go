package autograd

import (
	"fmt"
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

// Profile begins to measure the time of each operation, from the next run on.
// It costs two looks at the clock an operation.
func (m *Machine) Profile() {
	if m == nil || m.times != nil {
		return
	}
	m.times = make([]OpTime, len(m.steps))
	for n, slot := range m.slot {
		for i := range m.steps {
			if m.steps[i].out == slot {
				m.times[i] = OpTime{Op: fmt.Sprint(n.Op()), Shape: append([]int(nil), n.Shape()...)}
			}
		}
	}
}

// OpTimes returns what has been measured since [Machine.Profile], in the order
// in which operations run.
func (m *Machine) OpTimes() []OpTime {
	if m == nil {
		return nil
	}
	return append([]OpTime(nil), m.times...)
}
