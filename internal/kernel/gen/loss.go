package main

import (
	"fmt"
	"math"
)

// losses generates the loss functions.
func losses(f *file, s isa) {
	v := newVector(f, s)
	v.softmaxCrossEntropy()
	v.squaredError()
	v.finish()
}

// half names the register of half the size.
func (v *vector) half(i int) string {
	if v.s.parts == 1 {
		return fmt.Sprintf("Y%d", i)
	}
	return fmt.Sprintf("X%d", i)
}

// widen loads half a register of float32 as float64.
func (v *vector) widen(from string, into int) { v.o("VCVTPS2PD", from, into) }

// narrow writes a register of float64 as float32; it destroys the register.
func (v *vector) narrow(from int, into string) {
	name := "VCVTPD2PS"
	if v.s.parts == 2 {
		name = "VCVTPD2PSY"
	}
	v.o(name, from, v.half(from))
	v.o("VMOVUPS", v.half(from), into)
}

func (v *vector) softmaxCrossEntropy() {
	a := v.begin("softmaxCrossEntropy", "d, x *float32, classes int, labels, losses *[16]float64", `computes for each lane l < 16

	top := max of x[16*c+l] for c < classes
	total := sum of exp(x[16*c+l] - top)
	logit := x[16*labels[l]+l] - top, or 0 where there is no such label
	losses[l] = log(total) - logit
	for c := range classes {
		p := exp(x[16*c+l] - top) / total
		if c == labels[l] {
			p--
		}
		d[16*c+l] = float32(p)
	}

in float64. classes is not 0.`)
	const top, total, logit, class, lbl, one = 0, 1, 2, 3, 4, 5
	const x, n, e, spare = 6, 7, 8, 9
	v.op("MOVQ %s, DI", a["d"])
	v.op("MOVQ %s, SI", a["x"])
	v.op("MOVQ %s, R8", a["labels"])
	v.op("MOVQ %s, R9", a["losses"])
	v.o("VMOVUPD", v.c64(1), one)
	for at := 0; at < lanes*4; at += v.s.bytes / 2 {
		id := v.fresh("")
		each := func(name string, body func()) {
			v.op("XORQ AX, AX")
			v.op("MOVQ %s, CX", a["classes"])
			v.mark(name + id)
			body()
			v.op("ADDQ $%d, AX", lanes*4)
			v.op("DECQ CX")
			v.op("JNZ %s%s", name, id)
		}
		v.o("VMOVUPD", v.c64(math.Inf(-1)), top)
		each("top", func() {
			v.widen(fmt.Sprintf("%d(SI)(AX*1)", at), x)
			v.o("VMAXPD", x, top, top)
		})
		v.o("VXORPD", total, total, total)
		v.o("VXORPD", logit, logit, logit)
		v.o("VXORPD", class, class, class)
		v.o("VMOVUPD", fmt.Sprintf("%d(R8)", 2*at), lbl)
		each("total", func() {
			v.widen(fmt.Sprintf("%d(SI)(AX*1)", at), x)
			v.o("VSUBPD", top, x, x)
			v.where("PD", lbl, equal, class, x, logit, spare)
			v.exp64(x, n, e)
			v.o("VADDPD", e, total, total)
			v.o("VADDPD", one, class, class)
		})
		v.log64(total, e, x, n, spare, 10, 11)
		v.o("VSUBPD", logit, e, e)
		v.o("VMOVUPD", e, fmt.Sprintf("%d(R9)", 2*at))
		v.o("VXORPD", class, class, class)
		each("gradient", func() {
			v.widen(fmt.Sprintf("%d(SI)(AX*1)", at), x)
			v.o("VSUBPD", top, x, x)
			v.exp64(x, n, e)
			v.o("VDIVPD", total, e, e)
			v.o("VSUBPD", one, e, x)
			v.where("PD", lbl, equal, class, x, e, spare)
			v.narrow(e, fmt.Sprintf("%d(DI)(AX*1)", at))
			v.o("VADDPD", one, class, class)
		})
	}
	v.ret()
}

// squaredError squares in float64, where the square of a float32 is exact.
func (v *vector) squaredError() {
	sums := lanes * 8 / v.s.bytes
	v.walk(walk{name: "squaredError", params: "d, p, t *float32, n int, mask *[16]uint32, sums *[16]float64", step: lanes * 4, comment: `is

	clear(sums)
	for i := range n {
		d[i] = p[i] - t[i], its bits and mask[i%16]
		sums[i%16] += float64(d[i]) * float64(d[i])
	}`, before: func(a arguments) {
		for i := range sums {
			v.o("VXORPS", i, i, i)
		}
		v.op("MOVQ %s, R8", a["mask"])
		for i := range v.s.parts {
			v.o("VMOVUPS", fmt.Sprintf("%d(R8)", i*v.s.bytes), 4+i)
		}
	}, body: func() {
		for i := range v.s.parts {
			v.o("VMOVUPS", fmt.Sprint(i*v.s.bytes, at(1)), 6)
			v.o("VSUBPS", fmt.Sprint(i*v.s.bytes, at(2)), 6, 6)
			v.o("VANDPS", 4+i, 6, 6)
			v.o("VMOVUPS", 6, fmt.Sprint(i*v.s.bytes, at(0)))
			v.widen(v.half(6), 7)
			v.o("VFMADD231PD", 7, 7, 2*i)
			if v.s.parts == 1 {
				v.o("VEXTRACTF64X4", "$1", 6, v.half(6))
			} else {
				v.o("VEXTRACTF128", "$1", 6, v.half(6))
			}
			v.widen(v.half(6), 7)
			v.o("VFMADD231PD", 7, 7, 2*i+1)
		}
	}, after: func(a arguments) {
		v.op("MOVQ %s, SI", a["sums"])
		for i := range sums {
			v.o("VMOVUPS", i, fmt.Sprintf("%d(SI)", i*v.s.bytes))
		}
	}})
}
