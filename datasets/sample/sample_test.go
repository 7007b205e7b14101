package sample

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/datasets"
)

func TestFashionMNIST(t *testing.T) {
	train, test, err := FashionMNIST()
	require.NoError(t, err)
	for m, each := range map[*datasets.Images]int{train: 600, test: 100} {
		require.Equal(t, 10*each, m.Len())
		assert.Equal(t, []int{1, 28, 28}, m.InputShape())
		assert.Equal(t, datasets.SourceSample, m.Source)
		assert.Empty(t, m.Path)
		assert.Equal(t, datasets.FashionClasses(), m.Classes())
		var count [10]int
		for i := range m.Len() {
			count[m.Label(i)]++
		}
		for class, n := range count {
			assert.Equal(t, each, n, "class %d", class)
		}
	}
}

// The sample is what the generator makes of the full set: the first images of
// each class, in the set's order.
func TestImagesAreOfTheFullSet(t *testing.T) {
	if testing.Short() {
		t.Skip("55 MB: want a run without -short")
	}
	const dir = "/usr/share/datasets/fashion-mnist"
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the full set is not installed (Debian: dataset-fashion-mnist):", err)
	}
	fullTrain, fullTest, err := datasets.FashionMNIST(t.Context(), datasets.FashionOptions{Dir: dir})
	require.NoError(t, err)
	train, test, err := FashionMNIST()
	require.NoError(t, err)
	for _, c := range []struct {
		part, full *datasets.Images
		each       int
	}{{train, fullTrain, 600}, {test, fullTest, 100}} {
		var count [10]int
		next := 0
		for i := range c.full.Len() {
			l := c.full.Label(i)
			if count[l]++; count[l] > c.each {
				continue
			}
			require.True(t, l == c.part.Label(next) && bytes.Equal(c.full.Image(i), c.part.Image(next)),
				"image %d, the full set's %d", next, i)
			next++
		}
		assert.Equal(t, c.part.Len(), next)
	}
}

// Where the full set is not installed, the sums stand in for it.
func TestSums(t *testing.T) {
	for name, want := range map[string]string{
		"train-images-idx3-ubyte.gz": "2b17438af55637db62c122a92490b5b4275bed5719a838b5b0486ea2193a98a4",
		"train-labels-idx1-ubyte.gz": "f16e201ddc15b401c509545575d23793b230f5735ae378c1ced3a6156cb72251",
		"t10k-images-idx3-ubyte.gz":  "3d7f6d64869a3f2d1afe64ae33ffb9b20670a91b31e3bbf0657e3999ec7b35cf",
		"t10k-labels-idx1-ubyte.gz":  "6b25654537ff83dd6c40fe0a122c7778d8219b2a88ff02c36dbdd21152fdb075",
	} {
		x, err := readIDX(name)
		require.NoError(t, err)
		assert.Equal(t, want, fmt.Sprintf("%x", sha256.Sum256(x.Data)), name)
	}
}

func TestMissingFile(t *testing.T) {
	_, err := readIDX("x-ubyte.gz")
	assert.ErrorContains(t, err, "sample: open x-ubyte.gz")
}

func TestBible(t *testing.T) {
	text, err := Bible()
	require.NoError(t, err)
	assert.Len(t, text, 1_000_000)
	assert.Equal(t, "bcceeb19c6ba56c526b1914897c3ebe0acbcd61ae2d28522a18b0e1c7ad18747", fmt.Sprintf("%x", sha256.Sum256([]byte(text))))
	v, err := datasets.Characters(text)
	require.NoError(t, err)
	assert.Len(t, v, 62)
}
