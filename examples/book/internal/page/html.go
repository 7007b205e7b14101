package page

import (
	"fmt"
	"html/template"
	"io"
	"path/filepath"
	"regexp"
	"strings"
)

// Document is the content of a page.
type Document struct {
	Pages  []*Page
	Quick  bool   // the experiments that train LeNet were left out
	Module Module // the library for the controls; if empty, there are none
}

// Module is the library, built for a browser.
type Module struct {
	Wasm   string // gzip, in base64
	Script string // Go's wasm_exec.js
}

// WriteFigures writes each figure to an SVG file.
func WriteFigures(folder string, pages []*Page) error {
	for _, p := range pages {
		for _, b := range p.blocks {
			if b.name == "" {
				continue
			}
			if err := b.drawing.Write(filepath.Join(folder, b.name+".svg")); err != nil {
				return err
			}
		}
	}
	return nil
}

// The parts of a page, as used by the template.
type (
	htmlSection struct {
		Number, Title string
		Pages         []htmlPage
		Exercises     []htmlExercise
	}
	htmlPage struct {
		ID, Title, Short                     string
		Formulas                             []template.HTML
		Blocks                               []htmlBlock
		Printed, Errata, Answers, Own, Other []Row
		Code                                 Code
		Controls                             *htmlControls
	}
	htmlBlock struct {
		Text, Caption, Figure template.HTML
		Columns               int // of panels in the figure
		Name                  string
	}
	htmlExercise struct {
		Exercise
		Links []string
	}
)

// Write writes the page.
func (d Document) Write(w io.Writer) error {
	data := struct {
		Sections []htmlSection
		Tally    Tally
		Quick    bool
		Level    float64
		Module   *htmlModule
	}{Tally: Count(Rows(d.Pages)), Quick: d.Quick, Level: 100 * Level}
	if d.Module.Wasm != "" {
		data.Module = &htmlModule{template.JS(d.Module.Script), template.HTML(d.Module.Wasm), template.JS(controlScript)} // Go's, and our own
	}
	var sources *Sources
	for i, p := range d.Pages {
		if i == 0 || p.section != d.Pages[i-1].section {
			s := htmlSection{Number: p.section.Number, Title: p.section.Title}
			for _, e := range p.section.Exercises {
				s.Exercises = append(s.Exercises, htmlExercise{Exercise: e, Links: answering(p.section, e.Number, d.Pages)})
			}
			data.Sections = append(data.Sections, s)
			var err error
			if sources, err = NewSources(p.section.Source, p.section.Folder); err != nil {
				return err
			}
		}
		h, err := p.html(sources, data.Module != nil)
		if err != nil {
			return err
		}
		last := &data.Sections[len(data.Sections)-1]
		last.Pages = append(last.Pages, h)
	}
	return pageTemplate.Execute(w, data)
}

// answering lists the experiments on the page that answer an exercise.
func answering(s *Section, number int, pages []*Page) (ids []string) {
	for _, p := range pages {
		for _, n := range p.Exercises {
			if p.section == s && n == number {
				ids = append(ids, p.ID)
			}
		}
	}
	return ids
}

func (p *Page) html(sources *Sources, live bool) (h htmlPage, err error) {
	_, short, _ := strings.Cut(strings.TrimPrefix(p.ID, p.Section()), ".")
	h = htmlPage{ID: p.ID, Title: p.Title, Short: short}
	if h.Code, err = sources.Of(p.Run); err != nil {
		return h, err
	}
	for _, f := range p.Formula {
		h.Formulas = append(h.Formulas, Formula(f))
	}
	if live && p.Controls != "" {
		if h.Controls, err = newControls(p.Controls); err != nil {
			return h, err
		}
	}
	for _, b := range p.blocks {
		h.Blocks = append(h.Blocks, htmlBlock{Text: prose(b.text), Caption: prose(b.caption), Figure: b.inline, Columns: b.columns(), Name: b.name})
	}
	for _, r := range p.Rows {
		switch r.Kind {
		case Exact, InBand, CannotTell:
			h.Printed = append(h.Printed, r)
		case Wrong:
			h.Errata = append(h.Errata, r)
		case Answer:
			h.Answers = append(h.Answers, r)
		case Checked:
			h.Own = append(h.Own, r)
		default:
			h.Other = append(h.Other, r)
		}
	}
	return h, nil
}

// Rows joins the rows of pages.
func Rows(pages []*Page) []Row {
	rows := []Row{}
	for _, p := range pages {
		rows = append(rows, p.Rows...)
	}
	return rows
}

var (
	code     = regexp.MustCompile("`([^`]*)`")
	negative = regexp.MustCompile(`(^|[ (,=])-(\d)`)
	one      = regexp.MustCompile(`(^|[^\d.])1·10<sup>`)
	exponent = regexp.MustCompile(`(\d)e([+\x{2212}-]?)0*(\d+)`)
)

// prose escapes a text and sets text in backquotes as code and powers of ten with
// superscripts.
func prose(text string) template.HTML {
	parts := code.Split(text, -1)
	quoted := code.FindAllStringSubmatch(text, -1)
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(powers(template.HTMLEscapeString(part)))
		if i < len(quoted) {
			fmt.Fprintf(&b, "<code>%s</code>", template.HTMLEscapeString(quoted[i][1]))
		}
	}
	return template.HTML(b.String()) // escaped
}

// powers sets numbers such as 1.5e-07 as 1.5·10⁻⁷ and negative numbers with a minus
// sign.
func powers(text string) string {
	text = negative.ReplaceAllString(text, "$1\u2212$2")
	text = exponent.ReplaceAllStringFunc(text, func(s string) string {
		m := exponent.FindStringSubmatch(s)
		sign := ""
		if m[2] == "-" || m[2] == "\u2212" {
			sign = "\u2212"
		}
		return m[1] + "·10<sup>" + sign + m[3] + "</sup>"
	})
	return one.ReplaceAllString(text, "${1}10<sup>")
}
