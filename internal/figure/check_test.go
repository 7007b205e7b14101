package figure

import (
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCheck(t *testing.T) {
	x, flat := []float64{0, 1}, [][]float64{{0, 1}, {2, 3}}
	series := func(s Series) Panel { s.Name = "s"; return Panel{Series: []Series{s}} }
	surface := func(p Panel) Panel { p.Surface = &Surface{X: x, Y: x, Z: flat}; return p }
	for want, p := range map[string]Panel{
		`series "s": 2 X, 1 Low and 0 High: want equal lengths, or no Low and High`: series(Series{X: x, Y: x, Low: x[:1]}),
		`series "s": style 7: want one of the constants`:                            series(Series{Style: styles}),
		`series "s": style -1: want one of the constants`:                           series(Series{Style: -1}),
		`series "s": color -2: want 0 or more`:                                      series(Series{Color: -2}),
		"x range 2 to 1: want ascending":                                            {XRange: Range{2, 1}},
		"x range NaN to 1: want ascending":                                          {XRange: Range{nan, 1}},
		"y range +Inf to +Inf: want ascending":                                      {YRange: Range{inf, inf}},
		"y range 0 to 1: want within [1e-100, 1e+100]":                              {YRange: Range{0, 1}, LogY: true},
		"y range 0 to 1e+101: want within ±1e+100":                                  {YRange: Range{0, 1e101}},
		"x range 1 to 1.0000000000000002: want wider":                               {XRange: Range{1, math.Nextafter(1, 2)}},
		"equal units with LogX = true and LogY = false: want equal values":          {Equal: true, LogX: true},
		"contour: 1 X and 2 Y: want 2 or more of each":                              {Contour: &Contour{X: x[:1], Y: x}},
		"contour: X[1] = 1 after 1: want ascending":                                 {Contour: &Contour{X: []float64{1, 1}, Y: x}},
		"contour: Y[0] = NaN: want within ±1e+100":                                  {Contour: &Contour{X: x, Y: []float64{nan, 1}}},
		"contour: Y from 1e+12 to 1.000000000001e+12: want wider":                   {Contour: &Contour{X: x, Y: []float64{1e12, 1e12 + 1}, Z: flat}},
		"contour: 1 rows of Z and 2 Y: want equal numbers":                          {Contour: &Contour{X: x, Y: x, Z: flat[:1]}},
		"contour: 1 values in Z[1] and 2 X: want equal numbers":                     {Contour: &Contour{X: x, Y: x, Z: [][]float64{{1, 2}, {3}}}},
		"contour: Levels[1] = 1 after 2: want ascending":                            {Contour: &Contour{X: x, Y: x, Z: flat, Levels: []float64{2, 1}}},
		"surface: 2 X and 0 Y: want 2 or more of each":                              {Surface: &Surface{X: x}},
		"surface: elevation 90: want (0, 90)":                                       {Surface: &Surface{X: x, Y: x, Z: flat, Azimuth: 10, Elevation: 90}},
		"surface: azimuth +Inf: want a finite number":                               {Surface: &Surface{X: x, Y: x, Z: flat, Azimuth: inf, Elevation: 9}},
		"LogX and a surface: want one of them":                                      surface(Panel{LogX: true}),
		"LogY and a surface: want one of them":                                      surface(Panel{LogY: true}),
		"XRange and a surface: want one of them":                                    surface(Panel{XRange: Range{0, 1}}),
		"YRange and a surface: want one of them":                                    surface(Panel{YRange: Range{0, 1}}),
		"XTicks and a surface: want one of them":                                    surface(Panel{XTicks: []Tick{{}}}),
		"YTicks and a surface: want one of them":                                    surface(Panel{YTicks: []Tick{{}}}),
		"Equal and a surface: want one of them":                                     surface(Panel{Equal: true}),
		"Horizontal and a surface: want one of them":                                surface(Panel{Horizontal: []Reference{{}}}),
		"Vertical and a surface: want one of them":                                  surface(Panel{Vertical: []Reference{{}}}),
		"Notes and a surface: want one of them":                                     surface(Panel{Notes: []Note{{}}}),
		"Contour and a surface: want one of them":                                   surface(Panel{Contour: &Contour{X: x, Y: x, Z: flat}}),
		`series "s": bars or an interval on a surface: want lines or points`:        surface(series(Series{Style: Bars})),
	} {
		p.Title = "p"
		assert.EqualError(t, Encode(io.Discard, SVG, p), `figure: panel "p": `+want)
	}
	for _, r := range []Range{{}, {0, 1}, {5, inf}, {math.Inf(-1), 5}, {math.Inf(-1), inf}} {
		assert.NoError(t, r.check(false), "%v", r)
	}
	assert.EqualError(t, Figure{Panels: training(1), Columns: -1}.Encode(io.Discard, PNG), "figure: Columns = -1: want 0 or more")
}
