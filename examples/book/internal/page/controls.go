package page

import (
	"fmt"
	"html/template"
	"math"

	"descent/examples/book/internal/play"
)

// htmlControls are the sliders of a plot. Without scripts they stay hidden.
type htmlControls struct {
	Name, Title, Numbers string
	Figure               template.HTML
	Sliders              []htmlSlider
}

type htmlSlider struct {
	play.Setting
	Shown string
}

// newControls draws a plot with its first settings.
func newControls(name string) (*htmlControls, error) {
	p, err := play.Find(name)
	if err != nil {
		return nil, err
	}
	svg, numbers, err := p.Render(nil)
	if err != nil {
		return nil, err
	}
	c := &htmlControls{Name: p.Name, Title: p.Title, Numbers: numbers, Figure: template.HTML(svg)} // our own drawing
	for _, s := range p.Settings {
		shown := fmt.Sprint(s.Value)
		if s.Log {
			shown = fmt.Sprintf("%.3g", math.Pow(10, s.Value))
		}
		c.Sliders = append(c.Sliders, htmlSlider{s, shown})
	}
	return c, nil
}
