package main

import "fmt"

// These kernels go through a list of the live entries of one output
// channel: where the entry's window of the image begins, and its value. They
// take up to five rows of a window, and of each row one, two or four octets of
// neighboring floats.
//
//	registers   DI arguments · SI image · R8, R9 one and three rows of it
//	            R10, R11 ends of the offsets and values · DX entries left, negative
//	            AX, BX, CX, R15 windows of four entries in turn
//	            R12 weights · R13, R14 one and three rows of them

// Offsets into skipArgs, which a test compares with unsafe.Offsetof.
const (
	skipX, skipRow, skipOffsets, skipValues = 0, 8, 16, 24
	skipN, skipW, skipWRow                  = 32, 40, 48
)

// mostRows is how many rows addresses reach with the registers of one and three
// rows.
const mostRows = 5

// octets are the widths of these kernels.
var octets = [...]int{1, 2, 4}

// skipKernel is a kernel in the making.
type skipKernel struct {
	f    *file
	s    isa
	rows int
	oct  int // octets
	cols int // registers a row
	reg  string
	size int // bytes of a register
}

// skipZeros generates the kernels of the backward pass that skips zeros.
func skipZeros(f *file, s isa) {
	products(f, s)
	lists(f, s)
	skipRows(f, s)
}

// products generates the kernels that multiply, and the tables that select one.
func products(f *file, s isa) {
	tables := ""
	for _, name := range []string{"skipWeights", "skipInputs"} {
		tables += fmt.Sprintf("\n// %s%s are the kernels by rows, and by octets: one, two and four.\nvar %[1]s%[2]s = [...][%d]func(*skipArgs){\n{},\n", name, s.name, len(octets))
		for rows := 1; rows <= mostRows; rows++ {
			row := ""
			for _, oct := range octets {
				k := skipKernel{f, s, rows, oct, (oct*32 + s.bytes - 1) / s.bytes, s.reg, min(s.bytes, oct*32)}
				if k.size == 32 {
					k.reg = "Y"
				}
				if name == "skipWeights" {
					k.weights()
				} else {
					k.inputs()
				}
				row += fmt.Sprintf("%s%dx%d%s, ", name, rows, oct, s.name)
			}
			tables += fmt.Sprintf("{%s},\n", row)
		}
		tables += "}\n"
	}
	f.stubs.WriteString(tables)
}

// sums is how many sums each weight has: with one, each addition would wait for
// the one before. It is the same for all instruction sets, so that their results
// have the same bits.
func (k skipKernel) sums() int {
	switch vectors := k.rows * ((k.oct + 1) / 2); {
	case vectors <= 2:
		return 4
	case vectors <= 5:
		return 2
	}
	return 1
}

func (k skipKernel) r(i int) string { return fmt.Sprintf("%s%d", k.reg, i) }

// row is the address of column c of row r from a base. one and three are registers
// with the size of as many rows.
func (k skipKernel) row(r, c int, base, one, three string) string {
	at := fmt.Sprintf("%d(%s)", c*k.size, base)
	if r == 0 {
		return at
	}
	return at + [...]string{1: "(" + one + "*1)", 2: "(" + one + "*2)", 3: "(" + three + "*1)", 4: "(" + one + "*4)"}[r]
}

func (k skipKernel) begin(name, comment string) {
	f := k.f
	f.function(fmt.Sprintf("%s%dx%d%s", name, k.rows, k.oct, k.s.name), "a *skipArgs", 8, comment)
	f.op("MOVQ a+0(FP), DI")
	f.op("MOVQ %d(DI), SI", skipX)
	f.op("MOVQ %d(DI), R8", skipRow)
	f.op("LEAQ (R8)(R8*2), R9")
	f.op("MOVQ %d(DI), R12", skipW)
	f.op("MOVQ %d(DI), R13", skipWRow)
	f.op("LEAQ (R13)(R13*2), R14")
}

// entries begins a loop over the entries.
func (k skipKernel) entries() (label string) {
	f := k.f
	label = f.fresh("entry")
	f.op("MOVQ %d(DI), DX", skipN)
	for i, at := range []int{skipOffsets, skipValues} {
		f.op("MOVQ %d(DI), R%d", at, 10+i)
		f.op("LEAQ (R%d)(DX*4), R%[1]d", 10+i)
	}
	f.op("NEGQ DX")
	f.mark(label)
	return label
}

// windows are the registers of the current entries.
var windows = [...]string{"AX", "BX", "CX", "R15"}

// entry loads the window and the value of current entry i.
func (k skipKernel) entry(i int, value string) (window string) {
	window = windows[i]
	k.f.op("MOVLQSX %d(R10)(DX*4), %s", 4*i, window)
	k.f.op("ADDQ SI, %s", window)
	k.f.op("VBROADCASTSS %d(R11)(DX*4), %s", 4*i, value)
	return window
}

// weights keeps sums in registers.
func (k skipKernel) weights() {
	f, n := k.f, k.sums()
	k.begin("skipWeights", fmt.Sprintf(`computes, for r < %d and c < %d, with a.n a multiple of %[3]d and not 0,

	var s [%[3]d]float32
	for i < a.n:
		s[i%%%[3]d] += a.values[i] * x[a.offsets[i]/4 + r*a.row/4 + c]
	w[r*a.wRow/4 + c] += the sum of s, pairs first`, k.rows, 8*k.oct, n))
	spare, most := 32-n, 32-n // the current values
	if k.s.parts == 2 {
		spare, most = 15, 15
	}
	cols := k.cols
	for cols*k.rows*n > most {
		cols /= 2
	}
	for first := 0; first < k.cols; first += cols {
		acc := func(i, r, c int) string { return k.r((i*k.rows+r)*cols + c) }
		for i := range n * k.rows * cols {
			f.op("VXORPS X%d, X%[1]d, X%[1]d", i)
		}
		loop := k.entries()
		for i := range n {
			value := k.r(spare)
			if k.s.parts == 1 {
				value = k.r(spare + i)
			}
			window := k.entry(i, value)
			for r := range k.rows {
				for c := range cols {
					f.op("VFMADD231PS %s, %s, %s", k.row(r, first+c, window, "R8", "R9"), value, acc(i, r, c))
				}
			}
		}
		f.op("ADDQ $%d, DX", n)
		f.op("JNZ %s", loop)
		for r := range k.rows {
			for c := range cols {
				for step := 1; step < n; step *= 2 {
					for i := 0; i < n; i += 2 * step {
						f.op("VADDPS %s, %s, %[2]s", acc(i+step, r, c), acc(i, r, c))
					}
				}
				at := k.row(r, first+c, "R12", "R13", "R14")
				f.op("VADDPS %s, %s, %[2]s", at, acc(0, r, c))
				f.op("VMOVUPS %s, %s", acc(0, r, c), at)
			}
		}
	}
	f.ret()
}

// inputs adds to the image, one entry after the other. AVX-512 keeps the weights
// in registers; AVX2 has too few.
func (k skipKernel) inputs() {
	f := k.f
	k.begin("skipInputs", fmt.Sprintf(`computes, entry by entry for i < a.n, for r < %d and c < %d, with a.n not 0,

	x[a.offsets[i]/4 + r*a.row/4 + c] += a.values[i] * w[r*a.wRow/4 + c]`, k.rows, 8*k.oct))
	weight := func(r, c int) string { return k.row(r, c, "R12", "R13", "R14") }
	value, temps, most := k.r(15), 0, 15
	if k.s.parts == 1 {
		for r := range k.rows {
			for c := range k.cols {
				f.op("VMOVUPS %s, %s", weight(r, c), k.r(r*k.cols+c))
			}
		}
		weight = func(r, c int) string { return k.r(r*k.cols + c) }
		value, temps, most = k.r(31), 16, 15
	}
	loop := k.entries()
	window := k.entry(0, value)
	at, n := 0, k.rows*k.cols
	for at < n {
		end := min(at+most, n)
		for i := at; i < end; i++ {
			f.op("VMOVUPS %s, %s", k.row(i/k.cols, i%k.cols, window, "R8", "R9"), k.r(temps+i-at))
		}
		for i := at; i < end; i++ {
			f.op("VFMADD231PS %s, %s, %s", weight(i/k.cols, i%k.cols), value, k.r(temps+i-at))
		}
		for i := at; i < end; i++ {
			f.op("VMOVUPS %s, %s", k.r(temps+i-at), k.row(i/k.cols, i%k.cols, window, "R8", "R9"))
		}
		at = end
	}
	f.op("INCQ DX")
	f.op("JNZ %s", loop)
	f.ret()
}
