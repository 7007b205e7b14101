package stats

import "math/rand/v2"

// flip calls visit with the sums Σ εᵢ·u[j][i], for every j, of flips ε of the signs
// of whole columns i, and returns the number of calls and whether all flips were
// enumerated. The first sign is fixed, as −ε has the same absolute sums. For more
// than most columns, the flips are the identity and draws random flips. visit must
// not retain or change the sums.
func flip(u [][]float64, most, draws int, r *rand.Rand, visit func(sums []float64)) (flips int, exact bool) {
	columns := transpose(u)
	sums := make([][]float64, len(columns))
	for i := range sums {
		sums[i] = make([]float64, len(u))
	}
	last := len(columns) - 1
	copy(sums[0], columns[0])
	if len(columns) <= most {
		var from func(i int)
		from = func(i int) {
			if i > last {
				visit(sums[last])
				return
			}
			for _, keep := range [...]bool{true, false} {
				addSigned(sums[i], sums[i-1], columns[i], keep)
				from(i + 1)
			}
		}
		from(1)
		return 1 << last, true
	}
	for draw := range draws + 1 {
		var bits uint64
		for i := 1; i <= last; i++ {
			if i%64 == 1 {
				bits = r.Uint64()
			}
			addSigned(sums[i], sums[i-1], columns[i], draw == 0 || bits&1 == 0)
			bits >>= 1
		}
		visit(sums[last])
	}
	return draws + 1, false
}

// addSigned sets dst to a + b if keep, and to a − b otherwise.
func addSigned(dst, a, b []float64, keep bool) {
	a, b = a[:len(dst)], b[:len(dst)]
	if keep {
		for j := range dst {
			dst[j] = a[j] + b[j]
		}
		return
	}
	for j := range dst {
		dst[j] = a[j] - b[j]
	}
}

// transpose returns the columns of rows of equal length.
func transpose(rows [][]float64) [][]float64 {
	columns := make([][]float64, len(rows[0]))
	for i := range columns {
		columns[i] = make([]float64, len(rows))
		for j, row := range rows {
			columns[i][j] = row[i]
		}
	}
	return columns
}
