package main

import "fmt"

// The list kernels collect the live entries of one output channel.
//
//	registers   DI arguments · SI gradients · AX masks · BX where windows begin · DX windows left
//	            R8 offsets · R9 values · CX how many · R10 places · R11, R12, R14 the current place,
//	            places left and its mask · R13 live lanes · R15 sums, or the table of orders

// Offsets into listArgs, which a test compares with unsafe.Offsetof.
const (
	listDY, listMask, listBase, listPlaces = 0, 8, 16, 24
	listLanes, listWindows, listWindow     = 32, 40, 48
	listOffsets, listValues, listSums      = 56, 64, 72
	listN                                  = 80
)

// lists generates the list kernels. There is a separate one for windows of four
// places, such as 2×2.
func lists(f *file, s isa) {
	if s.parts == 2 {
		listTables(f)
	}
	for _, four := range []bool{true, false} {
		k := listKernel{f, s, four}
		k.generate()
	}
}

// listTables writes the bits of a byte, each in a lane, and for each byte the
// lanes that its bits select, in order.
func listTables(f *file) {
	f.asm.WriteString("\n")
	for i := range 8 {
		fmt.Fprintf(&f.asm, "DATA listBits<>+%d(SB)/4, $0x%08x\n", 4*i, 1<<i)
	}
	f.asm.WriteString("GLOBL listBits<>(SB), RODATA|NOPTR, $32\n\n")
	for b := range 256 {
		order, n := uint64(0), 0
		for i := range 8 {
			if b>>i&1 == 1 {
				order |= uint64(i) << (8 * n)
				n++
			}
		}
		fmt.Fprintf(&f.asm, "DATA listOrder<>+%d(SB)/8, $0x%016x\n", 8*b, order)
	}
	f.asm.WriteString("GLOBL listOrder<>(SB), RODATA|NOPTR, $2048\n")
}

type listKernel struct {
	f    *file
	s    isa
	four bool
}

func (k listKernel) generate() {
	f, name, places := k.f, "skipList", "a.window"
	if k.four {
		name, places = "skipList4", "4"
	}
	f.function(name+k.s.name, "a *listArgs", 8, fmt.Sprintf(`computes, with a.n = 0 before,

	for w < a.windows and each lane l:
		for p < %s:
			if a.dy[w*16 + l] != 0 and bit l of a.mask[w*%[1]s + p]: // of at most one place
				a.offsets[a.n] = a.base[w] + a.lanes[l] + a.places[p]
				a.values[a.n] = a.dy[w*16 + l]
				a.n++
				a.sums[l] += a.dy[w*16 + l]

and sets sixteen entries beyond the last to zero.`, places))
	f.op("MOVQ a+0(FP), DI")
	for i, r := range []string{"SI", "AX", "BX", "R10"} {
		f.op("MOVQ %d(DI), %s", 8*i, r)
	}
	f.op("MOVQ %d(DI), R11", listLanes)
	f.op("MOVQ %d(DI), DX", listWindows)
	f.op("MOVQ %d(DI), R8", listOffsets)
	f.op("MOVQ %d(DI), R9", listValues)
	f.op("MOVQ %d(DI), R15", listSums)
	f.op("XORQ CX, CX")
	if k.s.parts == 1 {
		k.loop512()
	} else {
		k.loop2()
	}
	f.op("MOVQ CX, %d(DI)", listN)
	f.op("VXORPS X0, X0, X0")
	for p := range k.s.parts {
		f.op("VMOVUPS %s, %d(R8)(CX*4)", k.s.r(0), p*k.s.bytes)
		f.op("VMOVUPS %s, %d(R9)(CX*4)", k.s.r(0), p*k.s.bytes)
	}
	f.ret()
}

// places runs a body for each place of a window: the address of a byte of its
// mask, and that of its offset.
func (k listKernel) places(byteOf int, body func(mask, place string)) {
	f := k.f
	if k.four {
		for p := range 4 {
			body(fmt.Sprintf("%d(AX)", 2*p+byteOf), fmt.Sprintf("%d(R10)", 4*p))
		}
		return
	}
	id := f.fresh("place")
	f.op("MOVQ AX, R14")
	f.op("MOVQ R10, R11")
	f.op("MOVQ %d(DI), R12", listWindow)
	f.mark(id)
	body(fmt.Sprintf("%d(R14)", byteOf), "(R11)")
	f.op("ADDQ $2, R14")
	f.op("ADDQ $4, R11")
	f.op("DECQ R12")
	f.op("JNZ %s", id)
}

// next goes on to the next window.
func (k listKernel) next() {
	f := k.f
	f.op("ADDQ $64, SI")
	f.op("ADDQ $4, BX")
	if k.four {
		f.op("ADDQ $8, AX")
	} else {
		f.op("MOVQ %d(DI), R12", listWindow)
		f.op("LEAQ (AX)(R12*2), AX")
	}
	f.op("DECQ DX")
	f.op("JNZ window")
}

func (k listKernel) loop512() {
	f := k.f
	f.op("VMOVDQU32 (R11), Z31")
	f.op("VMOVUPS (R15), Z30")
	f.op("VPXORD Z29, Z29, Z29")
	f.mark("window")
	f.op("VPADDD.BCST (BX), Z31, Z0")
	f.op("KXORW K7, K7, K7")
	k.places(0, func(mask, place string) {
		f.op("KMOVW %s, K1", mask)
		f.op("KORW K1, K7, K7")
		f.op("VPADDD.BCST %s, Z0, K1, Z0", place)
	})
	f.op("VMOVUPS (SI), Z1")
	f.op("VCMPPS $4, Z29, Z1, K7, K7") // not equal to zero, or NaN
	f.op("KMOVW K7, R13")
	f.op("VADDPS Z1, Z30, K7, Z30")
	f.op("VPCOMPRESSD.Z Z0, K7, Z0")
	f.op("VCOMPRESSPS.Z Z1, K7, Z1")
	f.op("VMOVDQU32 Z0, (R8)(CX*4)")
	f.op("VMOVUPS Z1, (R9)(CX*4)")
	f.op("POPCNTL R13, R13")
	f.op("ADDQ R13, CX")
	k.next()
	f.op("VMOVUPS Z30, (R15)")
}

// loop2 takes eight lanes at a time.
func (k listKernel) loop2() {
	f := k.f
	f.op("VMOVDQU (R11), Y14")
	f.op("VMOVDQU 32(R11), Y15")
	f.op("VMOVUPS (R15), Y12")
	f.op("VMOVUPS 32(R15), Y13")
	f.op("VMOVDQU listBits<>(SB), Y11")
	f.op("VXORPS Y10, Y10, Y10")
	f.op("LEAQ listOrder<>(SB), R15")
	f.mark("window")
	for half := range 2 {
		f.op("VPBROADCASTD (BX), Y0")
		f.op("VPADDD Y%d, Y0, Y0", 14+half)
		f.op("VPXOR X5, X5, X5")
		k.places(half, func(mask, place string) {
			f.op("VPBROADCASTB %s, Y2", mask)
			f.op("VPAND Y11, Y2, Y2")
			f.op("VPCMPEQD Y11, Y2, Y2")
			f.op("VPOR Y2, Y5, Y5")
			f.op("VPBROADCASTD %s, Y3", place)
			f.op("VPAND Y2, Y3, Y3")
			f.op("VPADDD Y3, Y0, Y0")
		})
		f.op("VMOVUPS %d(SI), Y1", 32*half)
		f.op("VCMPPS $4, Y10, Y1, Y4") // not equal to zero, or NaN
		f.op("VANDPS Y4, Y5, Y5")
		f.op("VANDPS Y1, Y5, Y4")
		f.op("VADDPS Y4, Y%d, Y%[1]d", 12+half)
		f.op("VMOVMSKPS Y5, R13")
		f.op("VPMOVZXBD (R15)(R13*8), Y2")
		f.op("VPERMD Y0, Y2, Y0")
		f.op("VPERMPS Y1, Y2, Y1")
		f.op("VMOVDQU Y0, (R8)(CX*4)")
		f.op("VMOVUPS Y1, (R9)(CX*4)")
		f.op("POPCNTL R13, R13")
		f.op("ADDQ R13, CX")
	}
	k.next()
	f.op("MOVQ %d(DI), R15", listSums)
	f.op("VMOVUPS Y12, (R15)")
	f.op("VMOVUPS Y13, 32(R15)")
}
