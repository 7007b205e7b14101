package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// table has rows of text, for the terminal and the page.
type table struct {
	Name    string
	Head    []column
	Rows    [][]string
	classes []string // of the rows: the classes of their entries
}

// add adds a row about entries, given by their classes.
func (t *table) add(row []string, classes ...string) {
	t.Rows, t.classes = append(t.Rows, row), append(t.classes, strings.Join(classes, " "))
}

// Columns returns the classes of a table: t3 for a left-aligned third column, and also
// l3 if it is long.
func (t table) Columns() string {
	var all []string
	for i, c := range t.Head {
		if c.Text {
			all = append(all, fmt.Sprintf("t%d", i+1))
		}
		if c.Long {
			all = append(all, fmt.Sprintf("l%d", i+1))
		}
	}
	return strings.Join(all, " ")
}

// Class returns the class of a row, or "".
func (t table) Class(row int) string {
	if row < len(t.classes) {
		return t.classes[row]
	}
	return ""
}

type column struct {
	Name string
	Text bool // left-aligned
	Long bool // and wrapped on a narrow page
}

// columns makes columns from names. "<" before a name means left-aligned, "<<"
// long.
func columns(names ...string) (all []column) {
	for _, n := range names {
		all = append(all, column{Name: strings.TrimLeft(n, "<"), Text: strings.HasPrefix(n, "<"), Long: strings.HasPrefix(n, "<<")})
	}
	return all
}

// unit returns a column head with the metric's unit.
func (w *Workload) unit(of string) string {
	if w.Percent {
		return of + ", %"
	}
	return of
}

// comparedBy returns the head of the column of differences.
func (w *Workload) comparedBy() string {
	if w.Ratios {
		return "first / second"
	}
	return w.points("first − second")
}

// points returns a column head with the unit of differences.
func (w *Workload) points(of string) string {
	if w.Percent {
		return of + ", points"
	}
	return of
}

// scores is the table of the entries' results, the best first.
func (r *Report) scores(w *Workload) table {
	level := fmt.Sprintf("%.4g %% interval", 100*r.Options.Level)
	t := table{Name: "Scores", Head: columns("<optimizer", "<compared with the best", w.unit("final"), level, things(2, string(w.Unit)), "<<median to target", "reached", "diverged")}
	if !r.Options.NoTimings {
		t.Head = append(t.Head, columns("training, s")...)
	}
	for _, i := range w.best {
		e := &w.Entries[i]
		row := []string{
			clean(e.Name), w.standing(i), w.final(e.Final), w.interval(e.Final), fmt.Sprint(e.Final.N),
			r.target(e.Target), fmt.Sprintf("%d/%d", e.Target.Reached, e.Target.Runs), fmt.Sprintf("%d/%d", e.Diverged, e.Runs),
		}
		if !r.Options.NoTimings {
			row = append(row, seconds(e.TrainSeconds))
		}
		t.add(row, e.class())
	}
	return t
}

// standing says how an entry compares with the best.
func (w *Workload) standing(i int) string {
	p, ok := w.between(w.best[0], i)
	switch {
	case i == w.best[0]:
		return "best mean"
	case !ok:
		return "not compared"
	case p.Units < w.UnitsNeeded:
		return "too few to test"
	case p.Differs:
		return "worse"
	}
	return "not told apart"
}

// split splits a table after n columns. Both parts have the first column.
func (t table) split(n int) (left, right table) {
	left.Head, right.Head = t.Head[:n], slices.Concat(t.Head[:1], t.Head[n:])
	for _, row := range t.Rows {
		left.Rows = append(left.Rows, row[:n])
		right.Rows = append(right.Rows, slices.Concat(row[:1], row[n:]))
	}
	return left, right
}

// target formats the medians to the target.
func (r *Report) target(t Target) string {
	switch {
	case t.Runs == 0:
		return none
	case math.IsInf(t.Epochs, 1):
		return "not reached"
	}
	s := fmt.Sprintf("%s %s, %.0f %s", setting(t.Epochs), things(t.Epochs, "epoch"), t.Steps, things(t.Steps, "step"))
	if !r.Options.NoTimings {
		s += ", " + seconds(t.Seconds) + " s"
	}
	return s
}

// chosen is the table of the selected settings, in the order of the plan.
func (w *Workload) chosen() table {
	t := table{Name: "Selected settings", Head: columns("<optimizer", "<<selected", "trials", "diverged", "<<remark")}
	for i := range w.Entries {
		e := &w.Entries[i]
		row := []string{clean(e.Name), e.setting(), none, none, "fixed setting"}
		if e.Drawn {
			row[4] = "one random trial, not tuned"
		}
		if !e.Fixed {
			planned := 0
			for _, s := range e.Studies {
				planned += len(s.cell.Candidates)
			}
			row[2] = fmt.Sprintf("%d/%d", len(e.trials()), planned)
			row[3] = fmt.Sprintf("%d/%d", e.TuningDiverged, e.TuningRuns)
			row[4] = e.remark()
		}
		t.add(row, e.class())
	}
	return t
}

// differences is the table of comparisons on a workload.
func (r *Report) differences(w *Workload) table {
	level := fmt.Sprintf("%.4g %% interval", 100*r.Options.Level)
	t := table{Name: "Comparisons", Head: columns("<first", "<second", things(2, string(w.Unit)), w.comparedBy(), level, "p", "adjusted p", "<verdict")}
	for _, p := range w.Pairs {
		verdict := "not told apart"
		switch {
		case p.Same:
			verdict = "the same runs"
		case p.Units < 2:
			verdict = "no test"
		case p.Differs:
			verdict = w.name(w.winner(p)) + " is better"
		}
		row := []string{w.name(p.A), w.name(p.B), fmt.Sprint(p.Units), w.signed(p.Difference), none, none, none, verdict}
		if p.Units > 1 {
			row[5], row[6] = probability(p.P), probability(p.Adjusted)
			if finite(p.Interval.Low) && finite(p.Interval.High) {
				row[4] = fmt.Sprintf("[%s, %s]", w.signed(p.Interval.Low), w.signed(p.Interval.High))
			}
		}
		t.add(row, w.classOf(w.rawName(p.A)), w.classOf(w.rawName(p.B)))
	}
	return t
}

// comparisons is the table of published results and ours.
func (w *Workload) comparisons() table {
	t := table{Name: "Published results", Head: columns("<published", "epoch", w.unit("theirs"), "runs", "<ours", w.unit("ours"), "runs", w.points("difference"), "<<source")}
	for _, c := range w.Published {
		theirs := w.estimate(Estimate{N: c.Runs, Mean: c.Mean, SD: c.SD})
		if c.SD == 0 {
			theirs = w.metric(c.Mean)
		}
		row := []string{clean(c.Name), fmt.Sprint(c.Epoch), theirs, fmt.Sprint(c.Runs), "no run with this setting", none, none, none, clean(c.Source)}
		if c.Entry != "" {
			row[4] = clean(c.Entry)
			row[6] = fmt.Sprint(c.Ours.N)
			if c.Epoch > w.Epochs {
				row[4] += ", fewer epochs"
			}
			if c.Ours.N > 0 {
				row[5], row[7] = w.estimate(c.Ours), w.plain(c.Ours.Mean-c.Mean)
			}
		}
		t.add(row, w.classOf(c.Entry))
	}
	return t
}

// classOf returns the class of the entry of a name, or "".
func (w *Workload) classOf(name string) string {
	for i := range w.Entries {
		if w.Entries[i].Name == name {
			return w.Entries[i].class()
		}
	}
	return ""
}
