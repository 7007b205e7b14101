package report

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"descent/internal/prefix"
	"descent/optimizers/bench"
)

// Options configure a report.
type Options struct {
	// NoTimings omits all times in seconds, so that the reports of two runs of a
	// plan can be compared.
	NoTimings bool
	// Level is the confidence level of intervals. The significance level of tests
	// is 1 − Level. If zero, 0.95.
	Level float64
	// Against, if not empty, is the name of the entry to compare all others with.
	// Otherwise all pairs are compared.
	Against string
}

// Report is an analysis of results.
type Report struct {
	Options   Options // with defaults filled in
	Workloads []Workload
	Across    Across

	Runs          int // available runs, without duplicates
	Missing, Plan int // as counted by [bench.Results.Missing]

	header bench.Header
}

// Analyze analyzes results. If they are incomplete, the report covers the
// available runs and says how many are missing. Analyze does not change the
// results, and they must not change while the report is in use.
//
// It returns an error if the level is outside (0, 1) or the header of the results
// is invalid.
func Analyze(r *bench.Results, o Options) (*Report, error) {
	if o.Level == 0 {
		o.Level = .95
	}
	if !(o.Level > 0 && o.Level < 1) {
		return nil, fmt.Errorf("report: Options: Level = %v: want (0, 1), or 0 for 0.95", o.Level)
	}
	if r == nil {
		return nil, errors.New("report: the results are nil: want *bench.Results")
	}
	if err := r.Header.Validate(); err != nil {
		return nil, prefix.Error("report", err)
	}
	if o.Against != "" && !slices.ContainsFunc(r.Header.Optimizers, func(e bench.Entry) bool { return e.Name == o.Against }) {
		var names []string
		for _, e := range r.Header.Optimizers {
			names = append(names, clean(e.Name))
		}
		return nil, fmt.Errorf("report: Options: Against = %.80q: want an entry of the results: %s", o.Against, strings.Join(names, ", "))
	}
	report := &Report{Options: o, Runs: len(r.Records), header: r.Header}
	report.Missing, report.Plan = r.Missing()
	for _, w := range r.Header.Workloads {
		analysed, err := report.analyze(r, w)
		if err != nil {
			return nil, prefix.Error("report", err, fmt.Sprintf("workload %q", w.Name))
		}
		report.Workloads = append(report.Workloads, analysed)
	}
	if err := report.compareAcross(); err != nil {
		return nil, prefix.Error("report", err)
	}
	return report, nil
}

// alpha returns the significance level of the tests.
func (r *Report) alpha() float64 { return 1 - r.Options.Level }
