package atomicfile

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// writing is set to a path to make the test binary a process in the middle of a
// Write.
const writing = "ATOMICFILE_WRITING"

func TestMain(m *testing.M) {
	if path := os.Getenv(writing); path != "" {
		Write(path, func(io.Writer) error {
			os.Stdout.WriteString("begun\n")
			io.Copy(io.Discard, os.Stdin) // until the test ends it
			return nil
		})
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// begin starts a process that writes to a path, until the input is closed.
func begin(t *testing.T, path string) (*exec.Cmd, io.Closer) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), writing+"="+path)
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "begun\n", line)
	return c, in
}

// The next Write removes the temporary file of a killed process and nothing else:
// neither the temporary file of a process that is writing nor a file of the user.
func TestLeftBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("starts itself, which an emulator may not let it")
	}
	switch runtime.GOOS {
	case "darwin", "dragonfly", "freebsd", "linux", "netbsd", "openbsd":
	default:
		t.Skip("no locks here")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	user := []string{".descent-tmp-notes", ".f.tmp", prefix + "abcdefghijklmnopqrstuvwxyz", temporaryName("") + ".txt"}
	for _, name := range user {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o666))
	}
	folder := temporaryName(dir)
	require.NoError(t, os.Mkdir(folder, 0o777))

	alive, in := begin(t, path)
	for range 3 {
		killed, _ := begin(t, path)
		require.NoError(t, killed.Process.Kill())
		killed.Wait()
	}
	assert.Len(t, temporaries(t, dir), 3, "a folder of that name, the living process's and the last killed one's")
	require.NoError(t, Write(filepath.Join(dir, "other"), text("x")))
	assert.Len(t, temporaries(t, dir), 2, "a folder of that name, and the living process's")

	require.NoError(t, in.Close())
	require.NoError(t, alive.Wait())
	assert.Equal(t, []string{folder}, temporaries(t, dir))
	assert.FileExists(t, path)
	for _, name := range user {
		assert.FileExists(t, filepath.Join(dir, name))
	}
}

func temporaries(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		if temporaryNamed(e.Name()) {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	return names
}

// Concurrent Writes to one folder do not remove each other's files.
func TestAtTheSameTime(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				assert.NoError(t, Write(filepath.Join(dir, "f"), text("x")))
			}
		})
	}
	wg.Wait()
	assert.Equal(t, map[string]string{"f": "x"}, files(t, dir))
}

// If the system does not allow a rename over a file, Check says so beforehand.
func TestImmutable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o666))
	if out, err := exec.Command("chattr", "+i", path).CombinedOutput(); err != nil {
		t.Skipf("no immutable files here: %v: %s", err, out)
	}
	defer exec.Command("chattr", "-i", path).Run()
	fails(t, path, "operation not permitted")
}

func TestMountPoint(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "f"), filepath.Join(dir, "other")
	require.NoError(t, os.WriteFile(path, []byte("old"), 0o666))
	require.NoError(t, os.WriteFile(other, nil, 0o666))
	if out, err := exec.Command("mount", "--bind", other, path).CombinedOutput(); err != nil {
		t.Skipf("no mounting here: %v: %s", err, out)
	}
	defer exec.Command("umount", path).Run()
	assert.ErrorContains(t, Check(path), "a file system is mounted there")
	assert.Error(t, Write(path, text("x")))
	assert.Empty(t, temporaries(t, dir))
}

// The folder that counts is that of the link's target, not that of the link.
func TestReadOnlyFolder(t *testing.T) {
	dir := t.TempDir()
	locked, open := filepath.Join(dir, "locked"), filepath.Join(dir, "open")
	require.NoError(t, os.Mkdir(locked, 0o777))
	require.NoError(t, os.Mkdir(open, 0o777))
	symlink(t, filepath.Join(locked, "f"), filepath.Join(open, "f"))
	symlink(t, filepath.Join(open, "g"), filepath.Join(locked, "g"))
	if out, err := exec.Command("mount", "--bind", "-o", "ro", locked, locked).CombinedOutput(); err != nil {
		t.Skipf("no mounting here: %v: %s", err, out)
	}
	defer exec.Command("umount", locked).Run()
	fails(t, filepath.Join(open, "f"), "read-only file system")
	path := filepath.Join(locked, "g")
	require.NoError(t, Check(path))
	require.NoError(t, Write(path, text("x")))
	assert.Equal(t, map[string]string{"g": "x"}, files(t, open, "f"))
}
