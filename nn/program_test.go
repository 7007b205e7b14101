package nn

import (
	"testing"

	"descent/autograd/lanes"
	"descent/datasets"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// However many sizes of batch a model sees, it keeps a few graphs: the last
// used ones, each for no more than twice the rows.
func TestGraphsAreBounded(t *testing.T) {
	m, err := NewModel(Dense{Units: 1}, Config{Input: []int{2}, Loss: SquaredError{}})
	require.NoError(t, err)
	defer m.Close()
	for rows := 1; rows < 700; rows += 7 {
		b := &datasets.Batch{Rows: rows, Inputs: make([]float32, 2*rows), Targets: make([]float32, rows)}
		_, _, err := m.Step(b)
		require.NoError(t, err)
		require.Equal(t, train, m.programs[0].purpose)
		_, _, err = m.Evaluate(b)
		require.NoError(t, err)
		_, err = m.Predict(nil, b.Inputs)
		require.NoError(t, err)
		require.LessOrEqual(t, len(m.programs), mostPrograms)
		groups := (rows + lanes.Lanes - 1) / lanes.Lanes
		for _, p := range m.programs[:3] {
			require.GreaterOrEqual(t, groupsOf(p.rows), groups)
			require.LessOrEqual(t, groupsOf(p.rows), 2*groups)
		}
	}
}

// The graphs of a training run are made once: whole batches, the smaller last
// one of an epoch, and those of an evaluation.
func TestGraphsAreKept(t *testing.T) {
	m, err := NewModel(Dense{Units: 1}, Config{Input: []int{2}, Loss: SquaredError{}})
	require.NoError(t, err)
	defer m.Close()
	var first []*program
	for epoch := range 3 {
		for _, rows := range []int{256, 256, 96} {
			b := &datasets.Batch{Rows: rows, Inputs: make([]float32, 2*rows), Targets: make([]float32, rows)}
			_, _, err := m.Step(b)
			require.NoError(t, err)
			_, _, err = m.Evaluate(b)
			require.NoError(t, err)
		}
		assert.Len(t, m.programs, 4)
		if epoch == 0 {
			first = append(first, m.programs...)
		}
		assert.ElementsMatch(t, first, m.programs)
	}
}
