package datasets

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSlicesGather(t *testing.T) {
	s, err := FromSlices(Arrays{
		Shape:   []int{1, 2},
		Pixels:  []uint8{1, 2, 3, 4, 5, 6},
		Labels:  []int32{0, 1, 0},
		Classes: 3,
		Targets: []float32{.1, .2, .3, .4, .5, .6},
	})
	require.NoError(t, err)
	assert.Equal(t, 3, s.Len())
	assert.Equal(t, []int{1, 2}, s.InputShape())
	assert.Equal(t, 3, s.NumClasses())
	assert.Equal(t, 2, s.Targets())

	b := Batch{Inputs: []float32{9}} // left from another dataset
	require.NoError(t, s.Gather(&b, []int{2, 0, 2}))
	assert.Equal(t, Batch{
		Rows:    3,
		Pixels:  []uint8{5, 6, 1, 2, 5, 6},
		Labels:  []int32{0, 0, 0},
		Targets: []float32{.5, .6, .1, .2, .5, .6},
	}, b)
	first := &b.Pixels[0]
	require.NoError(t, s.Gather(&b, []int{1}))
	assert.Equal(t, Batch{Rows: 1, Pixels: []uint8{3, 4}, Labels: []int32{1}, Targets: []float32{.3, .4}}, b)
	assert.Same(t, first, &b.Pixels[0], "the memory is used again")

	assert.EqualError(t, s.Gather(&b, []int{0, 3}), "datasets: Gather: rows[1] = 3: want [0, 3)")
	assert.EqualError(t, s.Gather(&b, []int{-1}), "datasets: Gather: rows[0] = -1: want [0, 3)")
}

func TestSlicesDefaults(t *testing.T) {
	s, err := FromSlices(Arrays{Inputs: []float32{1, 2, 3, 4}, Labels: []int32{4, 1}})
	require.NoError(t, err)
	assert.Equal(t, []int{2}, s.InputShape())
	assert.Equal(t, 5, s.NumClasses())
	assert.Zero(t, s.Targets())

	s, err = FromSlices(Arrays{Inputs: []float32{1, 2, 3, 4}, Targets: []float32{1, 2, 3, 4}})
	require.NoError(t, err)
	assert.Equal(t, []int{1}, s.InputShape())

	s, err = FromSlices(Arrays{Pixels: []uint8{}, Inputs: []float32{1, 2}, Shape: []int{2}})
	require.NoError(t, err, "no pixels, if not nil")
	var b Batch
	require.NoError(t, s.Gather(&b, []int{0}))
	assert.Equal(t, Batch{Rows: 1, Inputs: []float32{1, 2}}, b)
	s, err = FromSlices(Arrays{Pixels: []uint8{1, 2}, Inputs: []float32{}, Shape: []int{2}})
	require.NoError(t, err)
	require.NoError(t, s.Gather(&b, []int{0}))
	assert.Equal(t, Batch{Rows: 1, Pixels: []uint8{1, 2}}, b)

	s, err = FromSlices(Arrays{Inputs: []float32{1, 2, 3, 4}, Shape: []int{4}})
	require.NoError(t, err, "inputs alone, to predict from")
	assert.Equal(t, 1, s.Len())
}

// Tokens, a label for each position, and weights of both kinds, also in a view.
func TestSequences(t *testing.T) {
	a := Arrays{
		Shape:   []int{3},
		Tokens:  []int32{1, 2, 0, 3, 4, 5},
		Labels:  []int32{2, 0, 0, 4, 5, 1},
		Weights: []float32{1, .5, 0, 1, 1, 1},
	}
	s, err := FromSlices(a)
	require.NoError(t, err)
	assert.Equal(t, 3, s.Labels())
	assert.Equal(t, 6, s.NumClasses())
	b := Batch{Pixels: []uint8{9}}
	require.NoError(t, s.Gather(&b, []int{1, 0}))
	assert.Equal(t, Batch{Rows: 2, Tokens: []int32{3, 4, 5, 1, 2, 0}, Labels: []int32{4, 5, 1, 2, 0, 0}, Weights: []float32{1, 1, 1, 1, .5, 0}}, b)
	assert.Equal(t, 1.5, b.Weight())

	a.Weights = []float32{0, 3}
	s, err = FromSlices(a)
	require.NoError(t, err)
	v, err := Subset(s, []int{1})
	require.NoError(t, err)
	l := Loader{Dataset: v, BatchSize: 1}
	for b, err := range l.Epoch(t.Context(), 0) {
		require.NoError(t, err)
		assert.Equal(t, Batch{Rows: 1, Tokens: []int32{3, 4, 5}, Labels: []int32{4, 5, 1}, Weights: []float32{3}}, *b)
	}
	images := Arrays{Shape: []int{1, 1, 1}, Pixels: []uint8{1, 2}, Labels: []int32{0, 1, 1, 0}}
	_, err = NewImages(images, []string{"a", "b"}, SourceDir, "")
	assert.EqualError(t, err, "datasets: NewImages: 4 labels of 2 images: want one for each")
}

func TestWeightOf(t *testing.T) {
	of := func(b *Batch, n int) (out []float64) {
		for i := range n {
			out = append(out, b.WeightOf(i, n))
		}
		return out
	}
	rows := &Batch{Rows: 2, Weights: []float32{3, .5}}
	assert.Equal(t, []float64{3, .5}, of(rows, 2))
	assert.Equal(t, []float64{3, 3, .5, .5}, of(rows, 4))
	labels := &Batch{Rows: 2, Weights: []float32{3, 1, 0, 1}}
	assert.Equal(t, []float64{3, 1, 0, 1}, of(labels, 4))
	assert.Equal(t, []float64{2, .5}, of(labels, 2))
	assert.Equal(t, []float64{1, 1}, of(&Batch{Rows: 2}, 2))
	for _, c := range [][2]int{{-1, 2}, {2, 2}, {0, 0}, {0, 3}, {0, 5}} {
		assert.True(t, math.IsNaN(labels.WeightOf(c[0], c[1])), c)
	}
	assert.Equal(t, 2.5, labels.Weight())
	assert.Equal(t, 3.5, rows.Weight())
	assert.Equal(t, 2., (&Batch{Rows: 2}).Weight())
}

func TestBatches(t *testing.T) {
	s, err := FromSlices(Arrays{Inputs: make([]float32, 10), Shape: []int{1}})
	require.NoError(t, err)
	for size, want := range map[int]int{1: 10, 3: 4, 5: 2, 9: 2, 10: 1, 256: 1, math.MaxInt: 1, 0: 0, -1: 0, math.MinInt: 0} {
		assert.Equal(t, want, s.Batches(size), "size %d", size)
	}
	assert.Zero(t, new(Slices).Batches(2))
	assert.Equal(t, 1+(math.MaxInt-1)/2, batches(math.MaxInt, 2))
}

func TestGatherMoreThanAnIntCounts(t *testing.T) {
	if math.MaxInt > math.MaxInt32 {
		t.Skip("it takes memory of exabytes: want an int of 32 bits")
	}
	s, err := FromSlices(Arrays{Pixels: make([]uint8, 1<<16), Shape: []int{1 << 16}})
	require.NoError(t, err)
	assert.EqualError(t, s.Gather(new(Batch), make([]int, 1<<15)), "datasets: Gather: 32768 rows of shape [65536]: want a product that fits in memory")
}

func TestFromSlicesErrors(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(-1))
	four := []float32{1, 2, 3, 4}
	for _, c := range []struct {
		a    Arrays
		want string
	}{
		{Arrays{}, "0 examples: want 1 or more"},
		{Arrays{Inputs: []float32{}, Shape: []int{2}}, "0 examples: want 1 or more"},
		{Arrays{Inputs: four, Pixels: []uint8{1}}, "1 Pixels, 4 Inputs and 0 Tokens: want one kind"},
		{Arrays{Tokens: []int32{1}, Inputs: four}, "0 Pixels, 4 Inputs and 1 Tokens: want one kind"},
		{Arrays{Tokens: []int32{1, 2, -3, 4}, Shape: []int{2}}, "Tokens[2] = -3: want 0 or more"},
		{Arrays{Inputs: four, Shape: []int{2}, Labels: []int32{0, 1, 0}}, "3 labels: want a multiple of 2 examples"},
		{Arrays{Inputs: four, Shape: []int{2}, Labels: []int32{0, 1, 0, 3}, Classes: 3}, "label 3 of row 1: want [0, 3)"},
		{Arrays{Inputs: four, Shape: []int{2}, Weights: []float32{1}}, "1 weights: want one for each of 2 rows or of 0 labels"},
		{Arrays{Inputs: four, Shape: []int{2}, Labels: []int32{0, 1, 0, 1}, Weights: []float32{1, 2, 3}}, "3 weights: want one for each of 2 rows or of 4 labels"},
		{Arrays{Inputs: four, Shape: []int{2}, Weights: []float32{1, -.5}}, "Weights[1] = -0.5: want a finite number, 0 or more"},
		{Arrays{Inputs: four, Shape: []int{2}, Weights: []float32{nan, 0}}, "Weights[0] = NaN: want a finite number, 0 or more"},
		{Arrays{Inputs: four, Shape: []int{2}, Weights: []float32{0, -inf}}, "Weights[1] = +Inf: want a finite number, 0 or more"},
		{Arrays{Inputs: four}, "no Shape, and 4 inputs do not divide by 0 labels or targets: want the shape of one example"},
		{Arrays{Inputs: four, Labels: []int32{1, 0, 1}}, "no Shape, and 4 inputs do not divide by 3 labels or targets: want the shape of one example"},
		{Arrays{Inputs: four, Shape: []int{}}, "a Shape of []: want 1 or more dimensions, each 1 or more"},
		{Arrays{Inputs: four, Shape: []int{2, 0}}, "a Shape of [2 0]: want 1 or more dimensions, each 1 or more"},
		{Arrays{Inputs: four, Shape: []int{-2, -2}}, "a Shape of [-2 -2]: want 1 or more dimensions, each 1 or more"},
		{Arrays{Inputs: four, Shape: []int{math.MaxInt, 2}}, fmt.Sprintf("a Shape of [%d 2]: want 1 or more dimensions, each 1 or more", math.MaxInt)},
		{Arrays{Inputs: four, Shape: []int{3}}, "4 inputs of shape [3]: want a multiple of 3"},
		{Arrays{Inputs: []float32{1, 2, 3, nan}, Shape: []int{2}}, "Inputs: row 1, element 1 is NaN: want finite numbers"},
		{Arrays{Inputs: []float32{inf, 2, 3, 4}, Shape: []int{2}}, "Inputs: row 0, element 0 is -Inf: want finite numbers"},
		{Arrays{Inputs: four, Shape: []int{2}, Targets: []float32{1, nan}}, "Targets: row 1, element 0 is NaN: want finite numbers"},
		{Arrays{Inputs: four, Shape: []int{2}, Targets: []float32{1, 2, 3}}, "3 targets: want a multiple of 2 examples"},
		{Arrays{Inputs: four, Shape: []int{2}, Targets: []float32{}}, "0 targets: want a multiple of 2 examples"},
		{Arrays{Inputs: four, Shape: []int{2}, Labels: []int32{1}}, "1 labels: want a multiple of 2 examples"},
		{Arrays{Inputs: four, Shape: []int{2}, Labels: []int32{}}, "0 labels: want a multiple of 2 examples"},
		{Arrays{Inputs: four, Shape: []int{2}, Labels: []int32{2, 10}, Classes: 10}, "label 10 of row 1: want [0, 10)"},
		{Arrays{Inputs: four, Shape: []int{2}, Labels: []int32{-1, 0}}, "label -1 of row 0: want [0, 1)"},
		{Arrays{Inputs: four, Shape: []int{2}, Classes: 2}, "Classes = 2 without Labels: want 0"},
	} {
		_, err := FromSlices(c.a)
		assert.EqualError(t, err, "datasets: FromSlices: "+c.want)
	}
}
