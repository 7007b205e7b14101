package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// files returns the content of every file in a folder by name, except for those
// left out.
func files(t *testing.T, dir string, but ...string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	m := map[string]string{}
	for _, e := range entries {
		if slices.Contains(but, e.Name()) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		m[e.Name()] = string(b)
	}
	return m
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	require.NoError(t, Write(path, text("one")))
	assert.Equal(t, map[string]string{"f": "one"}, files(t, dir))
	require.NoError(t, Write(path, text("two")))
	assert.Equal(t, map[string]string{"f": "two"}, files(t, dir))
}

func TestFailureLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	require.NoError(t, Write(path, text("old")))

	failure := errors.New("failure")
	err := Write(path, func(w io.Writer) error {
		// More than the buffer, so that the temporary file has bytes.
		_, err := w.Write(make([]byte, 1<<20))
		require.NoError(t, err)
		return failure
	})
	assert.ErrorIs(t, err, failure)
	assert.Equal(t, map[string]string{"f": "old"}, files(t, dir))

	assert.Panics(t, func() { Write(path, func(io.Writer) error { panic("no") }) })
	assert.Equal(t, map[string]string{"f": "old"}, files(t, dir))

	err = Write(filepath.Join(dir, "new"), func(io.Writer) error { return failure })
	assert.ErrorIs(t, err, failure)
	assert.Equal(t, map[string]string{"f": "old"}, files(t, dir))
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	assert.ErrorIs(t, Write(filepath.Join(dir, "none", "f"), text("x")), os.ErrNotExist)
	assert.ErrorContains(t, Write(dir, text("x")), "is a directory: want a file")
	assert.EqualError(t, Write("", text("x")), "the file name is empty: want a file name")
	assert.ErrorContains(t, Write(filepath.Join(dir, "f")+string(filepath.Separator), text("x")), "is the name of a directory: want a file")
	assert.Empty(t, files(t, dir))
}

func TestPermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("permissions are a Unix matter")
	}
	dir := t.TempDir()
	plain, path := filepath.Join(dir, "plain"), filepath.Join(dir, "f")
	require.NoError(t, os.WriteFile(plain, nil, 0o666))
	want, err := os.Stat(plain)
	require.NoError(t, err)

	require.NoError(t, Write(path, text("x")))
	got, err := os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, want.Mode(), got.Mode(), "a new file has the umask's permissions")

	require.NoError(t, os.Chmod(path, 0o640))
	require.NoError(t, Write(path, text("y")))
	got, err = os.Stat(path)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o640), got.Mode(), "a replaced file keeps its own")
}

func TestLinkIsFollowed(t *testing.T) {
	dir := t.TempDir()
	path, link := filepath.Join(dir, "f"), filepath.Join(dir, "link")
	require.NoError(t, Write(path, text("old")))
	if err := os.Symlink("f", link); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
	require.NoError(t, Write(link, text("new")))
	info, err := os.Lstat(link)
	require.NoError(t, err)
	assert.Equal(t, os.ModeSymlink, info.Mode().Type())
	assert.Equal(t, map[string]string{"f": "new", "link": "new"}, files(t, dir))
}

// A device is written to, never replaced.
func TestDevice(t *testing.T) {
	before, err := os.Stat(os.DevNull)
	if err != nil || runtime.GOOS == "windows" {
		t.Skip("no null device")
	}
	require.NoError(t, Write(os.DevNull, text("x")))
	after, err := os.Stat(os.DevNull)
	require.NoError(t, err)
	assert.True(t, os.SameFile(before, after))
	assert.Equal(t, before.Mode(), after.Mode())
}
