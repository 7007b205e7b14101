package main

// epilogue is what happens to the sums.
type epilogue string

const (
	store  epilogue = "Store"  // max(floor, sum) to memory
	stream epilogue = "Stream" // store, past the caches
	pool   epilogue = "Pool"   // the maximum of the four vectors, and who won
	sum    epilogue = "Sum"    // over the lanes; operands are vectors too
	few    epilogue = "Few"    // store, where vectors are weights of sixteen outputs and operands are pixels
)

// stores reports whether it is store or stream.
func (e epilogue) stores() bool { return e == store || e == stream }

// pool writes the maximum of four vectors and the floor, and for each vector in
// turn a bit a lane: whether it is the first to have the maximum, and the maximum
// is above the floor or argLive has the bit.
func (t tilePass) pool() {
	f := t.f
	t.places(2)                        // AX: outputs; BX: replaced below
	f.op("MOVQ %d(SI), BX", tileOut+8) // masks
	f.op("ADDQ %d(DI), BX", argMask)
	f.op("MOVQ %d(DI), CX", argMaskStride)
	for range t.first {
		f.op("ADDQ CX, BX")
	}
	if t.s.parts == 1 {
		t.pool512()
	} else {
		t.pool2()
	}
}

func (t tilePass) pool512() {
	f := t.f
	f.op("VBROADCASTSS %d(DI), Z31", argFloor)
	f.op("KMOVW %d(DI), K6", argLive)
	for j := range t.n {
		a, b, c, d := t.acc(j, 0), t.acc(j, 1), t.acc(j, 2), t.acc(j, 3)
		f.op("VCMPPS $3, %s, %s, K1", a, b) // unordered: a NaN
		f.op("VCMPPS $3, %s, %s, K2", c, d)
		f.op("KORW K1, K2, K1")
		f.op("KORW K1, K7, K7")
		f.op("VMAXPS %s, %s, Z24", a, b)
		f.op("VMAXPS %s, %s, Z25", c, d)
		f.op("VMAXPS Z24, Z25, Z24")
		f.op("VMAXPS Z24, Z31, Z24")
		f.op("VMOVUPS Z24, (AX)")
		f.op("VCMPPS $30, Z31, Z24, K5") // above the floor
		f.op("KORW K6, K5, K5")
		for v := range 3 {
			f.op("VCMPPS $0, Z24, %s, K5, K%d", t.acc(j, v), v+1)
			f.op("KANDNW K5, K%d, K5", v+1)
			f.op("KMOVW K%d, %d(BX)", v+1, 2*v)
		}
		f.op("KMOVW K5, 6(BX)")
		f.op("ADDQ DX, AX")
		f.op("ADDQ CX, BX")
	}
}

// pool2 does the same for one half of the lanes, which is one byte of each word of
// the mask.
func (t tilePass) pool2() {
	f := t.f
	f.op("VBROADCASTSS %d(DI), Y15", argFloor)
	for j := range t.n {
		a, b, c, d := t.acc(j, 0), t.acc(j, 1), t.acc(j, 2), t.acc(j, 3)
		f.op("VCMPPS $3, %s, %s, Y12", a, b)
		f.op("VCMPPS $3, %s, %s, Y13", c, d)
		f.op("VORPS Y12, Y13, Y12")
		f.op("VMOVMSKPS Y12, R15")
		f.op("ORQ R15, %d(DI)", argNaN)
		f.op("VMAXPS %s, %s, Y12", a, b)
		f.op("VMAXPS %s, %s, Y13", c, d)
		f.op("VMAXPS Y12, Y13, Y12")
		f.op("VMAXPS Y12, Y15, Y12")
		f.op("VMOVUPS Y12, %d(AX)", 32*t.half)
		f.op("VCMPPS $30, Y15, Y12, Y13") // above the floor
		f.op("VPBROADCASTD %d(DI), Y14", argLive+4)
		f.op("VORPS Y14, Y13, Y13")
		for v := range 3 {
			f.op("VCMPPS $0, Y12, %[1]s, %[1]s", t.acc(j, v))
			f.op("VANDPS Y13, %[1]s, %[1]s", t.acc(j, v))
			f.op("VANDNPS Y13, %s, Y13", t.acc(j, v))
			f.op("VMOVMSKPS %s, R15", t.acc(j, v))
			f.op("MOVB R15, %d(BX)", 2*v+t.half)
		}
		f.op("VMOVMSKPS Y13, R15")
		f.op("MOVB R15, %d(BX)", 6+t.half)
		f.op("ADDQ DX, AX")
		f.op("ADDQ CX, BX")
	}
}

// sumLanes writes the sums of the lanes of an output's four vectors to four
// neighboring places in memory. Lanes are added in one order on every instruction
// set: the upper half to the lower, neighbors, pairs of those, and the last two.
func (t tilePass) sumLanes() {
	f := t.f
	if t.s.parts == 2 && t.half == 0 { // keep the lower half for the upper one
		f.op("MOVQ %d(DI), AX", argHalf)
		for j := range t.n {
			for v := range t.nv {
				f.op("VMOVUPS %s, %d(AX)", t.acc(j, v), 32*((t.first+j)*t.nv+v))
			}
		}
		return
	}
	t.places(1)
	if t.s.parts == 2 {
		f.op("MOVQ %d(DI), CX", argHalf)
	}
	for j := range t.n {
		at := j * t.nv
		for v := range t.nv {
			if t.s.parts == 2 {
				f.op("VADDPS %d(CX), Y%[2]d, Y%[2]d", 32*((t.first+j)*t.nv+v), at+v)
				continue
			}
			f.op("VEXTRACTF64X4 $1, Z%d, Y24", at+v)
			f.op("VADDPS Y24, Y%d, Y%d", at+v, v) // the registers of output 0 are free by now
		}
		if t.s.parts == 1 {
			at = 0
		}
		f.op("VHADDPS Y%d, Y%[2]d, Y%[2]d", at+1, at)
		f.op("VHADDPS Y%d, Y%[2]d, Y%[2]d", at+3, at+2)
		f.op("VHADDPS Y%d, Y%[2]d, Y%[2]d", at+2, at)
		spare := 15
		if t.s.parts == 1 {
			spare = 24
			f.op("VEXTRACTF32X4 $1, Y%d, X%d", at, spare)
		} else {
			f.op("VEXTRACTF128 $1, Y%d, X%d", at, spare)
		}
		f.op("VADDPS X%d, X%[2]d, X%[2]d", spare, at)
		f.op("VMOVUPS X%d, (AX)", at)
		f.op("ADDQ DX, AX")
	}
}

// fence generates the end of what stream writes.
func fence(f *file) {
	f.function("fence", "", 0, "completes what was written past the caches.")
	f.op("SFENCE")
	f.op("RET")
}
