package main

import "fmt"

// The transforms of Winograd's convolution: see winograd.go of the package. A tile is
// 4×4 pixels in the image and 2×2 in the output; its transform is sixteen values, a
// plane each.
//
//	registers   DI arguments · SI, R8, R9, DX rows of pixels · BX values of the channel · CX tiles left
//	            R10–R13 planes 0, 4, 8 and 12 · R14 between planes · R15 thrice that · AX scratch

// Offsets into winogradArgs, which a test compares with unsafe.Offsetof.
const (
	winogradX, winogradRow, winogradStep, winogradColumn = 0, 8, 40, 72
	winogradV, winogradVPlane, winogradVChannel          = 80, 88, 96
	winogradLeft, winogradTiles, winogradRight           = 104, 112, 120
	winogradChannels, winogradBias, winogradBiasStep     = 128, 136, 144
	winogradFloor                                        = 152
	winogradRowAt, winogradBiasAt, winogradChannelsLeft  = 160, 192, 200
)

// winograd generates the transforms.
func winograd(f *file, s isa) {
	w := &transform{f, s, 4}
	const edges = ", where the first column of the first tile is zero if a.left is 1, and the last a.right columns of one tile more are zero"
	w.function("winogradInput", "a tile of 4×4 pixels x to v = Bᵀ·x·B"+edges, 4, func() {
		w.f.op("CMPQ %d(DI), $0", winogradLeft)
		w.f.op("JE middle")
		w.tile(func(part int) { w.input(part, 1, 4) })
		w.loop(func(part int) { w.input(part, 0, 4) })
		w.right(2, func(part, zeros int) { w.input(part, 0, 4-zeros) })
	})
	w.function("winogradGrad", "a tile of 2×2 pixels x to v = C·x·Cᵀ"+edges, 2, func() {
		w.loop(func(part int) { w.grad(part, 2) })
		w.right(1, func(part, zeros int) { w.grad(part, 2-zeros) })
	})
	w.function("winogradOutput", "v to a tile of 2×2 pixels x = max(a.floor, Aᵀ·v·A + bias[c])", 2, func() {
		w.f.op("MOVQ %d(DI), R9", winogradColumn)
		w.loop(w.output)
	})
}

// transform is a kernel in the making.
type transform struct {
	f    *file
	s    isa
	rows int // of a tile
}

// rows are the registers of the rows of pixels.
var rows = [...]string{"SI", "R8", "R9", "DX"}

// function is the loop over channels around a body, of tiles of n rows.
func (w *transform) function(name, comment string, n int, body func()) {
	f := w.f
	w.rows = n
	output := name == "winogradOutput"
	f.function(name+w.s.name, "a *winogradArgs", 8, "computes, for each c < a.channels, tile < a.tiles and lane, "+comment+".")
	f.op("MOVQ a+0(FP), DI")
	for i := range n {
		f.op("MOVQ %d(DI), AX", winogradX)
		f.op("ADDQ %d(DI), AX", winogradRow+8*i)
		f.op("MOVQ AX, %d(DI)", winogradRowAt+8*i)
	}
	f.op("MOVQ %d(DI), BX", winogradV)
	f.op("MOVQ %d(DI), AX", winogradChannels)
	f.op("MOVQ AX, %d(DI)", winogradChannelsLeft)
	f.op("MOVQ %d(DI), R14", winogradVPlane)
	f.op("LEAQ (R14)(R14*2), R15")
	if output {
		f.op("VBROADCASTSS %d(DI), %s", winogradFloor, w.s.r(14))
		f.op("MOVQ %d(DI), AX", winogradBias)
		f.op("MOVQ AX, %d(DI)", winogradBiasAt)
	}
	f.mark("channel")
	if output {
		f.op("MOVQ %d(DI), AX", winogradBiasAt)
		f.op("VBROADCASTSS (AX), %s", w.s.r(15))
		f.op("ADDQ %d(DI), AX", winogradBiasStep)
		f.op("MOVQ AX, %d(DI)", winogradBiasAt)
	}
	for i := range n {
		f.op("MOVQ %d(DI), %s", winogradRowAt+8*i, rows[i])
	}
	f.op("MOVQ BX, R10")
	for i := range 3 {
		f.op("LEAQ (R%d)(R14*4), R%d", 10+i, 11+i)
	}
	body()
	for i := range n {
		f.op("MOVQ %d(DI), AX", winogradStep+8*i)
		f.op("ADDQ AX, %d(DI)", winogradRowAt+8*i)
	}
	f.op("ADDQ %d(DI), BX", winogradVChannel)
	f.op("DECQ %d(DI)", winogradChannelsLeft)
	f.op("JNZ channel")
	f.ret()
}

// tile runs a body and goes on to the next tile.
func (w *transform) tile(body func(part int)) {
	for p := range w.s.parts {
		body(p)
	}
	for _, r := range rows[:w.rows] {
		w.f.op("ADDQ $128, %s", r)
	}
	for i := range 4 {
		w.f.op("ADDQ $64, R%d", 10+i)
	}
}

// loop runs a body for a.tiles, which may be 0.
func (w *transform) loop(body func(part int)) {
	w.f.mark("middle")
	w.f.op("MOVQ %d(DI), CX", winogradTiles)
	w.f.op("TESTQ CX, CX")
	w.f.op("JZ right")
	w.f.mark("tile")
	w.tile(body)
	w.f.op("DECQ CX")
	w.f.op("JNZ tile")
	w.f.mark("right")
}

// right runs the body of the last tile of a row, of which up to most columns are zero.
func (w *transform) right(most int, body func(part, zeros int)) {
	for z := 1; z <= most; z++ {
		w.f.op("CMPQ %d(DI), $%d", winogradRight, z)
		w.f.op("JNE not%d", z)
		w.tile(func(part int) { body(part, z) })
		w.f.mark(fmt.Sprintf("not%d", z))
	}
}

// pixel is the address of a pixel of the image.
func (w *transform) pixel(row, column, part int) string {
	return fmt.Sprintf("%d(%s)", column*64+part*w.s.bytes, rows[row])
}

// value is the address of a value of the transform.
func (w *transform) value(row, column, part int) string {
	return fmt.Sprintf("%d(R%d)", part*w.s.bytes, 10+row) + [...]string{"", "(R14*1)", "(R14*2)", "(R15*1)"}[column]
}

// o writes an instruction whose operands are numbers of registers, or text.
func (w *transform) o(name string, operands ...any) {
	(&vector{file: w.f, s: w.s}).o(name, operands...)
}

// input transforms the columns of a tile from first to end; the others are zero.
func (w *transform) input(part, first, end int) {
	for j := range 4 { // t0 = x0 − x2, t1 = x1 + x2, t2 = x2 − x1, t3 = x1 − x3
		t0, t1, t2, t3 := j, 4+j, 8+j, 12+j
		if j < first || j >= end {
			for i := range 4 {
				w.o("VXORPS", 4*i+j, 4*i+j, 4*i+j)
			}
			continue
		}
		w.o("VMOVUPS", w.pixel(0, j, part), t0)
		w.o("VMOVUPS", w.pixel(1, j, part), t1)
		w.o("VMOVUPS", w.pixel(2, j, part), t2)
		w.o("VSUBPS", t2, t0, t0)
		w.o("VSUBPS", w.pixel(3, j, part), t1, t3)
		w.o("VADDPS", t2, t1, t1)
		w.o("VSUBPS", w.pixel(1, j, part), t2, t2)
	}
	for i := range 4 { // the same of the columns
		t0, t1, t2, t3 := 4*i, 4*i+1, 4*i+2, 4*i+3
		w.o("VSUBPS", t2, t0, t0)
		w.o("VMOVUPS", t0, w.value(i, 0, part))
		w.o("VSUBPS", t3, t1, t3)
		w.o("VMOVUPS", t3, w.value(i, 3, part))
		w.o("VADDPS", t2, t1, t0)
		w.o("VMOVUPS", t0, w.value(i, 1, part))
		w.o("VSUBPS", t1, t2, t2)
		w.o("VMOVUPS", t2, w.value(i, 2, part))
	}
}

// grad transforms the first columns of a tile; the others are zero.
func (w *transform) grad(part, columns int) {
	for j := range 2 { // t0 = x0, t1 = x0 + x1, t2 = x0 − x1, t3 = x1
		t0, t1, t2, t3 := j, 2+j, 4+j, 6+j
		if j >= columns {
			for i := range 4 {
				w.o("VXORPS", 2*i+j, 2*i+j, 2*i+j)
			}
			continue
		}
		w.o("VMOVUPS", w.pixel(0, j, part), t0)
		w.o("VMOVUPS", w.pixel(1, j, part), t3)
		w.o("VADDPS", t3, t0, t1)
		w.o("VSUBPS", t3, t0, t2)
	}
	for i := range 4 { // the same of the columns
		t0, t1 := 2*i, 2*i+1
		w.o("VMOVUPS", t0, w.value(i, 0, part))
		w.o("VMOVUPS", t1, w.value(i, 3, part))
		w.o("VADDPS", t1, t0, 8)
		w.o("VMOVUPS", 8, w.value(i, 1, part))
		w.o("VSUBPS", t1, t0, 9)
		w.o("VMOVUPS", 9, w.value(i, 2, part))
	}
}

// output transforms back. Where a tile goes beyond the image, the second row or column
// is at the place of the first, which is written last.
func (w *transform) output(part int) {
	for j := range 4 { // s0 = v0 + v1 + v2, s1 = v1 − v2 − v3
		s0, s1 := j, 4+j
		w.o("VMOVUPS", w.value(1, j, part), 8)
		w.o("VMOVUPS", w.value(2, j, part), 9)
		w.o("VADDPS", w.value(0, j, part), 8, s0)
		w.o("VADDPS", 9, s0, s0)
		w.o("VSUBPS", 9, 8, s1)
		w.o("VSUBPS", w.value(3, j, part), s1, s1)
	}
	for _, i := range []int{1, 0} {
		s0, s1, s2, s3 := 4*i, 4*i+1, 4*i+2, 4*i+3
		w.o("VADDPS", s1, s0, s0)
		w.o("VADDPS", s2, s0, s0)
		w.o("VSUBPS", s2, s1, s1)
		w.o("VSUBPS", s3, s1, s1)
		for _, y := range []struct {
			value  int
			column string
		}{{s1, "(R9*1)"}, {s0, ""}} {
			w.o("VADDPS", 15, y.value, y.value)
			w.o("VMAXPS", y.value, 14, y.value) // in this order a NaN stays
			w.o("VMOVUPS", y.value, w.pixel(i, 0, part)+y.column)
		}
	}
}
