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

// File is one that a command reads or writes.
type File struct {
	Flag  string // that names it, without the dash; empty for an argument
	Path  string // nothing, or "-" for standard output, is no file
	Input bool   // it is read

	// MakeDir makes the folder of the file, if there is none.
	MakeDir bool
}

// String is what messages call the file.
func (f File) String() string {
	path := cut(f.Path, longName)
	if f.Flag == "" {
		return path
	}
	return "-" + f.Flag + " " + path
}

// CheckFiles returns an error if a command that was called with the flags would
// write to a file that it reads or writes already, by the same or another name,
// or to one that cannot be made, so that it says so before its work and not after.
func CheckFiles(f *flag.FlagSet, files ...File) error {
	var places []place
	if info, err := os.Stdout.Stat(); err == nil && info.Mode().IsRegular() {
		places = append(places, place{name: "standard output", at: info})
	}
	for _, file := range files {
		if file.Path == "" && file.Flag != "" && Given(f, file.Flag) {
			return Usagef("%s: -%s \"\": want a name", f.Name(), file.Flag)
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

// none reports whether there is no file to look at.
func (f File) none() bool { return f.Path == "" || f.Path == "-" }

// check finds what keeps the file from being written.
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
		f.Path, err = p.Path, p.Err // the path may say more: what a link leads to
	}
	if err != nil {
		return fmt.Errorf("%s: %w", f, err)
	}
	return nil
}

// place is where a file is or will be: below the nearest folder that exists.
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

// same reports whether two places are one file that cannot be shared. A
// device such as /dev/null can.
func (p place) same(q place) bool {
	if p.at == nil || q.at == nil || p.rest == "" && p.at.Mode()&fs.ModeCharDevice != 0 {
		return false
	}
	return p.rest == q.rest && os.SameFile(p.at, q.at)
}

// Wait runs what reads or writes files. If one of them is a pipe, which may have
// nobody at its other end, it ends with the context.
func Wait(ctx context.Context, f func() error, files ...File) error {
	for _, file := range files {
		if info, err := os.Stat(file.Path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
			return terminal.Wait(ctx, f)
		}
	}
	return f()
}

// FashionFiles are the files of Fashion-MNIST that [Fashion] may read now, as
// inputs: those in the directory, or wherever it looks if that is empty.
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
		entries, _ := os.ReadDir(folder) // the name may be none of a folder
		for _, e := range entries {
			if ok, _ := filepath.Match("*-idx?-ubyte*", e.Name()); ok {
				files = append(files, File{Flag: flag, Path: filepath.Join(folder, e.Name()), Input: true})
			}
		}
	}
	return files
}
