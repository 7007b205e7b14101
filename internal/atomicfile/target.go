package atomicfile

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// target is the file that a path leads to.
type target struct {
	path string // as the caller wrote it
	name string // without symbolic links

	linked bool // the last part of path is a symbolic link
	stream bool // a device or a pipe, or a file without a name: not to be replaced
	exists bool
	perm   fs.FileMode // of the file, if it exists
}

// Target returns the name of the file that [Write] makes or replaces for path:
// the end of a chain of symbolic links, whether a file is there or not.
func Target(path string) (string, error) {
	t, err := resolve(path)
	return t.name, err
}

// maxLinks is more links in a row than a system follows.
const maxLinks = 256

// resolve finds the file that a path leads to.
func resolve(path string) (target, error) {
	t := target{path: path, name: path}
	if path == "" {
		return t, errors.New("the name of the file is empty: want one")
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
				t.name = dir + string(filepath.Separator) + link // not Join, which takes .. for a matter of words
			}
			continue
		case at == nil:
			return t, nil
		case err != nil || !os.SameFile(at, info):
			// What /dev/stdout leads to may have lost its name, or have another file there.
			t.name, t.stream = path, true
			return t, nil
		}
		t.exists, t.perm = true, info.Mode().Perm()
		return t, nil
	}
	return t, t.named(errors.New("too many symbolic links"))
}
