package optimizers

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Gonum decomposes square matrices, in float64, in memory of the caller. The results
// have the same bits for any number of threads, but not on every kind of processor.

// decomposeScratch is the working memory of the decompositions of a matrix of n
// rows: the matrix, its eigenvalues, and the workspace that makes Gonum fast.
func decomposeScratch(n int) int { return n*n + n + 34*n }

// parts splits that memory.
func parts(scratch []float64, n int) (a, values, work []float64) {
	return scratch[:n*n], scratch[n*n:][:n], scratch[n*n+n:][:34*n]
}

// eigen decomposes the symmetric matrix at the beginning of scratch. It returns the
// eigenvalues, ascending, and the matrix whose columns are the eigenvectors, in
// scratch; or false for a matrix that is not finite, or has no decomposition that
// the algorithm finds.
func eigen(scratch []float64, n int) (values, vectors []float64, ok bool) {
	a, values, work := parts(scratch, n)
	if notFinite(a) >= 0 {
		return nil, nil, false
	}
	ok = lapack64.Syev(lapack.EVCompute, blas64.Symmetric{N: n, Data: a, Stride: n, Uplo: blas.Upper}, values, work, len(work))
	return values, a, ok
}

// orthonormalize replaces the matrix at the beginning of scratch by the factor Q of
// its QR decomposition, which it returns; or false for one that is not finite.
func orthonormalize(scratch []float64, n int) (q []float64, ok bool) {
	a, tau, work := parts(scratch, n)
	if notFinite(a) >= 0 {
		return nil, false
	}
	general := blas64.General{Rows: n, Cols: n, Data: a, Stride: n}
	lapack64.Geqrf(general, tau, work, len(work))
	lapack64.Orgqr(general, tau, work, len(work))
	return a, true
}

// inverseRoot writes the power −1/p of a + ε·I to dst, for a positive semidefinite
// matrix a, by its eigenvalues. It leaves dst alone if a has no decomposition.
func inverseRoot[T Float](dst, a []T, n int, p, eps float64, scratch []float64) {
	for i, v := range a {
		scratch[i] = float64(v)
	}
	for i := range n {
		scratch[i*n+i] += eps
	}
	values, vectors, ok := eigen(scratch, n)
	if !ok {
		return
	}
	for i, v := range values {
		values[i] = math.Pow(max(v, eps), -1/p)
	}
	for i := range n {
		for j := range i + 1 {
			sum := 0.0
			for l, v := range values {
				sum += float64(float64(vectors[i*n+l]*v) * vectors[j*n+l])
			}
			dst[i*n+j], dst[j*n+i] = T(sum), T(sum)
		}
	}
}
