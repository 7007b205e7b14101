package atomicfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// target is the file that a path refers to.
type target struct {
	path string // as given by the caller
	name string // without symbolic links

	linked bool // the last part of path is a symbolic link
	stream bool // a device, a pipe or an unnamed file, which cannot be replaced
	exists bool
	perm   fs.FileMode // of the file, if it exists
}

// Target returns the name of the file that [Write] creates or replaces for path: path
// with symbolic links resolved. The file need not exist.
func Target(path string) (string, error) {
	t, err := resolve(path)
	return t.name, err
}

// maxLinks is more than the number of links that systems follow.
const maxLinks = 256

// resolve resolves the links of a path.
func resolve(path string) (target, error) {
	t := target{path: path, name: path}
	if path == "" {
		return t, errors.New("the file name is empty: want a file name")
	}
	at, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil: // a loop of links, a name too long
		return t, t.named(err)
	case at.IsDir():
		return t, fmt.Errorf("%s is a directory: want a file", path)
	case at.Mode().Type() == fs.ModeSocket:
		return t, t.named(errors.New("is a socket: want a file"))
	case !at.Mode().IsRegular():
		t.stream = true
		return t, nil
	}
	for range maxLinks {
		dir, base := filepath.Split(t.name)
		if base == "" {
			return t, t.named(errors.New("is the name of a directory: want a file"))
		}
		if dir, err = filepath.EvalSymlinks(cmp.Or(dir, ".")); err != nil {
			return t, t.named(err)
		}
		t.name = filepath.Join(dir, base)
		info, err := os.Lstat(t.name)
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return t, t.named(err)
		case err == nil && info.Mode().Type() == fs.ModeSymlink:
			t.linked = true
			link, err := os.Readlink(t.name)
			if err != nil {
				return t, t.named(err)
			}
			if t.name = link; !filepath.IsAbs(link) && dir != "." {
				t.name = dir + string(filepath.Separator) + link // not Join, which resolves .. lexically
			}
			continue
		case at == nil:
			return t, nil
		case err != nil || !os.SameFile(at, info):
			// The file behind /dev/stdout may be deleted or renamed.
			t.name, t.stream = path, true
			return t, nil
		}
		t.exists, t.perm = true, info.Mode().Perm()
		return t, nil
	}
	return t, t.named(errors.New("too many symbolic links"))
}
