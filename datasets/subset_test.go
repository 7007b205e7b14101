package datasets

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// numbered is a dataset whose input is the row's number.
func numbered(t require.TestingT, n int) *Slices {
	a := Arrays{Shape: []int{1}, Labels: make([]int32, n)}
	for i := range n {
		a.Inputs = append(a.Inputs, float32(i))
		a.Labels[i] = int32(i)
	}
	s, err := FromSlices(a)
	require.NoError(t, err)
	return s
}

// all is the numbers of the rows of d.
func all(t require.TestingT, d Dataset) []int {
	rows := make([]int, d.Len())
	for i := range rows {
		rows[i] = i
	}
	var b Batch
	require.NoError(t, d.Gather(&b, rows))
	for i, l := range b.Labels {
		rows[i] = int(l)
	}
	return rows
}

func TestSubset(t *testing.T) {
	rows := []int{5, 2, 2, 9}
	v, err := Subset(numbered(t, 10), rows)
	require.NoError(t, err)
	rows[0] = 7 // the view has its own copy
	assert.Equal(t, []int{5, 2, 2, 9}, all(t, v))
	assert.Equal(t, []int{1}, v.InputShape())
	assert.Equal(t, 2, v.Batches(3))

	w, err := Subset(v, []int{3, 0})
	require.NoError(t, err)
	assert.Equal(t, []int{9, 5}, all(t, w))
	assert.IsType(t, &Slices{}, w.of, "rows are mapped once")

	var b Batch
	assert.EqualError(t, w.Gather(&b, []int{2}), "datasets: Gather: rows[0] = 2: want [0, 2)")
	_, err = Subset(nil, []int{0})
	assert.EqualError(t, err, "datasets: Subset: the dataset is nil: want a Dataset")
	_, err = Subset(v, nil)
	assert.EqualError(t, err, "datasets: Subset: 0 rows: want 1 or more")
	_, err = Subset(v, []int{0, 4})
	assert.EqualError(t, err, "datasets: Subset: rows[1] = 4: want [0, 4)")
}

func TestSplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 50).Draw(t, "n")
		size := rapid.IntRange(1, n-1).Draw(t, "size")
		seed := rapid.Uint64().Draw(t, "seed")
		d := numbered(t, n)
		a, b, err := Split(d, size, seed)
		require.NoError(t, err)
		require.Equal(t, size, a.Len())
		x, y := all(t, a), all(t, b)
		require.True(t, slices.IsSorted(x) && slices.IsSorted(y))
		both := slices.Concat(x, y)
		slices.Sort(both)
		require.Equal(t, all(t, d), both)

		again, _, err := Split(d, size, seed)
		require.NoError(t, err)
		require.Equal(t, x, all(t, again))
	})

	d := numbered(t, 100)
	a, _, err := Split(d, 50, 1)
	require.NoError(t, err)
	b, rest, err := Split(d, 50, 2)
	require.NoError(t, err)
	assert.NotEqual(t, all(t, a), all(t, b), "another seed, another choice")

	c, _, err := Split(rest, 10, 1)
	require.NoError(t, err)
	assert.Subset(t, all(t, rest), all(t, c), "a part of a part")
	assert.Len(t, all(t, rest), 50, "which stays as it was")

	_, _, err = Split(nil, 1, 1)
	assert.EqualError(t, err, "datasets: Split: the dataset is nil: want a Dataset")
	_, _, err = Split(user{n: math.MaxInt}, 1, 1)
	assert.EqualError(t, err, fmt.Sprintf("datasets: Split: a dataset of %d examples: want [1, %d]", math.MaxInt, maxExamples))
	_, err = Subset(user{n: math.MaxInt}, []int{math.MaxInt - 1, 0})
	assert.NoError(t, err)
	for _, size := range []int{math.MinInt, -1, 0, 100, 101, math.MaxInt} {
		_, _, err := Split(d, size, 1)
		assert.ErrorContains(t, err, ": want [1, 100), so that both parts have examples", "size %d", size)
	}
}
