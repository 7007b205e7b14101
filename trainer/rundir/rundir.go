package rundir

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"

	"descent/datasets"
	"descent/internal/atomicfile"
	"descent/internal/filelock"
	"descent/internal/isnil"
	"descent/internal/prefix"
	"descent/trainer"
	"descent/trainer/checkpoint"
)

// Options describe a run and the files to keep of it.
type Options struct {
	// Settings are the program's settings, which must marshal to a JSON object. A run
	// must resume with the settings it began with, except for the names in Vary.
	Settings any
	Vary     []string

	// Train and Test are the data, whose fingerprints must be the same when the run
	// resumes. Test may be nil.
	Train, Test datasets.Dataset

	// Resume continues the run in the directory, if there is one. If false, an
	// existing run is an error.
	Resume bool

	// LogSteps is the number of updates between lines of metrics.jsonl. HashSteps is
	// the number between lines that also have hashes of the batch and of each
	// parameter. If zero, 1 and 100.
	LogSteps, HashSteps int

	// Keeper says which checkpoints to keep. Its Dir and Before are not used.
	Keeper checkpoint.Keeper

	// Against is the directory of another run to compare with. The run ends with an
	// error that names the first update that differs, and the parameter if hashes tell
	// which. If empty, nothing is compared.
	Against string
}

// Run is a directory in use.
type Run struct {
	dir     string
	options Options
	lock    *os.File
	from    *trainer.Checkpoint
	damaged error
	log     *log
	against *recorded
}

// The files of a directory other than the checkpoints.
const (
	runFile     = "run.json"
	metricsFile = "metrics.jsonl"
	lockFile    = "lock"
)

// description is the contents of run.json.
type description struct {
	Settings    map[string]any    `json:"settings"`
	Environment environment       `json:"environment"`
	Data        map[string]string `json:"data"` // SHA-256 of the examples
}

type environment struct {
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
	CPUs     int    `json:"cpus"`
	Revision string `json:"revision,omitempty"` // of the program
}

// Open opens a directory for a run, and creates it if it does not exist. It returns an
// error if another process is using the directory, if the directory has a run and
// Resume is false, or if the run to resume has other settings or data. Call
// [Run.Close] when done.
func Open(ctx context.Context, dir string, o Options) (*Run, error) {
	r := &Run{dir: dir, options: o}
	if err := r.open(ctx); err != nil {
		err = prefix.Error("rundir", err, dir)
		if closing := r.Close(); closing != nil {
			err = errors.Join(err, closing)
		}
		return nil, err
	}
	return r, nil
}

func (r *Run) open(ctx context.Context) error {
	o := &r.options
	switch {
	case r.dir == "":
		return errors.New("no directory: want a name")
	case isnil.Value(o.Train):
		return errors.New("rundir: Train is nil: want the training data")
	case o.LogSteps < 0:
		return fmt.Errorf("rundir: LogSteps = %d: want 0 or more", o.LogSteps)
	case o.HashSteps < 0:
		return fmt.Errorf("rundir: HashSteps = %d: want 0 or more", o.HashSteps)
	}
	if o.LogSteps == 0 {
		o.LogSteps = 1
	}
	if o.HashSteps == 0 {
		o.HashSteps = 100
	}
	if err := os.MkdirAll(r.dir, 0o777); err != nil {
		return err
	}
	var err error
	if r.lock, err = os.OpenFile(r.path(lockFile), os.O_RDWR|os.O_CREATE, 0o666); err != nil {
		return err
	}
	if !filelock.Try(r.lock) {
		return errors.New("another process is using it: want another directory")
	}
	if o.Against != "" {
		if r.against, err = readRecorded(o.Against); err != nil {
			return fmt.Errorf("rundir: Against: %w", err)
		}
	}
	d, err := describe(ctx, *o)
	if err != nil {
		return err
	}
	resumes, err := r.agrees(d)
	if err != nil {
		return err
	}
	if resumes {
		if r.from, _, r.damaged = checkpoint.Newest(r.dir); r.from != nil {
			if err := r.damagedLog(); err != nil {
				r.damaged = errors.Join(r.damaged, err)
			}
		}
	} else if err := writeJSON(r.path(runFile), d); err != nil {
		return err
	}
	r.log, err = openLog(r.path(metricsFile), r.from)
	return err
}

func (r *Run) path(name string) string { return filepath.Join(r.dir, name) }

// Checkpoint returns the checkpoint to resume from, for the trainer's Resume. It is nil
// if the run is new.
func (r *Run) Checkpoint() *trainer.Checkpoint { return r.from }

// Damaged returns an error that names newer checkpoints that are damaged, and a log
// that ends before the checkpoint, or nil.
func (r *Run) Damaged() error { return r.damaged }

// Hooks returns hooks that log, compare, and keep checkpoints. They must be the
// trainer's last.
func (r *Run) Hooks() []trainer.Hook {
	keeper := r.options.Keeper
	keeper.Dir, keeper.Before = r.dir, r.log.sync
	return []trainer.Hook{r.hook(), keeper.Hook()}
}

// Close finishes the log and releases the directory.
func (r *Run) Close() error {
	var err error
	if r.log != nil {
		err = r.log.close()
		r.log = nil
	}
	if r.lock != nil {
		err = errors.Join(err, r.lock.Close())
		r.lock = nil
	}
	return prefix.Error("rundir", err)
}

// describe returns the contents of run.json.
func describe(ctx context.Context, o Options) (description, error) {
	d := description{Environment: environment{Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH, CPUs: runtime.NumCPU()}, Data: map[string]string{}}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				d.Environment.Revision = s.Value
			}
		}
	}
	text, err := json.Marshal(o.Settings)
	if err == nil {
		err = json.Unmarshal(text, &d.Settings)
	}
	if err != nil {
		return d, fmt.Errorf("rundir: Settings: %w", err)
	}
	if d.Data["train"], err = datasets.Fingerprint(ctx, o.Train); err != nil {
		return d, err
	}
	if !isnil.Value(o.Test) {
		d.Data["test"], err = datasets.Fingerprint(ctx, o.Test)
	}
	return d, err
}

// agrees reports whether the directory has a run. It is an error if the run cannot be
// resumed, or only with other settings or data.
func (r *Run) agrees(d description) (bool, error) {
	text, err := os.ReadFile(r.path(runFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !r.options.Resume {
		return false, errors.New("already has a run: want to resume it, or another directory")
	}
	var old description
	if err := json.Unmarshal(text, &old); err != nil {
		return false, fmt.Errorf("%s: %w", runFile, err)
	}
	names := make([]string, 0, len(d.Settings)+len(old.Settings))
	for _, all := range []map[string]any{d.Settings, old.Settings} {
		for name := range all {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if a, b := d.Settings[name], old.Settings[name]; !slices.Contains(r.options.Vary, name) && !reflect.DeepEqual(a, b) {
			return false, fmt.Errorf("setting %q = %v: want %v, as in %s", name, a, b, runFile)
		}
	}
	for _, name := range []string{"train", "test"} {
		if d.Data[name] != old.Data[name] {
			return false, fmt.Errorf("the %s data has the fingerprint %q: want %q, as in %s", name, d.Data[name], old.Data[name], runFile)
		}
	}
	return true, nil
}

func writeJSON(path string, v any) error {
	text, err := json.MarshalIndent(v, "", "\t")
	if err != nil {
		return err
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}
