//go:build amd64 && !purego

package kernel

// sumSquares returns how many elements it added to sums.
func sumSquares[T Float](isa ISA, x []T, sums *[Lanes]float64) int {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		sumSquaresAVX2(first(x), n, sums)
	case AVX512:
		sumSquaresAVX512(first(x), n, sums)
	}
	return n
}

// addRows adds up the vectors of rows.
func addRows(isa ISA, sum *[Lanes]float32, x []float32, rowStep, rows, width int) {
	if isa == AVX2 {
		addRowsAVX2(sum, &x[0], rowStep*vector, rows, width)
	} else {
		addRowsAVX512(sum, &x[0], rowStep*vector, rows, width)
	}
}

// addGroups adds to sums, group by group, the vectors of groups that are step vectors
// apart.
func addGroups(isa ISA, sums, x []float32, step, groups int) {
	n := len(sums) / Lanes
	if isa == AVX2 {
		addGroupsAVX2(&sums[0], &x[0], n, step*vector, groups)
	} else {
		addGroupsAVX512(&sums[0], &x[0], n, step*vector, groups)
	}
}
