package lanes

import (
	"errors"
	"slices"

	"descent/internal/kernel"
)

// fewConv is [Ops.Conv2D] for few rows.
func fewConv(s Site, opt Conv2DOptions, x twin) (body Body[float32], row []int, err error) {
	c, err := opt.geometry(s.Row(0), s.Shape(1))
	if err != nil || s.Shape(1)[1] != c.C || checkBias(s, c.OC) != nil || !slices.Equal(x.row, s.Row(0)) || !s.b.few.pays(c) {
		return body, nil, nil // an error is that of lanes
	}
	var pool *kernel.PoolGeometry
	if opt.Pool != nil {
		if pool, err = opt.Pool.geometry(c.OC, c.OH, c.OW); err != nil {
			return body, nil, err
		}
	}
	blocks, n := kernel.Blocks(c.OC), s.b.rows
	err = errors.Join(
		take[float32](s, n, x.channels(), c.H+2*c.PadH+c.PadEndH, c.W+2*c.PadW+c.PadEndW),
		take[float32](s, blocks*Lanes, c.C*c.KH*c.KW+1))
	if err != nil {
		return body, nil, err
	}
	conv := kernel.NewFewConv(s.b.engine.cfg.ISA, c, x.plain, opt.ReLU && pool == nil, n, s.Threads())
	if pool == nil {
		row = []int{c.OC, c.OH, c.OW}
		return Body[float32]{Shape: s.b.few.shape(row...), Forward: func(p *Pass[float32]) error {
			conv.Forward(p.Run, p.Rows()/Lanes, p.Out, p.In[0], p.In[1], p.In[2])
			return nil
		}}, row, nil
	}
	if err := take[float32](s, s.b.few.shape(c.OC, c.OH, c.OW)...); err != nil {
		return body, nil, err
	}
	sums := kernel.Alloc[float32](size(s.b.few.shape(c.OC, c.OH, c.OW)))
	k, window := set[float32](s), *pool
	window.C = blocks
	row = []int{c.OC, pool.OH, pool.OW}
	return Body[float32]{Shape: s.b.few.shape(row...), Forward: func(p *Pass[float32]) error {
		rows := p.Rows() / Lanes
		conv.Forward(p.Run, rows, sums, p.In[0], p.In[1], p.In[2])
		p.Run(rows, func(r, _ int) {
			k.MaxPoolForward(&window, group(p.Out, r, blocks*pool.OH*pool.OW), nil, group(sums, r, blocks*c.OH*c.OW), opt.ReLU)
		})
		return nil
	}}, row, nil
}

// pays reports whether a convolution, of one group of channels, is faster by rows. Too
// few channels leave most of a block empty. The work that threads share must be worth
// the conversions.
func (f *few) pays(c kernel.ConvGeometry) bool {
	blocks := kernel.Blocks(c.OC)
	if c.Groups > 1 {
		return false
	}
	if f.whole() {
		return 4*blocks*Lanes <= 5*c.OC && c.OC*c.C*c.KH*c.KW*c.OH*c.OW >= 1<<20
	}
	return f.b.rows*blocks <= 2*c.OC
}

// fewAffine is [Ops.Affine] for few rows. A dense layer at several positions of a row
// stays in lanes.
func fewAffine(s Site, c affineSettings, x twin) (body Body[float32], row []int, err error) {
	w := s.Shape(1)
	if places := c.last && len(s.Row(0)) > 1; places || s.b.few.whole() || w[1] != size(x.row) || checkBias(s, w[0]) != nil { // an error is that of lanes
		return body, nil, nil
	}
	// The kernel has the rows, and a worker the features of four blocks that it works with.
	if err := errors.Join(take[float32](s, s.b.rows, w[1]), take[float32](s, s.Threads()*4*kernel.FewFeatures+kernel.Blocks(w[0]), Lanes)); err != nil {
		return body, nil, err
	}
	dense := kernel.NewFewDense(s.b.engine.cfg.ISA, x.row[0], size(x.row[1:]), w[0], x.plain, c.relu, s.b.rows, s.Threads())
	return Body[float32]{Shape: s.b.few.shape(w[0]), Forward: func(p *Pass[float32]) error {
		dense.Forward(p.Run, p.Rows()/Lanes, p.Out, p.In[0], p.In[1], p.In[2])
		return nil
	}}, []int{w[0]}, nil
}

// fewBatchNormFixed is [Ops.BatchNormFixed] for few rows.
func fewBatchNormFixed(s Site, c BatchNormOptions, x twin) (body Body[float32], row []int, err error) {
	n, err := fixedChannels[float32](s, c)
	if err != nil || x.plain || !slices.Equal(x.row, s.Row(0)) {
		return body, nil, err
	}
	normals := make([]kernel.Normal[float32], kernel.Blocks(n.count))
	return Body[float32]{Shape: s.b.few.shape(x.row...), Forward: func(p *Pass[float32]) error {
		n.fix(p)
		for c := range n.count {
			from, to, l := &n.forward[c], &normals[c/Lanes], c%Lanes
			to.Near[l], to.Scale[l], to.Shift[l] = from.Near[0], from.Scale[0], from.Shift[0]
		}
		p.Run(p.Rows()/Lanes*len(normals), func(i, _ int) {
			n.kernel.Normalize(n.channel(p.Out, i), n.channel(p.In[0], i), n.channel(p.In[fixedAddend], i), &normals[i%len(normals)], nil, nil, n.floor())
		})
		return nil
	}}, x.row, nil
}

// fewPadChannels is [Ops.PadChannels] for few rows.
func fewPadChannels(s Site, c [2]int, x twin) (body Body[float32], row []int, err error) {
	padded, err := newPadChannels[float32](s, c)
	if err != nil || x.plain || !slices.Equal(x.row, s.Row(0)) {
		return body, nil, err
	}
	row = padded.Shape[1 : len(padded.Shape)-1]
	area, blocks := size(row[1:]), kernel.Blocks(row[0])
	return Body[float32]{Shape: s.b.few.shape(row...), Forward: func(p *Pass[float32]) error {
		p.Run(p.Rows()/Lanes, func(r, _ int) {
			from, to := group(p.In[0], r, kernel.Blocks(x.row[0])*area), group(p.Out, r, blocks*area)
			for i := range x.row[0] { // the other channels are zero from the start
				o := c[0] + i
				from, to := from[i/Lanes*area*Lanes+i%Lanes:], to[o/Lanes*area*Lanes+o%Lanes:]
				for p := 0; p < area*Lanes; p += Lanes {
					to[p] = from[p]
				}
			}
		})
		return nil
	}}, row, nil
}
