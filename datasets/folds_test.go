package datasets

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// labeled is a dataset of these labels, whose inputs count from 0.
func labeled(t require.TestingT, labels ...int32) *Slices {
	a := Arrays{Shape: []int{1}, Labels: labels}
	for i := range labels {
		a.Inputs = append(a.Inputs, float32(i))
	}
	d, err := FromSlices(a)
	require.NoError(t, err)
	return d
}

// unlabeled are n examples without labels.
func unlabeled(t require.TestingT, n int) *Slices {
	d, err := FromSlices(Arrays{Shape: []int{1}, Inputs: make([]float32, n)})
	require.NoError(t, err)
	return d
}

// Every row is tested on once and trained on otherwise; parts, and the classes in
// them where they are stratified, differ by one at most.
func TestFoldsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		labels := rapid.SliceOfN(rapid.Int32Range(0, 3), 2, 60).Draw(t, "labels")
		n := len(labels)
		k := rapid.IntRange(2, n).Draw(t, "k")
		seed := rapid.Uint64().Draw(t, "seed")
		d := labeled(t, labels...)
		rows := make([]int, n)
		for i := range rows {
			rows[i] = i
		}
		for name, divide := range map[string]func(Dataset, int, uint64) ([]Fold, error){"plain": Folds, "stratified": StratifiedFolds} {
			folds, err := divide(d, k, seed)
			require.NoError(t, err)
			require.Len(t, folds, k)
			again, err := divide(d, k, seed)
			require.NoError(t, err)
			var tested []int
			var counts [4][]int
			for i, f := range folds {
				in, out := f.Train.Rows(), f.Test.Rows()
				require.True(t, slices.IsSorted(in) && slices.IsSorted(out))
				require.Contains(t, []int{n / k, (n + k - 1) / k}, len(out))
				both := slices.Sorted(slices.Values(slices.Concat(in, out)))
				require.Equal(t, rows, both)
				require.Equal(t, out, again[i].Test.Rows())
				tested = append(tested, out...)
				var count [4]int
				for _, r := range out {
					count[labels[r]]++
				}
				for c, m := range count {
					counts[c] = append(counts[c], m)
				}
			}
			slices.Sort(tested)
			require.Equal(t, rows, tested)
			for _, c := range counts {
				if name == "stratified" {
					require.LessOrEqual(t, slices.Max(c)-slices.Min(c), 1)
				}
			}
		}
	})
}

func TestFolds(t *testing.T) {
	d := numbered(t, 100)
	a, err := Folds(d, 5, 1)
	require.NoError(t, err)
	b, err := Folds(d, 5, 2)
	require.NoError(t, err)
	assert.NotEqual(t, a[0].Test.Rows(), b[0].Test.Rows(), "another seed, other parts")
	part, err := Subset(d, []int{50, 60, 70, 80})
	require.NoError(t, err)
	a, err = Folds(part, 4, 1)
	require.NoError(t, err)
	assert.Subset(t, []int{50, 60, 70, 80}, a[0].Test.Rows(), "rows of the dataset behind")

	_, err = Folds(nil, 2, 1)
	assert.EqualError(t, err, "datasets: Folds: the dataset is nil: want a Dataset")
	_, err = Folds(numbered(t, 1), 2, 1)
	assert.ErrorContains(t, err, "datasets: Folds: a dataset of 1 examples: want [2, ")
	for _, k := range []int{math.MinInt, 0, 1, 101} {
		_, err = Folds(d, k, 1)
		assert.ErrorContains(t, err, ": want [2, 100], so that all parts have examples")
	}
	_, err = StratifiedFolds(unlabeled(t, 100), 2, 1)
	assert.EqualError(t, err, "datasets: StratifiedFolds: 0 labels of 100 examples: want one for each")
	_, err = StratifiedFolds(&faulty{row: 6, value: "boom"}, 2, 1)
	assert.ErrorContains(t, err, "datasets: StratifiedFolds: *datasets.faulty.Gather: panic: boom")
}
