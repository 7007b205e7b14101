package main

import "fmt"

// Multipliers of SplitMix64's output function.
const (
	golden   = 0x9e3779b97f4a7c15
	mixFirst = 0xbf58476d1ce4e5b9
	mixLast  = 0x94d049bb133111eb
)

// dropouts generates dropout. A register holds the generators of half as many
// rows as lanes of float32.
func dropouts(f *file, s isa) {
	v := newVector(f, s)
	a := v.begin("dropout", "y, x *float32, features int, states *[16]uint64, drop uint64, scale float32", `is, with lane l < 16,

	for f := range features {
		states[l] += golden
		if mix(states[l])>>11 < drop {
			y[16*f+l] = 0
		} else {
			y[16*f+l] = x[16*f+l] * scale
		}
	}

and leaves states as they were. features is not 0.`)
	v.op("MOVQ %s, DI", a["y"])
	v.op("MOVQ %s, SI", a["x"])
	v.op("MOVQ %s, CX", a["features"])
	v.op("MOVQ %s, R8", a["states"])
	// Registers 0 to 3 are states, from 8 on temporary.
	const drop, scale = 4, 5
	v.o("VPBROADCASTQ", a["drop"], drop)
	v.o("VBROADCASTSS", a["scale"], scale)
	for i := range 2 * s.parts {
		if s.parts == 1 {
			v.o("VMOVDQU64", fmt.Sprintf("%d(R8)", i*s.bytes), i)
			continue
		}
		// Rows 0, 1, 4, 5 and 2, 3, 6, 7 of eight, so that one shuffle brings
		// their masks into order.
		at := 64*(i/2) + 16*(i%2)
		v.op("VMOVDQU %d(R8), X%d", at, i)
		v.op("VINSERTI128 $1, %d(R8), Y%d, Y%d", at+32, i, i)
	}
	v.op("XORQ AX, AX")
	v.mark("loop")
	for part := range s.parts {
		v.o("VMULPS", fmt.Sprint(part*s.bytes, at(1)), scale, 8)
		for i := range 2 {
			state := 2*part + i
			v.o("VPADDQ", v.bits(golden), state, state)
			v.mix(state, 10, 11, 12)
			if s.parts == 1 {
				v.o("VPCMPUQ", "$5", drop, 10, fmt.Sprintf("K%d", 1+i)) // not less
			} else {
				v.o("VPCMPGTQ", 10, drop, 9+i) // fewer than 2⁵³, so that signs do not matter
			}
		}
		if s.parts == 1 {
			v.op("KUNPCKBW K1, K2, K1")
			v.o("VMOVAPS.Z", 8, "K1", 8)
		} else {
			v.o("VSHUFPS", "$0x88", 10, 9, 9)
			v.o("VANDNPS", 8, 9, 8)
		}
		v.o("VMOVUPS", 8, fmt.Sprint(part*s.bytes, at(0)))
	}
	v.op("ADDQ $%d, AX", lanes*4)
	v.op("DECQ CX")
	v.op("JNZ loop")
	v.ret()
	v.finish()
}

// mix sets z to the output function of state, shifted right by 11 bits.
func (v *vector) mix(state, z, t, u int) {
	xor := "VPXOR"
	if v.s.parts == 1 {
		xor = "VPXORQ"
	}
	v.o("VPSRLQ", "$30", state, t)
	v.o(xor, t, state, z)
	v.multiply(z, mixFirst, t, u)
	v.o("VPSRLQ", "$27", z, t)
	v.o(xor, t, z, z)
	v.multiply(z, mixLast, t, u)
	v.o("VPSRLQ", "$31", z, t)
	v.o(xor, t, z, z)
	v.o("VPSRLQ", "$11", z, z)
}

// multiply sets z to the low 64 bits of z times a constant.
func (v *vector) multiply(z int, by uint64, t, u int) {
	if v.s.parts == 1 {
		v.o("VPMULLQ", v.bits(by), z, z)
		return
	}
	v.o("VPSRLQ", "$32", z, t)
	v.o("VPMULUDQ", v.bits(by), t, t)     // high of z by low
	v.o("VPMULUDQ", v.bits(by>>32), z, u) // low of z by high
	v.o("VPADDQ", u, t, t)
	v.o("VPSLLQ", "$32", t, t)
	v.o("VPMULUDQ", v.bits(by), z, z)
	v.o("VPADDQ", t, z, z)
}
