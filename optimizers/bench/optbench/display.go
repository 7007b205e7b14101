package optbench

import (
	"fmt"
	"io"
	"time"

	"descent/internal/cli"
	"descent/internal/terminal"
	"descent/optimizers/bench"
)

// display shows the progress of a grid: by a bar on a terminal, or by a line
// after each tenth of the runs.
type display struct {
	quiet bool
	out   io.Writer
	bar   *terminal.Progress
	last  bench.Progress
	tenth int // the last tenth of the runs that was printed
}

// newDisplay returns a display on stdout, or on stderr if -report writes to
// stdout.
func newDisplay(o *options, stdout, stderr io.Writer) *display {
	return &display{quiet: o.quiet, out: cli.ForPeople(o.report, stdout, stderr)}
}

func (d *display) printf(format string, args ...any) {
	if !d.quiet {
		fmt.Fprintf(d.out, format+"\n", args...)
	}
}

func (d *display) begin(r bench.Runner, cost bench.Estimate) {
	p := r.Plan
	d.printf("workloads: %d, optimizers: %d, schedules: %d; studies: %d, trials: %d, tuning seeds: %d, scoring seeds: %d; parallel runs: %d; results: %s",
		len(p.Workloads), len(p.Optimizers), max(len(p.Schedules), 1), p.Studies, p.Trials, p.TuningSeeds, p.Seeds, r.Jobs, r.File)
	if cost.Runs > 0 {
		d.printf("%d runs, about %v of training", cost.Runs, roughly(cost.Time))
	}
}

// roughly rounds a time.
func roughly(d time.Duration) time.Duration {
	switch {
	case d > 10*time.Minute:
		return d.Round(time.Minute)
	case d > 10*time.Second:
		return d.Round(time.Second)
	}
	return d.Round(time.Second / 10)
}

// progress is called after each run.
func (d *display) progress(p bench.Progress) {
	d.last = p
	if d.quiet || p.All == 0 {
		return
	}
	if terminal.Interactive(d.out) {
		if d.bar == nil {
			d.bar = terminal.NewProgress(d.out, int64(p.All), "benchmark", "runs")
		}
		d.bar.Set(int64(p.Done), int64(p.All), p.Left)
		return
	}
	if tenth := 10 * p.Done / p.All; tenth > d.tenth && p.Done < p.All {
		d.tenth = tenth
		left := ""
		if p.Left >= 0 {
			left = fmt.Sprintf(", about %v left", p.Left.Round(time.Second))
		}
		d.printf("%d of %d runs%s", p.Done, p.All, left)
	}
}

func (d *display) end() { d.bar.Done() }

// state returns the number of finished runs, as text.
func (d *display) state() string {
	return fmt.Sprintf("%d of %d runs", d.last.Done, d.last.All)
}
