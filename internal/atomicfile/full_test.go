package atomicfile

import (
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"descent/internal/fulldisk"
)

// On a full disk, an old file is unchanged and a new one is not created, for any number
// of bytes that fit. No other file is left, and the error names the file.
func TestFullDisk(t *testing.T) { fulldisk.Test(t, func() { fullDisk(t) }) }

func fullDisk(t *testing.T) {
	const size = 200_000 // three buffers and more
	dir := t.TempDir()
	path, other := filepath.Join(dir, "f"), filepath.Join(dir, "new")
	require.NoError(t, Write(path, text("old")))
	all := func(w io.Writer) error {
		for range size / 1000 {
			if _, err := w.Write(make([]byte, 1000)); err != nil {
				return err
			}
		}
		return nil
	}
	for _, room := range []int{0, 1, 65_535, 65_536, 65_537, size - 1} {
		fulldisk.At(t, room, func() {
			for _, path := range []string{path, other} {
				err := Write(path, all)
				require.ErrorIs(t, err, fulldisk.Error)
				assert.EqualError(t, err, "write "+path+": file too large")
			}
		})
		assert.Equal(t, map[string]string{"f": "old"}, files(t, dir))
	}
	fulldisk.At(t, size, func() { assert.NoError(t, Write(path, all), "there is just room") })
	assert.Len(t, files(t, dir)["f"], size)
}
