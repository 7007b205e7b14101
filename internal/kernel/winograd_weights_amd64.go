//go:build amd64 && !purego

package kernel

// weightGrad computes dw from the image x and the gradient of the sums d. For
// each of the sixteen values it is the gradient of a dense layer whose rows are the
// tiles of each image: see simdWeightGrad, by rows.
func (c *winogradConv) weightGrad(worker int, dw, d, x []float32, _ chunk) {
	g, r, n := c.g, c.begin(worker), c.g.OC*c.g.C
	if r.u == nil {
		r.u, r.panel = Alloc[float32](winogradValues*n), Alloc[float32](c.block*Lanes*panelRow)
	}
	clear(r.u)
	a := &r.a
	a.steps, a.tiles, a.count, a.inner, a.xInner, a.wInner, a.wOut = &c.steps[0], &r.rows, 1, Lanes, panelRow*4, 4, c.block*vector
	a.outStep, a.biasOut, a.floor = g.C*4, g.C*4, negInf
	for v := range r.rows.x {
		r.rows.x[v], r.rows.out[v] = v*vector, v*vector
	}
	for from := 0; from < c.count; from += c.block {
		r.rows.n = min(c.block, c.count-from)
		c.transform(r, winogradInput, g.C, from, r.rows.n, r.x, x)
		c.transform(r, winogradGrad, g.OC, from, r.rows.n, r.y, d)
		for e := range winogradValues {
			for i := 0; i < g.C; i += panelRow {
				blocks := min(g.C-i, panelRow) / Lanes
				for t := range r.rows.n {
					c.k.toPanel(&r.panel[t*Lanes*panelRow], &r.x[(e*c.plane(g.C)+i*c.block+t)*Lanes], c.block*vector, blocks)
				}
				c.products(r, r.y[e*c.plane(g.OC)*Lanes:], r.u[e*n+i:], blocks)
			}
		}
	}
	winogradWeightGrad(dw, r.u, g.OC, g.C)
}

// products adds the products of the panel's blocks of sixteen channels to u: see
// winogradRoom.
func (c *winogradConv) products(r *winogradRoom, d, u []float32, blocks int) {
	a := &r.a
	for b := 0; b < blocks; {
		n, kernels, outputs := 1, c.k.few1[:], c.twelves
		switch {
		case blocks-b >= 4:
			n, kernels, outputs = 4, c.k.few4[:], c.image.outputs
		case blocks-b >= 2:
			n, kernels = 2, c.k.few2[:]
		}
		a.x = &r.panel[b*Lanes]
		for _, o := range outputs {
			a.w = &d[o.first*c.block*Lanes]
			a.bias = &u[o.first*c.g.C+b*Lanes]
			a.out = a.bias
			kernels[o.n](a)
		}
		b += n
	}
}
