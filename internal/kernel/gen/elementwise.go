package main

// elementwise generates the elementwise kernels.
func elementwise(f *file, s isa) {
	v := newVector(f, s)
	v.arithmetic()
	v.functions()
	v.finish()
}

// arithmetic generates the kernels that round as the plain loops do.
func (v *vector) arithmetic() {
	zero := func(arguments) { v.o("VXORPS", 0, 0, 0) }
	one := func(arguments) { v.o("VMOVUPS", v.c(1), 0) }
	v.walk(walk{name: "add", params: "dst, a, b *float32, n int", comment: `is

	for i := range n {
		dst[i] = a[i] + b[i]
	}`, body: func() {
		v.o("VMOVUPS", at(1), 1)
		v.o("VADDPS", at(2), 1, 1)
		v.o("VMOVUPS", 1, at(0))
	}})
	v.walk(walk{name: "scale", params: "dst, src *float32, n int, a float32", comment: `is

	for i := range n {
		dst[i] = a * src[i]
	}`, before: func(a arguments) { v.o("VBROADCASTSS", a["a"], 0) }, body: func() {
		v.o("VMULPS", at(1), 0, 1)
		v.o("VMOVUPS", 1, at(0))
	}})
	v.walk(walk{name: "relu", params: "y, x *float32, n int", before: zero, comment: `is

	for i := range n {
		y[i] = max(0, x[i])
	}`, body: func() {
		v.o("VMOVUPS", at(1), 1)
		v.keepAlive(1, 1, 2)
		v.o("VMOVUPS", 1, at(0))
	}})
	v.walk(walk{name: "reluBackward", params: "dx, dy, y *float32, n int", before: zero, comment: `is

	for i := range n {
		if y[i] <= 0 {
			dx[i] = 0
		} else {
			dx[i] = dy[i]
		}
	}`, body: func() {
		v.o("VMOVUPS", at(2), 1)
		v.o("VMOVUPS", at(1), 3)
		v.keepAlive(1, 3, 2)
		v.o("VMOVUPS", 3, at(0))
	}})
	v.walk(walk{name: "sigmoidBackward", params: "dx, dy, y *float32, n int", before: one, comment: `is

	for i := range n {
		dx[i] = dy[i] * y[i] * (1 - y[i])
	}`, body: func() {
		v.o("VMOVUPS", at(2), 1)
		v.o("VMULPS", at(1), 1, 2)
		v.o("VSUBPS", 1, 0, 1)
		v.o("VMULPS", 1, 2, 2)
		v.o("VMOVUPS", 2, at(0))
	}})
	v.walk(walk{name: "tanhBackward", params: "dx, dy, y *float32, n int", before: one, comment: `is

	for i := range n {
		dx[i] = dy[i] * (1 - y[i]*y[i])
	}`, body: func() {
		v.o("VMOVUPS", at(2), 1)
		v.o("VMULPS", 1, 1, 1)
		v.o("VSUBPS", 1, 0, 1)
		v.o("VMULPS", at(1), 1, 1)
		v.o("VMOVUPS", 1, at(0))
	}})
}

// keepAlive clears value in the lanes in which y is at most register 0, which
// is zero.
func (v *vector) keepAlive(y, value, spare int) {
	if v.s.parts == 1 {
		v.o("VCMPPS", notAtMost, 0, y, "K1")
		v.o("VMOVAPS.Z", value, "K1", value)
		return
	}
	v.o("VCMPPS", notAtMost, 0, y, spare)
	v.o("VANDPS", spare, value, value)
}
