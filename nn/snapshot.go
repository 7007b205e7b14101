package nn

import "slices"

// Snapshot copies everything that training changes: the values of all
// parameters, the frozen ones as well, the states of the layers, and the number
// of the step that the random numbers are a function of. Restore puts it back,
// as often as it is called; gradients stay those of the last [Model.Step].
//
// Both wait for a call of the model under way, and serve a closed model too.
func (m *Model) Snapshot() (restore func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	steps, all := m.steps, m.tensors()
	saved := make([][]float32, len(all))
	for i, t := range all {
		saved[i] = slices.Clone(t.Value)
	}
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.steps = steps
		for i, t := range all {
			copy(t.Value, saved[i])
		}
	}
}
