// Package atomicfile writes a file whole or not at all.
package atomicfile

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Write gives write a buffered writer and puts what it wrote at path.
//
// The bytes go to a temporary file in the same folder, which is synced and
// renamed over path only after write and everything else succeeded. On an
// error, or a panic of write, an older file at path is as it was and the
// temporary file is gone.
//
// A file that is replaced keeps its permissions; a symbolic link is followed.
// Where path is a device or a pipe (/dev/null, /dev/stdout), which cannot be
// replaced, the bytes are written to it as they come.
func Write(path string, write func(io.Writer) error) error {
	target, perm := path, fs.FileMode(0)
	if resolved, err := filepath.EvalSymlinks(path); err == nil {
		target = resolved
	}
	switch info, err := os.Stat(target); {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case info.IsDir():
		return fmt.Errorf("%s is a directory: want a file", path)
	case !info.Mode().IsRegular():
		return stream(target, write)
	default:
		perm = info.Mode().Perm()
	}
	return replace(target, perm, write)
}

// replace writes a temporary file and renames it to target. A perm of zero
// leaves the permissions to the umask.
func replace(target string, perm fs.FileMode, write func(io.Writer) error) (err error) {
	f, err := create(target)
	if err != nil {
		return err
	}
	done := false
	defer func() {
		if !done {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if perm != 0 {
		if err := f.Chmod(perm); err != nil {
			return err
		}
	}
	if err := buffered(f, write); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), target); err != nil {
		return err
	}
	done = true
	syncDir(filepath.Dir(target))
	return nil
}

// create opens a new file beside target under a name of its own. Unlike
// os.CreateTemp it leaves the permissions to the umask, as a plain create
// would, because the file becomes the target.
func create(target string) (*os.File, error) {
	name := filepath.Join(filepath.Dir(target), "."+filepath.Base(target)+"."+rand.Text()[:8]+".tmp")
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
}

// stream writes to a file that cannot be replaced.
func stream(target string, write func(io.Writer) error) error {
	f, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if err := buffered(f, write); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// syncDir makes the rename itself durable where the system can. The file is
// whole in any case, so that a failure here is not one of the write.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
