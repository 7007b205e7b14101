package main

import "fmt"

// The pooling kernels walk a grid of windows that all have the same number of
// rows and columns. There are separate kernels for windows of 2×2, without the loops
// over rows and columns.
//
//	registers   DI arguments · SI pixels of the window · AX output · BX its mask · DX windows left
//	            CX, R8 rows and columns left · R9, R15 pixels and mask of the row
//	            R10, R14 of the column · R11 between rows of pixels · R12 scratch

// Offsets into poolArgs, which a test compares with unsafe.Offsetof.
const (
	poolX, poolY, poolMask               = 0, 8, 16
	poolLines, poolWindows               = 24, 32
	poolRows, poolCols                   = 40, 48
	poolXRow, poolXWindow, poolXLine     = 56, 64, 72
	poolYLine                            = 80
	poolMaskRow, poolMaskWindow          = 88, 96
	poolMaskLine                         = 104
	poolFloor, poolLive, poolSize        = 112, 116, 120
	poolNaN                              = 128
	poolXAt, poolYAt, poolMaskAt, poolIn = 136, 144, 152, 160
)

// poolKernel is a pooling kernel in the making.
type poolKernel struct {
	f   *file
	s   isa
	two bool // windows of 2×2
}

// pools generates the pooling kernels.
func pools(f *file, s isa) {
	if s.parts == 2 {
		poolBits(f)
	}
	for _, two := range []bool{true, false} {
		k := poolKernel{f, s, two}
		k.maxForward()
		k.maxBackward()
		k.avgForward()
		k.avgBackward()
	}
}

// poolBits writes vectors that have one bit of a word of a mask in each lane: of
// the lower half of a double word, then of the upper one.
func poolBits(f *file) {
	f.asm.WriteString("\n")
	for i := range 32 {
		f.asm.WriteString(fmt.Sprintf("DATA poolBits<>+%d(SB)/4, $0x%08x\n", 4*i, 1<<i))
	}
	f.asm.WriteString("GLOBL poolBits<>(SB), RODATA|NOPTR, $128\n")
}

// comment is the loop over windows around what a kernel does with one.
func (k poolKernel) comment(before, pixel, after string) string {
	size := "r < a.rows and c < a.cols"
	if k.two {
		size = "r < 2 and c < 2"
	}
	return "computes, with strides in elements, for i < a.lines, j < a.windows and l < 16,\n\n" +
		"\tx, y, mask := a.x[i*a.xLine+j*a.xWindow:], a.y[i*a.yLine+j*16:], a.mask[i*a.maskLine+j*a.maskWindow:]\n" +
		before + "\tfor " + size + ":\n" + pixel + after
}

// windows wraps the loops over lines and windows around a body.
func (k poolKernel) windows(name, comment string, constants, body func()) {
	f := k.f
	if k.two {
		name += "2x2"
	}
	f.function(name+k.s.name, "a *poolArgs", 8, comment)
	f.op("MOVQ a+0(FP), DI")
	for _, c := range [][2]int{{poolX, poolXAt}, {poolY, poolYAt}, {poolMask, poolMaskAt}, {poolLines, poolIn}} {
		f.op("MOVQ %d(DI), AX", c[0])
		f.op("MOVQ AX, %d(DI)", c[1])
	}
	f.op("MOVQ %d(DI), R11", poolXRow)
	constants()
	f.mark("line")
	f.op("MOVQ %d(DI), SI", poolXAt)
	f.op("MOVQ %d(DI), AX", poolYAt)
	f.op("MOVQ %d(DI), BX", poolMaskAt)
	f.op("MOVQ %d(DI), DX", poolWindows)
	f.mark("window")
	body()
	f.op("ADDQ %d(DI), SI", poolXWindow)
	f.op("ADDQ $64, AX")
	f.op("ADDQ %d(DI), BX", poolMaskWindow)
	f.op("DECQ DX")
	f.op("JNZ window")
	for _, c := range [][2]int{{poolXLine, poolXAt}, {poolYLine, poolYAt}, {poolMaskLine, poolMaskAt}} {
		f.op("MOVQ %d(DI), CX", c[0])
		f.op("ADDQ CX, %d(DI)", c[1])
	}
	f.op("DECQ %d(DI)", poolIn)
	f.op("JNZ line")
}

// pixels runs a body for each pixel of a window, with its number (0 in a loop),
// its address, and that of its mask.
func (k poolKernel) pixels(body func(v int, x func(part int) string, mask string)) {
	f := k.f
	if k.two {
		for v := range 4 {
			body(v, func(part int) string {
				at := fmt.Sprintf("%d(SI)", v%2*64+part*k.s.bytes)
				if v >= 2 {
					at += "(R11*1)"
				}
				return at
			}, fmt.Sprintf("%d(BX)", 2*v))
		}
		return
	}
	id := f.fresh("")
	f.op("MOVQ SI, R9")
	f.op("MOVQ BX, R15")
	f.op("MOVQ %d(DI), CX", poolRows)
	f.mark("row" + id)
	f.op("MOVQ R9, R10")
	f.op("MOVQ R15, R14")
	f.op("MOVQ %d(DI), R8", poolCols)
	f.mark("col" + id)
	body(0, func(part int) string { return fmt.Sprintf("%d(R10)", part*k.s.bytes) }, "(R14)")
	f.op("ADDQ $64, R10")
	f.op("ADDQ $2, R14")
	f.op("DECQ R8")
	f.op("JNZ col%s", id)
	f.op("ADDQ R11, R9")
	f.op("ADDQ %d(DI), R15", poolMaskRow)
	f.op("DECQ CX")
	f.op("JNZ row%s", id)
}

// avgForward: y = the sum of the window over size.
func (k poolKernel) avgForward() {
	f := k.f
	size := k.s.r(15)
	k.windows("avgPool", k.comment("\ts := 0\n", "\t\ts += x[r*a.xRow+c*16+l]\n", "\ty[l] = s / a.size\n"), func() {
		f.op("VBROADCASTSS %d(DI), %s", poolSize, size)
	}, func() {
		for p := range k.s.parts {
			f.op("VXORPS %[1]s, %[1]s, %[1]s", k.s.r(p))
		}
		k.pixels(func(_ int, x func(int) string, _ string) {
			for p := range k.s.parts {
				f.op("VADDPS %s, %[2]s, %[2]s", x(p), k.s.r(p))
			}
		})
		for p := range k.s.parts {
			f.op("VDIVPS %s, %[2]s, %[2]s", size, k.s.r(p))
			f.op("VMOVUPS %s, %d(AX)", k.s.r(p), p*k.s.bytes)
		}
	})
	f.ret()
}

// avgBackward: each pixel of the window gets, or with windows of 2×2 is set to,
// the output's gradient over size.
func (k poolKernel) avgBackward() {
	f := k.f
	size := k.s.r(15)
	set := "+="
	if k.two {
		set = "="
	}
	k.windows("avgPoolBackward", k.comment("", "\t\tx[r*a.xRow+c*16+l] "+set+" y[l] / a.size\n", ""), func() {
		f.op("VBROADCASTSS %d(DI), %s", poolSize, size)
	}, func() {
		for p := range k.s.parts {
			f.op("VMOVUPS %d(AX), %s", p*k.s.bytes, k.s.r(p))
			f.op("VDIVPS %s, %[2]s, %[2]s", size, k.s.r(p))
		}
		k.pixels(func(_ int, x func(int) string, _ string) {
			for p := range k.s.parts {
				from := k.s.r(p)
				if !k.two {
					from = k.s.r(2 + p)
					f.op("VADDPS %s, %s, %s", x(p), k.s.r(p), from)
				}
				f.op("VMOVUPS %s, %s", from, x(p))
			}
		})
	})
	f.ret()
}
