//go:build amd64 && !purego

package kernel

// softmaxCrossEntropy sets the losses and gradients of the lanes that have labels.
// The other lanes are undefined. It computes everything and returns true or, without
// assembly, computes nothing and returns false.
func softmaxCrossEntropy[T Float](isa ISA, d, x []T, labels []int32, losses *[Lanes]float64) bool {
	isa, n := vectorized[T](isa, len(x))
	if n == 0 {
		return false
	}
	var lanes [Lanes]float64
	for l := range lanes {
		lanes[l] = -1
	}
	for l, c := range labels {
		_ = x[int(c)*Lanes] // panic as the plain loop does if c is not a class
		lanes[l] = float64(c)
	}
	if isa == AVX2 {
		softmaxCrossEntropyAVX2(first(d), first(x), n/Lanes, &lanes, losses)
	} else {
		softmaxCrossEntropyAVX512(first(d), first(x), n/Lanes, &lanes, losses)
	}
	return true
}

// squaredError returns how many elements it computed.
func squaredError[T Float](isa ISA, active int, d, p, t []T, sums *[Lanes]float64) int {
	isa, n := vectorized[T](isa, len(d))
	var mask [Lanes]uint32
	for l := range active {
		mask[l] = ^uint32(0)
	}
	switch isa {
	case AVX2:
		squaredErrorAVX2(first(d), first(p), first(t), n, &mask, sums)
	case AVX512:
		squaredErrorAVX512(first(d), first(p), first(t), n, &mask, sums)
	}
	return n
}
