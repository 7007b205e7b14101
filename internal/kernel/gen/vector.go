package main

import (
	"fmt"
	"math"
	"strings"
)

const lanes = 16

// vector writes kernels that walk over flat memory, with the same code for each
// instruction set: registers are numbers, and an operand may be a constant.
type vector struct {
	*file
	s         isa
	constants map[uint64]int // bits of a constant, and where it is in the table
	table     []uint64
}

func newVector(f *file, s isa) *vector {
	return &vector{file: f, s: s, constants: map[uint64]int{}}
}

// o writes an instruction; its operands are numbers of vector registers, or
// text.
func (v *vector) o(name string, operands ...any) {
	text := make([]string, len(operands))
	for i, operand := range operands {
		switch x := operand.(type) {
		case int:
			text[i] = v.s.r(x)
		case relation:
			text[i] = fmt.Sprintf("$%d", x)
		default:
			text[i] = fmt.Sprint(x)
		}
	}
	v.op("%s %s", name, strings.Join(text, ", "))
}

// c is a float32 constant in every lane, as an operand in memory.
func (v *vector) c(x float32) string {
	return v.bits(uint64(math.Float32bits(x)) * (1<<32 + 1))
}

// c64 is a float64 constant in every lane.
func (v *vector) c64(x float64) string { return v.bits(math.Float64bits(x)) }

// bits is a constant of 64 bits in every lane.
func (v *vector) bits(x uint64) string {
	at, ok := v.constants[x]
	if !ok {
		at = len(v.table)
		v.constants[x] = at
		v.table = append(v.table, x)
	}
	return fmt.Sprintf("constants<>+%d(SB)", at*v.s.bytes)
}

// finish writes the table of constants, each repeated to fill a register.
func (v *vector) finish() {
	if len(v.table) == 0 {
		return
	}
	v.asm.WriteString("\n")
	for i, x := range v.table {
		for at := i * v.s.bytes; at < (i+1)*v.s.bytes; at += 8 {
			fmt.Fprintf(&v.asm, "DATA constants<>+%d(SB)/8, $0x%016x\n", at, x)
		}
	}
	fmt.Fprintf(&v.asm, "GLOBL constants<>(SB), RODATA|NOPTR, $%d\n", len(v.table)*v.s.bytes)
}

// arguments are the places of a function's parameters, by name.
type arguments map[string]string

// begin begins a function of parameters like "y, x *float32, n int", all of
// eight bytes but float32.
func (v *vector) begin(name, params, comment string) arguments {
	a, at, names := arguments{}, 0, []string(nil)
	for _, p := range strings.Split(params, ", ") {
		n, kind, typed := strings.Cut(p, " ")
		names = append(names, n)
		if !typed {
			continue
		}
		size := 8
		if kind == "float32" {
			size = 4
		}
		for _, n := range names {
			at = (at + size - 1) &^ (size - 1)
			a[n] = fmt.Sprintf("%s+%d(FP)", n, at)
			at += size
		}
		names = nil
	}
	v.function(name+v.s.name, params, at, comment)
	return a
}

// pointers are the registers of a kernel's slices, in the order of its
// parameters.
var pointers = [...]string{"DI", "SI", "DX", "BX", "R8", "R9"}

// at is the address of the current vector of slice i.
func at(i int) string { return fmt.Sprintf("(%s)(AX*1)", pointers[i]) }

// ahead fetches a later vector of slice i: the processor does not look beyond a
// page by itself, and waits for memory at each one.
func (v *vector) ahead(i int) { v.op("PREFETCHT0 8192%s", at(i)) }

// walk is a kernel whose first parameters are slices of float32, and n, their
// length, a multiple of sixteen and not 0.
type walk struct {
	name, params, comment string

	step   int             // bytes of each slice that body processes; if zero, a register
	before func(arguments) // what happens before the loop
	body   func()
	after  func(arguments)
}

func (v *vector) walk(w walk) {
	a := v.begin(w.name, w.params, w.comment)
	slices, _, _ := strings.Cut(w.params, " *float32")
	for i, p := range strings.Split(slices, ", ") {
		v.op("MOVQ %s, %s", a[p], pointers[i])
	}
	v.op("MOVQ %s, CX", a["n"])
	v.op("SHLQ $2, CX")
	v.op("XORQ AX, AX")
	if w.before != nil {
		w.before(a)
	}
	v.mark("loop")
	w.body()
	if w.step == 0 {
		w.step = v.s.bytes
	}
	v.op("ADDQ $%d, AX", w.step)
	v.op("CMPQ AX, CX")
	v.op("JNE loop")
	if w.after != nil {
		w.after(a)
	}
	v.ret()
}

// broadcast loads the named parameters into registers from the first on.
func (v *vector) broadcast(a arguments, first int, names string) {
	for i, name := range strings.Split(names, ", ") {
		v.o("VBROADCASTSS", a[name], first+i)
	}
}

// relation is a relation of VCMPPS and VCMPPD; the negated ones hold for NaN.
type relation int

const (
	equal     relation = 0x00
	less      relation = 0x11
	atMost    relation = 0x12
	notLess   relation = 0x15
	notAtMost relation = 0x16
	greater   relation = 0x1e
)

// where sets register into to the register value in the lanes in which x stands
// in the relation to y, an operand. Kind is PS or PD; spare is a register.
func (v *vector) where(kind string, x int, r relation, y any, value, into, spare int) {
	if v.s.parts == 1 {
		v.o("VCMP"+kind, r, y, x, "K1")
		v.o("VMOVA"+kind, value, "K1", into)
		return
	}
	v.o("VCMP"+kind, r, y, x, spare)
	v.o("VBLENDV"+kind, spare, value, into, into)
}

// scaled sets register y to x·by, computed in float64 and rounded once. It
// destroys z.
func (v *vector) scaled(x, by, y, z int) {
	half, narrow, upper := "X", "VCVTPD2PSY", "F128"
	if v.s.parts == 1 {
		half, narrow, upper = "Y", "VCVTPD2PS", "F32X8"
	}
	h := func(r int) string { return fmt.Sprint(half, r) }
	v.o("VEXTRACT"+upper, "$1", x, h(z))
	v.o("VCVTPS2PD", h(z), z)
	v.o("VMULPD", by, z, z)
	v.o(narrow, z, h(z))
	v.o("VCVTPS2PD", h(x), y)
	v.o("VMULPD", by, y, y)
	v.o(narrow, y, h(y))
	v.o("VINSERT"+upper, "$1", h(z), y, y)
}
