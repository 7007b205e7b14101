package main

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"descent/internal/atomicfile"
	"descent/internal/cli"
)

// writeAll writes the figures and the page.
func writeAll(ctx context.Context, o options, pages []*page) error {
	for _, p := range pages {
		for _, b := range p.blocks {
			if b.name == "" {
				continue
			}
			if err := b.drawing.Write(filepath.Join(o.out, b.name+".svg")); err != nil {
				return err
			}
		}
	}
	write := func(w io.Writer) error { return pageTemplate.Execute(w, document(o, pages)) }
	return cli.Wait(ctx, func() error { return atomicfile.Write(o.index(), write) }, cli.File{Path: o.index()})
}

// htmlSection is a section with its experiments.
type htmlSection struct {
	Number, Title string
	Pages         []htmlPage
}

type htmlPage struct {
	ID, Title string
	Blocks    []htmlBlock
	Rows      []row
}

type htmlBlock struct {
	Text    template.HTML
	Caption template.HTML
	Figure  template.HTML
	Columns int // of panels in the figure
}

// document groups the pages by section.
func document(o options, pages []*page) any {
	var d struct {
		Sections       []htmlSection
		Judged, Agreed int
		Quick          bool
	}
	d.Quick = o.quick
	for _, p := range pages {
		if n := len(d.Sections); n == 0 || d.Sections[n-1].Number != p.section {
			d.Sections = append(d.Sections, htmlSection{Number: p.section, Title: titleOf(p.section)})
		}
		h := htmlPage{ID: p.id, Title: p.title, Rows: p.rows}
		for _, b := range p.blocks {
			h.Blocks = append(h.Blocks, htmlBlock{Text: prose(b.text), Caption: prose(b.caption), Figure: b.inline, Columns: b.columns()})
		}
		last := &d.Sections[len(d.Sections)-1]
		last.Pages = append(last.Pages, h)
		for _, r := range p.rows {
			if r.Kind != info {
				d.Judged++
				if r.OK {
					d.Agreed++
				}
			}
		}
	}
	return d
}

var code = regexp.MustCompile("`([^`]*)`")

// prose escapes a text and sets text in backquotes as code.
func prose(text string) template.HTML {
	return template.HTML(code.ReplaceAllString(template.HTMLEscapeString(text), "<code>$1</code>")) // escaped
}

// show formats numbers with the given decimals, or with the digits that matter.
func show(n numbers, decimals int) string {
	var parts []string
	for _, v := range n {
		switch a := math.Abs(v); {
		case math.IsNaN(v) || math.IsInf(v, 0):
			parts = append(parts, fmt.Sprint(v))
		case decimals >= 0:
			parts = append(parts, strconv.FormatFloat(v, 'f', decimals, 64))
		case decimals == all17 && a >= 1e-3 && a < 1e9:
			parts = append(parts, strconv.FormatFloat(v, 'f', -1, 64))
		case decimals == all17:
			parts = append(parts, strconv.FormatFloat(v, 'g', -1, 64))
		default:
			parts = append(parts, strconv.FormatFloat(v, 'g', 7, 64))
		}
	}
	return strings.ReplaceAll(strings.Join(parts, ", "), "-", "\u2212")
}

// printed and ours format the numbers of a row. Ours have two more decimals if the
// printed ones are rounded.
func printed(r row) string { return show(r.Printed, r.decimals) }

func ours(r row) string {
	if r.decimals >= 0 {
		return show(r.Ours, r.decimals+2)
	}
	return show(r.Ours, r.decimals)
}

// difference formats ours − printed.
func difference(r row) string {
	if len(r.Printed) == 0 || len(r.Printed) != len(r.Ours) {
		return ""
	}
	var d numbers
	for i := range r.Printed {
		d = append(d, r.Ours[i]-r.Printed[i])
	}
	var parts []string
	for _, v := range d {
		if a := math.Abs(v); a >= 100 && a < 1e6 {
			parts = append(parts, strconv.FormatFloat(v, 'f', 0, 64))
			continue
		}
		parts = append(parts, strconv.FormatFloat(v, 'g', 2, 64))
	}
	return strings.ReplaceAll(strings.Join(parts, ", "), "-", "\u2212")
}

// verdict returns the last column.
func verdict(r row) string {
	switch {
	case r.Kind == info:
		return "not checked"
	case !r.OK:
		return "differs"
	case r.Kind == erratum:
		return "erratum"
	case r.Kind == band:
		return "within range"
	}
	return "agrees"
}

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"printed": printed, "ours": ours, "difference": difference, "verdict": verdict, "prose": prose,
}).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The source documents, reproduced</title>
<link rel="icon" href="data:,">
<style>
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 62rem; margin: 2rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.7rem; } h2 { margin-top: 3rem; border-bottom: 1px solid #ddd; padding-bottom: .3rem; } h3 { margin-top: 2.2rem; }
nav ul { columns: 2; padding-left: 1.2rem; } nav a { color: #0058a3; text-decoration: none; }
code { background: #f3f3f3; padding: 0 .2em; border-radius: 3px; font-size: .92em; }
figure { margin: 1.2rem 0; } figure svg { max-width: 100%; height: auto; } figcaption { color: #555; font-size: .92rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #e4e4e4; }
td.n { font-variant-numeric: tabular-nums; }
.agrees, .band { color: #00704f; } .erratum { color: #9a4b00; } .differs { color: #b00020; font-weight: bold; } .info { color: #666; }
small { color: #666; }
@media (max-width: 48rem) { /* pushed sideways rather than too small to read */
figure { overflow-x: auto; } .columns2 svg { min-width: 44rem; } .columns3 svg { min-width: 54rem; } table { min-width: 38rem; }
}
</style>
</head>
<body>
<h1>The source documents, reproduced</h1>
<p>This page repeats the experiments of the optimization chapter of <em>Dive into Deep Learning</em> (11 and 000), of a lecture page on variants of
gradient descent (002) and of a course notebook (003) with Descent: gradients by <code>autograd</code>, rules by <code>optimizers</code>, rates by
<code>lrsched</code>. In the figures, a ring marks the start of a path and a large dot its end. The tables compare every printed number with ours:
{{.Agreed}} of {{.Judged}} checked numbers agree.{{if .Quick}} The experiments that train LeNet were skipped.{{end}}</p>
<p><small><span class="agrees">agrees</span>: equal to 10<sup>−12</sup> if the number is printed in full, or to its decimals if it is rounded; where one of
the two is an approximation, the note gives the tolerance.
<span class="band">within range</span>: within four standard deviations of our mean over many seeds. <span class="erratum">erratum</span>: the document is
wrong; the note says why, and ours is the right value. <span class="info">not checked</span>: times, counts of other programs, and further results.</small></p>
<nav><ul>{{range .Sections}}<li><a href="#s{{.Number}}">{{.Number}} {{.Title}}</a></li>{{end}}</ul></nav>
{{range .Sections}}
<section id="s{{.Number}}">
<h2>{{.Number}} {{.Title}}</h2>
{{range .Pages}}
<article id="{{.ID}}">
<h3>{{.Title}} <small><code>{{.ID}}</code></small></h3>
{{range .Blocks}}{{if .Figure}}<figure class="columns{{.Columns}}">{{.Figure}}<figcaption>{{.Caption}}</figcaption></figure>
{{else}}<p>{{.Text}}</p>
{{end}}{{end}}{{if .Rows}}<div class="wide"><table>
<tr><th>quantity</th><th>printed</th><th>ours</th><th>difference</th><th>verdict</th></tr>
{{range .Rows}}<tr><td>{{prose .Quantity}}</td><td class="n">{{printed .}}</td><td class="n">{{ours .}}</td><td class="n">{{difference .}}</td><td><span class="{{if and (ne .Kind "info") (not .OK)}}differs{{else}}{{.Kind}}{{end}} {{if eq .Kind "exact"}}{{if .OK}}agrees{{end}}{{end}}">{{verdict .}}</span>{{if .Note}}<br><small>{{prose .Note}}</small>{{end}}</td></tr>
{{end}}</table></div>{{end}}
</article>
{{end}}
</section>
{{end}}
</body>
</html>
`))
