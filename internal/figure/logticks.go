package figure

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
)

// logTicks returns the ticks of a logarithmic axis from 10^from to 10^to, as
// logarithms. About want powers of ten are labeled, and the multiples or the
// powers between them are unlabeled. On an axis with fewer than three powers, 1,
// 2 and 5 times a power are labeled, and on one with fewer than three of those,
// round numbers.
func logTicks(from, to float64, want int) []plot.Tick {
	first, last := int(math.Ceil(from-1e-9)), int(math.Floor(to+1e-9))
	stride := max((last-first+want)/max(want, 1), 1)
	labeled := func(digit, power int) bool { return digit == 1 && mod(power, stride) == 0 }
	if last-first < 2 {
		labeled = func(digit, _ int) bool { return digit == 1 || digit == 2 || digit == 5 }
	}

	var marks []plot.Tick
	labels := 0
	plain := first > -5 && last < 6 && (first > -4 || last < 5)
	for power := first - 1; power <= last; power++ {
		for digit := 1; digit <= 9; digit++ {
			place := float64(power) + math.Log10(float64(digit))
			if place < from-1e-9 || place > to+1e-9 || digit > 1 && stride > 1 {
				continue
			}
			t := plot.Tick{Value: place}
			if labeled(digit, power) {
				t.Label = logLabel(digit, power, plain)
				labels++
			}
			marks = append(marks, t)
		}
	}
	if labels >= 3 || last-first >= 2 {
		return marks
	}
	low, high := math.Pow(10, from), math.Pow(10, to)
	marks = ticks(low, high, (high-low)/yTicks, false)
	for i := range marks {
		marks[i].Value = math.Log10(marks[i].Value)
	}
	return marks
}

// mod returns the remainder that is not negative.
func mod(a, b int) int { return (a%b + b) % b }

// logLabel writes digit times ten to the power.
func logLabel(digit, power int, plain bool) string {
	v, err := strconv.ParseFloat(strconv.Itoa(digit)+"e"+strconv.Itoa(power), 64)
	if err != nil { // the powers of an axis are far from the limits of a float64
		return ""
	}
	if plain {
		return strconv.FormatFloat(v, 'f', max(-power, 0), 64)
	}
	return short.Replace(strconv.FormatFloat(v, 'e', 0, 64))
}
