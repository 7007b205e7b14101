package optimizers

// Kronecker factors: a square matrix for each dimension of a tensor, which
// multiplies it along that dimension.

// around returns the products of the dimensions before and after dimension i.
func around(shape []int, i int) (before, after int) {
	before, after = 1, 1
	for _, d := range shape[:i] {
		before *= d
	}
	for _, d := range shape[i+1:] {
		after *= d
	}
	return before, after
}

// addGram is dst += scale·G, where the symmetric matrix G has the sums of products
// of the slices of x along dimension i:
//
//	G[j][k] = Σ x[…, j, …]·x[…, k, …]
//
// The working memory is as long as x.
func addGram[T Float](dst, x []T, shape []int, i int, scale T, scratch []T) {
	before, after := around(shape, i)
	d := shape[i]
	if after == 1 {
		transpose(scratch[:len(x)], x, before)
		addSymmetric(dst, scratch[:len(x)], x, d, scale)
		return
	}
	for size := d * after; len(x) > 0; x = x[size:] {
		transpose(scratch[:size], x[:size], d)
		addSymmetric(dst, x[:size], scratch[:size], d, scale)
	}
}

// addSquares is dst += scale·s with the diagonal s of the matrix of addGram.
func addSquares[T Float](dst, x []T, shape []int, i int, scale T) {
	_, after := around(shape, i)
	for k, v := range x {
		dst[k/after%shape[i]] += T(T(scale*v) * v)
	}
}

// multiply is dst = M·x along dimension i,
//
//	dst[…, j, …] = Σ M[j][k]·x[…, k, …]
//
// or, if transposed, with M[k][j]. The working memory is as long as M.
func multiply[T Float](dst, x []T, shape []int, i int, m []T, transposed bool, scratch []T) {
	before, after := around(shape, i)
	d := shape[i]
	if last := after == 1; last != transposed {
		transpose(scratch[:len(m)], m, d)
		m = scratch[:len(m)]
	}
	clear(dst)
	if after == 1 {
		addProduct(dst, x, m, before, 1)
		return
	}
	for size := d * after; len(x) > 0; x, dst = x[size:], dst[size:] {
		addProduct(dst[:size], m, x[:size], d, 1)
	}
}

// dimensions is a parameter's shape, in which a number is a vector of one.
func dimensions(shape []int) []int {
	if len(shape) == 0 {
		return number
	}
	return shape
}

var number = []int{1}

// largest is the largest dimension that is not above a limit, or 0.
func largest(shape []int, limit int) (d int) {
	for _, v := range dimensions(shape) {
		if v <= limit {
			d = max(d, v)
		}
	}
	return d
}

// kroneckerScratch is the working memory of a rule with factors up to a limit:
// twice the parameter, and room for another or for a factor.
func kroneckerScratch(shape []int, limit int) int {
	n, ok := elements(shape)
	if !ok {
		return 0
	}
	d := largest(shape, limit)
	return 2*n + max(n, d*d)
}
