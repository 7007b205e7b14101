package main

import "fmt"

// reductions generates the sums.
func reductions(f *file, s isa) {
	v := newVector(f, s)
	v.sumSquares()
	v.finish()
	addRows(f, s)
	addGroups(f, s)
	prefetch(f, s)
}

// sumSquares adds in sixteen sums. A square is exact in float64, so that a
// fused multiply-add rounds as an addition does.
func (v *vector) sumSquares() {
	sums := lanes * 8 / v.s.bytes
	v.walk(walk{name: "sumSquares", params: "x *float32, n int, sums *[16]float64", step: lanes * 4, comment: `is

	clear(sums)
	for i := range n {
		sums[i%16] += float64(x[i]) * float64(x[i])
	}`, before: func(arguments) {
		for i := range sums {
			v.o("VXORPS", i, i, i)
		}
	}, body: func() {
		v.ahead(0)
		for i := range sums {
			v.o("VCVTPS2PD", fmt.Sprint(i*v.s.bytes/2, at(0)), 4+i)
			v.o("VFMADD231PD", 4+i, 4+i, i)
		}
	}, after: func(a arguments) {
		v.op("MOVQ %s, SI", a["sums"])
		for i := range sums {
			v.o("VMOVUPS", i, fmt.Sprintf("%d(SI)", i*v.s.bytes))
		}
	}})
}

// addRows adds up vectors row by row, in four sums that are added at the end: each
// takes every fourth vector of a row.
func addRows(f *file, s isa) {
	f.function("addRows"+s.name, "sum *[16]float32, x *float32, rowStep, rows, width int", 40, `
computes, for each lane l, with rowStep in bytes, and rows and width 1 or more,

	var s [4]float32
	for r < rows and i < width:
		s[i%4] += x[r*rowStep/4 + i*16 + l]
	sum[l] = (s[0] + s[1]) + (s[2] + s[3])`)
	f.op("MOVQ sum+0(FP), DI")
	f.op("MOVQ rowStep+16(FP), R8")
	for half := range s.parts {
		id := f.fresh("")
		f.op("MOVQ x+8(FP), SI")
		f.op("MOVQ rows+24(FP), DX")
		for i := range 4 {
			f.op("%[2]s %[1]s, %[1]s, %[1]s", s.r(i), clearing(s))
		}
		f.mark("row" + id)
		f.op("MOVQ SI, AX")
		f.op("MOVQ width+32(FP), CX")
		f.op("SUBQ $4, CX")
		f.op("JL tail%s", id)
		f.mark("four" + id)
		for i := range 4 {
			f.op("VADDPS %d(AX), %[2]s, %[2]s", 64*i+32*half, s.r(i))
		}
		f.op("ADDQ $256, AX")
		f.op("SUBQ $4, CX")
		f.op("JGE four%s", id)
		f.mark("tail" + id)
		for i := range 3 {
			f.op("CMPQ CX, $%d", i-4)
			f.op("JLE done%s", id)
			f.op("VADDPS %d(AX), %[2]s, %[2]s", 64*i+32*half, s.r(i))
		}
		f.mark("done" + id)
		f.op("ADDQ R8, SI")
		f.op("DECQ DX")
		f.op("JNZ row%s", id)
		f.op("VADDPS %s, %[2]s, %[2]s", s.r(1), s.r(0))
		f.op("VADDPS %s, %[2]s, %[2]s", s.r(3), s.r(2))
		f.op("VADDPS %s, %[2]s, %[2]s", s.r(2), s.r(0))
		f.op("VMOVUPS %s, %d(DI)", s.r(0), 32*half)
	}
	f.ret()
}

// addGroups adds vectors of several groups to sums.
func addGroups(f *file, s isa) {
	f.function("addGroups"+s.name, "sums, x *float32, n, step, groups int", 40, `
computes, for i < n and lane l, with step in bytes, and n and groups 1 or more,

	for g < groups:
		sums[i*16+l] += x[g*step/4 + i*16 + l]`)
	f.op("MOVQ sums+0(FP), DI")
	f.op("MOVQ x+8(FP), SI")
	f.op("MOVQ n+16(FP), DX")
	f.op("MOVQ step+24(FP), R8")
	f.mark("vector")
	for p := range s.parts {
		f.op("VMOVUPS %d(DI), %s", s.bytes*p, s.r(p))
	}
	f.op("MOVQ SI, AX")
	f.op("MOVQ groups+32(FP), CX")
	f.mark("group")
	for p := range s.parts {
		f.op("VADDPS %d(AX), %[2]s, %[2]s", s.bytes*p, s.r(p))
	}
	f.op("ADDQ R8, AX")
	f.op("DECQ CX")
	f.op("JNZ group")
	for p := range s.parts {
		f.op("VMOVUPS %s, %d(DI)", s.r(p), s.bytes*p)
	}
	f.op("ADDQ $64, SI")
	f.op("ADDQ $64, DI")
	f.op("DECQ DX")
	f.op("JNZ vector")
	f.ret()
}

// prefetch is the same for every instruction set.
func prefetch(f *file, s isa) {
	if s.parts > 1 {
		return
	}
	f.function("prefetch", "x *float32, step, rows, lines int", 32, `
fetches lines of 64 bytes from each of rows that lie step bytes apart into the
second-level cache. rows and lines are 1 or more.`)
	f.op("MOVQ x+0(FP), DI")
	f.op("MOVQ step+8(FP), R8")
	f.op("MOVQ rows+16(FP), DX")
	f.mark("row")
	f.op("MOVQ DI, AX")
	f.op("MOVQ lines+24(FP), CX")
	f.mark("line")
	f.op("PREFETCHT1 (AX)")
	f.op("ADDQ $64, AX")
	f.op("DECQ CX")
	f.op("JNZ line")
	f.op("ADDQ R8, DI")
	f.op("DECQ DX")
	f.op("JNZ row")
	f.op("RET")
}
