package datasets

import (
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// epochOf are the inputs and the labels of all rows in an epoch.
func epochOf(t require.TestingT, d *Balanced, epoch int) (inputs []int, labels []int32) {
	rows := make([]int, d.Len())
	for i := range rows {
		rows[i] = i
	}
	var b Batch
	require.NoError(t, d.GatherEpoch(&b, rows, epoch))
	for _, v := range b.Inputs {
		inputs = append(inputs, int(v))
	}
	return inputs, b.Labels
}

// Each class is there equally often, and its examples as often as each other, up to
// one.
func TestBalancedProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.SampledFrom([]int32{0, 2, 2, 2, 5}), 1, 40).Draw(t, "labels")
		perClass := rapid.IntRange(0, 30).Draw(t, "each")
		seed := rapid.Uint64().Draw(t, "seed")
		d, err := Balance(labeled(t, labels...), perClass, seed)
		require.NoError(t, err)
		sizes := map[int32]int{}
		for _, l := range labels {
			sizes[l]++
		}
		if perClass == 0 {
			for _, n := range sizes {
				perClass = max(perClass, n)
			}
		}
		require.Equal(t, perClass*len(sizes), d.Len())
		for epoch := range 2 {
			inputs, got := epochOf(t, d, epoch)
			classes, rows := map[int32]int{}, make([]int, len(labels))
			for i, r := range inputs {
				require.Equal(t, labels[r], got[i])
				classes[got[i]]++
				rows[r]++
			}
			for l, n := range sizes {
				require.Equal(t, perClass, classes[l])
				for r, count := range rows {
					if labels[r] == l {
						require.Contains(t, []int{perClass / n, (perClass + n - 1) / n}, count)
					}
				}
			}
		}
	})
}

// A class that occurs several times over has another order each time.
func TestBalancedShuffles(t *testing.T) {
	labels := append(slices.Repeat([]int32{0}, 9), slices.Repeat([]int32{1}, 9)...)
	d, err := Balance(labeled(t, labels...), 27, 1)
	require.NoError(t, err)
	inputs, _ := epochOf(t, d, 0)
	seen := map[[9]int]bool{}
	for class := range 2 {
		for pass := range 3 {
			var order [9]int
			for i := range order {
				order[i] = inputs[(9*pass+i)*2+class] - 9*class
			}
			seen[order] = true
		}
	}
	assert.Len(t, seen, 6)
}

// An epoch does not depend on the ones before it, nor on who asks.
func TestBalancedEpochs(t *testing.T) {
	labels := append(slices.Repeat([]int32{0}, 20), slices.Repeat([]int32{1}, 50)...)
	d, err := Balance(labeled(t, labels...), 0, 1)
	require.NoError(t, err)
	first, _ := epochOf(t, d, 0)
	second, _ := epochOf(t, d, 1)
	assert.NotEqual(t, first, second)
	again, _ := epochOf(t, d, 0)
	assert.Equal(t, first, again)
	other, err := Balance(labeled(t, labels...), 0, 2)
	require.NoError(t, err)
	third, _ := epochOf(t, other, 0)
	assert.NotEqual(t, first, third, "another seed")

	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			got, _ := epochOf(t, d, i%2)
			assert.Equal(t, [][]int{first, second}[i%2], got)
		})
	}
	wg.Wait()
}

func TestBalanceErrors(t *testing.T) {
	_, err := Balance(nil, 0, 1)
	assert.EqualError(t, err, "datasets: Balance: the dataset is nil: want a Dataset")
	_, err = Balance(user{}, 0, 1)
	assert.ErrorContains(t, err, "datasets: Balance: a dataset of 0 examples: want [1, ")
	d := labeled(t, 0, 1, 1)
	_, err = Balance(d, -1, 1)
	assert.EqualError(t, err, "datasets: Balance: perClass = -1: want 0 or more")
	_, err = Balance(d, math.MaxInt, 1)
	assert.ErrorContains(t, err, " examples of each of 2 classes: want ")
	_, err = Balance(unlabeled(t, 3), 0, 1)
	assert.EqualError(t, err, "datasets: Balance: 0 labels of 3 examples: want one for each")
	b, err := Balance(d, 0, 1)
	require.NoError(t, err)
	assert.EqualError(t, b.Gather(new(Batch), []int{4}), "datasets: Gather: rows[0] = 4: want [0, 4)")
	assert.EqualError(t, new(Balanced).Gather(new(Batch), nil), "datasets: Gather: the dataset is empty: want one from Balance")
}
