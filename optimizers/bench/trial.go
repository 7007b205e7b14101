package bench

import (
	"fmt"
	"math"

	"descent/internal/rng"
)

// value returns the value of a dimension for u in [0, 1).
func (d Dimension) value(u float64) float64 {
	switch {
	case d.Log:
		return float64(d.Low * math.Pow(d.High/d.Low, u))
	case d.FromOne:
		return 1 - float64((1-d.Low)*math.Pow((1-d.High)/(1-d.Low), u))
	}
	return d.Low + float64(u*(d.High-d.Low))
}

func (d Dimension) validate() error {
	switch {
	case d.Name == "":
		return fmt.Errorf("no Name")
	case !(d.Low < d.High) || math.IsInf(d.High-d.Low, 0):
		return fmt.Errorf("%s: Low = %v, High = %v: want Low < High, both finite", d.Name, d.Low, d.High)
	case d.Log && d.FromOne:
		return fmt.Errorf("%s: Log and FromOne: want one of them", d.Name)
	case d.Log && d.Low <= 0:
		return fmt.Errorf("%s: Low = %v: want more than 0 with Log", d.Name, d.Low)
	case d.FromOne && d.High >= 1:
		return fmt.Errorf("%s: High = %v: want less than 1 with FromOne", d.Name, d.High)
	}
	return nil
}

// primes are the bases of the Halton sequence, one for each dimension.
var primes = []uint64{2, 3, 5, 7, 11, 13, 17, 19}

// trials draws n points from a space: a Halton sequence with a random shift,
// modulo 1 (Cranley and Patterson 1976). It covers the space more evenly than
// independent draws. The shift depends on the study, the workload and the entry, so
// that entries with the same space do not share their luck.
func trials(seed uint64, workload, entry string, study int, space Space, n int) [][]float64 {
	r := rng.New(seed, "bench", "trials", workload, entry, fmt.Sprint(study))
	shift := make([]float64, len(space))
	for i := range shift {
		shift[i] = r.Float64()
	}
	all := make([][]float64, n)
	for t := range all {
		for i, d := range space {
			u := radicalInverse(primes[i], uint64(t)) + shift[i]
			all[t] = append(all[t], d.value(u-math.Floor(u)))
		}
	}
	return all
}

// radicalInverse mirrors the digits of n in a base at the radix point.
func radicalInverse(base, n uint64) float64 {
	v, scale := 0.0, 1/float64(base)
	for ; n > 0; n /= base {
		v += float64(float64(n%base) * scale)
		scale /= float64(base)
	}
	return v
}
