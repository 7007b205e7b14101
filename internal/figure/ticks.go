package figure

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// ticks returns the multiples in [from, to] of a round number: 1, 2 or 5 times a
// power of ten, the smallest that is at least step and, if whole is set, at least 1.
func ticks(from, to, step float64, whole bool) []plot.Tick {
	if whole {
		step = max(step, 1)
	}
	power := math.Floor(math.Log10(step))
	unit := math.Pow(10, power)
	digit := 10.0
	for _, d := range []float64{1, 2, 5} {
		if d*unit >= step*(1-1e-9) {
			digit = d
			break
		}
	}
	if digit == 10 {
		power++
	}
	step = digit * unit

	var marks []plot.Tick
	first := math.Ceil(from/step - 1e-9)
	for k := 0.0; ; k++ {
		v := (first + k) * step // never a negative zero, even of the first
		if v > to+1e-9*step {
			return marks
		}
		marks = append(marks, plot.Tick{Value: v, Label: label(v, int(power), max(math.Abs(from), math.Abs(to)))})
	}
}

// label writes v with the digits that a step of the given power of ten needs,
// on an axis whose largest number has the given size.
func label(v float64, power int, size float64) string {
	format, digits := byte('f'), max(-power, 0)
	if size >= 1e7 || power < -5 {
		// The digits from the first one of the largest number to the step's.
		format, digits = 'g', max(int(math.Floor(math.Log10(size)))-power, 0)+1
	}
	s := strconv.FormatFloat(v, format, digits, 64)
	return short.Replace(s)
}

// short writes 8e6 for 8e+06, and a minus sign as long as a digit.
var short = strings.NewReplacer("e+0", "e", "e-0", "e\u2212", "e+", "e", "-", "\u2212")
