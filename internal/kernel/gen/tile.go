package main

import "fmt"

// The tile kernel does nearly all of the arithmetic: it multiplies vectors of
// sixteen lanes by operands and adds up the products in registers, for four
// vectors and up to six outputs at a time, or for fewer vectors and up to twelve.
//
//	registers   DI arguments · SI steps · DX steps left · CX inner steps left
//	            R8–R11 the four vectors · AX their offset · BX, R15 operands 0 and 3
//	            R12, R13 inner strides of vectors and operands · R14 between operands
//	            R10, R11 operands 6 and 9, where there are one or two vectors

// Offsets into tileArgs and tile, which a test compares with unsafe.Offsetof.
const (
	argX, argW, argSteps, argTiles, argCount = 0, 8, 16, 24, 32
	argInner, argXInner, argWInner, argWOut  = 40, 48, 56, 64
	argOut, argOutStride, argBias, argFloor  = 72, 80, 88, 96
	argMask, argMaskStride, argLive, argNaN  = 104, 112, 120, 128
	argHalf, argFrom, argBiasStride          = 136, 144, 152
	argAt, argLeft, argWAt                   = 160, 168, 176
	tileX, tileOut, tileSteps, tileN         = 0, 32, 64, 72
	tileW, tileEnd                           = 80, 88
	stepX, stepW, stepEnd                    = 0, 8, 16
)

// mostOutputs is the maximum number of outputs of a tile of four vectors: with
// operands, they fill the registers. With fewer vectors it is twice that.
const mostOutputs = 6

// tiles generates every tile kernel, and the tables that select one.
func tiles(f *file, s isa) {
	tables := ""
	table := func(name string, nv, most int, e epilogue) {
		tables += fmt.Sprintf("\n// %s are the kernels by their number of outputs.\nvar %s = [...]func(*tileArgs){nil", name, name)
		for nr := 1; nr <= most; nr++ {
			tileOf(f, s, nv, nr, e)
			tables += fmt.Sprintf(", tile%dx%d%s%s", nv, nr, e, s.name)
		}
		tables += "}\n"
	}
	table("store1"+s.name, 1, mostOutputs, store)
	table("store4"+s.name, 4, mostOutputs, store)
	if s.parts == 1 { // AVX2 writes half a line at a time, which is slow past the caches
		table("stream4"+s.name, 4, mostOutputs, stream)
		fence(f)
	}
	table("pool4"+s.name, 4, mostOutputs, pool)
	table("sum4"+s.name, 4, mostOutputs, sum)
	table("few1"+s.name, 1, 2*mostOutputs, few)
	table("few2"+s.name, 2, 2*mostOutputs, few)
	table("few4"+s.name, 4, mostOutputs, few)
	f.stubs.WriteString(tables)
}

// comment is the Go loop that a kernel computes.
func comment(nv, nr int, e epilogue) string {
	loop := fmt.Sprintf(`computes, for each tile t of a.tiles, for v < %d, j < %d and lane l,

	s := a.bias[j]
	for each step of t, and i < a.inner:
		s += x[t.x[v] + step.x + i*a.xInner + l] * w[j*a.wOut + step.w + i*a.wInner]
`, nv, nr)
	switch e {
	case pool:
		return loop + `
and, with s[v] for the four vectors,

	out[t.out[0] + j*a.outStep + l] = max(a.floor, s[0], s[1], s[2], s[3])
	bit l of mask[t.out[1] + j*a.maskOut + v] = s[v] is the first to equal that, and it is above a.floor or a.live has the bit

It sets a.nan to other than 0 if an s is NaN; the rest is then undefined.`
	case sum:
		return fmt.Sprintf(`computes, for each tile t of a.tiles, for v < %d and j < %d,

	out[t.out[0] + j*a.outStep + v] = 0
	for each step of t, i < a.inner and lane l:
		out[t.out[0] + j*a.outStep + v] += x[t.x[v] + step.x + i*a.xInner + l] * w[j*a.wOut + step.w + i*a.wInner + l]

the lanes being added last, in a fixed order.`, nv, nr)
	case few:
		return fmt.Sprintf(`computes, for each tile t of a.tiles, for v < %d, j < %d and lane l,

	s := a.bias[j*a.biasOut + v*16 + l]
	for each step of t, and i < a.inner:
		s += x[t.x[v] + step.x + i*a.xInner + l] * w[t.w + j*a.wOut + step.w + i*a.wInner]
	out[t.out[v] + j*a.outStep + l] = max(a.floor, s)
`, nv, nr)
	}
	loop += fmt.Sprintf(`	out[t.out[v] + j*a.outStep + l] = max(a.floor, s)

where s begins at a.from[(j*%d+v)*16+l] unless a.from is nil.
`, nv)
	if e == stream {
		loop += "It writes past the caches: the vectors of out begin at cache lines, and a call of fence\ncomes before others read them.\n"
	}
	return loop
}

// tileOf generates the kernel of nv vectors (1 or 4) and nr outputs.
func tileOf(f *file, s isa, nv, nr int, e epilogue) {
	name := fmt.Sprintf("tile%dx%d%s%s", nv, nr, e, s.name)
	f.function(name, "a *tileArgs", 8, comment(nv, nr, e))
	f.op("MOVQ a+0(FP), DI")
	f.op("MOVQ %d(DI), AX", argTiles)
	f.op("MOVQ AX, %d(DI)", argAt)
	f.op("MOVQ %d(DI), AX", argCount)
	f.op("MOVQ AX, %d(DI)", argLeft)
	f.op("MOVQ %d(DI), R12", argXInner)
	f.op("MOVQ %d(DI), R13", argWInner)
	f.op("MOVQ %d(DI), R14", argWOut)
	if e == pool && s.parts == 1 {
		f.op("KXORW K7, K7, K7")
	}
	f.mark("tile")
	f.op("MOVQ %d(DI), SI", argAt)
	f.op("MOVQ %d(DI), AX", argX)
	for v := range nv {
		f.op("MOVQ %d(SI), R%d", tileX+8*v, 8+v)
		f.op("ADDQ AX, R%d", 8+v)
	}
	var all []tilePass
	if e == few {
		f.op("MOVQ %d(SI), AX", tileW)
		f.op("ADDQ %d(DI), AX", argW)
		f.op("MOVQ AX, %d(DI)", argWAt)
	}
	for half := range s.parts {
		for first := 0; first < nr; {
			n := nr - first
			if s.parts == 2 { // twelve sums, operands and vectors fill sixteen registers
				passes := (nr*nv + 11) / 12
				n = min(n, (nr+passes-1)/passes)
			}
			t := tilePass{f, s, e, nv, nr, half, first, n, f.fresh("")}
			t.sums()
			t.finish()
			all = append(all, t)
			first += n
		}
	}
	f.op("ADDQ $%d, %d(DI)", tileEnd, argAt)
	f.op("DECQ %d(DI)", argLeft)
	f.op("JNZ tile")
	if e == pool && s.parts == 1 {
		f.op("KMOVW K7, AX")
		f.op("ORQ AX, %d(DI)", argNaN)
	}
	f.ret()
	if e.stores() {
		for _, t := range all {
			t.goOn()
		}
	}
}

// tilePass is the part of a tile that fits into the registers: n outputs from the
// first on, and one half of each vector on AVX2.
type tilePass struct {
	f        *file
	s        isa
	e        epilogue
	nv, nr   int
	half     int
	first, n int
	id       string // of its labels
}

// acc is the register of the sum of output j of this pass and vector v.
func (t tilePass) acc(j, v int) string { return t.s.r(j*t.nv + v) }

// operandBases hold the addresses of every third operand.
var operandBases = [...]string{"BX", "R15", "R10", "R11"}

// bases are the operandBases beyond the first that the pass needs.
func (t tilePass) bases() []string { return operandBases[1 : (t.first+t.n+2)/3] }

// operand is the address of output j's operand.
func (t tilePass) operand(j int) string {
	base := operandBases[j/3]
	j %= 3
	disp := ""
	if t.e == sum && t.half > 0 {
		disp = fmt.Sprint(t.half * t.s.bytes)
	}
	if j == 0 {
		return fmt.Sprintf("%s(%s)", disp, base)
	}
	return fmt.Sprintf("%s(%s)(R14*%d)", disp, base, j)
}

// sums adds up all products.
func (t tilePass) sums() {
	f, id := t.f, t.id
	switch t.e {
	case sum:
		for j := range t.n {
			for v := range t.nv {
				f.op("%[1]s %[2]s, %[2]s, %[2]s", clearing(t.s), t.acc(j, v))
			}
		}
	case few:
		f.op("MOVQ %d(DI), BX", argBias)
		f.op("MOVQ %d(DI), CX", argBiasStride)
		for range t.first {
			f.op("ADDQ CX, BX")
		}
		for j := range t.n {
			for v := range t.nv {
				f.op("VMOVUPS %d(BX), %s", 64*v+32*t.half, t.acc(j, v))
			}
			f.op("ADDQ CX, BX")
		}
	default:
		if t.e.stores() {
			f.op("CMPQ %d(DI), $0", argFrom) // a load and a test cost a tile .06 µs more
			f.op("JNE from%s", id)
		}
		f.op("MOVQ %d(DI), BX", argBias)
		for j := range t.n {
			for v := range t.nv {
				f.op("VBROADCASTSS %d(BX), %s", 4*(t.first+j), t.acc(j, v))
			}
		}
		if t.e.stores() {
			f.mark("begun" + id)
		}
	}
	f.op("MOVQ %d(DI), SI", argAt)
	f.op("MOVQ %d(SI), DX", tileN)
	f.op("MOVQ %d(SI), SI", tileSteps)
	f.op("ADDQ %d(DI), SI", argSteps)
	f.op("TESTQ DX, DX")
	f.op("JZ done%s", id)
	f.mark("step" + id)
	f.op("MOVQ %d(SI), AX", stepX)
	f.op("MOVQ %d(SI), BX", stepW)
	if t.e == few {
		f.op("ADDQ %d(DI), BX", argWAt)
	} else {
		f.op("ADDQ %d(DI), BX", argW)
	}
	for i, base := range t.bases() {
		f.op("LEAQ (%s)(R14*2), %s", operandBases[i], base)
		f.op("ADDQ R14, %s", base)
	}
	f.op("MOVQ %d(DI), CX", argInner)
	f.mark("inner" + id)
	if t.s.parts == 1 {
		t.multiply512()
	} else {
		t.multiply2()
	}
	if t.e.stores() || t.e == pool {
		// If the operands are a column of a matrix, each is on a separate cache
		// line and page: the next tile needs the next line of the same row.
		f.op("PREFETCHT0 64(BX)")
	}
	f.op("ADDQ R12, AX")
	f.op("ADDQ R13, BX")
	for _, base := range t.bases() {
		f.op("ADDQ R13, %s", base)
	}
	f.op("DECQ CX")
	f.op("JNZ inner%s", id)
	f.op("ADDQ $%d, SI", stepEnd)
	f.op("DECQ DX")
	f.op("JNZ step%s", id)
	f.mark("done" + id)
}

// goOn begins the sums at those in memory.
func (t tilePass) goOn() {
	t.f.mark("from" + t.id)
	t.f.op("MOVQ %d(DI), BX", argFrom)
	for j := range t.n {
		for v := range t.nv {
			t.f.op("VMOVUPS %d(BX), %s", 64*((t.first+j)*t.nv+v)+32*t.half, t.acc(j, v))
		}
	}
	t.f.op("JMP begun%s", t.id)
}

// multiply512 has registers for all vectors and four operands.
func (t tilePass) multiply512() {
	for v := range t.nv {
		t.f.op("VMOVUPS (R%d)(AX*1), Z%d", 8+v, 24+v)
	}
	for j := range t.n {
		if t.nv == 1 {
			t.f.op("VFMADD231PS.BCST %s, Z24, %s", t.operand(t.first+j), t.acc(j, 0))
			continue
		}
		w := 28 + j%4
		if t.e == sum {
			t.f.op("VMOVUPS %s, Z%d", t.operand(t.first+j), w)
		} else {
			t.f.op("VBROADCASTSS %s, Z%d", t.operand(t.first+j), w)
		}
		for v := range t.nv {
			t.f.op("VFMADD231PS Z%d, Z%d, %s", 24+v, w, t.acc(j, v))
		}
	}
}

// multiply2 keeps the operands and takes the vectors one after another.
func (t tilePass) multiply2() {
	if t.nv == 1 {
		t.f.op("VMOVUPS %d(R8)(AX*1), Y15", 32*t.half)
		for j := range t.n {
			t.f.op("VBROADCASTSS %s, Y%d", t.operand(t.first+j), 12+j%3)
			t.f.op("VFMADD231PS Y%d, Y15, %s", 12+j%3, t.acc(j, 0))
		}
		return
	}
	if t.nv == 2 {
		for v := range 2 {
			t.f.op("VMOVUPS %d(R%d)(AX*1), Y%d", 32*t.half, 8+v, 14+v)
		}
		for j := range t.n {
			t.f.op("VBROADCASTSS %s, Y%d", t.operand(t.first+j), 12+j%2)
			for v := range 2 {
				t.f.op("VFMADD231PS Y%d, Y%d, %s", 14+v, 12+j%2, t.acc(j, v))
			}
		}
		return
	}
	for j := range t.n {
		if t.e == sum {
			t.f.op("VMOVUPS %s, Y%d", t.operand(t.first+j), 12+j)
		} else {
			t.f.op("VBROADCASTSS %s, Y%d", t.operand(t.first+j), 12+j)
		}
	}
	for v := range t.nv {
		t.f.op("VMOVUPS %d(R%d)(AX*1), Y15", 32*t.half, 8+v)
		for j := range t.n {
			t.f.op("VFMADD231PS Y15, Y%d, %s", 12+j, t.acc(j, v))
		}
	}
}

// clearing is the instruction that sets a register to zero, from itself.
func clearing(s isa) string {
	if s.parts == 1 {
		return "VPXORD"
	}
	return "VXORPS"
}

// finish writes the sums.
func (t tilePass) finish() {
	switch t.e {
	case store, stream, few:
		t.store()
	case pool:
		t.pool()
	case sum:
		t.sumLanes()
	}
}

// outputs are the registers of the four addresses to write to.
var outputs = [4]string{"AX", "BX", "CX", "R15"}

// places sets n of outputs to out plus the tile's offsets, beyond the outputs of
// earlier passes, and DX to the stride between outputs.
func (t tilePass) places(n int) {
	f := t.f
	f.op("MOVQ %d(DI), SI", argAt)
	f.op("MOVQ %d(DI), DX", argOutStride)
	for v := range n {
		f.op("MOVQ %d(SI), %s", tileOut+8*v, outputs[v])
		f.op("ADDQ %d(DI), %s", argOut, outputs[v])
		for range t.first {
			f.op("ADDQ DX, %s", outputs[v])
		}
	}
}

func (t tilePass) store() {
	floor := t.s.r(t.s.parts&1*16 + 15) // Y15 or Z31
	move := "VMOVUPS"
	if t.e == stream {
		move = "VMOVNTPS"
	}
	t.f.op("VBROADCASTSS %d(DI), %s", argFloor, floor)
	t.places(t.nv)
	for j := range t.n {
		for v := range t.nv {
			t.f.op("VMAXPS %[1]s, %[2]s, %[1]s", t.acc(j, v), floor) // in this order a NaN stays
			t.f.op("%s %s, %d(%s)", move, t.acc(j, v), t.half*t.s.bytes, outputs[v])
		}
		if j < t.n-1 {
			for v := range t.nv {
				t.f.op("ADDQ DX, %s", outputs[v])
			}
		}
	}
}
