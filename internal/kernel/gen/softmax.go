package main

import (
	"fmt"
	"math"
)

// softmaxes generates the softmax of each lane, and its derivative.
func softmaxes(f *file, s isa) {
	v := newVector(f, s)
	v.softmax()
	v.softmaxBackward()
	v.finish()
}

// columns writes the body for each part of a vector, and loops over the vectors in
// it: AX is their offset.
func (v *vector) columns(a arguments, pointers map[string]string, body func(at int, loop func(what func()))) {
	for _, name := range []string{"y", "dy", "dx", "x"} {
		if r, ok := pointers[name]; ok {
			v.op("MOVQ %s, %s", a[name], r)
		}
	}
	for part := range v.s.parts {
		body(part*v.s.bytes, func(what func()) {
			id := v.fresh("loop")
			v.op("XORQ AX, AX")
			v.op("MOVQ %s, CX", a["n"])
			v.mark(id)
			what()
			v.op("ADDQ $%d, AX", lanes*4)
			v.op("DECQ CX")
			v.op("JNZ %s", id)
		})
	}
	v.ret()
}

func (v *vector) softmax() {
	a := v.begin("softmax", "y, x *float32, n int", `computes for each lane l < 16

	top := max of x[16*i+l] for i < n
	total := sum of y[16*i+l] = exp(x[16*i+l] - top), in order
	y[16*i+l] *= 1 / total

n is not 0. y may be x.`)
	const top, total, x, n, e, spare = 0, 1, 2, 3, 4, 5
	v.columns(a, map[string]string{"y": "DI", "x": "SI"}, func(at int, loop func(func())) {
		to, from := fmt.Sprintf("%d(DI)(AX*1)", at), fmt.Sprintf("%d(SI)(AX*1)", at)
		v.o("VMOVUPS", v.c(float32(math.Inf(-1))), top)
		loop(func() {
			v.o("VMAXPS", from, top, top)
		})
		v.o("VXORPS", total, total, total)
		loop(func() {
			v.o("VMOVUPS", from, x)
			v.o("VSUBPS", top, x, x)
			v.exp(x, n, e, spare)
			v.o("VADDPS", e, total, total)
			v.o("VMOVUPS", e, to)
		})
		v.o("VMOVUPS", v.c(1), x)
		v.o("VDIVPS", total, x, total)
		loop(func() {
			v.o("VMULPS", to, total, x)
			v.o("VMOVUPS", x, to)
		})
	})
}

func (v *vector) softmaxBackward() {
	a := v.begin("softmaxBackward", "dx, dy, y *float32, n int", `computes for each lane l < 16

	total := sum of y[16*i+l] * dy[16*i+l] for i < n, in order
	dx[16*i+l] = y[16*i+l] * (dy[16*i+l] - total)

n is not 0. dx may be dy.`)
	const total, x = 0, 1
	v.columns(a, map[string]string{"dx": "DI", "dy": "SI", "y": "DX"}, func(at int, loop func(func())) {
		to, up, y := fmt.Sprintf("%d(DI)(AX*1)", at), fmt.Sprintf("%d(SI)(AX*1)", at), fmt.Sprintf("%d(DX)(AX*1)", at)
		v.o("VXORPS", total, total, total)
		loop(func() {
			v.o("VMOVUPS", y, x)
			v.o("VFMADD231PS", up, x, total)
		})
		loop(func() {
			v.o("VMOVUPS", up, x)
			v.o("VSUBPS", total, x, x)
			v.o("VMULPS", y, x, x)
			v.o("VMOVUPS", x, to)
		})
	})
}
