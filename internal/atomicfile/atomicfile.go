// Package atomicfile writes a file whole or not at all.
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

// Write gives write a buffered writer and puts what it wrote at path.
//
// The bytes go to a temporary file in the same folder, which is synced and
// renamed over path only after write and everything else succeeded. On an
// error, or a panic of write, an older file at path is as it was and the
// temporary file is gone. The temporary file of a process that was killed is
// removed by the next Write into the folder, where the file system has locks.
//
// A file that is replaced keeps its permissions. A symbolic link is followed
// and stays: the file that it leads to is made or replaced. Where path is a
// device or a pipe (/dev/null, /dev/stdout), which cannot be replaced, the
// bytes are written to it as they come.
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

// Check returns the error that [Write] would meet at path, so far as it can be
// known beforehand: it makes a temporary file where Write would and removes it.
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

// replaceable finds a file that the system lets nothing be renamed over.
func (t target) replaceable() error {
	if !t.exists {
		return nil
	}
	// Permissions do not bind a rename (EACCES here), an immutable file does.
	f, err := os.OpenFile(t.name, os.O_WRONLY, 0)
	if err == nil {
		f.Close()
	} else if errors.Is(err, syscall.EPERM) {
		return err
	}
	// A second name can be given to a file of the folder's own mount only.
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

// pour writes to a file that cannot be replaced.
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

// writer writes to a file whose errors are to name the target.
type writer struct {
	io.Writer
	t target
}

func (w writer) Write(b []byte) (int, error) {
	n, err := w.Writer.Write(b)
	return n, w.t.named(err)
}

// named says of an error that it is one of writing the target, whose name the
// caller knows, and not the temporary file's.
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

// syncDir makes the rename itself durable where the system can. The file is
// whole in any case, so that a failure here is not one of the write.
func syncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}
