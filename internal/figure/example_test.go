package figure_test

import (
	"fmt"

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
