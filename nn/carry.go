package nn

import (
	"fmt"
	"slices"

	"descent/internal/graph"
	"gorgonia.org/gorgonia"
)

// carried is a state that each row of a batch carries to the same row of the next.
type carried struct {
	param      // the state of training
	rows       int
	evaluation []float32 // the state of evaluation
}

// Carried declares a [Scope.State] [rows, shape...] of zeros that each row of a batch
// carries over to the same row of the next batch, such as the state of a recurrent
// layer. The layer passes its next value to [Scope.Update].
//
// Training and evaluation have separate states. Only that of training is saved and
// listed by [Model.States]. [Model.StartEpoch] and [Model.StartEvaluation] reset them to
// zero. In other graphs, such as those for predictions, the state is zero, so that an
// output is a function of the inputs. Batches for training and evaluation must have that
// many rows, and so must all carried states of a model.
//
// The first graph of a model, which never runs, may have fewer rows.
func (s *Scope) Carried(name string, rows int, shape ...int) (*gorgonia.Node, error) {
	m, full := s.model, s.path+name
	shape = append([]int{rows}, shape...)
	if i := slices.IndexFunc(m.carried, func(c carried) bool { return c.rows != rows }); i >= 0 {
		return nil, fmt.Errorf("state %q of %d rows: want %d, as for %q", full, rows, m.carried[i].rows, m.carried[i].Name)
	}
	t, err := s.tensor(false, full, Constant(0), Fans{}, shape)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.carried, func(c carried) bool { return c.Name == full })
	if i < 0 {
		if err := m.memory.Take(4, shape...); err != nil {
			return nil, fmt.Errorf("state %q: %w", full, err)
		}
		i = len(m.carried)
		m.carried = append(m.carried, carried{t, rows, make([]float32, len(t.Value))})
	}
	switch {
	case s.graph.purpose == evaluate:
		t.Value = m.carried[i].evaluation
	case !s.Training():
		t.Value = make([]float32, graph.Size(shape))
	}
	return s.stateNode(name, t, shape)
}

// CarriedRows returns the number of rows whose state is carried from batch to batch. Each
// batch for training and evaluation must have that many: see [Scope.Carried]. It is 0 if
// there is no such state.
func (m *Model) CarriedRows() int {
	if len(m.carried) == 0 {
		return 0
	}
	return m.carried[0].rows
}

// StartEpoch resets the states that training carries from batch to batch to zero. It
// waits for a call under way.
func (m *Model) StartEpoch() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.carried {
		clear(c.Value)
	}
}

// StartEvaluation is [Model.StartEpoch] for the states of evaluation.
func (m *Model) StartEvaluation() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.carried {
		clear(c.evaluation)
	}
}

// carries reports whether a state is one of Carried.
func (m *runner) carries(name string) bool {
	return slices.ContainsFunc(m.carried, func(c carried) bool { return c.Name == name })
}

// checkCarried returns an error unless a batch has the rows whose state is carried.
func (m *runner) checkCarried(rows int, what purpose) error {
	if len(m.carried) > 0 && (what == train || what == evaluate) && rows != m.carried[0].rows {
		return fmt.Errorf("batch of %d rows: want %d, because state %q is carried from batch to batch", rows, m.carried[0].rows, m.carried[0].Name)
	}
	return nil
}
