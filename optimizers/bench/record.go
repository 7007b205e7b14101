package bench

import (
	"encoding/json"
	"fmt"
	"time"
)

// Version is the version of the results file format. Other versions are rejected.
const Version = 3

// Header is the first line of a results file. It describes what all runs share.
type Header struct {
	Kind        string           `json:"kind"` // "header"
	Version     int              `json:"version"`
	Workloads   []HeaderWorkload `json:"workloads"`
	Optimizers  []Entry          `json:"optimizers"` // with schedules, in the order of the plan
	Cells       []Cell           `json:"cells"`      // by workload, entry and study
	Seed        uint64           `json:"seed"`
	Studies     int              `json:"studies"`
	Trials      int              `json:"trials"`
	TuningSeeds int              `json:"tuning_seeds"`
	Seeds       int              `json:"seeds"` // per study
	FullTrials  bool             `json:"full_trials"`
	Ruleset     Ruleset          `json:"ruleset"`
	// Kernels names the arithmetic. Files with different kernels may differ in
	// bits and cannot be merged.
	Kernels string `json:"kernels"`
	// Environment is for the report. It may differ between files.
	Environment Environment `json:"environment"`
}

// HeaderWorkload describes a workload in a [Header].
type HeaderWorkload struct {
	Name     string  `json:"name"`
	About    string  `json:"about"`
	Version  string  `json:"version"`
	Source   string  `json:"source"` // of the data
	Metric   string  `json:"metric"`
	Percent  bool    `json:"percent"`
	Maximize bool    `json:"maximize"`
	Target   float64 `json:"target"`
	Epochs   int     `json:"epochs"` // per run
	Batch    int     `json:"batch"`
	// FirstStep is a hash of what the workload does up to its first update.
	FirstStep string `json:"first_step"`

	Baselines []HeaderBaseline `json:"published,omitempty"`
}

// HeaderBaseline describes a [Baseline] in a [Header].
type HeaderBaseline struct {
	Name     string  `json:"name"`
	Fields   string  `json:"fields"` // of the rule and the groups, as in [Candidate]
	LR       float64 `json:"lr"`
	Schedule string  `json:"schedule"`
	Epoch    int     `json:"epoch"`
	Mean     float64 `json:"mean"`
	SD       float64 `json:"sd,omitempty"`
	Runs     int     `json:"runs"`
	Source   string  `json:"source"`
}

// Entry describes an optimizer with a schedule in a [Header].
type Entry struct {
	Name     string      `json:"name"` // "adam", or "adam/cosine" if there are several schedules
	Rule     string      `json:"rule"` // its type
	Schedule string      `json:"schedule"`
	Space    []Dimension `json:"space"`
}

// Environment describes the machine and the build that produced results.
type Environment struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Go     string `json:"go"`
	OS     string `json:"os"`
	Commit string `json:"commit"`
}

// RunKey identifies a run by everything that its result depends on. It identifies
// the code of the rule, the schedule and the workload by hashes of their behavior. A
// run's id is the hash of its key.
type RunKey struct {
	Workload  string  `json:"workload"`
	Version   string  `json:"version"`    // of the workload
	Source    string  `json:"source"`     // of the data
	FirstStep string  `json:"first_step"` // as in [HeaderWorkload]
	Fields    string  `json:"fields"`     // of the rule and the groups, as Go prints them
	LR        float64 `json:"lr"`
	Schedule  string  `json:"schedule"`
	Probe     string  `json:"probe"` // as in [Candidate]
	Split     Split   `json:"split"`
	Epochs    int     `json:"epochs"`
	Stop      float64 `json:"stop,omitempty"` // as in [Run]
	Seed      uint64  `json:"seed"`
	Kernels   string  `json:"kernels"`
}

// Record is a finished run, one line of a results file.
type Record struct {
	Kind     string  `json:"kind"` // "run"
	ID       string  `json:"id"`
	Key      RunKey  `json:"settings"`
	Points   []Point `json:"points"`
	Diverged bool    `json:"diverged"`
	// TotalSeconds is the total time of the run.
	TotalSeconds float64 `json:"total_seconds"`
}

func newRecord(s RunKey, c Curve, took time.Duration) Record {
	return Record{Kind: "run", ID: s.id(), Key: s, Points: c.Points, Diverged: c.Diverged, TotalSeconds: took.Seconds()}
}

// check returns an error if a record that was read is invalid.
func (r Record) check() error {
	if r.Kind != "run" {
		return fmt.Errorf("kind %.80q: want \"run\"", r.Kind)
	}
	if id := r.Key.id(); r.ID != id {
		return fmt.Errorf("id %.80q: want %s, the hash of its settings", r.ID, id)
	}
	if err := (Curve{Points: r.Points}).check(); err != nil {
		return fmt.Errorf("run %s: %w", r.ID, err)
	}
	return nil
}

// id returns the hash of the key.
func (s RunKey) id() string {
	b, err := json.Marshal(s)
	if err != nil { // a non-finite rate, which plans reject
		panic(err)
	}
	return digest(b)
}
