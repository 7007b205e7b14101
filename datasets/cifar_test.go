package datasets

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"descent/internal/fuzzing"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// cifarBytes are n images whose labels count from first, and whose pixels are the
// label, ten times it and a hundred, in red, green and blue.
func cifarBytes(first, n int) []byte {
	var out []byte
	for l := first; l < first+n; l++ {
		out = append(out, byte(l))
		for _, v := range []byte{byte(l), byte(10 * l), 100} {
			out = append(out, bytes.Repeat([]byte{v}, 32*32)...)
		}
	}
	return out
}

// cifarDir writes the six files, of two images each.
func cifarDir(t *testing.T, dir string) {
	require.NoError(t, os.MkdirAll(dir, 0o700))
	for i, name := range []string{"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin.gz", "data_batch_5.bin", "test_batch.bin"} {
		b := cifarBytes(i, 2)
		if filepath.Ext(name) == ".gz" {
			b = gzipped(t, b)
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
}

func TestCIFAR10(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "cifar-10-batches-bin")
	cifarDir(t, inside)
	for _, d := range []string{dir, inside} {
		train, test, err := cifar10(d, 2)
		require.NoError(t, err)
		assert.Equal(t, []int32{0, 1, 1, 2, 2, 3, 3, 4, 4, 5}, train.a.Labels, "in the order of the files")
		assert.Equal(t, []int32{5, 6}, test.a.Labels)
		assert.Equal(t, []int{3, 32, 32}, train.InputShape())
		assert.Equal(t, 10, test.NumClasses())
		assert.Equal(t, SourceDir, train.Source)
		assert.Equal(t, inside, train.Path)
		assert.Equal(t, CIFAR10Classes(), train.Classes())
		assert.Equal(t, cifarBytes(4, 1)[1:], train.Image(7))
	}
}

func TestCIFAR10Errors(t *testing.T) {
	_, _, err := CIFAR10("")
	assert.EqualError(t, err, "datasets: CIFAR10: no directory: want that of the set's binary version")
	_, _, err = CIFAR10(filepath.Join(t.TempDir(), "none"))
	assert.ErrorIs(t, err, fs.ErrNotExist)
	fuzzing.Error(t, err, "datasets: CIFAR10: open ")

	dir := t.TempDir()
	cifarDir(t, dir)
	_, _, err = CIFAR10(dir)
	name := filepath.Join(dir, "data_batch_1.bin")
	assert.EqualError(t, err, "datasets: CIFAR10: "+name+": the file ends after 6146 bytes: want 10000 images of 3073 bytes: unexpected EOF")
	_, _, err = cifar10(dir, 1)
	assert.EqualError(t, err, name+": more than 3073 bytes of data: want the file to end there")
	test := filepath.Join(dir, "test_batch.bin")
	require.NoError(t, os.WriteFile(test, cifarBytes(9, 2), 0o600))
	_, _, err = cifar10(dir, 2)
	assert.EqualError(t, err, test+": label 10 of image 1: want [0, 10)")
	require.NoError(t, os.WriteFile(test, gzipped(t, cifarBytes(1, 2))[:40], 0o600))
	_, _, err = cifar10(dir, 2)
	assert.ErrorContains(t, err, "unexpected EOF")
	require.NoError(t, os.Remove(test))
	_, _, err = cifar10(dir, 2)
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func FuzzCIFAR10(f *testing.F) {
	f.Add(cifarBytes(0, 1), 1)
	f.Add(cifarBytes(8, 3), 3)
	f.Add(cifarBytes(0, 2)[:5000], 2)
	f.Add(gzipped(f, cifarBytes(3, 2)), 2)
	f.Add(gzipped(f, cifarBytes(3, 2))[:50], 2)
	f.Fuzz(func(t *testing.T, file []byte, n int) {
		n = min(max(n, 0), 10)
		var a Arrays
		var err error
		fuzzing.Bounded(t, len(file), 20, 1<<20, func() {
			a = Arrays{}
			r, e := gunzip(bytes.NewReader(file))
			if err = e; err == nil {
				err = readCIFAR(&a, r, n)
			}
		})
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		require.Len(t, a.Labels, n)
		require.Len(t, a.Pixels, n*cifarPixels)
		for _, l := range a.Labels {
			require.True(t, l >= 0 && l < 10)
		}
	})
}
