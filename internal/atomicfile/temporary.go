package atomicfile

import (
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"descent/internal/filelock"
)

// temporary is a file that becomes the target. It is locked as long as it has
// its temporary name, so that other processes see that it is in use.
type temporary struct {
	*os.File
	locked, renamed bool
}

// prefix and the 26 letters and digits of rand.Text are the name of a temporary
// file: a name that no user would choose, and short even if the target's is not.
const prefix = ".descent-tmp-"

func temporaryName(dir string) string { return filepath.Join(dir, prefix+rand.Text()) }

func temporaryNamed(name string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	return ok && len(rest) == len(rand.Text()) && strings.Trim(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == ""
}

// create opens a new temporary file in a folder. Unlike os.CreateTemp it leaves
// the permissions to the umask, as a plain create would, because the file
// becomes the target.
func create(dir string) (*temporary, error) {
	sweep(dir)
	for range 100 {
		f, err := os.OpenFile(temporaryName(dir), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return nil, err
		}
		t := &temporary{File: f}
		if !filelock.Try(f) {
			// Between these two lines, another process took it for an abandoned file.
			t.discard()
			continue
		}
		if now, err := os.Lstat(f.Name()); err == nil {
			if mine, err := f.Stat(); err == nil && os.SameFile(mine, now) {
				t.locked = refused(f.Name())
				return t, nil
			}
		}
		t.discard()
	}
	return nil, errors.New("temporary files vanish: want a folder that keeps them")
}

// sweep removes the temporary files of processes that have ended, which are those
// that nobody has locked. It ignores errors, because the caller did not ask for it.
func sweep(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if !e.Type().IsRegular() || !temporaryNamed(e.Name()) {
			continue
		}
		f, err := open(filepath.Join(dir, e.Name()))
		if err != nil {
			continue
		}
		// Without locks on this file system, a lock is never refused and says nothing.
		if filelock.Try(f) && refused(f.Name()) {
			os.Remove(f.Name())
		}
		f.Close()
	}
}

// refused reports whether another lock of a locked file is refused.
func refused(name string) bool {
	f, err := open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	return !filelock.Try(f)
}

// open opens a file to lock it: for writing, which some network file systems require
// for locks, or for reading if its permissions do not allow writing.
func open(name string) (*os.File, error) {
	f, err := os.OpenFile(name, os.O_WRONLY, 0)
	if err != nil {
		f, err = os.Open(name)
	}
	return f, err
}

// rename gives the file its final name and closes it. A lock is held during the
// rename. Without a lock the file is closed first, because some systems, above all
// Windows, might not rename an open file.
func (t *temporary) rename(name string) error {
	if !t.locked {
		if err := t.Close(); err != nil {
			return err
		}
	}
	if err := os.Rename(t.Name(), name); err != nil {
		return err
	}
	t.renamed = true
	if t.locked {
		return t.Close()
	}
	return nil
}

// discard closes and removes the file, unless it was renamed.
func (t *temporary) discard() {
	if t.renamed {
		return
	}
	t.Close()
	os.Remove(t.Name())
}
