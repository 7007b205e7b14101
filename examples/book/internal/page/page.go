// Package page records and judges what the experiments of a document compute, and
// writes the page.
package page

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"io"
	"io/fs"

	"descent/examples/book/internal/paths"
	"descent/internal/figure"
)

// Experiment is one entry of the page.
type Experiment struct {
	ID    string // the document or section, and a name: "11.6.momentum"
	Title string
	LeNet bool // trains LeNet
	Run   func(*Page) error

	Exercises []int    // the exercises of the section that it answers; its checks count as answers
	Formula   []string // update formulas, in the notation of [Formula]
	Controls  string   // the name of the controls of package play, if any

	section *Section
}

// Section returns the number of the section, set by [All].
func (e *Experiment) Section() string { return e.section.Number }

// Section is a part of a document.
type Section struct {
	Number, Title string
	Experiments   []Experiment
	Exercises     []Exercise
	Source        fs.FS // the Go files of the experiments
	Folder        string
}

// Exercise is an exercise of a section. Its answer is in the experiments that name
// it, in Answer, or in both.
type Exercise struct {
	Number  int
	Text    string // the question, in our words
	Answer  string
	LeftOut string // why it is not answered; empty if it is
}

// All returns the experiments of the sections, in the order of the page.
func All(sections []*Section) (list []Experiment) {
	for _, s := range sections {
		for _, e := range s.Experiments {
			e.section = s
			list = append(list, e)
		}
	}
	return list
}

// Settings are what the experiments depend on.
type Settings struct {
	Epochs int    // of LeNet
	Data   string // the folder of Fashion-MNIST, "sample", or empty
}

// Page holds the text, figures and rows of an experiment, in the order in which
// they were added.
type Page struct {
	Experiment
	Settings
	Ctx    context.Context
	Notice io.Writer // for notices about data and long work

	Rows   []Row
	blocks []block
	strips []Band
}

// block is a paragraph or a figure.
type block struct {
	text    string
	name    string // of the figure's file, without the extension
	caption string
	drawing figure.Figure
	inline  template.HTML
}

// columns returns the number of panels side by side.
func (b block) columns() int { return min(len(b.drawing.Panels), cmp.Or(b.drawing.Columns, 2)) }

// Say adds a paragraph. Text in backquotes is set as code.
func (p *Page) Say(format string, args ...any) {
	p.blocks = append(p.blocks, block{text: fmt.Sprintf(format, args...)})
}

// Figure adds a figure. Its file is named after the experiment and the name.
func (p *Page) Figure(name, caption string, f figure.Figure) {
	f.Title = caption
	p.blocks = append(p.blocks, block{name: p.ID + "." + name, caption: caption, drawing: f})
}

// Compute runs the experiment and draws its figures.
func (p *Page) Compute() error {
	if err := p.Run(p); err != nil {
		return err
	}
	p.drawStrips()
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.name == "" {
			continue
		}
		svg, err := paths.SVG(b.drawing)
		if err != nil {
			return fmt.Errorf("figure %s: %w", b.name, err)
		}
		b.inline = template.HTML(svg) // our own drawing
	}
	return nil
}

// Summary returns the counts of figures and of rows.
func (p *Page) Summary() string {
	figures := 0
	for _, b := range p.blocks {
		if b.name != "" {
			figures++
		}
	}
	return fmt.Sprintf("%d figures; %s", figures, Count(p.Rows))
}
