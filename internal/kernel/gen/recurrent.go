package main

import (
	"fmt"
	"strings"
)

// recurrent generates the cells of recurrent layers: what follows the products of
// a step.
func recurrent(f *file, s isa) {
	v := newVector(f, s)
	v.lstm()
	v.lstmBackward()
	v.gru()
	v.gruBackward()
	v.finish()
}

// unitPointers are the registers of a cell's slices.
var unitPointers = [...]string{"DI", "SI", "DX", "BX", "R8", "R9", "R10"}

// cell is a kernel that walks over the units of a recurrent layer. A slice has some
// vectors of sixteen lanes for each unit.
type cell struct {
	name, comment string
	slices        []string
	vectors       map[string]int // of a unit; if not there, 1

	// body computes the lanes of a register: of AVX2 half of them at a time.
	body func(at func(slice string, vector int) string)
}

func (v *vector) cell(c cell) {
	a := v.begin(c.name, strings.Join(c.slices, ", ")+" *float32, n int", c.comment)
	register := map[string]string{}
	for i, name := range c.slices {
		register[name] = unitPointers[i]
		v.op("MOVQ %s, %s", a[name], unitPointers[i])
	}
	v.op("MOVQ %s, CX", a["n"])
	v.mark("loop")
	for half := range v.s.parts {
		c.body(func(slice string, vector int) string {
			return fmt.Sprintf("%d(%s)", vector*lanes*4+half*v.s.bytes, register[slice])
		})
	}
	for _, name := range c.slices {
		v.op("ADDQ $%d, %s", max(c.vectors[name], 1)*lanes*4, register[name])
	}
	v.op("DECQ CX")
	v.op("JNZ loop")
	v.ret()
}

func (v *vector) lstm() {
	v.cell(cell{name: "lstm", slices: []string{"a", "p", "c", "next", "tc", "h"}, vectors: map[string]int{"a": 4, "p": 4}, comment: `is, for n units u and lanes l,

	i, f, g, o := sigmoid(a[u][0][l] + p[u][0][l]), sigmoid(a[u][1][l] + p[u][1][l]), tanh(a[u][2][l] + p[u][2][l]), sigmoid(a[u][3][l] + p[u][3][l])
	next[u][l] = f*c[u][l] + i*g
	tc[u][l] = tanh(next[u][l])
	h[u][l] = o*tc[u][l]
	a[u][0][l], a[u][1][l], a[u][2][l], a[u][3][l] = i, f, g, o`, body: func(at func(string, int) string) {
		gate := func(k int, of func() int) int {
			v.o("VMOVUPS", at("a", k), 0)
			v.o("VADDPS", at("p", k), 0, 0)
			y := of()
			v.o("VMOVUPS", y, at("a", k))
			return y
		}
		sigmoid := func() int { v.logistic(); return 1 }
		const input, state = 9, 10
		v.o("VMOVAPS", gate(0, sigmoid), input)
		v.o("VMULPS", at("c", 0), gate(1, sigmoid), state)
		v.o("VFMADD231PS", gate(2, v.tanhOf), input, state)
		v.o("VMOVUPS", state, at("next", 0))
		v.o("VMOVAPS", state, 0)
		tc := v.tanhOf()
		v.o("VMOVUPS", tc, at("tc", 0))
		v.o("VMOVAPS", tc, 9)
		v.o("VMULPS", 9, gate(3, sigmoid), 9)
		v.o("VMOVUPS", 9, at("h", 0))
	}})
}

func (v *vector) lstmBackward() {
	v.cell(cell{name: "lstmBackward", slices: []string{"a", "dh", "r", "c", "tc", "dc"}, vectors: map[string]int{"a": 4}, comment: `is, for n units u and lanes l,

	i, f, g, o := a[u][0][l], a[u][1][l], a[u][2][l], a[u][3][l]
	d := dh[u][l] + r[u][l]
	e := dc[u][l] + d*o*(1 - tc[u][l]*tc[u][l])
	a[u][0][l] = e*g*(i - i*i)
	a[u][1][l] = e*c[u][l]*(f - f*f)
	a[u][2][l] = e*i*(1 - g*g)
	a[u][3][l] = d*tc[u][l]*(o - o*o)
	dc[u][l] = e*f`, body: func(at func(string, int) string) {
		const d, tc, o, i, f, g, e, x, y = 0, 1, 2, 3, 4, 5, 6, 7, 8
		v.o("VMOVUPS", at("dh", 0), d)
		v.o("VADDPS", at("r", 0), d, d)
		v.o("VMOVUPS", at("tc", 0), tc)
		for k, r := range []int{i, f, g, o} {
			v.o("VMOVUPS", at("a", k), r)
		}
		v.o("VMULPS", d, tc, x)
		v.slope(o, y)
		v.o("VMULPS", y, x, x)
		v.o("VMOVUPS", x, at("a", 3))
		v.o("VMULPS", o, d, d)
		v.o("VMOVUPS", v.c(1), x)
		v.o("VFNMADD231PS", tc, tc, x) // 1 − tc²
		v.o("VMOVUPS", at("dc", 0), e)
		v.o("VFMADD231PS", x, d, e)
		v.o("VMULPS", f, e, x)
		v.o("VMOVUPS", x, at("dc", 0))
		v.slope(f, y)
		v.o("VMULPS", at("c", 0), e, x)
		v.o("VMULPS", y, x, x)
		v.o("VMOVUPS", x, at("a", 1))
		v.slope(i, y)
		v.o("VMULPS", g, e, x)
		v.o("VMULPS", y, x, x)
		v.o("VMOVUPS", x, at("a", 0))
		v.o("VMOVUPS", v.c(1), y)
		v.o("VFNMADD231PS", g, g, y)
		v.o("VMULPS", i, e, x)
		v.o("VMULPS", y, x, x)
		v.o("VMOVUPS", x, at("a", 2))
	}})
}

// slope sets register to to the derivative of a sigmoid of the value y: y − y².
func (v *vector) slope(y, to int) {
	v.o("VMOVAPS", y, to)
	v.o("VFNMADD231PS", y, y, to)
}

func (v *vector) gru() {
	v.cell(cell{name: "gru", slices: []string{"a", "p", "before", "q", "h"}, vectors: map[string]int{"a": 3, "p": 3}, comment: `is, for n units u and lanes l,

	r, z := sigmoid(a[u][0][l] + p[u][0][l]), sigmoid(a[u][1][l] + p[u][1][l])
	q[u][l] = p[u][2][l]
	n := tanh(a[u][2][l] + r*q[u][l])
	h[u][l] = n + z*(before[u][l] - n)
	a[u][0][l], a[u][1][l], a[u][2][l] = r, z, n`, body: func(at func(string, int) string) {
		gate := func(k, to int) {
			v.o("VMOVUPS", at("a", k), 0)
			v.o("VADDPS", at("p", k), 0, 0)
			v.logistic()
			v.o("VMOVAPS", 1, to)
			v.o("VMOVUPS", to, at("a", k))
		}
		const r, z = 9, 10
		gate(0, r)
		gate(1, z)
		v.o("VMOVUPS", at("p", 2), 1)
		v.o("VMOVUPS", 1, at("q", 0))
		v.o("VMOVUPS", at("a", 2), 0)
		v.o("VFMADD231PS", 1, r, 0)
		n := v.tanhOf()
		v.o("VMOVUPS", n, at("a", 2))
		v.o("VMOVUPS", at("before", 0), 0)
		v.o("VSUBPS", n, 0, 0)
		v.o("VFMADD231PS", 0, z, n)
		v.o("VMOVUPS", n, at("h", 0))
	}})
}

func (v *vector) gruBackward() {
	v.cell(cell{name: "gruBackward", slices: []string{"a", "b", "dh", "r", "before", "q", "direct"}, vectors: map[string]int{"a": 3, "b": 3}, comment: `is, for n units u and lanes l,

	r, z, n := a[u][0][l], a[u][1][l], a[u][2][l]
	d := dh[u][l] + r[u][l] + direct[u][l]
	dn := d*(1 - z)*(1 - n*n)
	dr := dn*q[u][l]*(r - r*r)
	dz := d*(before[u][l] - n)*(z - z*z)
	a[u][0][l], a[u][1][l], a[u][2][l] = dr, dz, dn
	b[u][0][l], b[u][1][l], b[u][2][l] = dr, dz, dn*r
	direct[u][l] = d*z`, body: func(at func(string, int) string) {
		const d, r, z, n, x, y = 0, 1, 2, 3, 4, 5
		v.o("VMOVUPS", at("dh", 0), d)
		v.o("VADDPS", at("r", 0), d, d)
		v.o("VADDPS", at("direct", 0), d, d)
		for k, to := range []int{r, z, n} {
			v.o("VMOVUPS", at("a", k), to)
		}
		v.o("VMULPS", z, d, x)
		v.o("VMOVUPS", x, at("direct", 0))
		v.o("VMOVUPS", at("before", 0), x)
		v.o("VSUBPS", n, x, x)
		v.o("VMULPS", d, x, x)
		v.slope(z, y)
		v.o("VMULPS", y, x, x)
		v.o("VMOVUPS", x, at("a", 1))
		v.o("VMOVUPS", x, at("b", 1))
		v.o("VMOVUPS", v.c(1), x)
		v.o("VSUBPS", z, x, x)
		v.o("VMULPS", d, x, x)
		v.o("VMOVUPS", v.c(1), y)
		v.o("VFNMADD231PS", n, n, y)
		v.o("VMULPS", y, x, x)
		v.o("VMOVUPS", x, at("a", 2))
		v.o("VMULPS", r, x, y)
		v.o("VMOVUPS", y, at("b", 2))
		v.o("VMULPS", at("q", 0), x, x)
		v.slope(r, y)
		v.o("VMULPS", y, x, x)
		v.o("VMOVUPS", x, at("a", 0))
		v.o("VMOVUPS", x, at("b", 0))
	}})
}
