package atomicfile

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func symlink(t *testing.T, to, name string) {
	t.Helper()
	if err := os.Symlink(to, name); err != nil {
		t.Skip("no symbolic links here: ", err)
	}
}

// fails requires an error of both Check and Write that names the path and not a
// temporary file, and that no file is left behind.
func fails(t *testing.T, path, want string) {
	t.Helper()
	for _, err := range []error{Check(path), Write(path, text("x"))} {
		require.ErrorContains(t, err, want)
		assert.ErrorContains(t, err, path)
		assert.NotContains(t, err.Error(), prefix)
	}
}

// A link to a file that does not exist is kept, and the file is created, even through
// several links and a linked folder, whose .. is not the folder before it in the path.
func TestLinkToNothing(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "a", "b"), 0o777))
	require.NoError(t, os.Mkdir(filepath.Join(dir, "links"), 0o777))
	symlink(t, filepath.Join("..", "a", "b"), filepath.Join(dir, "links", "folder"))
	symlink(t, filepath.FromSlash("folder/../new"), filepath.Join(dir, "links", "first"))
	symlink(t, filepath.Join(dir, "links", "first"), filepath.Join(dir, "second"))
	for _, s := range []string{"one", "two"} {
		path := filepath.Join(dir, "second")
		require.NoError(t, Check(path))
		require.NoError(t, Write(path, text(s)))
		assert.Equal(t, map[string]string{"new": s}, files(t, filepath.Join(dir, "a"), "b"))
		info, err := os.Lstat(path)
		require.NoError(t, err)
		assert.Equal(t, os.ModeSymlink, info.Mode().Type())
	}
	name, err := Target(filepath.Join(dir, "second"))
	require.NoError(t, err)
	assert.Equal(t, "new", filepath.Base(name))
}

func TestBadTargets(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	symlink(t, filepath.Join("none", "f"), in("nowhere"))
	symlink(t, "loop2", in("loop1"))
	symlink(t, "loop1", in("loop2"))
	symlink(t, strings.Repeat("x", 300), in("long"))
	require.NoError(t, os.WriteFile(in("file"), nil, 0o666))
	fails(t, in("nowhere"), "nowhere (a link to ")
	fails(t, in("loop1"), "too many levels of symbolic links")
	fails(t, in("long"), "name too long")
	fails(t, in(strings.Repeat("x", 300)), "name too long")
	fails(t, filepath.Join(in("file"), "x"), "not a directory")
	fails(t, in("none")+string(filepath.Separator), "is the name of a directory: want a file")
	fails(t, dir, "is a directory: want a file")
	if _, err := os.Stat("/proc/self"); err == nil {
		symlink(t, "/proc/f", in("proc"))
		fails(t, in("proc"), "proc (a link to /proc/f): ")
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, entries, 6, "the links and the file")
}

// A name as long as the system allows has a temporary file too.
func TestLongName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("x", 255)
	if f, err := os.Create(filepath.Join(dir, name)); err != nil {
		t.Skip("no such names here: ", err)
	} else {
		f.Close()
	}
	path := filepath.Join(dir, name)
	require.NoError(t, Check(path))
	require.NoError(t, Write(path, text("x")))
	assert.Equal(t, map[string]string{name: "x"}, files(t, dir))
}

func TestCheckLeavesEverything(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	require.NoError(t, Check(path))
	assert.Empty(t, files(t, dir))
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o400))
	require.NoError(t, Check(path), "a file that is only to be read can be replaced")
	assert.Equal(t, map[string]string{"f": "old"}, files(t, dir))
}

// If an open file was removed or replaced, Write writes to that file, and not to the
// file that has its name now. /dev/stdout may be such a file.
func TestNamelessFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("/proc is Linux's")
	}
	f, err := os.Create(filepath.Join(t.TempDir(), "f"))
	require.NoError(t, err)
	defer f.Close()
	require.NoError(t, os.Remove(f.Name()))
	require.NoError(t, os.WriteFile(f.Name(), []byte("other"), 0o666))
	path := fmt.Sprintf("/proc/self/fd/%d", f.Fd())
	require.NoError(t, Check(path))
	require.NoError(t, Write(path, text("x")))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "x", string(b))
	assert.Equal(t, map[string]string{"f": "other"}, files(t, filepath.Dir(f.Name())))
}
