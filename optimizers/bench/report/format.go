package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"descent/optimizers"
)

// plainSGD is the description of SGD without momentum, up to the first field.
var plainSGD = strings.SplitAfter(fmt.Sprintf("%T%+v", optimizers.SGD{}, optimizers.SGD{}), " ")[0]

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// none stands for a missing number.
const none = "–"

// clean replaces the characters of a name that cannot be printed.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return unicode.ReplacementChar
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

// number formats v with the given number of significant digits. Numbers below a
// million keep all digits before the decimal point.
func number(v float64, digits int) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return none
	case math.IsInf(v, 0):
		return "∞"
	case a < 1e6 && a >= math.Pow(10, float64(digits))-0.5:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a < 1e6 && a >= 1e-4:
		return strings.TrimSuffix(fmt.Sprintf("%#.*g", digits, v), ".")
	}
	return strconv.FormatFloat(v, 'g', digits, 64)
}

// ratio formats a ratio for a sentence, with three digits and without an exponent if it
// is from 1e-9 to 999 trillion.
func ratio(v float64) string {
	if v >= 1e-9 && v < 1e-4 {
		return strconv.FormatFloat(v, 'f', 2-int(math.Floor(math.Log10(v))), 64)
	}
	for i, unit := range []string{" million", " billion", " trillion"} {
		if n := v / math.Pow(1000, float64(i+2)); v >= 1e6 && n < 999.5 {
			return number(n, 3) + unit
		}
	}
	return number(v, 3)
}

// setting formats a value of a search space or a learning rate.
func setting(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }

// metric formats a metric without its unit: in percent, or with four digits.
func (w *Workload) metric(v float64) string {
	if w.Percent && finite(v) {
		return strconv.FormatFloat(100*v, 'f', 2, 64)
	}
	return number(v, 4)
}

// target formats the target with its unit.
func (w *Workload) target() string {
	if w.Percent {
		return w.metric(w.Target) + " %"
	}
	return setting(w.Target)
}

// seconds formats a time.
func seconds(v float64) string {
	if v > 0 && v < .01 {
		return "< 0.01"
	}
	return number(v, 2)
}

// percent returns the unit of the metric, with a leading space.
func (w *Workload) percent() string {
	if w.Percent {
		return " %"
	}
	return ""
}

// difference formats the absolute value of a difference of scores, with its unit.
func (w *Workload) difference(v float64) string {
	v = math.Abs(v)
	if w.Ratios {
		return "a factor of " + ratio(math.Exp(v))
	}
	if !w.Percent || !finite(v) {
		return number(v, 3)
	}
	s := strconv.FormatFloat(100*v, 'f', 2, 64)
	if v > 0 && 100*v < .01 {
		s = strconv.FormatFloat(100*v, 'g', 1, 64)
	}
	return s + " points"
}

// signed formats a difference with its sign and without its unit, or a ratio.
func (w *Workload) signed(v float64) string {
	if w.Ratios {
		return number(math.Exp(v), 3)
	}
	return w.plain(v)
}

// plain formats a difference of metrics with its sign and without its unit.
func (w *Workload) plain(v float64) string {
	if !finite(v) {
		return number(v, 3)
	}
	if w.Percent {
		return fmt.Sprintf("%+.2f", 100*v)
	}
	return strings.Replace("+"+number(v, 3), "+-", "-", 1)
}

// final formats mean and standard deviation of the scores.
func (w *Workload) final(e Estimate) string {
	if w.Ratios && e.N > 0 && !math.IsNaN(e.SD) {
		return w.metric(e.Mean) + " ×/÷ " + number(e.SD, 2)
	}
	return w.estimate(e)
}

// estimate formats mean ± standard deviation.
func (w *Workload) estimate(e Estimate) string {
	switch {
	case e.N == 0:
		return none
	case math.IsNaN(e.SD):
		return w.metric(e.Mean)
	}
	return w.metric(e.Mean) + " ± " + w.spread(e.SD)
}

// spread formats a standard deviation, with fewer digits.
func (w *Workload) spread(v float64) string {
	if w.Percent {
		return w.metric(v)
	}
	return number(v, 2)
}

func (w *Workload) interval(e Estimate) string {
	if math.IsNaN(e.Interval.Low) {
		return none
	}
	if w.Percent {
		return fmt.Sprintf("[%s, %s]", w.metric(e.Interval.Low), w.metric(e.Interval.High))
	}
	return fmt.Sprintf("[%s, %s]", number(e.Interval.Low, 3), number(e.Interval.High, 3))
}

// between formats an interval.
func between(low, high float64) string {
	if math.IsNaN(low) {
		return none
	}
	return fmt.Sprintf("[%s, %s]", number(low, 3), number(high, 3))
}

// probability formats a p-value.
func probability(p float64) string {
	if p < .0001 {
		return "< 0.0001"
	}
	return number(p, 2)
}

// pEquals formats a p-value as "p = 0.03".
func pEquals(p float64) string {
	if p < .0001 {
		return "p < 0.0001"
	}
	return "p = " + number(p, 2)
}

// plural formats a number of things.
func plural(n int, one string) string {
	return strconv.Itoa(n) + " " + things(float64(n), one)
}

// things returns the singular or plural of a word.
func things(n float64, one string) string {
	if n == 1 {
		return one
	}
	if stem, ok := strings.CutSuffix(one, "y"); ok {
		return stem + "ies"
	}
	return one + "s"
}

// list joins names: "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
