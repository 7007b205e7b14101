package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"

	"descent/internal/filelock"
)

// Results is what a file of results holds. It is a function of the file alone.
type Results struct {
	Header  Header
	Records []Record // in the order of the file

	bySettings map[Settings]int
}

// ReadResults reads a file of results. A last line that was torn, because its
// writer was killed, is left out; notices say so.
//
// It is an error if the file has no header, is of another version, has numbers that
// no plan has, another line that is not as it was written, or two runs of the same
// settings that differ.
func ReadResults(path string) (r *Results, notices []string, err error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("bench: %w", err)
	}
	r, whole, err := parseResults(b)
	if err != nil {
		return nil, nil, fmt.Errorf("bench: %s: %w", path, err)
	}
	if whole < len(b) {
		notices = append(notices, fmt.Sprintf("%s: the last line is torn (%d bytes): left out, its run is done anew", path, len(b)-whole))
	}
	return r, notices, nil
}

// parseResults reads the whole lines of a file, and says how many bytes they
// are.
func parseResults(b []byte) (r *Results, whole int, err error) {
	r = &Results{bySettings: map[Settings]int{}}
	for number := 1; ; number++ {
		end := bytes.IndexByte(b[whole:], '\n')
		if end < 0 {
			break
		}
		line := b[whole : whole+end]
		if number == 1 {
			err = readHeader(line, &r.Header)
		} else {
			err = r.read(line)
		}
		if err != nil {
			if number > 1 && whole+end+1 == len(b) && !json.Valid(line) {
				break // torn by a crash of the machine: the last line, with its end
			}
			return nil, 0, fmt.Errorf("line %d: %w", number, err)
		}
		whole += end + 1
	}
	if whole == 0 {
		return nil, 0, errors.New("no header: not a file of results")
	}
	return r, whole, nil
}

func readHeader(line []byte, h *Header) error {
	var kind struct {
		Kind    string `json:"kind"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(line, &kind); err != nil || kind.Kind != "header" {
		return errors.New("no header: not a file of results")
	}
	if kind.Version != Version {
		return fmt.Errorf("results of version %d: want version %d", kind.Version, Version)
	}
	if err := unseal(line); err != nil {
		return err
	}
	if err := json.Unmarshal(line, h); err != nil {
		return err
	}
	return h.Validate()
}

func (r *Results) read(line []byte) error {
	var v Record
	if err := unseal(line); err != nil {
		return err
	}
	if err := json.Unmarshal(line, &v); err != nil {
		return err
	}
	if err := v.check(); err != nil {
		return err
	}
	return r.add(v)
}

// add takes in a run. One that is there already must be the same, but for its
// times.
func (r *Results) add(v Record) error {
	if i, ok := r.bySettings[v.Settings]; ok {
		if !sameRun(r.Records[i], v) {
			return fmt.Errorf("run %s is there twice with different numbers: want runs that depend on their settings alone", v.ID)
		}
		return nil
	}
	r.bySettings[v.Settings] = len(r.Records)
	r.Records = append(r.Records, v)
	return nil
}

func sameRun(a, b Record) bool { return reflect.DeepEqual(untimed(a), untimed(b)) }

// untimed is a record without its times.
func untimed(r Record) Record {
	r.TotalSeconds = 0
	r.Points = slices.Clone(r.Points)
	for i := range r.Points {
		r.Points[i].Seconds = 0
	}
	return r
}

// get returns the run of these settings, or nil.
func (r *Results) get(s Settings) *Record {
	if i, ok := r.bySettings[s]; ok && i < len(r.Records) {
		return &r.Records[i]
	}
	return nil
}

// store is a file of results that is being written.
type store struct {
	file *os.File
	size int64 // of whole lines
}

// openStore opens a file for a contest, or begins one. It returns what is there
// already.
func openStore(path string, h Header, notice func(string)) (*store, *Results, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, err
	}
	if !filelock.Try(f) {
		f.Close()
		return nil, nil, fmt.Errorf("%s: another process is writing to it: want one at a time, or shards with files of their own", path)
	}
	s := &store{file: f}
	r, err := s.load(path, h, notice)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return s, r, nil
}

func (s *store) load(path string, h Header, notice func(string)) (*Results, error) {
	b, err := io.ReadAll(s.file)
	if err != nil {
		return nil, err
	}
	if begin := []byte(`{"kind":"header"`); !bytes.Contains(b, []byte("\n")) && bytes.HasPrefix(b, begin[:min(len(b), len(begin))]) {
		// New, or killed while its first line was written, which may have been
		// longer than the one now.
		if err := errors.Join(s.cut(), s.append(h)); err != nil {
			return nil, err
		}
		return &Results{Header: h, bySettings: map[Settings]int{}}, syncFolder(path)
	}
	r, whole, err := parseResults(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	const here, there = "in the file", "now"
	if what := differs(r.Header, h, here, there); what != "" {
		return nil, fmt.Errorf("%s was made with other settings (%s): want the same, or another file", path, what)
	}
	if what := changed(r.Header, h, here, there); what != "" {
		return nil, fmt.Errorf("%s was made by other code (%s): want another file", path, what)
	}
	if what := difference(r.Header.Environment, h.Environment, here, there); what != "" {
		notice(fmt.Sprintf("%s was begun in another environment (%s); the report names that one", path, what))
	}
	if whole < len(b) {
		notice(fmt.Sprintf("%s: the last line was torn (%d bytes) and is dropped; its run is done anew", path, len(b)-whole))
	}
	s.size = int64(whole)
	return r, s.cut()
}

// append writes a line and waits until it is on the disk. After an error the
// file is as it was.
func (s *store) append(v any) error {
	b, err := seal(v)
	if err != nil {
		return err
	}
	if _, err = s.file.WriteAt(append(b, '\n'), s.size); err == nil {
		err = s.file.Sync()
	}
	if err != nil {
		return errors.Join(err, s.cut())
	}
	s.size += int64(len(b)) + 1
	return nil
}

// syncFolder has the disk know of a new file. Systems that cannot do that for a
// folder have nothing to do.
func syncFolder(path string) error {
	f, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}

func (s *store) cut() error { return s.file.Truncate(s.size) }

func (s *store) close() error { return s.file.Close() }
