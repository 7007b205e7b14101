//go:build amd64 && !purego

package kernel

import "unsafe"

// panelGrad is the gradient of a convolution's weights. It uses the kernels with which
// a dense layer computes the same gradient by rows: see simdWeightGrad. A row is an
// output place of one image. The two sides of the products are the image and the
// gradients of the sums. A segment of places is turned into rows of up to sixty-four
// channels of one side, the panel. These stay in the first-level cache for all channels
// of the other side, the operands, and all kernel positions. No lanes are left to add.
//
// The panel is made of the gradients, which have no neighbors to read. For kernels of
// one pixel it is made of the image, so that the sums need not be transposed at the end.
type panelGrad struct {
	k        *tileKernels
	g        *ConvGeometry
	panel    panelSide
	operand  panelSide
	ofImage  bool // the panel is made of the image
	padded   bool // the image is read with its padding
	taps     []panelTap
	segments []chunk // of a row of outputs
	steps    []step  // places of a segment
	sixes    []chunk // of operands
	twelves  []chunk
	rowStep  int // rows of sums from one operand to the next
	width    int // of a row of sums: the panel's channels, rounded up to vectors
}

// panelSide is the layout of a side, in vectors: the values that belong to output (oy, ox)
// are at first + oy·row + ox·col, and its channels, or operands, are plane apart.
type panelSide struct{ first, row, col, plane, channels int }

// panelTap is a kernel position, or a kernel row of a channel if the operands are the
// positions of a row.
type panelTap struct {
	at         int  // offset from the place of an output, in vectors
	row        int  // of sums
	rows, cols span // of the outputs that read the image there
}

// panelRoom is the memory of a worker.
type panelRoom struct {
	t     tile
	taps  []panelTap // of a segment: at is for its first place, and cols are within it
	panel []float32
	sums  []float32
}

const (
	panelPlaces   = 8 // of a segment, at most
	panelChannels = 4 // of an image, at least, for the channels to be operands
)

// panels reports whether there are enough panels and operands to keep the kernels busy.
// It depends on the geometry alone, as the bits must.
func (g *ConvGeometry) panels() bool {
	if g.C < panelChannels {
		return g.OC >= panelRow
	}
	return g.OC >= Lanes || g.ofImage()
}

// ofImage reports whether the panel is made of the image.
func (g *ConvGeometry) ofImage() bool { return g.pointwise() && g.C%Lanes == 0 }

// newPanelGrad returns a panelGrad for gradients with the layout d, and for an image
// whose layout with padding is x.
func newPanelGrad(k *tileKernels, g *ConvGeometry, d, x planes) *panelGrad {
	p := &panelGrad{k: k, g: g, ofImage: g.ofImage()}
	gradients := panelSide{d.first, d.row, 1, d.plane, g.OC}
	image := panelSide{0, g.StrideH * g.W, g.StrideW, g.H * g.W, g.C}
	n := g.KH * g.KW
	p.panel, p.operand, p.rowStep = gradients, image, n
	switch {
	case p.ofImage:
		p.panel, p.operand = image, gradients
		p.taps = []panelTap{{rows: span{0, g.OH}, cols: span{0, g.OW}}}
	case g.C < panelChannels:
		p.operand = panelSide{0, g.StrideH * x.row, g.StrideW, g.DilationW, g.KW}
		p.rowStep, p.padded = 1, true
		for i := range g.C * g.KH {
			p.taps = append(p.taps, panelTap{i/g.KH*x.plane + i%g.KH*g.DilationH*x.row, i * g.KW, span{0, g.OH}, span{0, g.OW}})
		}
	default:
		for i := range n {
			y, x := i/g.KW*g.DilationH-g.PadH, i%g.KW*g.DilationW-g.PadW
			p.taps = append(p.taps, panelTap{y*g.W + x, i, inside(y, g.H, g.StrideH, g.OH), inside(x, g.W, g.StrideW, g.OW)})
		}
	}
	p.sixes, p.twelves = chunks(p.operand.channels), divide(p.operand.channels, 2*tileOutputs)
	p.width = (p.panel.channels + Lanes - 1) &^ (Lanes - 1)
	p.segments = divide(g.OW, panelPlaces)
	for t := range min(g.OW, panelPlaces) {
		p.steps = append(p.steps, step{t * Lanes * panelRow * 4, t * p.operand.col * vector})
	}
	return p
}

// inside returns which of n places, a stride apart from first on, are inside an axis of
// the given size.
func inside(first, size, stride, n int) span {
	from := max(ceilDiv(-first, stride), 0)
	return span{from, max(min(ceilDiv(size-first, stride), n), from)}
}

// begin returns the memory of the sums, set to zero.
func (p *panelGrad) begin(r *panelRoom, dw []float32) []float32 {
	if r.panel == nil {
		r.panel = Alloc[float32](panelPlaces * Lanes * panelRow)
		for v := range r.t.x {
			r.t.x[v], r.t.out[v] = v*vector, v*vector
		}
		if !p.ofImage {
			rows := (p.g.weights() + panelRow - 1) / panelRow * panelRow
			r.sums = Alloc[float32](rows * p.width)
		}
	}
	if p.ofImage {
		r.sums = dw
	}
	clear(r.sums)
	return r.sums
}

// rows adds the products of rows of outputs to the sums. The first row in d, the
// gradients, is row there.
func (p *panelGrad) rows(r *panelRoom, a *tileArgs, d, x []float32, rows chunk, there int) {
	panel, operand, panelFirst, operandFirst := d, x, there, 0
	if p.ofImage {
		panel, operand, panelFirst, operandFirst = x, d, 0, there
	}
	a.tiles, a.count, a.inner, a.xInner, a.wInner, a.wOut = &r.t, 1, Lanes, panelRow*4, 4, p.operand.plane*vector
	a.outStep, a.floor = p.rowStep*p.width*4, negInf
	a.biasOut = a.outStep
	for y := rows.first; y < rows.first+rows.n; y++ {
		for _, s := range p.segments {
			r.taps = r.taps[:0]
			at := p.operand.first + (y-operandFirst)*p.operand.row + s.first*p.operand.col
			for _, t := range p.taps {
				t.at += at
				t.cols.first, t.cols.end = max(t.cols.first-s.first, 0), min(t.cols.end-s.first, s.n)
				if t.rows.first <= y && y < t.rows.end && t.cols.first < t.cols.end {
					r.taps = append(r.taps, t)
				}
			}
			at = p.panel.first + (y-panelFirst)*p.panel.row + s.first*p.panel.col
			for c := 0; c < p.width; c += panelRow {
				blocks := min(p.width-c, panelRow) / Lanes
				for t := range s.n {
					p.fill(r.panel[t*Lanes*panelRow:], panel, at+t*p.panel.col, c, blocks)
				}
				p.products(r, a, operand, c, blocks)
			}
		}
	}
}

// fill makes a panel's rows of one place from blocks of sixteen channels, from c on. The
// last block may begin with channels of the one before.
func (p *panelGrad) fill(panel, from []float32, at, c, blocks int) {
	s := &p.panel
	if c+blocks*Lanes > s.channels {
		blocks--
		p.k.toPanel(&panel[blocks*Lanes], &from[(at+(s.channels-Lanes)*s.plane)*Lanes], s.plane*vector, 1)
	}
	if blocks > 0 {
		p.k.toPanel(&panel[0], &from[(at+c*s.plane)*Lanes], s.plane*vector, blocks)
	}
}

// products adds the products of a panel and all operands to the sums.
func (p *panelGrad) products(r *panelRoom, a *tileArgs, operand []float32, c, blocks int) {
	for b := 0; b < blocks; {
		n, kernels, operands := 1, p.k.few1[:], p.twelves
		switch {
		case blocks-b >= 4:
			n, kernels, operands = 4, p.k.few4[:], p.sixes
		case blocks-b >= 2:
			n, kernels = 2, p.k.few2[:]
		}
		a.x = &r.panel[b*Lanes]
		for _, o := range operands {
			a.w = &operand[o.first*p.operand.plane*Lanes]
			for i := range r.taps {
				t := &r.taps[i]
				r.t.w, r.t.n = t.at*vector, t.cols.end-t.cols.first
				r.t.steps = t.cols.first * int(unsafe.Sizeof(step{}))
				a.steps = &p.steps[0]
				a.bias = &r.sums[(o.first*p.rowStep+t.row)*p.width+c+b*Lanes]
				a.out = a.bias
				kernels[o.n](a)
			}
		}
		b += n
	}
}

// finish writes the sums to dw.
func (p *panelGrad) finish(r *panelRoom, dw []float32) {
	if p.ofImage {
		return
	}
	n := p.g.weights()
	for b := 0; b < p.width; b += Lanes {
		first := min(b, p.g.OC-Lanes)
		for at := 0; at < n; at += panelRow {
			p.k.toPanel(&r.panel[0], &r.sums[at*p.width+b], p.width*4, panelRow/Lanes)
			for l := range Lanes {
				copy(dw[(first+l)*n+at:][:min(panelRow, n-at)], r.panel[l*panelRow:])
			}
		}
	}
}
