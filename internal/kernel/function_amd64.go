//go:build amd64 && !purego

package kernel

// apply sets y to a function of x, the rest behind the last whole vector by way
// of a copy. It does all or, where there is no assembly, nothing.
func apply[T Float](isa ISA, f function, y, x []T) bool {
	isa, _ = vectorized[T](isa, Lanes)
	if isa == Go {
		return false
	}
	n := len(y) &^ (Lanes - 1)
	if n > 0 {
		f.vectors(isa, first(y), first(x), n)
	}
	if n < len(y) {
		var rest [Lanes]T
		copy(rest[:], x[n:])
		f.vectors(isa, first(rest[:]), first(rest[:]), Lanes)
		copy(y[n:], rest[:])
	}
	return true
}

// vectors applies the function to n numbers, a multiple of sixteen and not 0.
func (f function) vectors(isa ISA, y, x *float32, n int) {
	wide := isa == AVX512
	switch {
	case f == exp && wide:
		expAVX512(y, x, n)
	case f == exp:
		expAVX2(y, x, n)
	case f == log && wide:
		logAVX512(y, x, n)
	case f == log:
		logAVX2(y, x, n)
	case f == sigmoid && wide:
		sigmoidAVX512(y, x, n)
	case f == sigmoid:
		sigmoidAVX2(y, x, n)
	case f == tanh && wide:
		tanhAVX512(y, x, n)
	case f == tanh:
		tanhAVX2(y, x, n)
	}
}
