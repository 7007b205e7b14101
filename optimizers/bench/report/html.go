package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"unicode"

	"descent/internal/figure"
	"descent/internal/isnil"
	"descent/internal/prefix"
)

//go:embed page.html
var pageText string

//go:embed page.js
var script string

//go:embed page.css
var style string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// page is the data of page.html.
type page struct {
	Title     string
	Style     template.CSS
	Script    template.HTML
	Names     []string // of the entries
	Advice    string
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

	Scores, Chosen, Published, Pairs, Trials table
	Sentences                                []string
	Figures                                  []drawing
}

// WriteHTML writes the report as a self-contained HTML page with figures. A script in
// the page sorts and downloads tables and shows the values of curves. Everything else,
// including hiding entries and swapping axes, works without it. Errors are those of w.
func (r *Report) WriteHTML(w io.Writer) error {
	if isnil.Value(w) {
		return errNilWriter
	}
	p := page{
		Title: "Optimizer benchmark", Style: template.CSS(style + r.entryStyle()), Script: scriptElement, Advice: r.Advice(), Intro: r.introduction(), Warning: r.Warning(), Level: setting(100 * r.Options.Level),
		Alpha: setting(100 * r.alpha()), Timed: !r.Options.NoTimings, Halved: !r.header.FullTrials,
		Tasks: r.tasks(), Spaces: r.spaces(), Fields: r.fields(), Environment: r.environment(),
	}
	for _, e := range r.header.Optimizers {
		p.Names = append(p.Names, clean(e.Name))
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
	if p.Across.Figures, err = draw(r.profiles); err != nil {
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

// scriptElement holds the script as XML too.
var scriptElement = template.HTML("<script>//<![CDATA[\n" + script + "//]]></script>")

// entryStyle returns the style sheet that hides the entries whose box is not checked,
// and the style sheet of dark figures.
func (r *Report) entryStyle() string {
	var b strings.Builder
	for k := range r.header.Optimizers {
		fmt.Fprintf(&b, "body:has(#show%d:not(:checked)) .%s { display: none; }\n", k, class(k))
	}
	return b.String() + "@media (prefers-color-scheme: dark) {\n" + figure.DarkStyle("var(--ground)") + "}\n"
}

func (r *Report) section(w *Workload, i int) (section, error) {
	s := section{
		ID: anchor(w.Name, i), Name: clean(w.Name), About: clean(w.About), What: r.what(w), Remarks: r.remarks(w), Headline: w.Headline(),
		Scores: r.scores(w), Chosen: w.chosen(), Published: w.comparisons(), Pairs: r.differences(w), Trials: w.trials(), Sentences: w.verdicts(),
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
