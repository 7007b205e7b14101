// Package atomicfile writes files atomically.
package atomicfile

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Write calls write with a buffered writer and stores the result at path.
//
// The bytes go to a temporary file in the same directory, which is synced and renamed
// to path after everything has succeeded. If write returns an error or panics, an
// existing file is unchanged and the temporary file is removed. On file systems with
// locks, the next Write to the directory removes temporary files of killed processes.
//
// A replaced file keeps its permissions. Symbolic links are followed and kept. If
// path is a device or a pipe (/dev/null, /dev/stdout), which cannot be replaced, the
// bytes are written to it directly.
func Write(path string, write func(io.Writer) error) error {
	t, err := resolve(path)
	if err != nil {
		return err
	}
	if t.stream {
		return t.pour(write)
	}
	return t.replace(write)
}

// Check returns the error that [Write] would return for path, as far as it is known
// in advance. It creates a temporary file where Write would, and removes it.
func Check(path string) error {
	t, err := resolve(path)
	if err != nil || t.stream {
		return err
	}
	f, err := create(filepath.Dir(t.name))
	if err != nil {
		return t.named(err)
	}
	defer f.discard()
	return t.named(t.replaceable())
}

// replaceable returns an error if the system does not allow replacing the file.
func (t target) replaceable() error {
	if !t.exists {
		return nil
	}
	// Permissions do not prevent a rename (EACCES here); an immutable file does.
	f, err := os.OpenFile(t.name, os.O_WRONLY, 0)
	if err == nil {
		f.Close()
	} else if errors.Is(err, syscall.EPERM) {
		return err
	}
	// A file can be linked only within its own mount.
	second := temporaryName(filepath.Dir(t.name))
	err = os.Link(t.name, second)
	os.Remove(second)
	if errors.Is(err, syscall.EXDEV) {
		return errors.New("a file system is mounted there: want a file that can be replaced")
	}
	return nil
}

// replace writes a temporary file and renames it to the target.
func (t target) replace(write func(io.Writer) error) error {
	f, err := create(filepath.Dir(t.name))
	if err != nil {
		return t.named(err)
	}
	defer f.discard()
	if t.exists {
		if err := f.Chmod(t.perm); err != nil {
			return t.named(err)
		}
	}
	if err := buffered(writer{f, t}, write); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return t.named(err)
	}
	if err := f.rename(t.name); err != nil {
		return t.named(err)
	}
	syncDir(filepath.Dir(t.name))
	return nil
}

// pour writes directly to a file that cannot be replaced.
func (t target) pour(write func(io.Writer) error) error {
	f, err := os.OpenFile(t.name, os.O_WRONLY, 0)
	if err != nil {
		return t.named(err)
	}
	if err := buffered(writer{f, t}, write); err != nil {
		f.Close()
		return err
	}
	return t.named(f.Close())
}

// writer writes to a file. Its errors name the target.
type writer struct {
	io.Writer
	t target
}

func (w writer) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	return n, w.t.named(err)
}

// named makes an error name the target, which the caller knows, instead of the
// temporary file.
func (t target) named(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &p):
		err = p.Err
	case errors.As(err, &l):
		err = l.Err
	}
	name := t.path
	if t.linked {
		name = fmt.Sprintf("%s (a link to %s)", t.path, t.name)
	}
	return &fs.PathError{Op: "write", Path: name, Err: err}
}

func buffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// syncDir makes the rename durable if the system supports it. The file is complete in
// any case, so errors are ignored.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
