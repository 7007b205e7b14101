package optimizers

import (
	"fmt"
	"math"
	"slices"

	"descent/internal/kernel"
)

// gradientSums adds up the squares of all gradients, block by block.
type gradientSums[T Float] struct {
	team   *team
	params []Param[T]
	size   int       // elements of all parameters
	pieces []piece   // of all parameters
	sums   []float64 // by piece
	whole  []float64 // by parameter
	one    func(i, worker int)
}

func newGradientSums[T Float](params []Param[T], t *team) *gradientSums[T] {
	g := &gradientSums[T]{team: t, params: params, whole: make([]float64, len(params))}
	for i, p := range params {
		g.size += len(p.Grad)
		g.pieces = appendPieces(g.pieces, i, len(p.Grad))
	}
	g.sums, g.one = make([]float64, len(g.pieces)), g.squareOne
	return g
}

func (g *gradientSums[T]) squareOne(i, _ int) {
	p := g.pieces[i]
	if of := &g.params[p.of]; !of.frozen() {
		g.sums[i] = kernel.Set[T]{}.SumSquares(of.Grad[p.from:p.to])
	}
}

// squares is Σg² over the gradients of all parameters that are not frozen,
// in float64. It returns an error that wraps [ErrNotFinite] if an element is
// NaN or infinite.
func (g *gradientSums[T]) squares(step int) (float64, error) {
	g.team.run(g.size, len(g.pieces), g.one)
	clear(g.whole)
	for i, p := range g.pieces {
		g.whole[p.of] += g.sums[i]
	}
	sum := 0.0
	for i, s := range g.whole {
		p := &g.params[i]
		if p.frozen() {
			continue
		}
		// If the sum is not finite, an element is not, except that the squares of
		// float64 gradients overflow beyond 1e154.
		if s-s != 0 {
			if i := notFinite(p.Grad); i >= 0 {
				return 0, fmt.Errorf("optimizers: step %d: parameter %q: gradient[%d] = %v: %w", step, p.Name, i, p.Grad[i], ErrNotFinite)
			}
		}
		sum += s
	}
	return sum, nil
}

// sumSquares is Σx², added up as [gradientSums] does, on workers if not nil.
func sumSquares[T Float](w Workers, x []T) (sum float64) {
	n := blocks(len(x))
	if w == nil {
		for i := range n {
			sum += squareBlock(x, i)
		}
		return sum
	}
	sums := make([]float64, n)
	w.Run(n, func(i, _ int) { sums[i] = squareBlock(x, i) })
	for _, s := range sums {
		sum += s
	}
	return sum
}

func squareBlock[T Float](x []T, i int) float64 {
	from, to := block(len(x), i)
	return kernel.Set[T]{}.SumSquares(x[from:to])
}

// notFinite is the index of the first element that is NaN or infinite, or −1.
func notFinite[T Float](x []T) int {
	return slices.IndexFunc(x, func(v T) bool { return v-v != 0 })
}

// scaledNorm returns ‖x‖ for finite x as a product that need not fit a float64.
func scaledNorm[T Float](x []T) (scale, root float64) { return normOf(x, sumSquares(nil, x)) }

// product is a norm that fits a float64.
func product(scale, root float64) float64 { return scale * root }

// normOf is scaledNorm, given the sum of the squares.
func normOf[T Float](x []T, sum float64) (scale, root float64) {
	whole := [1]Param[T]{{Grad: x}}
	return gradientNorm(whole[:], sum)
}

// gradientNorm is scaledNorm of the finite gradients of all parameters that
// are not frozen, given the sum of their squares.
func gradientNorm[T Float](params []Param[T], sum float64) (scale, root float64) {
	const tiny = 1e-280 // above it, underflow of squares does not matter
	if sum > tiny && !math.IsInf(sum, 1) {
		return 1, math.Sqrt(sum)
	}
	for i := range params {
		if !params[i].frozen() {
			for _, v := range params[i].Grad {
				scale = max(scale, math.Abs(float64(v)))
			}
		}
	}
	if scale == 0 {
		return 1, 0
	}
	sum = 0
	for i := range params {
		if !params[i].frozen() {
			for _, v := range params[i].Grad {
				r := float64(v) / scale // squares do not overflow
				sum += float64(r * r)
			}
		}
	}
	return scale, math.Sqrt(sum)
}

// shrink writes src·length/norm to dst, where norm is scale·root.
func shrink[T Float](dst, src []T, length, scale, root float64) {
	if by := length / scale / root; fits[T](by) {
		kernel.Set[T]{}.Scale(dst, src, T(by))
		return
	}
	for i, v := range src { // a quotient within [−1, 1] first
		dst[i] = T(float64(v) / scale / root * length)
	}
}

// fits reports whether a factor keeps its digits in T, being neither too small
// nor too large.
func fits[T Float](factor float64) bool {
	return math.Abs(factor) >= float64(bound[T](0x1p-126, 0x1p-1022)) && !math.IsInf(float64(T(factor)), 0)
}
