package figure_test

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"

	"descent/internal/figure"
)

func ExampleFormatOf() {
	format, err := figure.FormatOf("run/curves.SVG")
	fmt.Println(format, err)
	_, err = figure.FormatOf("curves.gif")
	fmt.Println(err)
	// Output:
	// svg <nil>
	// figure: curves.gif: extension ".gif": want .svg or .png
}

// The path of gradient descent over the contours of x² + 4y².
func ExampleContour() {
	bowl := figure.Contour{Filled: true}
	for i := range 41 {
		at := -2 + float64(i)/10
		bowl.X, bowl.Y = append(bowl.X, at), append(bowl.Y, at)
	}
	for _, y := range bowl.Y {
		var row []float64
		for _, x := range bowl.X {
			row = append(row, x*x+4*y*y)
		}
		bowl.Z = append(bowl.Z, row)
	}
	path := figure.Series{Name: "lr 0.2", Style: figure.Path}
	for x, y, i := 1.8, 1.5, 0; i < 10; i++ {
		path.X, path.Y = append(path.X, x), append(path.Y, y)
		x, y = x-0.2*2*x, y-0.2*8*y
	}
	f := figure.Figure{Panels: []figure.Panel{{
		Title: "Gradient descent", XLabel: "x", YLabel: "y", Equal: true,
		Contour: &bowl,
		Series:  []figure.Series{path},
		Notes:   []figure.Note{{Text: "minimum", Dot: true}},
	}}}
	dir, err := os.MkdirTemp("", "figure")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(f.Write(filepath.Join(dir, "descent.png")))
	// Output: <nil>
}

// A mean with its interval over the seeds, on a logarithmic axis.
func ExampleFigure_Inline() {
	loss := figure.Series{Name: "Adam", Style: figure.Solid}
	for step := range 50 {
		mean := math.Exp(-float64(step) / 10)
		loss.X, loss.Y = append(loss.X, float64(step)), append(loss.Y, mean)
		loss.Low, loss.High = append(loss.Low, mean/2), append(loss.High, mean*2)
	}
	f := figure.Figure{Title: "Loss of Adam over steps", Panels: []figure.Panel{{
		XLabel: "step", YLabel: "loss", LogY: true,
		Series:     []figure.Series{loss},
		Horizontal: []figure.Reference{{At: 0.1, Label: "target"}},
	}}}
	var page bytes.Buffer
	fmt.Println(f.Inline(&page))
	for _, line := range strings.Split(page.String(), "\n")[:2] {
		fmt.Println(line)
	}
	// Output:
	// <nil>
	// <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 338.4 252" style="width:100%;max-width:338.4pt;height:auto" role="img" class="figure" font-family="Liberation Sans,Arial,Helvetica,sans-serif">
	// <title>Loss of Adam over steps</title>
}

// The errors name the panel, the part and its numbers.
func ExampleFigure_Encode() {
	p := figure.Panel{Title: "Saddle", Surface: &figure.Surface{
		X: []float64{-1, 1}, Y: []float64{-1, 1}, Z: [][]float64{{0, 0}, {0}},
	}}
	fmt.Println(figure.Encode(new(bytes.Buffer), figure.SVG, p))
	// Output: figure: panel "Saddle": surface: 1 values in Z[1] and 2 X: want equal numbers
}
