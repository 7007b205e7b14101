package datasets

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A disk that becomes full is an error at once, without more requests; what was
// there stays, and the download resumes when there is space again. The disk is a
// file system in memory, which another process mounts where nobody else sees it.
func TestDownloadFullDisk(t *testing.T) {
	const name = "DESCENT_TEST_FULL_DISK"
	cache := os.Getenv(name)
	if cache == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDownloadFullDisk$", "-test.v")
		cmd.Env = append(os.Environ(), name+"="+t.TempDir())
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
		if uid := os.Getuid(); uid != 0 {
			cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
			cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: uid, Size: 1}}
		}
		out, err := cmd.CombinedOutput()
		if _, ran := err.(*exec.ExitError); err != nil && !ran {
			t.Skip("no namespace for mounts:", err)
		}
		require.NoError(t, err, "%s", out)
		t.Logf("%s", out)
		return
	}
	_ = syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, "")
	if err := syscall.Mount("tmpfs", cache, "tmpfs", 0, "size=16k"); err != nil {
		t.Skip("no file system of a given size:", err)
	}
	defer func() { assert.NoError(t, syscall.Unmount(cache, 0)) }()

	s := newSmall(t)
	const labels = "t10k-labels-idx1-ubyte.gz"
	old := filepath.Join(cache, labels)
	require.NoError(t, os.WriteFile(old, s.gz[labels], 0o600))
	require.Greater(t, len(s.gz[trainImages]), 16<<10)
	m, second := serve(t, s.gz, nil), serve(t, s.gz, nil)
	o := offline(t, new(noticed))
	o.Cache, o.Mirrors = cache, []string{m.URL, second.URL}
	part := (&downloader{dir: cache}).part(m.URL, trainImages)
	for n := range 2 {
		_, _, err := s.find(t.Context(), o)
		require.ErrorIs(t, err, syscall.ENOSPC)
		assert.ErrorContains(t, err, m.URL+"/"+trainImages+": the cache is not writable: write "+part+": no space left on device; for the full set")
		assert.NotContains(t, err.Error(), "\n")
		assert.Len(t, m.all(), n+1)
		assert.Empty(t, second.all())
		b, err := os.ReadFile(old)
		require.NoError(t, err)
		assert.Equal(t, s.gz[labels], b)
		assert.Equal(t, []string{labels, filepath.Base(part)}, names(t, cache))
	}

	have := fileSize(part)
	require.Positive(t, have)
	require.NoError(t, syscall.Mount("tmpfs", cache, "tmpfs", syscall.MS_REMOUNT, "size=1m"))
	train, test, err := s.find(t.Context(), o)
	require.NoError(t, err)
	s.check(t, train, test, SourceDownload, cache)
	assert.Equal(t, fmt.Sprintf("bytes=%d-", have), m.of(trainImages)[2])
	assert.Equal(t, complete, names(t, cache))
}

// A directory that cannot be written to is an error that says so, and is left as
// it is. Root, for whom no directory is read-only, takes another user's rights for
// a thread of its own.
func TestDownloadReadOnlyDirectory(t *testing.T) {
	s := newSmall(t)
	m := serve(t, s.gz, nil)
	base := dir(t, map[string][]byte{trainImages: []byte("damaged")})
	require.NoError(t, os.Chmod(filepath.Join(base, trainImages), 0o444))
	require.NoError(t, os.Chmod(filepath.Dir(base), 0o755))
	require.NoError(t, os.Chmod(base, 0o555))
	defer func() { assert.NoError(t, os.Chmod(base, 0o755)) }()
	find := func(cache string) (err error) {
		o := offline(t, new(noticed))
		o.Cache, o.Mirrors = cache, []string{m.URL}
		done := make(chan struct{})
		go func() {
			defer close(done)
			if os.Getuid() == 0 {
				runtime.LockOSThread() // and ends with the goroutine
				if err = syscall.Setfsuid(65534); err != nil {
					return
				}
			}
			_, _, err = s.find(t.Context(), o)
		}()
		<-done
		return err
	}
	for cache, what := range map[string]string{
		base:                           "open " + filepath.Join(base, ".lock"),
		filepath.Join(base, "of", "a"): "mkdir " + filepath.Join(base, "of"),
	} {
		err := find(cache)
		require.ErrorIs(t, err, fs.ErrPermission)
		assert.ErrorContains(t, err, "download: the cache is not writable: "+what+": permission denied; for the full set")
		b, err := os.ReadFile(filepath.Join(base, trainImages))
		require.NoError(t, err)
		assert.Equal(t, "damaged", string(b))
		assert.Equal(t, []string{trainImages}, names(t, base))
	}
	assert.Empty(t, m.all())
}
