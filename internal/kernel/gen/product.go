package main

import "fmt"

// Offsets into productArgs, which a test compares with unsafe.Offsetof.
const (
	proX, proW, proOut                   = 0, 8, 16
	proTiles, proN, proAdd               = 24, 32, 40
	proXTile, proXOut, proXInner         = 48, 56, 64
	proWOut, proWInner, proOutW, proOutX = 72, 80, 88, 96
	proXAt, proOutAt, proLeft            = 104, 112, 120
)

// productsOf generates the kernel of products of vectors by vectors, lane by lane: the
// tile kernel for two activations.
//
//	registers   DI arguments · R8–R11 the four vectors · AX their offset
//	            BX, R15 operands 0 and 3 · R14 between operands · CX inner steps left
//	            R12, R13 inner strides of vectors and operands
func productsOf(f *file, s isa) {
	f.function("product"+s.name, "a *productArgs", 8, `
computes, for each tile t < a.tiles, for v < 4, j < 6 and lane l,

	s := a.add ? out[t*4*a.outX + j*a.outW + v*a.outX + l] : 0
	for i < a.n:
		s += x[t*a.xTile + v*a.xOut + i*a.xInner + l] * w[j*a.wOut + i*a.wInner + l]
	out[t*4*a.outX + j*a.outW + v*a.outX + l] = s

with strides in bytes.`)
	f.op("MOVQ a+0(FP), DI")
	for _, c := range [][2]int{{proX, proXAt}, {proOut, proOutAt}, {proTiles, proLeft}} {
		f.op("MOVQ %d(DI), AX", c[0])
		f.op("MOVQ AX, %d(DI)", c[1])
	}
	f.op("MOVQ %d(DI), R12", proXInner)
	f.op("MOVQ %d(DI), R13", proWInner)
	f.op("MOVQ %d(DI), R14", proWOut)
	f.mark("tile")
	f.op("MOVQ %d(DI), R8", proXAt)
	f.op("MOVQ %d(DI), AX", proXOut)
	for v := range 3 {
		f.op("LEAQ (R%d)(AX*1), R%d", 8+v, 9+v)
	}
	for half := range s.parts {
		for first := 0; first < mostOutputs; first += mostOutputs / s.parts {
			productPass(f, s, half, first, mostOutputs/s.parts)
		}
	}
	f.op("MOVQ %d(DI), AX", proXTile)
	f.op("ADDQ AX, %d(DI)", proXAt)
	f.op("MOVQ %d(DI), AX", proOutX)
	f.op("SHLQ $2, AX")
	f.op("ADDQ AX, %d(DI)", proOutAt)
	f.op("DECQ %d(DI)", proLeft)
	f.op("JNZ tile")
	f.ret()
}

// productPass is the part of a tile that fits into the registers, as of tilePass.
func productPass(f *file, s isa, half, first, n int) {
	id := f.fresh("")
	t := tilePass{f, s, sum, 4, mostOutputs, half, 0, n, id}
	offset := fmt.Sprint(half * s.bytes)
	// each runs over the sums and their places.
	each := func(instruction func(acc, place string)) {
		f.op("MOVQ %d(DI), AX", proOutAt)
		f.op("MOVQ %d(DI), BX", proOutX)
		f.op("MOVQ %d(DI), DX", proOutW)
		for range first {
			f.op("ADDQ DX, AX")
		}
		f.op("LEAQ (BX)(BX*2), CX")
		for j := range n {
			for v, place := range []string{"(AX)", "(AX)(BX*1)", "(AX)(BX*2)", "(AX)(CX*1)"} {
				instruction(t.acc(j, v), offset+place)
			}
			if j < n-1 {
				f.op("ADDQ DX, AX")
			}
		}
	}
	f.op("TESTQ $1, %d(DI)", proAdd)
	f.op("JNZ add%s", id)
	for j := range n {
		for v := range 4 {
			f.op("%[1]s %[2]s, %[2]s, %[2]s", clearing(s), t.acc(j, v))
		}
	}
	f.op("JMP begin%s", id)
	f.mark("add" + id)
	each(func(acc, place string) { f.op("VMOVUPS %s, %s", place, acc) })
	f.mark("begin" + id)
	f.op("MOVQ %d(DI), BX", proW)
	for range first {
		f.op("ADDQ R14, BX")
	}
	if n > 3 {
		f.op("LEAQ (BX)(R14*2), R15")
		f.op("ADDQ R14, R15")
	}
	f.op("XORQ AX, AX")
	f.op("MOVQ %d(DI), CX", proN)
	f.mark("inner" + id)
	if s.parts == 1 {
		t.multiply512()
	} else {
		t.multiply2()
	}
	f.op("ADDQ R12, AX")
	f.op("ADDQ R13, BX")
	if n > 3 {
		f.op("ADDQ R13, R15")
	}
	f.op("DECQ CX")
	f.op("JNZ inner%s", id)
	each(func(acc, place string) { f.op("VMOVUPS %s, %s", acc, place) })
}
