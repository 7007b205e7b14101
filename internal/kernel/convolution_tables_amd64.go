//go:build amd64 && !purego

package kernel

import "unsafe"

// padded returns the layout of c planes of h×w, including borders of top rows above the
// image and left columns before it. Planes are an odd number of vectors apart, so that
// they do not all fall into the same sets of the cache.
func padded(c, h, w, top, left int) planes {
	p := planes{row: w}
	p.plane = h*w | 1
	p.first = top*w + left
	p.size = c * p.plane
	return p
}

// planForward makes the tables of Forward.
func (c *simdConv) planForward(pool *PoolGeometry) {
	g := c.g
	at := func(oy, ox int) int { return (oy*g.StrideH*c.x.row + ox*g.StrideW) * vector }
	n := g.KH * g.KW
	if n == 1 {
		c.forwardSteps = []step{{}}
	} else {
		for i := range g.C {
			for ky := range g.KH {
				c.forwardSteps = append(c.forwardSteps, step{(i*c.x.plane + ky*g.DilationH*c.x.row) * vector, (i*n + ky*g.KW) * 4})
			}
		}
	}
	outs := g.OH * g.OW
	for p := 0; p < outs; p += tileVectors {
		t := tile{n: len(c.forwardSteps)}
		for v := range t.x {
			q := min(p+v, outs-1) // the last tile may compute an output twice
			t.x[v], t.out[v] = at(q/g.OW, q%g.OW), q*vector
		}
		c.forwardTiles = append(c.forwardTiles, t)
	}
	if pool == nil || pool.KH != 2 || pool.KW != 2 || pool.StrideH != 2 || pool.StrideW != 2 || pool.PadH != 0 || pool.PadW != 0 {
		return
	}
	for oy := range pool.OH {
		for ox := range pool.OW {
			p := oy*pool.OW + ox
			t := tile{n: len(c.forwardSteps), out: [4]int{p * vector, p * 8}}
			for v := range t.x {
				t.x[v] = at(2*oy+v/2, 2*ox+v%2)
			}
			c.pooledTiles = append(c.pooledTiles, t)
		}
	}
}

// weightBlock is a block of output rows whose products weightGrad adds up at a time.
type weightBlock struct {
	first int    // of weightSteps
	tiles []tile // four kernel positions
}

// planWeights makes the tables of weightGrad: a weight's gradient is the sum,
// over outputs, of the output's gradient times the pixel under the weight. A block of
// rows is so small that the gradients of the outputs of a chunk stay in the first
// cache.
func (c *simdConv) planWeights() {
	g := c.g
	for oy := range g.OH {
		c.weightSteps = append(c.weightSteps, step{oy * g.StrideH * c.x.row * vector, (c.d.first + oy*c.d.row) * vector})
	}
	rows := min(max(weightBytes/(min(g.OC, tileOutputs)*c.d.row*vector), (leastBlock-1)/g.OW+1), g.OH)
	var all, rest []tile
	for first := 0; first < g.OH; first += rows {
		n := min(rows, g.OH-first)
		tiles := &all
		if n < rows {
			tiles = &rest
		}
		if *tiles == nil {
			*tiles = c.planWeightTiles(n)
		}
		c.weightBlocks = append(c.weightBlocks, weightBlock{first, *tiles})
	}
}

// planWeightTiles returns the tiles of a block of rows.
func (c *simdConv) planWeightTiles(rows int) (tiles []tile) {
	g, n := c.g, c.g.weights()
	for first := 0; first < n; first += tileVectors {
		from := max(min(first, n-tileVectors), 0) // the last tile may compute a weight twice
		t := tile{n: rows, out: [4]int{from * 4}}
		for v := range t.x {
			q := min(from+v, n-1)
			i, ky, kx := q/(g.KH*g.KW), q/g.KW%g.KH, q%g.KW
			t.x[v] = (i*c.x.plane + ky*g.DilationH*c.x.row + kx*g.DilationW) * vector
		}
		tiles = append(tiles, t)
	}
	return tiles
}

// planInputs makes the tables of inputGrad. Without dilation, a pixel contributes to
// successive output rows through every stride-th kernel row, beginning with its own row
// plus the padding, modulo the stride. The same holds for columns. A tile is two by two
// pixels a stride apart, with the kernel positions that any of the four needs. For a
// pixel that does not need a position, the tile reads the border.
func (c *simdConv) planInputs() {
	g := c.g
	type class struct{ row, col reach }
	seen := map[class]tile{}
	if g.pointwise() {
		c.planPoints()
		return
	}
	down, right := stridesOf(g.StrideH, g.DilationH), stridesOf(g.StrideW, g.DilationW)
	for _, rows := range pairs(g.H, g.KH, g.StrideH, g.PadH, g.DilationH, g.OH) {
		for _, cols := range pairs(g.W, g.KW, g.StrideW, g.PadW, g.DilationW, g.OW) {
			k := class{rows.reach, cols.reach}
			steps, ok := seen[k]
			if !ok {
				steps = tile{steps: len(c.inputSteps) * int(unsafe.Sizeof(step{}))}
				for m := rows.from; m < rows.to; m++ {
					for n := cols.from; n < cols.to; n++ {
						ky, kx := rows.first+m*down.step, cols.first+n*right.step
						c.inputSteps = append(c.inputSteps, step{-(m*down.back*c.d.row + n*right.back) * vector, (ky*g.KW + kx) * 4})
						steps.n++
					}
				}
				seen[k] = steps
			}
			t := steps
			for v := range t.x {
				r, q := v/2, v%2
				t.x[v] = (c.d.first + rows.out[r]*c.d.row + cols.out[q]) * vector
				t.out[v] = (rows.in[r]*g.W + cols.in[q]) * vector
			}
			c.inputTiles = append(c.inputTiles, t)
		}
	}
	if len(c.inputSteps) == 0 { // no output reads a pixel: tiles of no steps
		c.inputSteps = make([]step, 1)
	}
}

// planPoints makes the tables of inputGrad for kernels of one pixel. A tile is four
// outputs side by side. The pixels that a stride skips are in tiles of no steps.
func (c *simdConv) planPoints() {
	g := c.g
	c.inputSteps = make([]step, 1)
	c.inputTiles = points(g, g.H)
	if c.slab < g.OH {
		c.inputTiles, c.restTiles = points(g, c.slab), points(g, g.OH%c.slab)
	}
}

// points returns the tiles of the first rows.
func points(g *ConvGeometry, rows int) (tiles []tile) {
	var taken, between []int
	for i := range rows * g.W {
		if y, x := i/g.W, i%g.W; y%g.StrideH == 0 && x%g.StrideW == 0 {
			taken = append(taken, i)
		} else {
			between = append(between, i)
		}
	}
	for n, pixels := range [][]int{between, taken} {
		for p := 0; p < len(pixels); p += tileVectors {
			t := tile{n: n}
			for v := range t.x {
				q := min(p+v, len(pixels)-1)
				t.x[v], t.out[v] = n*q*vector, pixels[q]*vector
			}
			tiles = append(tiles, t)
		}
	}
	return tiles
}

// planSlabs chooses how many rows of outputs Backward takes at a time. If Backward computes
// the gradients of the sums through a ReLU, and none of its passes needs the gradients of
// other rows, then some rows at a time stay in a cache for all passes.
func (c *simdConv) planSlabs(dx bool) {
	g := c.g
	if !c.relu || dx && (!g.pointwise() || g.StrideH*g.StrideW > 1) {
		return
	}
	vectors := g.OC * g.OW
	if dx {
		vectors += 2 * g.C * g.OW
	}
	if rows := share(g.OH, max(rowsBytes/(vectors*vector), 1)); rows < g.OH {
		c.slab = rows
		c.d = padded(g.OC, rows, g.OW, 0, 0)
	}
}

// pair is two pixels of an axis, a stride apart: their places, the outputs that they
// reach through the first kernel position, and the kernel steps that at least one of
// them needs.
type pair struct {
	in, out [2]int
	reach
}

type reach struct{ first, from, to int }

// pairs divides an axis of n pixels and o outputs into pairs of pixels.
func pairs(n, k, stride, pad, dilation, o int) []pair {
	var all []pair
	s := stridesOf(stride, dilation)
	for phase := range stride {
		var in []int
		for i := range n {
			if (i+pad)%stride == phase {
				in = append(in, i)
			}
		}
		first := s.first(phase, stride, dilation, k)
		steps := max(ceilDiv(k-first, s.step), 0)
		for j := 0; j < len(in); j += 2 {
			p := pair{in: [2]int{in[j], in[min(j+1, len(in)-1)]}}
			for i, q := range p.in {
				p.out[i] = (q + pad - dilation*first) / stride
			}
			p.first = first
			p.from, p.to = max(ceilDiv(p.out[0]-o+1, s.back), 0), min(ceilDiv(p.out[1]+1, s.back), steps)
			p.to = max(p.to, p.from)
			all = append(all, p)
		}
	}
	return all
}
