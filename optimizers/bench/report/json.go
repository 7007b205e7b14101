package report

import (
	"encoding/json"
	"math"

	"descent/optimizers/bench"
)

// real is a number whose JSON is null if it is not finite.
type real float64

func (v real) MarshalJSON() ([]byte, error) {
	if !finite(float64(v)) {
		return []byte("null"), nil
	}
	return json.Marshal(float64(v))
}

type jsonReport struct {
	Runs        int               `json:"runs"`
	Missing     int               `json:"missing"`
	Seed        uint64            `json:"seed"`
	Trials      int               `json:"trials"`
	TuningSeeds int               `json:"tuning_seeds"`
	Studies     int               `json:"studies"`
	Seeds       int               `json:"seeds"` // per study
	FullTrials  bool              `json:"full_trials"`
	Ruleset     bench.Ruleset     `json:"ruleset"`
	Level       float64           `json:"level"`
	Advice      string            `json:"advice"`
	Workloads   []jsonWorkload    `json:"workloads"`
	Across      jsonAcross        `json:"across"`
	Environment bench.Environment `json:"environment"`
}

type jsonWorkload struct {
	Name        string          `json:"name"`
	About       string          `json:"about"`
	Source      string          `json:"source"`
	Metric      string          `json:"metric"`
	Percent     bool            `json:"percent"`
	Maximize    bool            `json:"maximize"`
	Target      float64         `json:"target"`
	Epochs      int             `json:"epochs"`
	Batch       int             `json:"batch"`
	DivergedAs  real            `json:"diverged_counts_as"`
	Unit        Unit            `json:"unit"`
	UnitsNeeded int             `json:"units_needed"`
	Ratios      bool            `json:"ratios"` // differences are of logarithms
	Headline    string          `json:"headline"`
	Optimizers  []jsonEntry     `json:"optimizers"`
	Comparisons []jsonPair      `json:"comparisons"`
	Published   []jsonPublished `json:"published,omitempty"`
}

type jsonEntry struct {
	Name           string       `json:"name"`
	Rule           string       `json:"rule"`
	Schedule       string       `json:"schedule"`
	Fixed          bool         `json:"fixed"`
	Studies        []jsonStudy  `json:"studies"`
	Edges          []string     `json:"edges,omitempty"`
	Runs           int          `json:"runs"`
	Diverged       int          `json:"diverged"`
	NearBest       bool         `json:"near_best"`
	Final          jsonEstimate `json:"final"`
	Scores         []real       `json:"scores"`
	Reached        int          `json:"reached_target"`
	Steps          real         `json:"median_steps_to_target"`
	Epochs         real         `json:"median_epochs_to_target"`
	Seconds        *real        `json:"median_to_target_seconds,omitempty"`
	TrainSeconds   *real        `json:"mean_training_seconds,omitempty"`
	TuningRuns     int          `json:"tuning_runs"`
	TuningDiverged int          `json:"tuning_diverged"`
}

type jsonStudy struct {
	LR      *float64        `json:"lr"`
	Setting map[string]real `json:"setting"`
	Score   real            `json:"score"`
}

type jsonEstimate struct {
	N    int  `json:"n"`
	Mean real `json:"mean"`
	SD   real `json:"sd"`
	Low  real `json:"low"`
	High real `json:"high"`
}

type jsonPair struct {
	First      string `json:"first"`
	Second     string `json:"second"`
	Units      int    `json:"units"`
	Same       bool   `json:"same"`
	Difference real   `json:"difference"`
	Low        real   `json:"low"`
	High       real   `json:"high"`
	P          real   `json:"p"`
	Adjusted   real   `json:"adjusted_p"`
	Differs    bool   `json:"differs"`
	Sentence   string `json:"sentence"`
}

type jsonPublished struct {
	bench.HeaderBaseline
	Entry string       `json:"entry,omitempty"`
	Ours  jsonEstimate `json:"ours"`
}

type jsonAcross struct {
	Workloads  []string          `json:"workloads"`
	LeftOut    []string          `json:"left_out,omitempty"`
	Reference  string            `json:"reference"`
	Optimizers []jsonAcrossEntry `json:"optimizers"`
}

type jsonAcrossEntry struct {
	Name    string `json:"name"`
	Area    real   `json:"area"`
	Low     real   `json:"area_low"`
	High    real   `json:"area_high"`
	Speedup real   `json:"speed_up"`

	BySeconds     *real `json:"area_by_seconds,omitempty"`
	LowBySeconds  *real `json:"area_low_by_seconds,omitempty"`
	HighBySeconds *real `json:"area_high_by_seconds,omitempty"`
}

// MarshalJSON returns all numbers with all their digits, in the metric's own unit,
// with keys in snake_case. Missing numbers are null, as is the time to a target that
// fewer than half of the runs reached.
func (r *Report) MarshalJSON() ([]byte, error) {
	h := &r.header
	j := jsonReport{
		Runs: r.Runs, Missing: r.Missing, Seed: h.Seed, Trials: h.Trials, TuningSeeds: h.TuningSeeds, Studies: h.Studies, Seeds: h.Seeds, FullTrials: h.FullTrials, Ruleset: h.Ruleset,
		Level: r.Options.Level, Advice: r.Advice(), Environment: h.Environment,
	}
	for i := range r.Workloads {
		j.Workloads = append(j.Workloads, r.Workloads[i].json(r))
	}
	a := &r.Across
	j.Across = jsonAcross{Workloads: a.Workloads, LeftOut: a.LeftOut}
	if a.Reference >= 0 && a.Reference < len(a.Entries) {
		j.Across.Reference = a.Entries[a.Reference].Name
	}
	for _, e := range a.Entries {
		nan := real(math.NaN())
		row := jsonAcrossEntry{Name: e.Name, Area: nan, Low: nan, High: nan, Speedup: nan}
		if len(a.Workloads) > 0 {
			row.Area, row.Low, row.High, row.Speedup = real(e.Area), real(e.Interval.Low), real(e.Interval.High), real(e.Speedup.Mean)
			if !r.Options.NoTimings {
				area, low, high := real(e.AreaBySeconds), real(e.IntervalBySeconds.Low), real(e.IntervalBySeconds.High)
				row.BySeconds, row.LowBySeconds, row.HighBySeconds = &area, &low, &high
			}
		}
		j.Across.Optimizers = append(j.Across.Optimizers, row)
	}
	return json.Marshal(j)
}

func (w *Workload) json(r *Report) jsonWorkload {
	j := jsonWorkload{
		Name: w.Name, About: w.About, Source: w.Source, Metric: w.Metric, Percent: w.Percent, Maximize: w.Maximize,
		Target: w.Target, Epochs: w.Epochs, Batch: w.Batch, DivergedAs: real(w.Failure), Unit: w.Unit, UnitsNeeded: w.UnitsNeeded, Ratios: w.Ratios,
		Headline: w.Headline(), Optimizers: []jsonEntry{}, Comparisons: []jsonPair{},
	}
	for i := range w.Entries {
		j.Optimizers = append(j.Optimizers, w.Entries[i].json(!r.Options.NoTimings))
	}
	for _, p := range w.Pairs {
		j.Comparisons = append(j.Comparisons, jsonPair{
			First: w.rawName(p.A), Second: w.rawName(p.B), Units: p.Units, Same: p.Same, Difference: real(p.Difference),
			Low: real(p.Interval.Low), High: real(p.Interval.High), P: real(p.P), Adjusted: real(p.Adjusted), Differs: p.Differs, Sentence: w.Sentence(p),
		})
	}
	for _, c := range w.Published {
		j.Published = append(j.Published, jsonPublished{HeaderBaseline: c.HeaderBaseline, Entry: c.Entry, Ours: c.Ours.json()})
	}
	return j
}

func (e *Entry) json(timed bool) jsonEntry {
	j := jsonEntry{
		Name: e.Name, Rule: e.Rule, Schedule: e.Schedule, Fixed: e.Fixed, Runs: e.Runs,
		Diverged: e.Diverged, NearBest: e.NearBest, Final: e.Final.json(), Reached: e.Target.Reached,
		Steps: real(e.Target.Steps), Epochs: real(e.Target.Epochs), TuningRuns: e.TuningRuns, TuningDiverged: e.TuningDiverged,
	}
	for _, s := range e.Studies {
		study := jsonStudy{Setting: map[string]real{}, Score: real(s.Score)}
		if s.Selected != nil {
			study.LR = &s.Selected.LR
			for i, d := range e.Space {
				study.Setting[d.Name] = real(s.Selected.Values[i])
			}
		}
		j.Studies = append(j.Studies, study)
	}
	for _, v := range e.Scores {
		j.Scores = append(j.Scores, real(v))
	}
	for _, edge := range e.Edges {
		j.Edges = append(j.Edges, edge.String())
	}
	if timed {
		seconds, training := real(e.Target.Seconds), real(e.TrainSeconds)
		j.Seconds, j.TrainSeconds = &seconds, &training
	}
	return j
}

func (e Estimate) json() jsonEstimate {
	return jsonEstimate{N: e.N, Mean: real(e.Mean), SD: real(e.SD), Low: real(e.Interval.Low), High: real(e.Interval.High)}
}
