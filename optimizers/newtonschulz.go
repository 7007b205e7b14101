package optimizers

import "descent/internal/kernel"

// newtonSchulzScratch is the working memory of newtonSchulz: the matrix, room
// for its transpose, and two square matrices of the shorter side.
func newtonSchulzScratch(rows, columns int) int {
	m := min(rows, columns)
	return max(2*rows*columns+2*m*m, tilesScratch(rows, columns))
}

// The coefficients of the iteration.
const (
	newtonSchulzA = 3.4445
	newtonSchulzB = -4.7750
	newtonSchulzC = 2.0315
)

// newtonSchulz iterates on the matrix at the beginning of scratch, row-major
// and of norm at most 1,
//
//	X ← 3.4445·X + (−4.7750·A + 2.0315·A²)·X,   A = X·Xᵀ
//
// on its transpose if it is taller than wide, which is equivalent but has the
// smaller A. It returns the result, somewhere in scratch. Workers, if not nil,
// share the work of a tiled matrix.
func newtonSchulz[T Float](w Workers, scratch []T, rows, columns, steps int) []T {
	if tiled[T](rows, columns) {
		return newtonSchulzTiles(w, scratch, rows, columns, steps)
	}
	const a, b, c = newtonSchulzA, newtonSchulzB, newtonSchulzC
	var k kernel.Set[T]
	m, n := min(rows, columns), max(rows, columns)
	x, other := scratch[:m*n], scratch[m*n:][:m*n]
	square, poly := scratch[2*m*n:][:m*m], scratch[2*m*n+m*m:][:m*m]
	if rows > columns {
		transpose(other, x, rows)
		x, other = other, x
	}
	for range steps {
		transpose(other, x, m)
		clear(square)
		addSymmetric(square, x, other, m, 1)
		k.Scale(poly, square, b)
		addSymmetric(poly, square, square, m, c)
		k.Scale(other, x, a)
		addProduct(other, poly, x, m, 1)
		x, other = other, x
	}
	if rows > columns {
		transpose(other, x, m)
		x = other
	}
	return x
}

// addProduct computes dst += scale·a·b for row-major matrices, where a has the given
// number of rows, by adding a multiple of a row of b at a time.
func addProduct[T Float](dst, a, b []T, rows int, scale T) {
	inner, columns := len(a)/rows, len(dst)/rows
	for i := range rows {
		addRow(dst[i*columns:][:columns], a[i*inner:][:inner], b, columns, 0, scale)
	}
}

// addSymmetric is addProduct for symmetric matrices dst and a·b, with about half the
// work.
func addSymmetric[T Float](dst, a, b []T, rows int, scale T) {
	inner := len(a) / rows
	for i := range rows {
		from := i &^ (kernel.Lanes - 1) // whole vectors, up to the last
		addRow(dst[i*rows+from:(i+1)*rows], a[i*inner:][:inner], b, rows, from, scale)
		for j := range i {
			dst[i*rows+j] = dst[j*rows+i]
		}
	}
}

// addRow adds to d, which begins at a column of its matrix, a row times b.
func addRow[T Float](d, row, b []T, columns, from int, scale T) {
	var k kernel.Set[T]
	for l, v := range row {
		k.SGD(d, b[l*columns+from:][:len(d)], &kernel.SGDStep[T]{LR: -scale * v})
	}
}

// transpose writes the transpose of a matrix with the given number of rows to dst.
func transpose[T Float](dst, src []T, rows int) {
	columns := len(src) / rows
	for i := range rows {
		for j, v := range src[i*columns:][:columns] {
			dst[j*rows+i] = v
		}
	}
}
