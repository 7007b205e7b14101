package datasets

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// MNIST goes the ways of Fashion-MNIST under names of its own.
func TestMNIST(t *testing.T) {
	s := newSmall(t)
	files := s.files
	s.known = mnist()
	s.files = files
	train, test, err := s.find(t.Context(), MNISTOptions{Dir: dir(t, s.gz)})
	require.NoError(t, err)
	assert.Equal(t, []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, train.Classes())
	assert.Equal(t, 10, test.Len())

	var n noticed
	t.Chdir(dir(t, s.gz)) // which is not searched
	_, _, err = s.find(t.Context(), offline(t, &n))
	assert.ErrorContains(t, err, "datasets: MNIST: not found: ")
	assert.ErrorContains(t, err, "; get the four files and name their directory (MNISTOptions.Dir)")

	o := offline(t, &n)
	o.Fallback = func() (*Images, *Images, error) { return train, test, nil }
	_, _, err = s.find(t.Context(), o)
	require.NoError(t, err)
	assert.Contains(t, n[len(n)-1], "MNIST: using the dir of 60 training and 10 test images")
	assert.NotContains(t, n[len(n)-1], "Fashion")

	_, _, err = MNIST(t.Context(), MNISTOptions{Dir: filepath.Join(t.TempDir(), "none")})
	assert.ErrorContains(t, err, "datasets: MNIST: the requested directory: ")
	var none context.Context
	_, _, err = MNIST(none, MNISTOptions{})
	assert.EqualError(t, err, "datasets: MNIST: the context is nil: want e.g. context.Background()")
}

// The two sets have files of the same names and sizes, and other sums.
func TestMNISTIsNotFashionMNIST(t *testing.T) {
	for i, f := range mnist().files {
		other := fashion().files[i]
		assert.Equal(t, other.name, f.name)
		assert.Equal(t, other.shape, f.shape)
		assert.NotEqual(t, other.sha256, f.sha256)
		assert.Len(t, f.sha256, 64)
	}
}
