package main

import (
	"fmt"
	"math"
)

// The conversions transpose blocks of 16 rows × 4 words of four bytes. A
// register takes the four words of rows 0, 4, 8 and 12 (of rows 0 and 4, then
// 8 and 12, in two halves), the next one those of rows 1, 5, 9 and 13, and so
// on: it remains to transpose 4×4 words in each quarter.
//
//	registers   DI arguments · SI place in the rows · AX lanes · DX blocks left · R8 row

// Offsets into convertArgs, which a test compares with unsafe.Offsetof.
const (
	convertRow, convertAt, convertLanes, convertBlocks = 0, 128, 136, 144
	convertStride, convertAhead                        = 152, 160
)

// conversions generates the conversions between rows and lanes.
func conversions(f *file, s isa) {
	f.convert("rowsToLanes"+s.name, "lanes[4*b+i][l] = row[l][a.at/4+4*b+i]", func() {
		for p := range s.parts {
			loadRows(f, s, p)
			transpose(f, s)
			for i := range 4 {
				f.op("VMOVUPS %s, %d(AX)", s.r(i), 64*i+s.bytes*p)
			}
		}
		f.op("ADDQ $256, AX")
	})
	f.convert("lanesToRows"+s.name, "row[l][a.at/4+4*b+i] = lanes[4*b+i][l]", func() {
		for p := range s.parts {
			for i := range 4 {
				f.op("VMOVUPS %d(AX), %s", 64*i+s.bytes*p, s.r(i))
			}
			transpose(f, s)
			storeRows(f, s, p)
		}
		f.op("ADDQ $256, AX")
	})
	pixels(f, s)
	panel(f, s)
	packRows(f, s)
}

// packRows is rowsToLanes of weights: of rows that are all there, a stride apart, in
// longer blocks. What it prefetches is what comes next if a caller takes a.ahead bytes
// of each row in turn.
//
//	registers   R8, R11, R12, R13 places in rows 0, 4, 8 and 12 · R9 stride · R10 three strides
func packRows(f *file, s isa) {
	bases := [4]string{"R8", "R11", "R12", "R13"}
	row := func(l int) string { return bases[l/4] + [4]string{")", ")(R9*1)", ")(R9*2)", ")(R10*1)"}[l%4] }
	f.function("packRows"+s.name, "a *convertArgs", 8, "computes, for b < a.blocks, i < 16 and l < 16,\n\n\tlanes[16*b+i][l] = (row[0]+l*a.stride)[a.at/4+16*b+i]\n")
	f.op("MOVQ a+0(FP), DI")
	f.op("MOVQ %d(DI), SI", convertAhead)
	f.op("MOVQ %d(DI), AX", convertLanes)
	f.op("MOVQ %d(DI), DX", convertBlocks)
	f.op("MOVQ %d(DI), R8", convertRow)
	f.op("ADDQ %d(DI), R8", convertAt)
	f.op("MOVQ %d(DI), R9", convertStride)
	f.op("LEAQ (R9)(R9*2), R10")
	for i := range 3 {
		f.op("LEAQ (%s)(R9*4), %s", bases[i], bases[i+1])
	}
	f.mark("block")
	for k := range 4 {
		for p := range s.parts {
			for i := range 4 {
				f.op("VMOVUPS %d(%s, X%d", 16*k, row(8*p+i), i)
				for q := 1; q < 4/s.parts; q++ {
					if s.parts == 1 {
						f.op("VINSERTF32X4 $%d, %d(%s, Z%d, Z%[4]d", q, 16*k, row(4*q+i), i)
					} else {
						f.op("VINSERTF128 $1, %d(%s, Y%d, Y%[3]d", 16*k, row(8*p+4+i), i)
					}
				}
			}
			transpose(f, s)
			for i := range 4 {
				f.op("VMOVUPS %s, %d(AX)", s.r(i), 256*k+64*i+s.bytes*p)
			}
		}
	}
	for _, base := range bases {
		f.op("LEAQ (%s)(SI*1), BX", base)
		for _, row := range []string{"(BX)", "(BX)(R9*1)", "(BX)(R9*2)", "(BX)(R10*1)"} {
			f.op("PREFETCHT1 %s", row)
		}
		f.op("ADDQ $64, %s", base)
	}
	f.op("ADDQ $1024, AX")
	f.op("DECQ DX")
	f.op("JNZ block")
	f.ret()
}

// convert is the loop over blocks around a body.
func (f *file) convert(name, comment string, body func()) {
	f.function(name, "a *convertArgs", 8, "computes, for b < a.blocks, i < 4 and l < 16,\n\n\t"+comment+"\n")
	f.op("MOVQ a+0(FP), DI")
	f.op("MOVQ %d(DI), SI", convertAt)
	f.op("MOVQ %d(DI), AX", convertLanes)
	f.op("MOVQ %d(DI), DX", convertBlocks)
	f.blocks(body)
}

// blocks ends a function with the loop over blocks.
func (f *file) blocks(body func()) {
	f.mark("block")
	body()
	f.op("ADDQ $16, SI")
	f.op("DECQ DX")
	f.op("JNZ block")
	f.ret()
}

// loadRows loads four words of rows i, 4+i and so on into register i.
func loadRows(f *file, s isa, part int) {
	for i := range 4 {
		for q := range 4 / s.parts {
			f.op("MOVQ %d(DI), R8", convertRow+8*(8*part+4*q+i))
			switch {
			case q == 0:
				f.op("VMOVUPS (R8)(SI*1), X%d", i)
			case s.parts == 1:
				f.op("VINSERTF32X4 $%d, (R8)(SI*1), Z%d, Z%[2]d", q, i)
			default:
				f.op("VINSERTF128 $1, (R8)(SI*1), Y%d, Y%[1]d", i)
			}
		}
	}
}

// storeRows stores register i's quarters to rows i, 4+i and so on.
func storeRows(f *file, s isa, part int) {
	for i := range 4 {
		for q := range 4 / s.parts {
			f.op("MOVQ %d(DI), R8", convertRow+8*(8*part+4*q+i))
			switch {
			case q == 0:
				f.op("VMOVUPS X%d, (R8)(SI*1)", i)
			case s.parts == 1:
				f.op("VEXTRACTF32X4 $%d, Z%d, (R8)(SI*1)", q, i)
			default:
				f.op("VEXTRACTF128 $1, Y%d, (R8)(SI*1)", i)
			}
		}
	}
}

// transpose transposes the 4×4 words in each quarter of registers 0 to 3.
func transpose(f *file, s isa) {
	for i := range 2 {
		f.op("VUNPCKLPS %s, %s, %s", s.r(2*i+1), s.r(2*i), s.r(4+2*i)) // words 0 and 1 of two registers
		f.op("VUNPCKHPS %s, %s, %s", s.r(2*i+1), s.r(2*i), s.r(5+2*i)) // words 2 and 3
	}
	for i := range 2 {
		f.op("VUNPCKLPD %s, %s, %s", s.r(6+i), s.r(4+i), s.r(2*i))
		f.op("VUNPCKHPD %s, %s, %s", s.r(6+i), s.r(4+i), s.r(2*i+1))
	}
}

// pixels is rowsToLanes of words of four bytes, which are then taken apart. It
// multiplies by 1/255 in two parts, which gives the same result as a division.
func pixels(f *file, s isa) {
	high := float32(1. / 255)
	low := float32(1./255 - float64(high))
	f.function("pixelsToLanes"+s.name, "a *convertArgs", 8, "computes, for b < a.blocks, i < 16 and l < 16,\n\n\tlanes[16*b+i][l] = float32(row[l][a.at+16*b+i]) / 255\n")
	f.op("MOVQ a+0(FP), DI")
	f.op("MOVQ %d(DI), SI", convertAt)
	f.op("MOVQ %d(DI), AX", convertLanes)
	f.op("MOVQ %d(DI), DX", convertBlocks)
	and := "VPAND"
	if s.parts == 1 {
		and = "VPANDD"
	}
	for i, bits := range []uint32{0xff, math.Float32bits(high), math.Float32bits(low)} {
		f.op("MOVL $0x%08x, R8", bits)
		f.op("VMOVD R8, X%d", 13+i)
		f.op("VPBROADCASTD X%d, %s", 13+i, s.r(13+i))
	}
	mask, most, rest := s.r(13), s.r(14), s.r(15)
	f.blocks(func() {
		for p := range s.parts {
			loadRows(f, s, p)
			transpose(f, s)
			for i := range 16 {
				from, v, t := s.r(i/4), s.r(4+2*(i%4)), s.r(5+2*(i%4))
				if i%4 > 0 {
					f.op("VPSRLD $%d, %s, %s", 8*(i%4), from, v)
					from = v
				}
				if i%4 < 3 {
					f.op("%s %s, %s, %s", and, mask, from, v)
				}
				f.op("VCVTDQ2PS %s, %[1]s", v)
				f.op("VMULPS %s, %s, %s", rest, v, t)
				f.op("VFMADD231PS %s, %s, %s", most, v, t)
				f.op("VMOVUPS %s, %d(AX)", t, 64*i+s.bytes*p)
			}
		}
		f.op("ADDQ $1024, AX")
	})
}

// panel transposes blocks of 16 features × 16 lanes to rows that lie 64 words
// apart. A register takes four lanes of features 0, 4, 8 and 12 (on AVX2 of 0 and
// 4, then 8 and 12), the next one those of features 1, 5, 9 and 13, and so on:
// once transposed in each quarter, it holds neighboring words of a row.
func panel(f *file, s isa) {
	f.function("lanesToPanel"+s.name, "panel, lanes *float32, step, blocks int", 32, `
computes, for b < blocks, i < 16 and l < 16, with step in bytes and blocks 1 or more,

	panel[64*l+16*b+i] = lanes[(16*b+i)*step/4+l]`)
	f.op("MOVQ panel+0(FP), DI")
	f.op("MOVQ lanes+8(FP), AX")
	f.op("MOVQ step+16(FP), R8")
	f.op("MOVQ blocks+24(FP), R11")
	f.op("LEAQ (R8)(R8*2), R9")
	f.op("LEAQ (R8*4), R10")
	bases := [4]string{"AX", "BX", "CX", "DX"}
	steps := [4]string{"", "(R8*1)", "(R8*2)", "(R9*1)"}
	f.mark("block")
	for q := 1; q < 4; q++ {
		f.op("LEAQ (%s)(R10*1), %s", bases[q-1], bases[q])
	}
	for p := range s.parts {
		for lane := 0; lane < lanes; lane += 4 {
			for i := range 4 {
				for q := range 4 / s.parts {
					from := fmt.Sprintf("%d(%s)%s", 4*lane, bases[2*p+q], steps[i])
					switch {
					case q == 0:
						f.op("VMOVUPS %s, X%d", from, i)
					case s.parts == 1:
						f.op("VINSERTF32X4 $%d, %s, Z%d, Z%[3]d", q, from, i)
					default:
						f.op("VINSERTF128 $1, %s, Y%d, Y%[2]d", from, i)
					}
				}
			}
			transpose(f, s)
			for i := range 4 {
				f.op("VMOVUPS %s, %d(DI)", s.r(i), 256*(lane+i)+s.bytes*p)
			}
		}
	}
	f.op("LEAQ (DX)(R10*1), AX")
	f.op("ADDQ $64, DI")
	f.op("DECQ R11")
	f.op("JNZ block")
	f.ret()
}
