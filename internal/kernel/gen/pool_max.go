package main

// maxForward: y = the maximum of the window and the floor; and the winners.
func (k poolKernel) maxForward() {
	k.windows("maxPool", k.comment("\ts := a.floor\n", "\t\ts = max(s, x[r*a.xRow+c*16+l])\n", `	y[l] = s
	if a.mask != nil:
		bit l of mask[r*a.maskRow+c] = x[r*a.xRow+c*16+l] is the first to equal s, and s > a.floor or a.live != 0

It sets a.nan to other than 0 if an x is NaN; the rest is then undefined.`), k.maxConstants, func() {
		if k.s.parts == 1 {
			k.max512()
		} else {
			k.max2()
		}
	})
	if k.s.parts == 1 {
		k.f.op("KMOVW K7, AX")
	} else {
		k.f.op("VMOVMSKPS Y12, AX")
	}
	k.f.op("ORQ AX, %d(DI)", poolNaN)
	k.f.ret()
}

func (k poolKernel) maxConstants() {
	f := k.f
	if k.s.parts == 1 {
		f.op("VBROADCASTSS %d(DI), Z31", poolFloor)
		f.op("KMOVW %d(DI), K6", poolLive)
		f.op("KXORW K7, K7, K7")
		return
	}
	f.op("VBROADCASTSS %d(DI), Y15", poolFloor)
	f.op("VPBROADCASTD %d(DI), Y14", poolLive)
	f.op("VXORPS Y12, Y12, Y12")
}

func (k poolKernel) max512() {
	f := k.f
	f.op("VMOVUPS (SI), Z4")
	k.pixels(func(v int, x func(int) string, _ string) {
		f.op("VMOVUPS %s, Z%d", x(0), v)
		if !k.two || v%2 == 1 {
			f.op("VCMPPS $3, Z%d, Z%d, K1", v, v&^1) // unordered: a NaN
			f.op("KORW K1, K7, K7")
		}
		if !k.two || v > 0 {
			f.op("VMAXPS Z4, Z%d, Z4", v) // of zeros of both signs the first
		}
	})
	f.op("VMAXPS Z4, Z31, Z4")
	f.op("VMOVUPS Z4, (AX)")
	none := f.fresh("none")
	f.op("CMPQ %d(DI), $0", poolMask)
	f.op("JE %s", none)
	f.op("VCMPPS $30, Z31, Z4, K5") // above the floor
	f.op("KORW K6, K5, K5")
	k.pixels(func(v int, x func(int) string, mask string) {
		if k.two {
			f.op("VCMPPS $0, Z4, Z%d, K5, K1", v)
		} else {
			f.op("VCMPPS $0, %s, Z4, K5, K1", x(0))
		}
		f.op("KANDNW K5, K1, K5")
		f.op("KMOVW K1, %s", mask)
	})
	f.mark(none)
}

// max2 writes the two bytes of a mask's word one after the other.
func (k poolKernel) max2() {
	f := k.f
	for p := range 2 {
		f.op("VMOVUPS %d(SI), Y%d", 32*p, 8+p)
	}
	k.pixels(func(v int, x func(int) string, _ string) {
		for p := range 2 {
			f.op("VMOVUPS %s, Y%d", x(p), 2*v+p)
			if !k.two || v%2 == 1 {
				f.op("VCMPPS $3, Y%d, Y%d, Y13", 2*v+p, 2*(v&^1)+p)
				f.op("VORPS Y13, Y12, Y12")
			}
			if !k.two || v > 0 {
				f.op("VMAXPS Y%[2]d, Y%[1]d, Y%[2]d", 2*v+p, 8+p) // of zeros of both signs the first
			}
		}
	})
	for p := range 2 {
		f.op("VMAXPS Y%[1]d, Y15, Y%[1]d", 8+p)
		f.op("VMOVUPS Y%d, %d(AX)", 8+p, 32*p)
	}
	none := f.fresh("none")
	f.op("CMPQ %d(DI), $0", poolMask)
	f.op("JE %s", none)
	for p := range 2 {
		f.op("VCMPPS $30, Y15, Y%d, Y%d", 8+p, 10+p)
		f.op("VORPS Y14, Y%[1]d, Y%[1]d", 10+p)
	}
	k.pixels(func(v int, x func(int) string, mask string) {
		for p := range 2 {
			if k.two {
				f.op("VCMPPS $0, Y%d, Y%d, Y13", 8+p, 2*v+p)
			} else {
				f.op("VCMPPS $0, %s, Y%d, Y13", x(p), 8+p)
			}
			f.op("VANDPS Y%d, Y13, Y13", 10+p)
			f.op("VANDNPS Y%[1]d, Y13, Y%[1]d", 10+p)
			f.op("VMOVMSKPS Y13, R%d", 12+p)
		}
		f.op("SHLQ $8, R13")
		f.op("ORQ R13, R12")
		f.op("MOVW R12, %s", mask)
	})
	f.mark(none)
}

// maxBackward: each pixel of the window gets, or with windows of 2×2 is set to,
// the output's gradient if the mask says that it won.
func (k poolKernel) maxBackward() {
	set := "+="
	if k.two {
		set = "="
	}
	k.windows("maxPoolBackward", k.comment("", "\t\tx[r*a.xRow+c*16+l] "+set+" y[l] if mask[r*a.maskRow+c] has bit l, else 0\n", ""), func() {
		if k.s.parts == 2 {
			for i := range 4 {
				k.f.op("VMOVDQU poolBits<>+%d(SB), Y%d", 32*i, 12+i)
			}
		}
	}, func() {
		for p := range k.s.parts {
			k.f.op("VMOVUPS %d(AX), %s", p*k.s.bytes, k.s.r(p))
		}
		if k.s.parts == 1 {
			k.expand512()
		} else {
			k.expand2()
		}
	})
	k.f.ret()
}

func (k poolKernel) expand512() {
	f := k.f
	k.pixels(func(v int, x func(int) string, mask string) {
		f.op("KMOVW %s, K%d", mask, 1+v)
		if k.two {
			f.op("VMOVAPS.Z Z0, K%d, Z%[1]d", 1+v)
		} else {
			f.op("VMOVUPS %s, Z1", x(0))
			f.op("VADDPS Z0, Z1, K1, Z1")
		}
		f.op("VMOVUPS Z%d, %s", 1+v, x(0))
	})
}

// expand2 compares the bit of each lane; for windows of 2×2, in two words at a
// time.
func (k poolKernel) expand2() {
	f := k.f
	k.pixels(func(v int, x func(int) string, mask string) {
		if !k.two {
			f.op("VPBROADCASTW %s, Y2", mask)
		} else if v%2 == 0 {
			f.op("VPBROADCASTD %s, Y2", mask)
		}
		for p := range 2 {
			bits := 12 + v%2*2 + p
			f.op("VPAND Y%d, Y2, Y%d", bits, 3+p)
			f.op("VPCMPEQD Y%d, Y%[2]d, Y%[2]d", bits, 3+p)
			f.op("VANDPS Y%d, Y%[2]d, Y%[2]d", p, 3+p)
			if !k.two {
				f.op("VADDPS %s, Y%[2]d, Y%[2]d", x(p), 3+p)
			}
			f.op("VMOVUPS Y%d, %s", 3+p, x(p))
		}
	})
}
