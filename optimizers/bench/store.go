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
	"descent/internal/foreign"
)

// Results is the contents of a results file.
type Results struct {
	Header  Header   // of the complete grid, if it grew
	Records []Record // in the order of the file

	byKey map[RunKey]int
}

// ReadResults reads a results file. An incomplete last line, left by a killed
// process, is skipped with a notice.
//
// It returns an error if the file has no header or another version, if the header
// is invalid, if a line was changed, or if two runs with the same key differ.
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
		notices = append(notices, fmt.Sprintf("%s: skipped an incomplete last line (%d bytes); its run is repeated", path, len(b)-whole))
	}
	return r, notices, nil
}

// parseResults reads the complete lines of a file and returns their size in
// bytes.
func parseResults(b []byte) (r *Results, whole int, err error) {
	r = &Results{byKey: map[RunKey]int{}}
	for number := 1; ; number++ {
		end := bytes.IndexByte(b[whole:], '\n')
		if end < 0 {
			break
		}
		line := b[whole : whole+end]
		if number == 1 {
			r.Header, err = readHeader(line)
		} else {
			err = r.read(line)
		}
		if err != nil {
			if number > 1 && whole+end+1 == len(b) && !json.Valid(line) {
				break // the machine crashed while writing the last line
			}
			return nil, 0, fmt.Errorf("line %d: %w", number, err)
		}
		whole += end + 1
	}
	if whole == 0 {
		return nil, 0, errors.New("no header: want a results file")
	}
	return r, whole, nil
}

// headerBegin begins a line with a header.
var headerBegin = []byte(`{"kind":"header"`)

func readHeader(line []byte) (h Header, err error) {
	var kind struct {
		Kind    string `json:"kind"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(line, &kind); err != nil || kind.Kind != "header" {
		return h, errors.New("no header: want a results file")
	}
	if kind.Version != Version {
		return h, fmt.Errorf("version %d: want version %d%s", kind.Version, Version, older(kind.Version))
	}
	if err := unseal(line); err != nil {
		return h, err
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, foreign.JSON(err)
	}
	return h, h.Validate()
}

// older says why a file of an older version is useless.
func older(version int) string {
	if version >= Version {
		return ""
	}
	return ", as its runs belong to no study: run the grid again, with another file"
}

// read reads a line after the first: a run, or the header of the grid as it grew.
func (r *Results) read(line []byte) error {
	if bytes.HasPrefix(line, headerBegin) {
		h, err := readHeader(line)
		if err == nil {
			r.Header, err = unite(r.Header, h, "above", "in this header")
		}
		return err
	}
	var v Record
	if err := unseal(line); err != nil {
		return err
	}
	if err := json.Unmarshal(line, &v); err != nil {
		return foreign.JSON(err)
	}
	if err := v.check(); err != nil {
		return err
	}
	return r.add(v)
}

// add adds a run. A run with the same key must be equal, except for its times.
func (r *Results) add(v Record) error {
	if i, ok := r.byKey[v.Key]; ok {
		if !sameRun(r.Records[i], v) {
			return fmt.Errorf("run %s: duplicate with different numbers: want a run that depends only on its settings", v.ID)
		}
		return nil
	}
	r.byKey[v.Key] = len(r.Records)
	r.Records = append(r.Records, v)
	return nil
}

func sameRun(a, b Record) bool { return reflect.DeepEqual(untimed(a), untimed(b)) }

// untimed returns a record without its times.
func untimed(r Record) Record {
	r.TotalSeconds = 0
	r.Points = slices.Clone(r.Points)
	for i := range r.Points {
		r.Points[i].Seconds = 0
	}
	return r
}

// get returns the run with a key, or nil.
func (r *Results) get(s RunKey) *Record {
	if i, ok := r.byKey[s]; ok && i < len(r.Records) {
		return &r.Records[i]
	}
	return nil
}

// store is a results file open for writing.
type store struct {
	file *os.File
	size int64 // of the complete lines
}

// openStore opens or creates the file of a contest and returns its results.
func openStore(path string, h Header, notice func(string)) (*store, *Results, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, err
	}
	if !filelock.Try(f) {
		f.Close()
		return nil, nil, fmt.Errorf("%s: another process is writing to it: want one process per file", path)
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
	if !bytes.Contains(b, []byte("\n")) && bytes.HasPrefix(b, headerBegin[:min(len(b), len(headerBegin))]) {
		// The file is new, or its process was killed while writing the first
		// line, which may have been longer than the new one.
		if err := errors.Join(s.cut(), s.append(h)); err != nil {
			return nil, err
		}
		return &Results{Header: h, byKey: map[RunKey]int{}}, syncFolder(path)
	}
	r, whole, err := parseResults(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	const here, there = "in the file", "now"
	names := comparison{here, there}
	if what := differs(r.Header, h, names); what != "" {
		return nil, fmt.Errorf("%s was made with different settings (%s): want the same settings or another file", path, what)
	}
	if what := changed(r.Header, h, names); what != "" {
		return nil, fmt.Errorf("%s was made by different code (%s): want another file", path, what)
	}
	grown, err := unite(r.Header, h, here, there)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if what := difference(r.Header.Environment, h.Environment, here, there); what != "" {
		notice(fmt.Sprintf("%s was started in another environment (%s), which the report shows", path, what))
	}
	if whole < len(b) {
		notice(fmt.Sprintf("%s: dropped an incomplete last line (%d bytes); its run is repeated", path, len(b)-whole))
	}
	s.size = int64(whole)
	if err := s.cut(); err != nil || reflect.DeepEqual(grown, r.Header) {
		return r, err
	}
	r.Header = grown
	return r, s.append(grown)
}

// append writes a line and syncs it to disk. If it fails, the file is unchanged.
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

// syncFolder syncs the directory of a new file, on systems that support it.
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
