package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"html/template"
	"io"

	"descent/internal/figure"
)

// page holds the text, figures and rows of an experiment, in the order in which
// they were added.
type page struct {
	experiment
	options
	ctx    context.Context
	notice io.Writer // for notices about data and long work

	blocks []block
	rows   []row
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

// say adds a paragraph. Text in backquotes is set as code.
func (p *page) say(format string, args ...any) {
	p.blocks = append(p.blocks, block{text: fmt.Sprintf(format, args...)})
}

// figure adds a figure. Its file is named after the experiment and the name.
func (p *page) figure(name, caption string, f figure.Figure) {
	f.Title = caption
	p.blocks = append(p.blocks, block{name: p.id + "." + name, caption: caption, drawing: f})
}

// compute runs the experiment and draws its figures.
func (p *page) compute() error {
	if err := p.run(p); err != nil {
		return err
	}
	for i := range p.blocks {
		b := &p.blocks[i]
		if b.name == "" {
			continue
		}
		var svg bytes.Buffer
		if err := b.drawing.Inline(&svg); err != nil {
			return fmt.Errorf("figure %s: %w", b.name, err)
		}
		b.inline = template.HTML(svg.String()) // our own drawing
	}
	return nil
}

// summary returns the counts of figures and numbers.
func (p *page) summary() string {
	figures, judged, agree := 0, 0, 0
	for _, b := range p.blocks {
		if b.name != "" {
			figures++
		}
	}
	for _, r := range p.rows {
		if r.Kind != info {
			judged++
			if r.OK {
				agree++
			}
		}
	}
	return fmt.Sprintf("%d figures, %d of %d numbers agree", figures, agree, judged)
}

// allRows joins the tables.
func allRows(pages []*page) []row {
	rows := []row{}
	for _, p := range pages {
		rows = append(rows, p.rows...)
	}
	return rows
}
