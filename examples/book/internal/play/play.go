// Package play contains figures whose settings a reader of the page can change. The page
// runs it in the browser, compiled to WebAssembly, with the library's rules, schedules
// and searches. To stay small, it uses neither autograd nor the figures of the rest of
// the page: the derivatives of its five functions are written by hand.
package play

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"descent/optimizers"
	"descent/optimizers/minimize"
)

// Plot is a figure with settings.
type Plot struct {
	Name, Title string
	Settings    []Setting
	draw        func(v Values) ([]chart, string, error)
}

// Setting is a number that a slider sets.
type Setting struct {
	Key, Label     string
	Min, Max, Step float64
	Value          float64 // initially
	Log            bool    // the slider sets the logarithm to base 10
}

// Values are the settings by key.
type Values map[string]float64

// plots lists all plots.
var plots = slices.Concat(linePlots, ravinePlots, otherPlots)

// Names returns the names of the plots.
func Names() (names []string) {
	for _, p := range plots {
		names = append(names, p.Name)
	}
	return names
}

// Find returns the plot with the given name.
func Find(name string) (Plot, error) {
	for _, p := range plots {
		if p.Name == name {
			return p, nil
		}
	}
	return Plot{}, fmt.Errorf("play: %q: want one of %q", name, Names())
}

// Render draws the plot as SVG for the page, and returns the numbers under it. v has
// the positions of the sliders; settings missing from it have their initial value.
func (p Plot) Render(v Values) (svg, numbers string, err error) {
	all := Values{}
	for _, s := range p.Settings {
		x, ok := v[s.Key]
		if !ok {
			x = s.Value
		}
		if !(x >= s.Min && x <= s.Max) {
			return "", "", fmt.Errorf("play: %s: %s = %v: want [%v, %v]", p.Name, s.Key, x, s.Min, s.Max)
		}
		if s.Log {
			x = math.Pow(10, x)
		}
		all[s.Key] = x
	}
	charts, numbers, err := p.draw(all)
	if err != nil {
		return "", "", fmt.Errorf("play: %s: %w", p.Name, err)
	}
	return drawing(p.Title, charts), numbers, nil
}

// follow returns a path, or the part of it before a number that is not finite.
func (f function) follow(start []float64, steps float64, by minimize.Stepper) (minimize.Path, error) {
	path, err := minimize.Run(context.Background(), f.objective, start, int(steps), by)
	if errors.Is(err, optimizers.ErrNotFinite) && len(path.Points) > 0 {
		err = nil
	}
	return path, err
}

// ending says where a path ends.
func ending(path minimize.Path, steps float64) string {
	var x []string
	n := len(path.Points) - 1
	for _, v := range path.Points[n] {
		if math.Abs(v) < 1e6 {
			x = append(x, fmt.Sprintf("%.6f", v))
		} else {
			x = append(x, fmt.Sprintf("%.6g", v))
		}
	}
	s := fmt.Sprintf("After %d steps: x = (%s), f(x) = %.6g.", n, strings.Join(x, ", "), path.Values[n])
	if n < int(steps) {
		s += " The next step is not a finite number."
	}
	return strings.ReplaceAll(s, "-", "\u2212")
}
