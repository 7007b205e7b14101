package optimizers

import "descent/internal/kernel"

// leastTiled is the smallest shorter side of a matrix for which tile kernels are faster.
const leastTiled = 16

// tiled reports whether newtonSchulz has tile kernels for a matrix.
func tiled[T Float](rows, columns int) bool {
	return T(0x1p-1000) == 0 && kernel.Best() > kernel.Go && min(rows, columns) >= leastTiled
}

// tiles is newtonSchulz on the kernel of a dense layer, which multiplies a row-major
// matrix W by a matrix in panels: panel g has its columns 16·g to 16·g+15, as
// [rows][16]. With X of m rows, the shorter side, and n columns,
//
//	A = X·Xᵀ            W = X, and panels of Xᵀ
//	P = A·(c·A + b) + a  W = c·A + b, and panels of A
//	Xᵀ ← Xᵀ·P           W = Xᵀ, and panels of P
//
// A and P are symmetric: their lower halves are computed and mirrored.
type tiles[T Float] struct {
	m, n        int
	x, turned   []T // X and Xᵀ, in rows
	panels      []T // of Xᵀ
	gram, poly  []T // panels of A and P
	weights     []T // c·A + b, in rows
	first, next *kernel.Dense[T]
	last        *kernel.Dense[T]
	run         kernel.Runner
}

// panel returns panel g of a matrix with the given number of rows.
func panel[T Float](panels []T, g, rows int) []T {
	return panels[g*rows*kernel.Lanes:][:rows*kernel.Lanes]
}

func groups(n int) int { return (n + kernel.Lanes - 1) / kernel.Lanes }

// tilesScratch is the working memory of tiles.
func tilesScratch(rows, columns int) int {
	m, n := min(rows, columns), max(rows, columns)
	return 2*m*n + m*m + groups(m)*kernel.Lanes*(n+2*m)
}

// inOrder is the Runner of the caller alone.
func inOrder(n int, f func(i, worker int)) {
	for i := range n {
		f(i, 0)
	}
}

// newtonSchulzTiles is [newtonSchulz] of a matrix that is tiled.
func newtonSchulzTiles[T Float](w Workers, scratch []T, rows, columns, steps int) []T {
	m, n := min(rows, columns), max(rows, columns)
	cut := func(size int) (part []T) {
		part, scratch = scratch[:size], scratch[size:]
		return part
	}
	t := tiles[T]{m: m, n: n, x: cut(m * n), turned: cut(m * n), weights: cut(m * m), run: inOrder}
	t.panels, t.gram, t.poly = cut(groups(m)*kernel.Lanes*n), cut(groups(m)*kernel.Lanes*m), cut(groups(m)*kernel.Lanes*m)
	threads := 1
	if w != nil {
		t.run, threads = w.Run, w.Threads()
	}
	var k kernel.Set[T]
	t.first = k.NewDense(n, m, groups(m), false, threads)
	t.next = k.NewDense(m, m, groups(m), false, threads)
	t.last = k.NewDense(m, n, groups(m), false, threads)
	if rows > columns {
		t.x, t.turned = t.turned, t.x
		t.run(groups(m), func(g, _ int) {
			for j := range n {
				copy(panel(t.panels, g, n)[j*kernel.Lanes:][:kernel.Lanes], t.turned[j*m+g*kernel.Lanes:][:t.width(g)])
			}
		})
	} else {
		t.run(groups(m), func(g, _ int) { k.RowsToLanes(n, g*kernel.Lanes, m-1, panel(t.panels, g, n), t.x) })
	}
	t.spread()
	for range steps {
		t.first.ForwardLower(t.run, t.gram, t.panels, t.x)
		t.run(groups(m), func(g, _ int) { t.mirror(t.gram, g, 0); t.weigh(g) })
		t.next.ForwardLower(t.run, t.poly, t.gram, t.weights)
		t.run(groups(m), func(g, _ int) { t.mirror(t.poly, g, newtonSchulzA) })
		t.last.Forward(t.run, t.panels, t.poly, t.turned, nil)
		t.spread()
	}
	if rows > columns {
		return t.turned
	}
	return t.x
}

// width is the number of columns in panel g of a matrix of m columns.
func (t *tiles[T]) width(g int) int { return min(kernel.Lanes, t.m-g*kernel.Lanes) }

// spread copies the panels of Xᵀ to the rows of X and Xᵀ.
func (t *tiles[T]) spread() {
	t.run(groups(t.m), func(g, _ int) {
		p, width := panel(t.panels, g, t.n), t.width(g)
		kernel.Set[T]{}.LanesToRows(t.n, g*kernel.Lanes, width, t.x, p)
		for j := range t.n {
			copy(t.turned[j*t.m+g*kernel.Lanes:][:width], p[j*kernel.Lanes:])
		}
	})
}

// mirror fills in the rows above the diagonal of panel g, from the panels before
// it, and adds to the diagonal.
func (t *tiles[T]) mirror(panels []T, g int, add T) {
	const lanes = kernel.Lanes
	to, width := panel(panels, g, t.m), t.width(g)
	for h := range g {
		from, block := panel(panels, h, t.m)[g*lanes*lanes:], to[h*lanes*lanes:][:lanes*lanes]
		if width == lanes {
			kernel.Set[T]{}.LanesToRows(lanes, 0, lanes, block, from)
			continue
		}
		for i := range lanes {
			for l := range width {
				block[i*lanes+l] = from[l*lanes+i]
			}
		}
	}
	for l := range width {
		to[(g*lanes+l)*lanes+l] += add
	}
}

// weigh writes the columns of c·A + b in panel g of A.
func (t *tiles[T]) weigh(g int) {
	p, width := panel(t.gram, g, t.m), t.width(g)
	for i := range t.m {
		row := t.weights[i*t.m+g*kernel.Lanes:][:width]
		for l := range row {
			row[l] = newtonSchulzC * p[i*kernel.Lanes+l]
		}
		if l := i - g*kernel.Lanes; l >= 0 && l < width {
			row[l] += newtonSchulzB
		}
	}
}
