package bench

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"descent/internal/atomicfile"
	"descent/internal/filelock"
)

// Merge atomically joins results files into one: the shards of a plan, or grids of
// different workloads, optimizers, studies or seeds. A run in several files must be the
// same in all. Incomplete last lines are skipped with a notice. If dst exists, its runs
// are kept.
//
// Merge returns an error if the files, including an existing dst, differ in their
// common parts or in their kernels, or if another process is writing to dst.
func Merge(dst string, files ...string) (notices []string, err error) {
	if len(files) == 0 {
		return nil, errors.New("bench: Merge: no files: want 1 or more")
	}
	old, err := os.Open(dst)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("bench: %w", err)
	default:
		defer old.Close()
		if !filelock.Try(old) {
			return nil, fmt.Errorf("bench: %s: another process is writing to it: want a file that is not in use", dst)
		}
		files = append(files[:len(files):len(files)], dst)
	}
	var all *Results
	for _, name := range files {
		r, more, err := ReadResults(name)
		if err != nil {
			return nil, err
		}
		notices = append(notices, more...)
		if all == nil {
			all = r
			continue
		}
		const here, there = "in the first", "in the second"
		united, err := unite(all.Header, r.Header, here, there)
		if err != nil {
			return nil, fmt.Errorf("bench: %s and %s do not belong together: %w", files[0], name, err)
		}
		all.Header = united
		if what := difference(all.Header.Environment, r.Header.Environment, here, there); what != "" {
			notices = append(notices, fmt.Sprintf("%s and %s come from different environments (%s); the report shows that of %s", files[0], name, what, files[0]))
		}
		for _, v := range r.Records {
			if err := all.add(v); err != nil {
				return nil, fmt.Errorf("bench: %s: %w", name, err)
			}
		}
	}
	err = atomicfile.Write(dst, func(w io.Writer) error {
		err := writeLine(w, all.Header)
		for _, v := range all.Records {
			err = cmp.Or(err, writeLine(w, v))
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	return notices, nil
}

func writeLine(w io.Writer, v any) error {
	b, err := seal(v)
	if err == nil {
		_, err = w.Write(append(b, '\n'))
	}
	return err
}
