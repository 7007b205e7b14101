package stats

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// every is a table in which all differ, or none.
func every(n int, differ bool) [][]bool {
	table := make([][]bool, n)
	for i := range table {
		table[i] = slices.Repeat([]bool{differ}, n)
	}
	return table
}

// Where all differ, the ranks are the usual ones; where none does, all are first.
func TestRanks(t *testing.T) {
	for _, c := range golden[struct {
		Means              []number
		Minimize, Maximize []int
	}](t, "ranks") {
		means := floats(c.Means)
		got, err := Ranks(means, every(len(means), true), Minimize)
		require.NoError(t, err)
		assert.Equal(t, c.Minimize, got)
		got, err = Ranks(means, every(len(means), true), Maximize)
		require.NoError(t, err)
		assert.Equal(t, c.Maximize, got)
		got, err = Ranks(means, every(len(means), false), Minimize)
		require.NoError(t, err)
		assert.Equal(t, slices.Repeat([]int{1}, len(means)), got)
	}
	got, err := Ranks(nil, nil, Minimize)
	require.NoError(t, err)
	assert.Empty(t, got)
}

// A tie is not transitive: the first differs from the last, the middle one from neither.
func TestRanksOfATie(t *testing.T) {
	differs, err := Separated([][]float64{{1, 0.2, 0.01}, {0.2, 1, 0.05001}, {0.01, 0.05001, 1}}, 0.05)
	require.NoError(t, err)
	assert.Equal(t, [][]bool{{false, false, true}, {false, false, false}, {true, false, false}}, differs)
	got, err := Ranks([]float64{0.1, 0.2, 0.3}, differs, Minimize)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1, 2}, got)
	got, err = Ranks([]float64{0.1, 0.2, 0.3}, differs, Maximize)
	require.NoError(t, err)
	assert.Equal(t, []int{2, 1, 1}, got)
}

// The order of the arguments does not matter, better has no larger rank where all
// others are separated alike, and one more difference lowers the worse of two by one.
func TestRanksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		drawn := rapid.SliceOfN(rapid.IntRange(0, 9), 2, 6).Draw(t, "means")
		n := len(drawn)
		means, differs := make([]float64, n), every(n, false)
		for i, v := range drawn {
			means[i] = float64(v)
			for j := range i {
				differs[i][j] = rapid.Bool().Draw(t, "differs")
				differs[j][i] = differs[i][j]
			}
		}
		got, err := Ranks(means, differs, Minimize)
		require.NoError(t, err)
		assert.Equal(t, 1, got[slices.Index(means, slices.Min(means))])

		order := rapid.Permutation([]int{0, 1, 2, 3, 4, 5}[:n]).Draw(t, "order")
		moved, table, want := make([]float64, n), every(n, false), make([]int, n)
		for i, from := range order {
			moved[i], want[i] = means[from], got[from]
			for j, other := range order {
				table[i][j] = differs[from][other]
			}
		}
		permuted, err := Ranks(moved, table, Minimize)
		require.NoError(t, err)
		assert.Equal(t, want, permuted)

		if !differs[0][1] && means[0] < means[1] {
			differs[0][1], differs[1][0] = true, true
			got[1]++
			more, err := Ranks(means, differs, Minimize)
			require.NoError(t, err)
			assert.Equal(t, got, more)
		}
	})
}

func TestRanksErrors(t *testing.T) {
	for _, c := range []struct {
		means   []float64
		differs [][]bool
		goal    Goal
		want    string
	}{
		{[]float64{1}, every(1, false), Goal(7), "goal = 7: want Minimize or Maximize"},
		{[]float64{1, 2}, every(1, false), Minimize, "len(differs) = 1: want 2, the length of means"},
		{[]float64{1, 2}, [][]bool{{false, true}, {true}}, Minimize, "len(differs[1]) = 1: want 2, the length of means"},
		{[]float64{1, math.NaN()}, every(2, true), Minimize, "means[1] = NaN: want a number"},
		{[]float64{1, 2}, [][]bool{{false, true}, {false, false}}, Minimize, "differs[0][1] = true: want differs[1][0]"},
	} {
		_, err := Ranks(c.means, c.differs, c.goal)
		assert.EqualError(t, err, "stats: Ranks: "+c.want)
	}
}

// The level itself is separated, and the diagonal is not looked at.
func TestSeparated(t *testing.T) {
	nan := math.NaN()
	got, err := Separated([][]float64{{nan, 0.05, 0}, {0.05, -1, 0.051}, {0, 0.051, 0}}, 0.05)
	require.NoError(t, err)
	assert.Equal(t, [][]bool{{false, true, true}, {true, false, false}, {true, false, false}}, got)
	got, err = Separated(nil, 0.05)
	require.NoError(t, err)
	assert.Empty(t, got)
}

func TestSeparatedErrors(t *testing.T) {
	for _, c := range []struct {
		adjusted [][]float64
		alpha    float64
		want     string
	}{
		{nil, 0, "alpha = 0: want (0, 1)"},
		{nil, 5, "alpha = 5: want (0, 1)"},
		{[][]float64{{1, 1}, {1}}, 0.05, "len(adjusted[1]) = 1: want 2, the number of rows"},
		{[][]float64{{1, 1.5}, {1, 1}}, 0.05, "adjusted[0][1] = 1.5: want [0, 1]"},
		{[][]float64{{1, 1}, {-0.5, 1}}, 0.05, "adjusted[1][0] = -0.5: want [0, 1]"},
		{[][]float64{{1, math.NaN()}, {1, 1}}, 0.05, "adjusted[0][1] = NaN: want [0, 1]"},
	} {
		_, err := Separated(c.adjusted, c.alpha)
		assert.EqualError(t, err, "stats: Separated: "+c.want)
	}
}
