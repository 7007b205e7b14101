//go:build amd64 && !purego

package kernel

// simdWeightGrad is the gradient of a dense layer's weights and bias. It adds up
// the products in one of two ways.
//
// By rows: the vectors of a tile are sixty-four features of one row, the operands
// are gradients of outputs, and the sum goes over the rows of the batch. A task
// turns the features of a few groups into rows that stay in the first-level cache
// for all of its outputs, and then continues with the next groups.
//
// By lanes, if too few outputs would share that work, or if there are too few
// features: the vectors are features of a group, the operands are vectors too, and
// the sum goes over the groups. The lanes are added last.
//
// Many groups are divided into segments with separate sums, which are added in
// order at the end. The division depends on the sizes alone.
type simdWeightGrad struct {
	byLanes  bool
	columns  []columns
	segments [][]chunk // the groups of each, in blocks
	ranges   []chunk   // of chunks of outputs, for a task
	steps    []step    // groups of a block
	far      bool      // x and dy exceed the second-level cache
	direct   bool      // a task's last sums go to dw, not to sums
	sums     []float32 // [segment][columns][chunk] tiles
	bias     []float32 // [segment][out][16]
}

// columns are the features of a task.
type columns struct {
	first, n int // by rows
	vectors  int
	tiles    []tile // with outputs in dw; one by rows
	kept     []tile // with outputs in sums
	pieces   []piece
}

// piece is a run of n neighboring features of an output: their offset in sums, the
// step from there to those of the next output, and their offset in a row of dw.
type piece struct{ sums, step, dw, n int }

const (
	laneColumns = 8 // tiles of a task by lanes, at most
	panelGroups = 6 // of a block by rows, at most
	panelRow    = tileVectors * Lanes
)

func newSIMDWeightGrad(d *simdDense) *simdWeightGrad {
	const fewOutputs, manyGroups = 16, 8
	s := &simdWeightGrad{byLanes: d.in < Lanes || d.out <= fewOutputs && d.groups >= manyGroups}
	most, xStep := panelGroups, Lanes*panelRow*4
	if s.byLanes {
		most, xStep = d.groups, d.in*vector
		s.columnsByLanes(d.in)
	} else {
		s.columnsByRows(d.in)
	}
	s.divide(d, most)
	for g := range min(most, d.groups) {
		s.steps = append(s.steps, step{g * xStep, g * d.out * vector})
	}
	s.far = !s.byLanes && d.groups*(d.in+d.out)*vector > 2<<20
	s.direct = len(s.segments) == 1 && d.in >= tileVectors
	if !s.direct {
		s.sums = Alloc[float32](len(s.segments) * len(s.columns) * len(d.outputs) * tileSums)
	}
	s.bias = Alloc[float32](len(s.segments) * d.out * Lanes)
	for i := range d.room {
		r := &d.room[i]
		if !s.byLanes {
			r.panel = Alloc[float32](panelGroups * Lanes * panelRow)
		}
		if s.direct && len(s.segments[0]) > 1 {
			r.sums = Alloc[float32](max(mostTiles, len(d.outputs)) * tileSums)
		}
	}
	return s
}

// divide chooses the tasks: about sixteen, from segments of 17 to 32 groups or more, or
// else eight, from ranges of eight chunks or more.
func (s *simdWeightGrad) divide(d *simdDense, mostGroups int) {
	n := len(s.columns)
	for _, c := range divide(d.groups, max(32, (d.groups*n+15)/16)) {
		blocks := divide(c.n, mostGroups)
		for i := range blocks {
			blocks[i].first += c.first
		}
		s.segments = append(s.segments, blocks)
	}
	n *= len(s.segments)
	s.ranges = divide(len(d.outputs), max(8, (len(d.outputs)*n+7)/8))
}

// columnsByRows makes columns of four vectors of sixteen features, or of one.
func (s *simdWeightGrad) columnsByRows(in int) {
	for _, q := range quads((in + Lanes - 1) / Lanes) {
		var t, kept tile
		c := columns{first: min(q.at[0]*Lanes, in-Lanes), vectors: q.n}
		c.n = min(in-c.first, q.n*Lanes)
		for v, at := range q.at[:q.n] {
			at = min(at*Lanes, in-Lanes) // the last features may be computed twice
			t.x[v], t.out[v] = (at-c.first)*4, at*4
			kept.x[v], kept.out[v] = t.x[v], v*vector
			c.pieces = append(c.pieces, piece{v * Lanes, q.n * Lanes, at, Lanes})
		}
		c.tiles, c.kept = []tile{t}, []tile{kept}
		s.columns = append(s.columns, c)
	}
}

// columnsByLanes makes columns of tiles of four features.
func (s *simdWeightGrad) columnsByLanes(in int) {
	for _, part := range divide((in+tileVectors-1)/tileVectors, laneColumns) {
		c := columns{vectors: tileVectors}
		for i := range part.n {
			at := max(0, min((part.first+i)*tileVectors, in-tileVectors))
			var t tile
			for v := range t.x {
				t.x[v] = min(at+v, in-1) * vector
			}
			kept := t
			sums := i * tileOutputs * tileVectors
			t.out[0], kept.out[0] = at*4, sums*4
			c.tiles, c.kept = append(c.tiles, t), append(c.kept, kept)
			c.pieces = append(c.pieces, piece{sums, tileVectors, at, min(in, tileVectors)})
		}
		s.columns = append(s.columns, c)
	}
}

func (d *simdDense) weightTasks() int {
	if d.weights == nil { // the forward pass needs none
		d.weights = newSIMDWeightGrad(d)
	}
	return len(d.weights.segments) * len(d.weights.columns) * len(d.weights.ranges)
}

func (d *simdDense) weightGrad(task, worker int, dw, db, dy, x []float32) {
	s, r := d.weights, &d.room[worker]
	column, task := task%len(s.columns), task/len(s.columns)
	segment, part := task%len(s.segments), s.ranges[task/len(s.segments)]
	blocks := s.segments[segment]
	if column > 0 {
		db = nil // the first column's task computes it
	}
	if dw == nil && db == nil {
		return
	}
	c, sums := &s.columns[column], r.sums
	if !s.direct {
		sums = s.sums[(segment*len(s.columns)+column)*len(d.outputs)*tileSums:]
	}
	a := &r.a
	r.vectors, a.count, a.tiles, a.steps = c.vectors, len(c.tiles), &r.tiles[0], &s.steps[0]
	a.inner, a.xInner, a.wInner, a.wOut = Lanes, panelRow*4, 4, vector
	a.bias, a.floor = &zeros[0], negInf
	for i, b := range blocks {
		if db != nil {
			d.addBias(segment, part, b, i == 0, dy)
		}
		if dw == nil {
			continue
		}
		if s.byLanes {
			a.x, a.inner = &x[b.first*d.in*Lanes], 1
		} else {
			a.x = &r.panel[0]
			for g := range b.n {
				lanesToPanel(d.set.ISA, c.n, r.panel[g*Lanes*panelRow:], x[((b.first+g)*d.in+c.first)*Lanes:])
			}
		}
		last := s.direct && i == len(blocks)-1
		tiles, outStep := c.kept, c.pieces[0].step
		if last {
			tiles, outStep = c.tiles, d.in
		}
		a.outStep = outStep * 4
		for t := range copy(r.tiles[:], tiles) {
			r.tiles[t].n = b.n
		}
		for at := part.first; at < part.first+part.n; at++ {
			o := d.outputs[at]
			if s.far && i+1 < len(blocks) {
				d.prefetch(c, blocks[i+1], chunk{at - part.first, part.n}, o, x, dy, db != nil)
			}
			a.w, a.from = &dy[(b.first*d.out+o.first)*Lanes], nil
			if i > 0 {
				a.from = &sums[at*tileSums]
			}
			if last {
				a.out = &dw[o.first*d.in]
			} else {
				a.out = &sums[at*tileSums]
			}
			if s.byLanes {
				d.k.sum4[o.n](a)
			} else {
				r.run(d.k, o.n)
			}
		}
	}
	if db != nil && len(s.segments) == 1 {
		d.biasSums(part, db)
	}
}

// prefetch fetches data that the next block of groups needs: a part's share of x, and
// dy for outputs o if the sums of the bias will read it.
func (d *simdDense) prefetch(c *columns, next, part, o chunk, x, dy []float32, bias bool) {
	share := (c.n + part.n - 1) / part.n
	if at := part.first * share; at < c.n {
		prefetch(&x[(next.first*d.in+c.first+at)*Lanes], d.in*vector, next.n, min(share, c.n-at))
	}
	if bias {
		prefetch(&dy[(next.first*d.out+o.first)*Lanes], d.out*vector, next.n, o.n)
	}
}

// addBias adds the gradients of a part of the outputs lane by lane, over the
// groups of a block.
func (d *simdDense) addBias(segment int, part, groups chunk, first bool, dy []float32) {
	from, n := d.outputsOf(part)
	sums := d.weights.bias[(segment*d.out+from)*Lanes:][:n*Lanes]
	if first {
		clear(sums)
	}
	addGroups(d.set.ISA, sums, dy[(groups.first*d.out+from)*Lanes:], d.out, groups.n)
}

// weightSumChunks is the number of chunks of outputs in a task of weightSums.
const weightSumChunks = 8

// weightSumTasks returns 0 if weightGrad has completed dw and db.
func (d *simdDense) weightSumTasks() int {
	if d.weights.direct {
		return 0
	}
	return (len(d.outputs) + weightSumChunks - 1) / weightSumChunks
}

func (d *simdDense) weightSums(task int, dw, db []float32) {
	s, first := d.weights, task*weightSumChunks
	part := chunk{first, min(weightSumChunks, len(d.outputs)-first)}
	if db != nil && len(s.segments) > 1 {
		d.biasSums(part, db)
	}
	if dw == nil {
		return
	}
	for i, o := range d.outputs[first:][:part.n] {
		for j := range s.columns {
			sums := s.sums[(j*len(d.outputs)+first+i)*tileSums:]
			for k := 1; k < len(s.segments); k++ {
				d.set.Add(sums[:tileSums], sums, sums[k*len(s.columns)*len(d.outputs)*tileSums:])
			}
			for _, p := range s.columns[j].pieces {
				for k := range o.n {
					copy(dw[(o.first+k)*d.in+p.dw:][:p.n], sums[p.sums+k*p.step:])
				}
			}
		}
	}
}

// biasSums adds up, for each output of a part, the segments and then the lanes, in order.
func (d *simdDense) biasSums(part chunk, db []float32) {
	first, n := d.outputsOf(part)
	for o := first; o < first+n; o++ {
		var lanes [Lanes]float32
		for k := range d.weights.segments {
			for l, v := range d.weights.bias[(k*d.out+o)*Lanes:][:Lanes] {
				lanes[l] += v
			}
		}
		db[o] = 0
		for _, v := range lanes {
			db[o] += v
		}
	}
}

// outputsOf returns the outputs of chunks.
func (d *simdDense) outputsOf(part chunk) (first, n int) {
	last := d.outputs[part.first+part.n-1]
	first = d.outputs[part.first].first
	return first, last.first + last.n - first
}
