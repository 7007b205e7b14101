package main

import "fmt"

// norms generates the pieces of a normalization. Sums are in float64, in registers
// for the sixteen lanes.
func norms(f *file, s isa) {
	v := newVector(f, s)
	v.laneSums()
	v.laneProducts(false)
	v.laneProducts(true)
	v.normalize(false)
	v.normalize(true)
	v.normalSums()
	v.normalizeGrad()
	v.finish()
}

// wide is the number of registers that sixteen float64 take.
func (v *vector) wide() int { return lanes * 8 / v.s.bytes }

// clear sets n registers from the first on to zero.
func (v *vector) clear(first, n int) {
	for i := first; i < first+n; i++ {
		v.o("VXORPS", i, i, i)
	}
}

// load64 loads the float64 of sixteen lanes that a parameter points at; save64
// writes them.
func (v *vector) load64(pointer string, into int) {
	v.op("MOVQ %s, R8", pointer)
	for i := range v.wide() {
		v.o("VMOVUPD", fmt.Sprintf("%d(R8)", i*v.s.bytes), into+i)
	}
}

func (v *vector) save64(from int, pointer string) {
	v.op("MOVQ %s, R8", pointer)
	for i := range v.wide() {
		v.o("VMOVUPD", from+i, fmt.Sprintf("%d(R8)", i*v.s.bytes))
	}
}

// upper sets a half register to the upper half of a register.
func (v *vector) upper(from, into int) {
	name := "VEXTRACTF128"
	if v.s.parts == 1 {
		name = "VEXTRACTF64X4"
	}
	v.o(name, "$1", from, v.half(into))
}

func (v *vector) laneSums() {
	n := v.wide()
	v.walk(walk{name: "laneSums", params: "x *float32, n int, sums *[16]float64", step: lanes * 4, comment: `is

	clear(sums)
	for i := range n {
		sums[i%16] += float64(x[i])
	}`, before: func(arguments) { v.clear(0, n) }, body: func() {
		for i := range n {
			v.widen(fmt.Sprint(i*v.s.bytes/2, at(0)), 8+i)
			v.o("VADDPD", 8+i, i, i)
		}
	}, after: func(a arguments) { v.save64(0, a["sums"]) }})
	v.walk(walk{name: "laneSquares", params: "x *float32, n int, mean, sums *[16]float64", step: lanes * 4, comment: `is

	clear(sums)
	for i := range n {
		d := float64(x[i]) - mean[i%16]
		sums[i%16] += d * d
	}

each product and sum rounded.`, before: func(a arguments) {
		v.clear(0, n)
		v.load64(a["mean"], 4)
	}, body: func() {
		for i := range n {
			v.widen(fmt.Sprint(i*v.s.bytes/2, at(0)), 8+i)
			v.o("VSUBPD", 4+i, 8+i, 8+i)
			v.o("VMULPD", 8+i, 8+i, 8+i)
			v.o("VADDPD", 8+i, i, i)
		}
	}, after: func(a arguments) { v.save64(0, a["sums"]) }})
}

// laneProducts multiplies float32 in float64, which is exact, so that a fused
// multiply-add rounds as an addition does.
func (v *vector) laneProducts(gates bool) {
	w := walk{name: "laneProducts", params: "dy, x *float32, n int, near float32, sums, products *[16]float64", comment: `is

	clear(sums)
	clear(products)
	for i := range n {
		sums[i%16] += float64(dy[i])
		products[i%16] += float64(dy[i]) * float64(x[i]-near)
	}`}
	up, x := 0, 1 // slices
	if gates {
		up, x = 1, 3
		w.name, w.params = "gatedProducts", "gated, dy, y, x *float32, n int, near float32, sums, products *[16]float64"
		w.comment = `is laneProducts of gated for dy, with

	for i := range n {
		if y[i] <= 0 {
			gated[i] = 0
		} else {
			gated[i] = dy[i]
		}
	}`
	}
	const zero, near, value, d, difference, product, spare = 0, 9, 10, 11, 12, 13, 14
	n := v.wide()
	w.step = lanes * 4
	w.before = func(a arguments) {
		v.clear(0, 1+2*n)
		v.o("VBROADCASTSS", a["near"], near)
	}
	w.body = func() {
		for part := range v.s.parts {
			off := part * v.s.bytes
			v.o("VMOVUPS", fmt.Sprint(off, at(up)), value)
			if gates {
				v.o("VMOVUPS", fmt.Sprint(off, at(2)), d)
				v.keepAlive(d, value, spare)
				v.o("VMOVUPS", value, fmt.Sprint(off, at(0)))
			}
			v.o("VMOVUPS", fmt.Sprint(off, at(x)), difference)
			v.o("VSUBPS", near, difference, difference)
			for half := range 2 {
				if half == 1 {
					v.upper(value, value)
					v.upper(difference, difference)
				}
				sum := 1 + 2*part + half
				v.widen(v.half(value), d)
				v.widen(v.half(difference), product)
				v.o("VADDPD", d, sum, sum)
				v.o("VFMADD231PD", d, product, sum+n)
			}
		}
	}
	w.after = func(a arguments) {
		v.save64(1, a["sums"])
		v.save64(1+n, a["products"])
	}
	v.walk(w)
}

// coefficients sets R9 to the numbers for each lane. lane is where number i of the
// lanes of a part is.
func (v *vector) coefficients(a arguments) { v.op("MOVQ %s, R9", a["c"]) }

func (v *vector) lane(i, part int) string {
	return fmt.Sprintf("%d(R9)", i*lanes*4+part*v.s.bytes)
}

func (v *vector) normalize(adds bool) {
	w := walk{name: "normalize", params: "y, x *float32, n int, c *[48]float32, w, b *float32, wStep, bStep int, floor float32", comment: `is, with
near, scale and shift, for each lane, in c, and the steps in bytes,

	for i := range n {
		v := (x[i] - near[i%16]) * scale[i%16] + shift[i%16]
		y[i] = max(floor, v * w[i/16*wStep/4] + b[i/16*bStep/4])
	}

each product and sum rounded.`}
	if adds {
		w.name, w.params = "normalizeAdd", "y, x, z *float32"+w.params[len("y, x *float32"):]
		w.comment = "is normalize with z[i] added before max."
	}
	const near, scale, shift, floor, weight, bias, value = 0, 2, 4, 6, 7, 8, 9
	w.step = lanes * 4
	w.before = func(a arguments) {
		v.coefficients(a)
		for part := range v.s.parts {
			for i := range 3 {
				v.o("VMOVUPS", v.lane(i, part), 2*i+part)
			}
		}
		v.o("VBROADCASTSS", a["floor"], floor)
		v.op("MOVQ %s, R8", a["w"])
		v.op("MOVQ %s, R9", a["b"])
		v.op("MOVQ %s, R10", a["wStep"])
		v.op("MOVQ %s, R11", a["bStep"])
	}
	w.body = func() {
		v.o("VBROADCASTSS", "(R8)", weight)
		v.o("VBROADCASTSS", "(R9)", bias)
		for part := range v.s.parts {
			off := part * v.s.bytes
			v.o("VMOVUPS", fmt.Sprint(off, at(1)), value)
			v.o("VSUBPS", near+part, value, value)
			v.o("VMULPS", scale+part, value, value)
			v.o("VADDPS", shift+part, value, value)
			v.o("VMULPS", weight, value, value)
			v.o("VADDPS", bias, value, value)
			if adds {
				v.o("VADDPS", fmt.Sprint(off, at(2)), value, value)
			}
			v.o("VMAXPS", value, floor, value) // in this order a NaN stays
			v.o("VMOVUPS", value, fmt.Sprint(off, at(0)))
		}
		v.op("ADDQ R10, R8")
		v.op("ADDQ R11, R9")
	}
	v.walk(w)
}

func (v *vector) normalSums() {
	const x, weight, d, dz, spare, all, with = 8, 9, 10, 11, 15, 12, 14 // all and with take two on AVX2
	n := v.wide()
	v.walk(walk{
		name: "normalSums", params: "dy, x *float32, n int, c *[48]float32, w *float32, wStep int, grads *[2]float64, gradStep int, sums, products *[16]float64",
		step: lanes * 4,
		comment: `is, with
near, scale and shift, for each lane, in c, and the steps in bytes,

	for i := range n {
		v := (x[i] - near[i%16]) * scale[i%16] + shift[i%16]
		d, dz := float64(dy[i]), float64(dy[i]) * float64(v)
		sums[i%16] += d * w[i/16*wStep/4]
		products[i%16] += dz * w[i/16*wStep/4]
		grads[i/16*gradStep/16] += d, dz
	}

each product and sum rounded, sixteen d, and sixteen dz, being added before they
are added to grads: those eight apart, four, two, and one.`,
		before: func(a arguments) {
			v.coefficients(a)
			v.load64(a["sums"], 0)
			v.load64(a["products"], n)
			v.op("MOVQ %s, R8", a["w"])
			v.op("MOVQ %s, R10", a["wStep"])
			v.op("MOVQ %s, R11", a["grads"])
			v.op("MOVQ %s, R12", a["gradStep"])
		},
		body: func() {
			for i := range n {
				at64, off := i*v.s.bytes/2, i*v.s.bytes/2
				v.o("VMOVUPS", fmt.Sprint(off, at(1)), v.half(x))
				v.o("VSUBPS", fmt.Sprintf("%d(R9)", at64), v.half(x), v.half(x))
				v.o("VMULPS", fmt.Sprintf("%d(R9)", lanes*4+at64), v.half(x), v.half(x))
				v.o("VADDPS", fmt.Sprintf("%d(R9)", 2*lanes*4+at64), v.half(x), v.half(x))
				v.widen(v.half(x), x)
				v.widen(fmt.Sprint(off, at(0)), d)
				v.o("VMULPD", d, x, dz)
				v.op("VBROADCASTSS (R8), %s", v.half(weight))
				v.widen(v.half(weight), weight)
				v.o("VFMADD231PD", d, weight, i) // an exact product
				v.o("VMULPD", dz, weight, weight)
				v.o("VADDPD", weight, n+i, n+i)
				for _, c := range [][2]int{{d, all}, {dz, with}} {
					if into := c[1] + i%(n/2); i < n/2 {
						v.o("VMOVAPD", c[0], into)
					} else {
						v.o("VADDPD", c[0], into, into)
					}
				}
			}
			for _, r := range []int{all, with} {
				if v.s.parts == 1 {
					v.upper(r, spare)
					v.op("VADDPD Y%d, Y%d, Y%d", spare, r, r)
				} else {
					v.o("VADDPD", r+1, r, r)
				}
			}
			for _, r := range []int{all, with} { // the spare of AVX2 is free by now
				v.op("VEXTRACTF128 $1, Y%d, X%d", r, spare)
				v.op("VADDPD X%d, X%d, X%d", spare, r, r)
			}
			v.op("VHADDPD X%d, X%d, X%d", with, all, all)
			v.op("VADDPD (R11), X%d, X%d", all, all)
			v.op("VMOVUPD X%d, (R11)", all)
			v.op("ADDQ R10, R8")
			v.op("ADDQ R12, R11")
		},
		after: func(a arguments) {
			v.save64(0, a["sums"])
			v.save64(n, a["products"])
		},
	})
}

func (v *vector) normalizeGrad() {
	const near, scale, slope, offset, weight, value, d = 0, 2, 4, 6, 8, 9, 10
	v.walk(walk{
		name: "normalizeGrad", params: "dx, dy, x *float32, n int, c *[64]float32, w *float32, wStep int", step: lanes * 4,
		comment: `is, with near, scale,
slope and offset, for each lane, in c, and the step in bytes,

	for i := range n {
		dx[i] = dy[i]*w[i/16*wStep/4]*scale[i%16] + ((x[i]-near[i%16])*slope[i%16] + offset[i%16])
	}

each product and sum rounded.`,
		before: func(a arguments) {
			v.coefficients(a)
			for part := range v.s.parts {
				for i := range 4 {
					v.o("VMOVUPS", v.lane(i, part), 2*i+part)
				}
			}
			v.op("MOVQ %s, R8", a["w"])
			v.op("MOVQ %s, R10", a["wStep"])
		},
		body: func() {
			v.o("VBROADCASTSS", "(R8)", weight)
			for part := range v.s.parts {
				off := part * v.s.bytes
				v.o("VMULPS", fmt.Sprint(off, at(1)), weight, d)
				v.o("VMULPS", scale+part, d, d)
				v.o("VMOVUPS", fmt.Sprint(off, at(2)), value)
				v.o("VSUBPS", near+part, value, value)
				v.o("VMULPS", slope+part, value, value)
				v.o("VADDPS", offset+part, value, value)
				v.o("VADDPS", d, value, value)
				v.o("VMOVUPS", value, fmt.Sprint(off, at(0)))
			}
			v.op("ADDQ R10, R8")
		},
	})
}
