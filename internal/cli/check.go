package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"descent/internal/atomicfile"
	"descent/internal/terminal"
)

// File is a file that a command reads or writes.
type File struct {
	Flag  string // the flag that names it, without the dash; empty for an argument
	Path  string // empty, or "-" for standard output, means no file
	Input bool   // the command reads it

	// MakeDir creates the file's directory if it does not exist.
	MakeDir bool
}

// String returns the file's name for messages.
func (f File) String() string {
	path := cut(f.Path, longName)
	if f.Flag == "" {
		return path
	}
	return "-" + f.Flag + " " + path
}

// CheckFiles returns an error if two of the files are the same, even by different
// names, and one of them is written, or if a file cannot be created. A command
// calls it before it starts to work.
func CheckFiles(f *flag.FlagSet, files ...File) error {
	var places []place
	if info, err := os.Stdout.Stat(); err == nil && info.Mode().IsRegular() {
		places = append(places, place{name: "standard output", at: info})
	}
	for _, file := range files {
		if file.Path == "" && file.Flag != "" && Given(f, file.Flag) {
			return Usagef("%s: -%s \"\": want a file name", f.Name(), file.Flag)
		}
		if file.none() {
			continue
		}
		p := placeOf(file)
		for _, q := range places {
			if p.same(q) && !(p.input && q.input) {
				return Usagef("%s: %s and %s are the same file: want different ones", f.Name(), q.name, p.name)
			}
		}
		places = append(places, p)
	}
	for _, file := range files {
		if file.none() || file.Input {
			continue
		}
		if err := file.check(); err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	return nil
}

// none reports whether f means no file.
func (f File) none() bool { return f.Path == "" || f.Path == "-" }

// check returns an error if the file cannot be written.
func (f File) check() error {
	if info, err := os.Stat(f.Path); err == nil && info.IsDir() {
		return Usagef("%s: is a directory: want a file", f)
	}
	var err error
	if f.MakeDir {
		err = os.MkdirAll(filepath.Dir(f.Path), 0o777)
	}
	if err == nil {
		err = atomicfile.Check(f.Path)
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		f.Path, err = p.Path, p.Err // this path has links resolved
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f, err)
	}
	return nil
}

// place is the location of a file that may not exist yet: its nearest existing
// directory, and the path below that.
type place struct {
	name  string
	input bool
	at    fs.FileInfo // nil if nothing exists
	rest  string      // below at
}

func placeOf(f File) place {
	p, path := place{name: f.String(), input: f.Input}, f.Path
	if name, err := atomicfile.Target(path); err == nil {
		path = name
	}
	for {
		var err error
		if p.at, err = os.Stat(path); err == nil {
			return p
		}
		folder, base := filepath.Dir(path), filepath.Base(path)
		p.rest = filepath.Join(base, p.rest)
		if folder == path {
			return p
		}
		path = folder
	}
}

// same reports whether two places are the same file. Devices such as /dev/null
// may be shared, so they never are.
func (p place) same(q place) bool {
	if p.at == nil || q.at == nil || p.rest == "" && p.at.Mode()&fs.ModeCharDevice != 0 {
		return false
	}
	return p.rest == q.rest && os.SameFile(p.at, q.at)
}

// Wait calls f, which reads or writes the files. If one of them is a pipe, whose
// other end may never be opened, Wait returns when the context is done.
func Wait(ctx context.Context, f func() error, files ...File) error {
	for _, file := range files {
		if info, err := os.Stat(file.Path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
			return terminal.Wait(ctx, f)
		}
	}
	return f()
}

// FashionFiles returns the Fashion-MNIST files that [Fashion] may read, as inputs:
// those in a directory, or in all known places if it is empty.
func FashionFiles(dir string) (files []File) {
	folders, flag := []string{dir}, "data"
	switch dir {
	case "sample":
		return nil
	case "":
		folders, flag = []string{"/usr/share/datasets/fashion-mnist"}, ""
		if cache, err := os.UserCacheDir(); err == nil {
			folders = append(folders, filepath.Join(cache, "descent", "fashion-mnist"))
		}
	}
	for _, folder := range folders {
		entries, _ := os.ReadDir(folder) // the name may not be that of a directory
		for _, e := range entries {
			if ok, _ := filepath.Match("*-idx?-ubyte*", e.Name()); ok {
				files = append(files, File{Flag: flag, Path: filepath.Join(folder, e.Name()), Input: true})
			}
		}
	}
	return files
}
