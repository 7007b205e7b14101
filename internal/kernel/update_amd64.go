//go:build amd64 && !purego

package kernel

// Each function returns how many elements it computed.

func sgd[T Float](isa ISA, x, g []T, lr, decay T) int {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		sgdAVX2(first(x), first(g), n, float32(lr), float32(decay))
	case AVX512:
		sgdAVX512(first(x), first(g), n, float32(lr), float32(decay))
	}
	return n
}

func momentum[T Float](isa ISA, x, v, g []T, lr, decay, mu, keep T) int {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		momentumAVX2(first(x), first(v), first(g), n, float32(lr), float32(decay), float32(mu), float32(keep))
	case AVX512:
		momentumAVX512(first(x), first(v), first(g), n, float32(lr), float32(decay), float32(mu), float32(keep))
	}
	return n
}

func nesterov[T Float](isa ISA, x, v, g []T, lr, decay, mu, keep T) int {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		nesterovAVX2(first(x), first(v), first(g), n, float32(lr), float32(decay), float32(mu), float32(keep))
	case AVX512:
		nesterovAVX512(first(x), first(v), first(g), n, float32(lr), float32(decay), float32(mu), float32(keep))
	}
	return n
}

func adam[T Float](isa ISA, x, m, v, g []T, s *AdamStep[T]) int {
	isa, n := vectorized[T](isa, len(x))
	switch isa {
	case AVX2:
		adamAVX2(first(x), first(m), first(v), first(g), n,
			float32(s.Beta1), float32(s.Gain1), float32(s.Beta2), float32(s.Gain2), float32(s.Rate),
			float32(s.Root), float32(s.Epsilon), float32(s.Decay), float32(s.Shrink))
	case AVX512:
		adamAVX512(first(x), first(m), first(v), first(g), n,
			float32(s.Beta1), float32(s.Gain1), float32(s.Beta2), float32(s.Gain2), float32(s.Rate),
			float32(s.Root), float32(s.Epsilon), float32(s.Decay), float32(s.Shrink))
	}
	return n
}
