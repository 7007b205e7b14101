package nn_test

import (
	"testing"

	"descent/nn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSummary(t *testing.T) {
	m, err := nn.NewModel(nn.LeNet(10), nn.Config{Input: []int{1, 28, 28}, Loss: nn.SoftmaxCrossEntropy{}, Seed: 1})
	require.NoError(t, err)
	defer m.Close()
	assert.Equal(t, 61706, m.NumParams())
	t.Log("\n" + m.Summary())
	_, err = nn.NewModel(nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 5}, nn.Sequential(nn.Dense{Units: 3})), nn.Config{Input: []int{1, 28, 28}})
	t.Log(err)
	_, err = nn.NewModel(nn.Sequential(nn.Conv2D{Filters: 3, Kernel: 5}, nn.Sequential(nn.Conv2D{Kernel: 30, Filters: 3})), nn.Config{Input: []int{1, 28, 28}})
	t.Log(err)
}
