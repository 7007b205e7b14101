package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"

	"descent/internal/isnil"
	"descent/internal/prefix"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is the data of page.html.
type page struct {
	Title     string
	Intro     []string
	Warning   string
	Workloads []section
	Across    section
	Level     string // of the intervals, in percent
	Alpha     string // of the tests, in percent
	Timed     bool
	Halved    bool // trials

	Tasks, Spaces, Fields, Environment table
}

// section is a part of the page.
type section struct {
	ID, Name, About string
	What            string
	Remarks         []string
	Headline        string

	Scores, Chosen, Published, Pairs table
	Sentences                        []string
	Figures                          []drawing
}

// WriteHTML writes the report as a self-contained HTML page with figures and
// without scripts. Errors are those of w.
func (r *Report) WriteHTML(w io.Writer) error {
	if isnil.Value(w) {
		return errNilWriter
	}
	p := page{
		Title: "Optimizer benchmark", Intro: r.introduction(), Warning: r.Warning(), Level: setting(100 * r.Options.Level),
		Alpha: setting(100 * r.alpha()), Timed: !r.Options.NoTimings, Halved: !r.header.FullTrials,
		Tasks: r.tasks(), Spaces: r.spaces(), Fields: r.fields(), Environment: r.environment(),
	}
	for i := range r.Workloads {
		s, err := r.section(&r.Workloads[i], i)
		if err != nil {
			return prefix.Error("report", err, fmt.Sprintf("workload %q", r.Workloads[i].Name))
		}
		p.Workloads = append(p.Workloads, s)
	}
	p.Across = section{Remarks: r.acrossText()}
	var err error
	if p.Across.Figures, err = draw(r.profiles()); err != nil {
		return prefix.Error("report", err)
	}
	if len(r.Across.Workloads) > 1 {
		p.Across.Scores = r.overall()
	}
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	return nil
}

func (r *Report) section(w *Workload, i int) (section, error) {
	s := section{
		ID: anchor(w.Name, i), Name: clean(w.Name), About: clean(w.About), What: r.what(w), Remarks: r.remarks(w), Headline: w.Headline(),
		Scores: r.scores(w), Chosen: w.chosen(), Published: w.comparisons(), Pairs: r.differences(w), Sentences: w.verdicts(),
	}
	var err error
	s.Figures, err = w.figures()
	return s, err
}

// anchor returns an id for a name.
func anchor(name string, i int) string {
	return fmt.Sprintf("w%d-%s", i+1, strings.Map(func(r rune) rune {
		if r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return '-'
	}, clean(name)))
}
