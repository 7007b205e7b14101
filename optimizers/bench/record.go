package bench

import (
	"encoding/json"
	"fmt"
	"time"
)

// Version is that of the results file. A file of another one is refused.
const Version = 2

// Header is the first line of a results file: what all of its runs have in
// common.
type Header struct {
	Kind        string   `json:"kind"` // "header"
	Version     int      `json:"version"`
	Workloads   []Listed `json:"workloads"`
	Optimizers  []Entry  `json:"optimizers"` // with schedules, in the order of the plan
	Cells       []Cell   `json:"cells"`      // by workload, then by entry
	Seed        uint64   `json:"seed"`
	Trials      int      `json:"trials"`
	TuningSeeds int      `json:"tuning_seeds"`
	Seeds       int      `json:"seeds"`
	// Kernels names the arithmetic: files with different kernels do not
	// promise the same bits and cannot be merged.
	Kernels string `json:"kernels"`
	// Environment is for the report and may differ between files.
	Environment Environment `json:"environment"`
}

// Listed is a workload in a header.
type Listed struct {
	Name     string  `json:"name"`
	About    string  `json:"about"`
	Version  string  `json:"version"`
	Source   string  `json:"source"` // of the data
	Metric   string  `json:"metric"`
	Percent  bool    `json:"percent"`
	Maximize bool    `json:"maximize"`
	Target   float64 `json:"target"`
	Epochs   int     `json:"epochs"` // budget of each run
	Batch    int     `json:"batch"`
	// FirstStep is a hash of what the workload does up to its first update.
	FirstStep string `json:"first_step"`

	Published []Quoted `json:"published,omitempty"`
}

// Quoted is a [Published] result in a header.
type Quoted struct {
	Name     string  `json:"name"`
	Fields   string  `json:"fields"` // of rule and groups, as in [Candidate]
	LR       float64 `json:"lr"`
	Schedule string  `json:"schedule"`
	Epoch    int     `json:"epoch"`
	Mean     float64 `json:"mean"`
	SD       float64 `json:"sd,omitempty"`
	Runs     int     `json:"runs"`
	Source   string  `json:"source"`
}

// Entry is an optimizer with a schedule in a header.
type Entry struct {
	Name     string      `json:"name"` // "adam", or with several schedules "adam/cosine"
	Rule     string      `json:"rule"` // its type
	Schedule string      `json:"schedule"`
	Space    []Dimension `json:"space"`
}

// Environment is where results were made.
type Environment struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Go     string `json:"go"`
	OS     string `json:"os"`
	Commit string `json:"commit"`
}

// Settings decide a run: it has no other inputs. The code of rule, schedule and
// workload is in them by what it does. A run's id is their hash.
type Settings struct {
	Workload  string  `json:"workload"`
	Version   string  `json:"version"`    // of the workload
	Source    string  `json:"source"`     // of its data
	FirstStep string  `json:"first_step"` // as in [Listed]
	Fields    string  `json:"fields"`     // of rule and groups, as Go writes them
	LR        float64 `json:"lr"`
	Schedule  string  `json:"schedule"`
	Probe     string  `json:"probe"` // as in [Candidate]
	Split     Split   `json:"split"`
	Epochs    int     `json:"epochs"`
	Seed      uint64  `json:"seed"`
	Kernels   string  `json:"kernels"`
}

// Record is a line of a results file: a run that has ended.
type Record struct {
	Kind     string   `json:"kind"` // "run"
	ID       string   `json:"id"`
	Settings Settings `json:"settings"`
	Points   []Point  `json:"points"`
	Diverged bool     `json:"diverged"`
	// TotalSeconds is the time of the run with everything.
	TotalSeconds float64 `json:"total_seconds"`
}

func newRecord(s Settings, c Curve, took time.Duration) Record {
	return Record{Kind: "run", ID: s.id(), Settings: s, Points: c.Points, Diverged: c.Diverged, TotalSeconds: took.Seconds()}
}

// check says what is wrong with a record that was read.
func (r Record) check() error {
	if r.Kind != "run" {
		return fmt.Errorf("kind %q: want \"run\"", r.Kind)
	}
	if id := r.Settings.id(); r.ID != id {
		return fmt.Errorf("id %q: want %s, the hash of its settings", r.ID, id)
	}
	return nil
}

// id is a hash of all settings, which JSON can hold.
func (s Settings) id() string {
	b, err := json.Marshal(s)
	if err != nil { // a rate that is not finite, which no plan has
		panic(err)
	}
	return digest(b)
}
