//go:build amd64 && !purego

package kernel

import (
	"math"
	"unsafe"
)

// denseWeights is the weight gradient of a dense layer on tile kernels: the vectors
// of a tile are up to sixty-four features of one row, the operands the gradients of
// the outputs, and the sum goes over the rows of the batch.
//
// The features of a tile are first copied to a panel of their own, where the rows lie
// one after another: the tiles of all outputs read it from end to end. A large batch
// is taken in blocks of groups, whose sums are added in order: the panels and the
// gradients of a block stay in the second-level cache.
type denseWeights struct {
	isa             ISA
	in, out, groups int
	block           int // groups
	panels          []panel
	size            int // of all panels, in numbers
	rows            []float32
	steps           [2][]step // of the groups of a block, for panels of one vector and of four
	room            []weightRoom
}

// panel is what the vectors of a tile take of a row. The last may begin before the
// end of the one before it, or repeat it.
type panel struct {
	quad
	feature [tileVectors]int // the first of each vector
	at      int              // in rows
}

func (p *panel) width() int { return p.n * Lanes }

// weightRoom is a worker's.
type weightRoom struct {
	tile tile
	sums [tileOutputs][tileVectors * Lanes]float32
}

func newDenseWeights(isa ISA, in, out, groups, workers int) *denseWeights {
	const cache = 1280 << 10
	d := &denseWeights{isa: isa, in: in, out: out, groups: groups, room: make([]weightRoom, workers)}
	d.block = min(max(cache/(in+out)/vector&^7, 16), 64, groups)
	for _, q := range quads((in + Lanes - 1) / Lanes) {
		p := panel{quad: q, at: d.size}
		for v, c := range q.at {
			p.feature[v] = max(min(c*Lanes, in-Lanes), 0)
		}
		d.panels = append(d.panels, p)
		d.size += d.block * Lanes * p.width()
	}
	for i, width := range []int{Lanes, tileVectors * Lanes} {
		for g := range d.block {
			d.steps[i] = append(d.steps[i], step{g * Lanes * width * 4, g * out * vector})
		}
	}
	return d
}

// blocks is the number of blocks.
func (d *denseWeights) blocks() int { return (d.groups + d.block - 1) / d.block }

// pack copies a group of x to the panels of its block.
func (d *denseWeights) pack(group int, x []float32) {
	x = of(x, group, d.in)
	for i := range d.panels {
		p := &d.panels[i]
		width := p.width()
		to := d.rows[p.at+group%d.block*Lanes*width:][:Lanes*width]
		for v, f := range p.feature[:p.n] {
			d.transpose(to[v*Lanes:], width, x[f*Lanes:], min(d.in, Lanes))
		}
	}
}

// transpose copies n features, up to sixteen, to rows that lie width apart.
func (d *denseWeights) transpose(rows []float32, width int, x []float32, n int) {
	if n < floatBlock {
		for f := range n {
			for l, v := range (*[Lanes]float32)(x[f*Lanes:]) {
				rows[l*width+f] = v
			}
		}
		return
	}
	a := convertArgs{lanes: &x[0], blocks: n / floatBlock}
	for l := range a.row {
		a.row[l] = unsafe.Pointer(&rows[l*width])
	}
	k := lanesToRowsKernel
	if d.isa == AVX512 {
		k += convert512
	}
	k.run(&a)
	if n%floatBlock > 0 {
		a.at, a.lanes, a.blocks = (n-floatBlock)*4, &x[(n-floatBlock)*Lanes], 1
		k.run(&a)
	}
}

// gradient computes what a block of groups adds to dw of a panel and some outputs.
// If it is the only one, the kernel writes it. Otherwise, and where a vector is longer
// than a row of dw, it is added up in dw.
func (d *denseWeights) gradient(k *tileKernels, a *tileArgs, r *weightRoom, block int, p *panel, some []chunk, dw, dy []float32) {
	t, width, first := &r.tile, p.width(), block*d.block
	direct := d.block == d.groups && d.in >= Lanes
	for v := range t.x {
		t.x[v], t.out[v] = v*vector, v*vector
		if direct {
			t.out[v] = p.feature[v] * 4
		}
	}
	t.n = min(d.block, d.groups-first)
	a.x, a.steps, a.tiles, a.count = &d.rows[p.at], &d.steps[p.n/tileVectors][0], t, 1
	a.inner, a.xInner, a.wInner, a.wOut, a.floor = Lanes, width*4, 4, vector, float32(math.Inf(-1))
	for _, o := range some {
		a.operands(dy[first*d.out*Lanes:], nil, o.first)
		if direct {
			a.out, a.outStep = &dw[o.first*d.in], d.in*4
		} else {
			a.out, a.outStep = &r.sums[0][0], tileVectors*vector
		}
		if p.n == 1 {
			k.store1[o.n](a)
		} else {
			k.store4[o.n](a)
		}
		if !direct {
			d.collect(r, p, dw[o.first*d.in:], o.n, block > 0)
		}
	}
}

// collect copies the sums of a tile to dw, or adds them.
func (d *denseWeights) collect(r *weightRoom, p *panel, dw []float32, outputs int, more bool) {
	for j := range outputs {
		for v := 0; v < p.n; v++ {
			first, at := p.quad.at[v]*Lanes, v*Lanes
			end := min(first+Lanes, d.in)
			at += first - p.feature[v]
			for ; v+1 < p.n && p.feature[v+1] == p.feature[v]+Lanes; v++ { // the vector goes on
				end += Lanes
			}
			if v > 0 && p.quad.at[v] == p.quad.at[v-1] {
				break // it repeats the one before
			}
			to := dw[j*d.in:][first:end]
			from := r.sums[j][at:][:len(to)]
			if more {
				Set[float32]{ISA: d.isa}.Add(to, to, from)
			} else {
				copy(to, from)
			}
		}
	}
}
