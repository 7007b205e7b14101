//go:build amd64 && !purego

package kernel

// The functions up to apply compute the first elements of a kernel with vectors
// and return how many: none if there is no assembly for the element type and
// the instruction set. The kernel's plain loop, which rounds in the same way,
// computes the rest.

func add[T Float](isa ISA, dst, a, b []T) int {
	isa, n := vectorized[T](isa, len(dst))
	switch isa {
	case AVX2:
		addAVX2(first(dst), first(a), first(b), n)
	case AVX512:
		addAVX512(first(dst), first(a), first(b), n)
	}
	return n
}

func scale[T Float](isa ISA, dst, src []T, a T) int {
	isa, n := vectorized[T](isa, len(dst))
	switch isa {
	case AVX2:
		scaleAVX2(first(dst), first(src), n, float32(a))
	case AVX512:
		scaleAVX512(first(dst), first(src), n, float32(a))
	}
	return n
}

func relu[T Float](isa ISA, y, x []T) int {
	isa, n := vectorized[T](isa, len(y))
	switch isa {
	case AVX2:
		reluAVX2(first(y), first(x), n)
	case AVX512:
		reluAVX512(first(y), first(x), n)
	}
	return n
}

func reluBackward[T Float](isa ISA, dx, dy, y []T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		reluBackwardAVX2(first(dx), first(dy), first(y), n)
	case AVX512:
		reluBackwardAVX512(first(dx), first(dy), first(y), n)
	}
	return n
}

func sigmoidBackward[T Float](isa ISA, dx, dy, y []T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		sigmoidBackwardAVX2(first(dx), first(dy), first(y), n)
	case AVX512:
		sigmoidBackwardAVX512(first(dx), first(dy), first(y), n)
	}
	return n
}

func tanhBackward[T Float](isa ISA, dx, dy, y []T) int {
	isa, n := vectorized[T](isa, len(dx))
	switch isa {
	case AVX2:
		tanhBackwardAVX2(first(dx), first(dy), first(y), n)
	case AVX512:
		tanhBackwardAVX512(first(dx), first(dy), first(y), n)
	}
	return n
}

// apply sets y to a function of x. Elements after the last full vector go through
// a copy. It computes all elements and returns true or, without assembly, computes
// none and returns false.
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

// vectors applies the function to n numbers. n is a nonzero multiple of sixteen.
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
