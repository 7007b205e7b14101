package report

import (
	"errors"
	"fmt"

	"descent/optimizers/bench"
)

// Options say what a report has.
type Options struct {
	// NoTimings leaves out all that is made of seconds, so that the reports of
	// two runs of one plan can be compared.
	NoTimings bool
	// Level is the confidence of intervals; tests have the level 1 − Level. If
	// zero, 0.95.
	Level float64
}

// Report is what results say.
type Report struct {
	Options   Options // as used: with its defaults
	Workloads []Workload
	Across    Across

	Runs          int // that the results hold, each once
	Missing, Plan int // as [bench.Results.Missing] counts them

	header bench.Header
}

// Analyse works out what results say. They may be incomplete: a report is then
// of the runs that are there, and says how many are missing. The results are
// read, not changed, and should not change while the report is used.
//
// It is an error if a level is outside (0, 1), or the header of the results does
// not fit together.
func Analyse(r *bench.Results, o Options) (*Report, error) {
	if o.Level == 0 {
		o.Level = .95
	}
	if !(o.Level > 0 && o.Level < 1) {
		return nil, fmt.Errorf("report: Options: Level = %v: want (0, 1), or zero for 0.95", o.Level)
	}
	if r == nil {
		return nil, errors.New("report: results are nil")
	}
	if err := r.Header.Validate(); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	report := &Report{Options: o, Runs: len(r.Records), header: r.Header}
	report.Missing, report.Plan = r.Missing()
	for _, w := range r.Header.Workloads {
		analysed, err := report.analyse(r, w)
		if err != nil {
			return nil, fmt.Errorf("report: workload %q: %w", w.Name, err)
		}
		report.Workloads = append(report.Workloads, analysed)
	}
	if err := report.compareAcross(); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return report, nil
}

// alpha is the level of the tests.
func (r *Report) alpha() float64 { return 1 - r.Options.Level }
