package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"descent/internal/atomicfile"
)

// Merge joins the results of several shards of one plan into one file, whole or
// not at all. Runs that are in several of them must be the same; torn last
// lines are left out, and notices say so.
//
// It is an error if the files are not of the same plan, or were made with
// kernels that do not promise the same bits.
func Merge(dst string, files ...string) (notices []string, err error) {
	if len(files) == 0 {
		return nil, errors.New("bench: Merge: no files: want at least one")
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
		if what := differs(all.Header, r.Header); what != "" {
			return nil, fmt.Errorf("bench: %s and %s do not belong together: %s", files[0], name, what)
		}
		for _, v := range r.Records {
			if err := all.add(v); err != nil {
				return nil, fmt.Errorf("bench: %s: %w", name, err)
			}
		}
	}
	err = atomicfile.Write(dst, func(w io.Writer) error {
		e := json.NewEncoder(w)
		if err := e.Encode(all.Header); err != nil {
			return err
		}
		for _, v := range all.Records {
			if err := e.Encode(v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	return notices, nil
}
