package kernel

// AttentionConfig describes attention among the places of a row.
type AttentionConfig struct {
	Places, Heads, Width int       // Width is the width of a head
	Causal               bool      // a place attends only to itself and those before it
	Masked               bool      // there is a mask
	Rate                 float64   // dropout rate of the weights, in [0, 1)
	Rotary               []float64 // [Places][Width/2][2], cosine and sine, or nil
	Scale                float64   // factor of the products of queries and keys
}

// Attention is scaled dot-product attention (Vaswani et al. 2017) of sixteen rows,
// head by head. For each lane, with q, k, v [Places][Width],
//
//	p = softmax(Scale·q·kᵀ + mask), y = dropout(p)·v
//
// The weights p are computed for a few queries at a time, and again in the backward
// pass. Memory never holds more of them. Causal attention leaves out half of the products.
//
// Shapes: qkv [Places][3][Heads][Width][16], y [Places][Heads][Width][16], mask
// [Places][16], added to the weight of a key before the softmax. Each pair 2i, 2i+1 of
// the values of a query or a key is rotated by the angles of Rotary.
type Attention[T Float] struct {
	AttentionConfig
	k      Set[T]
	terms  int // of the product of a query and a key, plus one for a mask
	stride int // between places in working memory, in vectors: odd, for the cache
	across int // the same between the weights of two queries
	cosine []T
	sine   []T
	work   []attentionWork[T]
}

// attentionWork is the working memory of a worker. q, k, v and the gradients hold the
// places of one head. A block is some of the queries.
type attentionWork[T Float] struct {
	q, k, v    []T
	dy, dk, dv []T
	p, dp      []T // weights of a block, and their gradients
	y          []T // output of a tile
}

// The block sizes keep reused data in the first-level cache. No sum depends on them.
const (
	queryBlock = 4 * productW // queries whose weights are computed at a time
	keyTiles   = 3            // tiles of keys that all of these queries take at a time
	termBlock  = 8 * productW // keys whose values are added up at a time
	valueTiles = 4            // tiles of values that the gradients of all keys take at a time
	placesStep = 3 * productX // multiples of this many places fill all tiles
)

// NewAttention returns an [Attention] for the given number of workers.
func (k Set[T]) NewAttention(c AttentionConfig, workers int, trains bool) *Attention[T] {
	a := &Attention[T]{AttentionConfig: c, k: k}
	a.terms, a.stride, a.across = c.strides()
	for i := 0; i < len(c.Rotary); i += 2 {
		a.cosine, a.sine = append(a.cosine, T(c.Rotary[i])), append(a.sine, T(c.Rotary[i+1]))
	}
	for range workers {
		all := Alloc[T](c.Vectors(trains) * Lanes)
		cut := func(vectors int) []T {
			part := all[:vectors*Lanes]
			all = all[len(part):]
			return part
		}
		n := upTo(c.Places, placesStep) * a.stride
		w := attentionWork[T]{q: cut(n), k: cut(n), v: cut(n), p: cut(queryBlock * a.across), y: cut(productW * a.stride)}
		if trains {
			w.dy, w.dk, w.dv, w.dp = cut(n), cut(n), cut(n), cut(queryBlock*a.across)
		}
		a.work = append(a.work, w)
	}
	return a
}

// Vectors returns how many vectors of memory a worker needs.
func (c AttentionConfig) Vectors(trains bool) int {
	_, stride, across := c.strides()
	n := 1
	if trains {
		n = 2
	}
	return n*(3*upTo(c.Places, placesStep)*stride+queryBlock*across) + productW*stride
}

func (c AttentionConfig) strides() (terms, stride, across int) {
	terms = c.Width
	if c.Masked {
		terms++
	}
	return terms, upTo(terms, productX) + 1, upTo(c.Places, placesStep) + 1
}

// upTo returns the smallest multiple of m that is n or more.
func upTo(n, m int) int { return (n + m - 1) / m * m }

// Forward computes a head of y. row0 is the row of lane 0 in the batch, and key is the
// key of the dropout.
func (a *Attention[T]) Forward(head, worker int, y, qkv, mask []T, row0 int, key uint64) {
	w := &a.work[worker]
	a.load(w, head, qkv, mask)
	for first := 0; first < a.Places; first += queryBlock {
		end := min(first+queryBlock, a.Places)
		a.products(w.p, w.q, w.k, first, end, a.terms)
		for i := first; i < end; i++ {
			p, n := a.row(w.p, first, i)
			a.k.Softmax(p, p, n)
			if a.Rate > 0 {
				a.k.Dropout(p, p, n, row0, a.rowKey(key, head, i), a.Rate)
			}
		}
		a.sums(y[head*a.Width*Lanes:], a.Heads*a.Width, w.y, w.p, w.v, first, end)
	}
}

// Backward computes a head of the gradient dqkv from dy:
//
//	dv = dropout(p)ᵀ·dy
//	ds = p·(dp − Σ p·dp), dp = dropout(dy·vᵀ)
//	dq = Scale·ds·k, dk = Scale·dsᵀ·q
func (a *Attention[T]) Backward(head, worker int, dqkv, dy, qkv, mask []T, row0 int, key uint64) {
	w := &a.work[worker]
	a.load(w, head, qkv, mask)
	for i := range a.Places {
		copy(w.dy[i*a.stride*Lanes:], a.place(dy, i, 1, 0, head))
	}
	clear(w.dk)
	clear(w.dv)
	for first := 0; first < a.Places; first += queryBlock {
		end := min(first+queryBlock, a.Places)
		a.products(w.p, w.q, w.k, first, end, a.terms)
		a.products(w.dp, w.dy, w.v, first, end, a.Width)
		for i := first; i < end; i++ {
			p, n := a.row(w.p, first, i)
			dp, _ := a.row(w.dp, first, i)
			a.k.Softmax(p, p, n)
			if a.Rate > 0 {
				a.k.Dropout(dp, dp, n, row0, a.rowKey(key, head, i), a.Rate)
			}
			a.k.SoftmaxBackward(dp, dp, p, n)
			if a.Rate > 0 {
				a.k.Dropout(p, p, n, row0, a.rowKey(key, head, i), a.Rate)
			}
		}
		a.transposed(w.dv, w.p, w.dy, first, end)
		a.transposed(w.dk, w.dp, w.q, first, end)
		a.sums(dqkv[head*a.Width*Lanes:], 3*a.Heads*a.Width, w.y, w.dp, w.k, first, end)
		for i := first; i < end; i++ {
			dq := a.place(dqkv, i, 3, 0, head)
			a.k.Scale(dq, dq, T(a.Scale))
			a.rotate(dq, i, -1)
		}
	}
	for i := range a.Places {
		dk := a.place(dqkv, i, 3, 1, head)
		copy(dk, w.dk[i*a.stride*Lanes:])
		a.rotate(dk, i, -1)
		copy(a.place(dqkv, i, 3, 2, head), w.dv[i*a.stride*Lanes:])
	}
}

// place returns the values of a head at place i in one of the n parts of x. n is 3 for
// qkv and 1 for y.
func (a *Attention[T]) place(x []T, i, n, part, head int) []T {
	return x[((i*n+part)*a.Heads+head)*a.Width*Lanes:][:a.Width*Lanes]
}

// load copies a head's queries, keys and values to working memory, next to each other.
// A mask becomes one more value of each key, and the queries have a 1 there.
func (a *Attention[T]) load(w *attentionWork[T], head int, qkv, mask []T) {
	for i := range a.Places {
		at := i * a.stride * Lanes
		q, k := w.q[at:][:a.Width*Lanes], w.k[at:][:a.Width*Lanes]
		a.k.Scale(q, a.place(qkv, i, 3, 0, head), T(a.Scale))
		copy(k, a.place(qkv, i, 3, 1, head))
		copy(w.v[at:], a.place(qkv, i, 3, 2, head))
		a.rotate(q, i, 1)
		a.rotate(k, i, 1)
		if a.Masked {
			fill(w.q[at+len(q):][:Lanes], 1)
			copy(w.k[at+len(k):][:Lanes], mask[i*Lanes:])
		}
	}
}

// rotate rotates pairs of the values at place i by the angles of Rotary times sign.
func (a *Attention[T]) rotate(x []T, i int, sign T) {
	if a.cosine == nil {
		return
	}
	for c := range a.Width / 2 {
		cos, sin := a.cosine[i*(a.Width/2)+c], sign*a.sine[i*(a.Width/2)+c]
		u, v := (*[Lanes]T)(x[2*c*Lanes:]), (*[Lanes]T)(x[(2*c+1)*Lanes:])
		for l, s := range u {
			u[l], v[l] = T(s*cos)-T(v[l]*sin), T(s*sin)+T(v[l]*cos)
		}
	}
}

// row returns the weights of query i, and the number of keys that it attends to. It
// zeroes the weights of the other keys that later queries of the tile attend to.
func (a *Attention[T]) row(p []T, first, i int) (row []T, n int) {
	row = p[(i-first)*a.across*Lanes:]
	n = a.Places
	if a.Causal {
		n = i + 1
	}
	clear(row[n*Lanes : max(n, a.keys(i))*Lanes])
	return row, n
}

// keys returns the number of keys that some query in the tile of query i attends to.
func (a *Attention[T]) keys(i int) int {
	if a.Causal {
		return min(i/productW*productW+productW, a.Places)
	}
	return a.Places
}

func (a *Attention[T]) rowKey(key uint64, head, i int) uint64 {
	return mix(key + golden*uint64(head*a.Places+i+1))
}

// products computes the rows of a block: p[i][j] = Σ_t x[i][t]·y[j][t].
func (a *Attention[T]) products(p, x, y []T, first, end, terms int) {
	t := productTile{n: terms, xTile: productX * a.stride, xOut: a.stride, xInner: 1, wOut: a.stride, wInner: 1, outW: a.across, outX: 1}
	for j := 0; j < a.keys(end-1); j += keyTiles * productX {
		for i := first; i < end; i += productW {
			if left := a.keys(i) - j; left > 0 {
				t.tiles = min(keyTiles, (left+productX-1)/productX)
				a.k.product(&t, p[((i-first)*a.across+j)*Lanes:], y[j*a.stride*Lanes:], x[i*a.stride*Lanes:])
			}
		}
	}
}

// sums computes y of a block, with places that are the given number of vectors apart:
// y[i] = Σ_j p[i][j]·x[j]. A tile that extends beyond the block or the width of a head
// goes to room first.
func (a *Attention[T]) sums(y []T, apart int, room, p, x []T, first, end int) {
	t := productTile{tiles: (a.Width + productX - 1) / productX, xTile: productX, xOut: 1, xInner: a.stride, wOut: a.across, wInner: 1, outX: 1}
	for i := first; i < end; i += productW {
		out, whole := y[i*apart*Lanes:], i+productW <= end && a.Width%productX == 0
		if t.outW = apart; !whole {
			out, t.outW = room, a.stride
		}
		for j := 0; j < a.keys(i); j += termBlock {
			t.n, t.add = min(termBlock, a.keys(i)-j), j > 0
			a.k.product(&t, out, x[j*a.stride*Lanes:], p[((i-first)*a.across+j)*Lanes:])
		}
		for k := i; !whole && k < min(i+productW, end); k++ {
			copy(y[k*apart*Lanes:][:a.Width*Lanes], room[(k-i)*a.stride*Lanes:])
		}
	}
}

// transposed computes y[j] += Σ_i p[i][j]·x[i] over the queries i of a block.
func (a *Attention[T]) transposed(y, p, x []T, first, end int) {
	t := productTile{xTile: productX, xOut: 1, xInner: a.stride, wOut: 1, wInner: a.across, outW: a.stride, outX: 1, add: true}
	tiles := (a.Width + productX - 1) / productX
	for c := 0; c < tiles; c += valueTiles {
		t.tiles = min(valueTiles, tiles-c)
		for j := 0; j < a.keys(end-1); j += productW {
			i := first
			if a.Causal {
				i = max(first, j)
			}
			t.n = end - i
			a.k.product(&t, y[(j*a.stride+c*productX)*Lanes:], x[(i*a.stride+c*productX)*Lanes:], p[((i-first)*a.across+j)*Lanes:])
		}
	}
}
