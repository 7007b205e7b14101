//go:build amd64 && !purego

package kernel

// productArgs are the arguments of the kernel. Strides are in bytes. The kernel writes
// to the last field.
type productArgs struct {
	x, w, out           *float32
	tiles, n, add       int
	xTile, xOut, xInner int
	wOut, wInner        int
	outW, outX          int

	_ [3]uintptr // the places in x and out, and the tiles left
}

func productSIMD[T Float](isa ISA, p *productTile, out, x, w []T) bool {
	isa, _ = vectorized[T](isa, Lanes)
	if isa == Go {
		return false
	}
	c := p.tiles*productX - 1 // the last column: check that the slices reach that far
	_ = out[(c*p.outX+(productW-1)*p.outW)*Lanes+Lanes-1]
	_ = x[((p.tiles-1)*p.xTile+(productX-1)*p.xOut+(p.n-1)*p.xInner)*Lanes+Lanes-1]
	_ = w[((productW-1)*p.wOut+(p.n-1)*p.wInner)*Lanes+Lanes-1]
	a := productArgs{
		x: first(x), w: first(w), out: first(out), tiles: p.tiles, n: p.n,
		xTile: p.xTile * vector, xOut: p.xOut * vector, xInner: p.xInner * vector,
		wOut: p.wOut * vector, wInner: p.wInner * vector, outW: p.outW * vector, outX: p.outX * vector,
	}
	if p.add {
		a.add = 1
	}
	if isa == AVX512 {
		productAVX512(&a)
	} else {
		productAVX2(&a)
	}
	return true
}

func softmax[T Float](isa ISA, y, x []T, n int) bool {
	isa, _ = vectorized[T](isa, Lanes)
	switch isa {
	case AVX2:
		softmaxAVX2(first(y), first(x), n)
	case AVX512:
		softmaxAVX512(first(y), first(x), n)
	}
	return isa != Go
}

func softmaxBackward[T Float](isa ISA, dx, dy, y []T, n int) bool {
	isa, _ = vectorized[T](isa, Lanes)
	switch isa {
	case AVX2:
		softmaxBackwardAVX2(first(dx), first(dy), first(y), n)
	case AVX512:
		softmaxBackwardAVX512(first(dx), first(dy), first(y), n)
	}
	return isa != Go
}
