package page

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"
)

// Level is the two-sided level of every band: one correct printed number in five hundred
// lies outside its band. The page has about fifty bands, so one page in ten would have
// such a number.
const Level = 0.002

// Band judges a printed number that depends on chance, by its quantile in the
// distribution of ours over seeds.
//
// With 999 seeds or more the quantile comes from the ranks. The printed number counts
// as one more draw and is rejected if at most a fraction Level/2 of the draws is as
// far out on its side. With fewer seeds ranks cannot reject anything, and the
// quantile is that of Student's distribution for one more draw, on Scale.
//
// A number within its band is evidence only if other runs would not fit as well.
// Others are runs with a wrong rule, rate or batch. If one of them could also have
// printed the number, or if the number would fit 2 % up or down, the row is
// [CannotTell].
type Band struct {
	Quantity string
	Printed  float64
	Decimals int // of Printed, whose rounding widens the band; negative if it has all digits
	Ours     []float64
	Others   []Alternative
	Scale    Scale  // on which numbers are compared; if zero, the numbers themselves
	Note     string // added to the verdict
}

// Alternative is a run that the printed number should exclude.
type Alternative struct {
	Name   string
	Values []float64 // over seeds
}

// Scale is the logarithm of the distance from a number that no value can reach. The
// zero Scale is the identity.
type Scale struct {
	Name  string
	Floor float64 // values are above it, or below it if Falls
	Falls bool    // the distance is Floor − value
}

// Above and Below return the scale of values above a floor, and below a ceiling.
func Above(floor float64, name string) Scale { return Scale{Name: name, Floor: floor} }

func Below(ceiling float64, name string) Scale { return Scale{Name: name, Floor: ceiling, Falls: true} }

// distance is the argument of the logarithm, or v itself.
func (s Scale) distance(v float64) float64 {
	switch {
	case s.Name == "":
		return v
	case s.Falls:
		return s.Floor - v
	}
	return v - s.Floor
}

// at is v on the scale: −Inf beyond the floor.
func (s Scale) at(v float64) float64 {
	if d := s.distance(v); s.Name == "" {
		return d
	} else if d > 0 {
		return math.Log(d)
	}
	return math.Inf(-1)
}

// edges are the ends of the numbers that are printed as v.
func (b *Band) edges(v float64) (low, high float64) {
	if b.Decimals < 0 {
		return v, v
	}
	half := math.Pow(10, -float64(b.Decimals)) / 2
	return v - half, v + half
}

// enough is the smallest number of draws whose ranks can reject a number.
const enough = 2/Level - 1

// chance is the two-sided probability that one more draw of values is as far out as
// v: with the ranks, at most twice the fraction of the draws that are.
func (b *Band) chance(v float64, values []float64) float64 {
	low, high := b.edges(v)
	n := float64(len(values))
	if n >= enough {
		below, above := 0.0, 0.0
		for _, x := range values {
			if x <= high {
				below++
			}
			if x >= low {
				above++
			}
		}
		return min(1, 2*(1+min(below, above))/(n+1))
	}
	var scaled []float64
	for _, x := range values {
		scaled = append(scaled, b.Scale.at(x))
	}
	m, sd := Moments(scaled)
	from, to := b.Scale.at(low), b.Scale.at(high)
	if from > to {
		from, to = to, from
	}
	if from <= m && m <= to {
		return 1
	}
	far := min(math.Abs(from-m), math.Abs(to-m)) / (sd * math.Sqrt(1+1/n))
	return 2 * distuv.StudentsT{Sigma: 1, Nu: n - 1}.Survival(far)
}

// rejects reports whether v is too far out to be one more draw of values.
func (b *Band) rejects(v float64, values []float64) bool { return b.chance(v, values) <= Level }

// quantile is the fraction of values below v, half of those that are printed alike.
func (b *Band) quantile(v float64) (q float64) {
	low, high := b.edges(v)
	for _, x := range b.Ours {
		switch {
		case x < low:
			q++
		case x <= high:
			q += 0.5
		}
	}
	return q / float64(len(b.Ours))
}

// limits are the smallest and the largest number within the band.
func (b *Band) limits() (low, high float64) {
	sorted := slices.Sorted(slices.Values(b.Ours))
	if n := len(sorted); float64(n) >= enough {
		k := int(Level/2*float64(n+1)+1e-9) - 1
		return sorted[k], sorted[n-1-k]
	}
	search := func(step float64) float64 { // outwards from the median, then by halves
		from, to := sorted[len(sorted)/2], sorted[len(sorted)/2]
		exact := *b
		exact.Decimals = -1
		for !exact.rejects(to, b.Ours) && math.Abs(to) < 1e300 {
			from, to, step = to, to+step, 2*step
		}
		for range 60 {
			if mid := (from + to) / 2; !exact.rejects(mid, b.Ours) {
				from = mid
			} else {
				to = mid
			}
		}
		return from
	}
	_, sd := Moments(b.Ours)
	return search(-sd - 1e-12), search(sd + 1e-12)
}

// excluded sorts the alternatives by whether they could have printed the number.
func (b *Band) excluded() (yes, no []string) {
	for _, o := range b.Others {
		if b.rejects(b.Printed, o.Values) {
			yes = append(yes, o.Name)
		} else {
			no = append(no, o.Name)
		}
	}
	for _, moved := range []struct {
		by   float64
		name string
	}{{1.02, "the number 2 % up"}, {0.98, "the number 2 % down"}} {
		if b.rejects(b.Printed*moved.by, b.Ours) {
			yes = append(yes, moved.name)
		} else {
			no = append(no, moved.name)
		}
	}
	return yes, no
}

// Band judges a printed number and keeps its strip for the figure.
func (p *Page) Band(b Band) {
	m, _ := Moments(b.Ours)
	low, high := b.limits()
	yes, no := b.excluded()
	r := Row{Quantity: b.Quantity, Printed: Num(b.Printed), Ours: Num(m), Kind: InBand, decimals: b.Decimals}
	r.OK = !b.rejects(b.Printed, b.Ours)
	if r.OK && len(no) > 0 {
		r.Kind = CannotTell
	}
	if b.Decimals < 0 {
		r.decimals = some
	}
	r.Note = fmt.Sprintf("quantile %.2g of %d seeds; band %.4g to %.4g at the %g %% level.", b.quantile(b.Printed), len(b.Ours), low, high, 100*Level)
	if len(yes) > 0 {
		r.Note += " Excludes " + strings.Join(yes, "; ") + "."
	}
	if len(no) > 0 {
		r.Note += " Does not exclude " + strings.Join(no, "; ") + "."
	}
	if b.Note != "" {
		r.Note += " " + b.Note
	}
	p.add(r)
	p.strips = append(p.strips, b)
}
