package main

// The backward pass that skips zeros has images in rows: each a map of pixels, with the
// channels innermost and the padding around. These kernels transpose blocks of
// four neighboring floats of all images, with convert's loads and stores.
//
//	registers   DI arguments · SI place in the rows · AX lanes · BX block · DX blocks left
//	            R8 row · R9 place in the lanes · R10 vector · R11 nowhere

// Offsets into skipRowsArgs and skipBlock, which a test compares with
// unsafe.Offsetof.
const (
	skipRowsRow, skipRowsLanes, skipRowsNowhere = convertRow, 128, 136
	skipRowsBlocks, skipRowsN                   = 144, 152
	blockAt, blockLanes, blockEnd               = 0, 4, 20
)

// skipRows generates the conversions of images.
func skipRows(f *file, s isa) {
	vector := func(i int) {
		f.op("MOVLQSX %d(BX), R9", blockLanes+4*i)
		f.op("LEAQ (AX)(R9*1), R10")
		f.op("TESTQ R9, R9")
		f.op("CMOVQLT R11, R10")
	}
	f.skipRows("skipToRows"+s.name, "row[l][b.at/4 + i] = lanes[b.lanes[i]/4 + l], or nowhere[l]", func() {
		for p := range s.parts {
			for i := range 4 {
				vector(i)
				f.op("VMOVUPS %d(R10), %s", s.bytes*p, s.r(i))
			}
			transpose(f, s)
			storeRows(f, s, p)
		}
	})
	f.skipRows("skipToLanes"+s.name, "lanes[b.lanes[i]/4 + l], or nowhere[l], = row[l][b.at/4 + i]", func() {
		for p := range s.parts {
			loadRows(f, s, p)
			transpose(f, s)
			for i := range 4 {
				vector(i)
				f.op("VMOVUPS %s, %d(R10)", s.r(i), s.bytes*p)
			}
		}
	})
}

// skipRows is the loop over blocks around a body.
func (f *file) skipRows(name, comment string, body func()) {
	f.function(name, "a *skipRowsArgs", 8, "computes, for each block b of a.blocks, i < 4 and l < 16,\n\n\t"+comment+" if b.lanes[i] < 0")
	f.op("MOVQ a+0(FP), DI")
	f.op("MOVQ %d(DI), AX", skipRowsLanes)
	f.op("MOVQ %d(DI), R11", skipRowsNowhere)
	f.op("MOVQ %d(DI), BX", skipRowsBlocks)
	f.op("MOVQ %d(DI), DX", skipRowsN)
	f.mark("block")
	f.op("MOVLQSX %d(BX), SI", blockAt)
	body()
	f.op("ADDQ $%d, BX", blockEnd)
	f.op("DECQ DX")
	f.op("JNZ block")
	f.ret()
}
