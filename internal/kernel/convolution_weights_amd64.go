//go:build amd64 && !purego

package kernel

func (c *simdConv) weightGrad(worker int, dw, d, x []float32, rows chunk) {
	g, r := c.g, &c.room[worker]
	n := g.OC * g.weights()
	if c.panels != nil {
		c.panelGrad(r, dw[:n], d, x, rows)
		return
	}
	r.a.x = c.image(r, x)
	for i, b := range c.weightBlocks {
		if i == 0 {
			c.blockWeightGrad(r, b, dw[:n], d)
			continue
		}
		if r.dw == nil {
			r.dw = Alloc[float32](n)
		}
		c.blockWeightGrad(r, b, r.dw, d)
		Set[float32]{ISA: c.isa}.Add(dw[:n], dw[:n], r.dw)
	}
}

// panelGrad adds up the products of rows of outputs, and completes dw after the last rows.
func (c *simdConv) panelGrad(r *simdConvRoom, dw, d, x []float32, rows chunk) {
	p := c.panels
	if rows.first == 0 {
		p.begin(&r.panel, dw)
		if p.padded {
			c.image(r, x)
		}
	}
	if p.padded && c.x.size > 0 {
		x = r.x
	}
	there := 0
	if c.slab < c.g.OH {
		there = rows.first
	}
	p.rows(&r.panel, &r.a, d, x, rows, there)
	if rows.first+rows.n == c.g.OH {
		p.finish(&r.panel, dw)
	}
}

func (c *simdConv) blockWeightGrad(r *simdConvRoom, b weightBlock, dw, d []float32) {
	g, a, n := c.g, &r.a, c.g.weights()
	a.steps, a.tiles, a.count = &c.weightSteps[b.first], &b.tiles[0], len(b.tiles)
	a.inner, a.xInner, a.wInner, a.wOut = g.OW, g.StrideW*vector, vector, c.d.plane*vector
	for _, o := range c.outputs {
		a.w = &d[o.first*c.d.plane*Lanes]
		if n < tileVectors { // a tile writes four: keep the rest out of dw
			a.out, a.outStep = &r.few[0], 4*tileVectors
			c.k.sum4[o.n](a)
			for j := range o.n {
				copy(dw[(o.first+j)*n:][:n], r.few[j*tileVectors:])
			}
			continue
		}
		a.out, a.outStep = &dw[o.first*n], n*4
		c.k.sum4[o.n](a)
	}
}
