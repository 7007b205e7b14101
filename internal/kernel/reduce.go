package kernel

// SumSquares returns Σ x², squared and added in float64. It computes sixteen sums,
// each of every sixteenth element, and then adds these in order. The squares of
// float32 are exact, and their sum has the same bits on every machine. The sum is
// finite unless an element is not.
func (k Set[T]) SumSquares(x []T) float64 {
	var sums [Lanes]float64
	x = x[sumSquares(k.ISA, x, &sums):]
	for ; len(x) >= Lanes; x = x[Lanes:] {
		for l, v := range (*[Lanes]T)(x) {
			sums[l] += float64(float64(v) * float64(v))
		}
	}
	for l, v := range x {
		sums[l] += float64(float64(v) * float64(v))
	}
	return total(sums[:])
}

// sum returns the sum of x. It computes four sums, each of every fourth element, and
// then adds these in order. Four additions at a time keep up with memory.
func sum[T Float](x []T) T {
	var s0, s1, s2, s3 T
	for ; len(x) >= 4; x = x[4:] {
		s0 += x[0]
		s1 += x[1]
		s2 += x[2]
		s3 += x[3]
	}
	for _, v := range x {
		s0 += v
	}
	return s0 + s1 + s2 + s3
}

// sumRows returns the sum of the lanes of rows of vectors. Rows are rowStep vectors apart.
func (k Set[T]) sumRows(x []T, rowStep, rows, width int) T {
	var lanes [Lanes]T
	if f := float32s(x); f != nil && k.ISA.resolve() > Go {
		l := any(&lanes).(*[Lanes]float32)
		addRows(k.ISA.resolve(), l, f, rowStep, rows, width)
	} else {
		for r := range rows {
			row := x[r*rowStep*Lanes:][:width*Lanes]
			for len(row) > 0 {
				v := (*[Lanes]T)(row)
				for l := range lanes {
					lanes[l] += v[l]
				}
				row = row[Lanes:]
			}
		}
	}
	var s T
	for _, v := range lanes {
		s += v
	}
	return s
}

// total returns the sum of x, added in order.
func total(x []float64) float64 {
	var sum float64
	for _, v := range x {
		sum += v
	}
	return sum
}
