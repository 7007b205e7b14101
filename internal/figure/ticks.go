package figure

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// span is the range of an axis and its ticks.
type span struct {
	min, max float64
	ticks    []plot.Tick
	empty    bool // there was nothing to span
}

// ranges returns the axes that hold every drawable point, with some room at
// the ends.
func ranges(series []Series) (x, y span) {
	inf := math.Inf(1)
	x, y = span{min: inf, max: -inf}, span{min: inf, max: -inf}
	whole := true
	for _, s := range series {
		for i := range s.X {
			if !drawable(s.X[i], s.Y[i]) {
				continue
			}
			x.min, x.max = min(x.min, s.X[i]), max(x.max, s.X[i])
			y.min, y.max = min(y.min, s.Y[i]), max(y.max, s.Y[i])
			whole = whole && s.X[i] == math.Trunc(s.X[i])
		}
	}
	if x.min > x.max {
		return span{min: 0, max: 1, empty: true}, span{min: 0, max: 1, empty: true}
	}
	x.finish(10, whole)
	y.finish(6, false)
	return x, y
}

// finish widens the span and puts about want ticks on it.
func (s *span) finish(want int, whole bool) {
	size := max(math.Abs(s.min), math.Abs(s.max))
	switch width := s.max - s.min; {
	case width > max(1e-9*size, 1/limit):
		s.min -= 0.04 * width
		s.max += 0.04 * width
		s.ticks = ticks(s.min, s.max, width/float64(want), whole)
		return
	case whole && size < 1e15: // one value: a tick at it alone
		s.min, s.max = s.min-0.5, s.max+0.5
	case size <= 1/limit:
		s.min, s.max = -1, 1
	default:
		s.min, s.max = s.min-0.05*size, s.max+0.05*size
	}
	s.ticks = ticks(s.min, s.max, (s.max-s.min)/float64(want), whole)
}

// ticks returns the multiples in [from, to] of a round number: 1, 2 or 5
// times a power of ten, the least that is not under step and, if whole is
// set, not under 1.
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
