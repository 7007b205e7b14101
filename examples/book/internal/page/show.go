package page

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// show formats numbers with the given decimals, in words, or with the given number of
// digits; -1 means as many as needed.
func show(n Numbers, decimals, digits int) string {
	var parts []string
	for _, v := range n {
		a := math.Abs(v)
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			parts = append(parts, fmt.Sprint(v))
		case decimals == words:
			parts = append(parts, map[bool]string{true: "yes", false: "no"}[v == 1])
		case decimals >= 0 && digits >= 0:
			parts = append(parts, strconv.FormatFloat(v, 'f', decimals, 64))
		case a < 1e7 && v == math.Trunc(v):
			parts = append(parts, strconv.FormatFloat(v, 'f', -1, 64))
		case a >= 1e-3 && a < 1e9 && digits < 0:
			parts = append(parts, strconv.FormatFloat(v, 'f', -1, 64))
		default:
			parts = append(parts, strconv.FormatFloat(v, 'g', digits, 64))
		}
	}
	return strings.ReplaceAll(strings.Join(parts, ", "), "-", "\u2212")
}

// cell formats numbers for a table: short, and in full when opened.
func cell(n Numbers, decimals int) template.HTML {
	short, full := show(n, decimals, 6), show(n, decimals, -1)
	if decimals == words || len(short) >= len(full) {
		return template.HTML(short) // digits, signs and commas
	}
	return template.HTML("<details class=\"digits\"><summary>" + short + "</summary>" + full + "</details>")
}

// left is the cell of the number that ours is compared with.
func left(r Row) template.HTML {
	if len(r.Expected) > 0 {
		return cell(r.Expected, r.decimals)
	}
	if r.decimals >= 0 { // all digits that the document has
		return template.HTML(show(r.Printed, r.decimals, 6))
	}
	return cell(r.Printed, r.decimals)
}

// right is the cell of ours, with two more decimals if the printed ones are rounded.
func right(r Row) template.HTML {
	if r.decimals >= 0 {
		return cell(r.Ours, r.decimals+2)
	}
	return cell(r.Ours, r.decimals)
}

// verdict is the last column.
func verdict(r Row) string {
	switch {
	case r.Kind == Shown:
		return "not judged"
	case !r.OK:
		return "disagrees"
	case r.Kind == InBand:
		return "within band"
	case r.Kind == CannotTell:
		return "cannot tell"
	case r.Kind == Wrong:
		return "erratum"
	case r.Kind == Exact:
		return "reproduced"
	}
	return "holds"
}
