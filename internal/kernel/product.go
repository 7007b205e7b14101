package kernel

// productTile describes a product of two activations: sums over n of the products of
// four vectors x and six vectors w, lane by lane, for a number of tiles whose vectors x
// are xTile apart. Strides are in vectors.
type productTile struct {
	tiles, n            int // both 1 or more
	xTile, xOut, xInner int // between tiles, vectors of a tile, and terms of a sum
	wOut, wInner        int
	outW, outX          int  // between the results of two w, and of two x
	add                 bool // to out; otherwise out is overwritten
}

const productX, productW = 4, 6 // vectors of a tile

// product computes, for each tile t, v < 4, j < 6 and lane l,
//
//	out[(4·t+v)·outX + j·outW][l] (+)= Σ_{i<n} x[t·xTile + v·xOut + i·xInner][l] · w[j·wOut + i·wInner][l]
//
// with the sum in order, starting from out if add is true.
func (k Set[T]) product(p *productTile, out, x, w []T) {
	if productSIMD(k.ISA, p, out, x, w) {
		return
	}
	for c := range p.tiles * productX {
		for j := range productW {
			to := (*[Lanes]T)(out[(c*p.outX+j*p.outW)*Lanes:])
			var sum [Lanes]T
			if p.add {
				sum = *to
			}
			x, w := x[(c/productX*p.xTile+c%productX*p.xOut)*Lanes:], w[j*p.wOut*Lanes:]
			for i := range p.n {
				a, b := (*[Lanes]T)(x[i*p.xInner*Lanes:]), (*[Lanes]T)(w[i*p.wInner*Lanes:])
				for l := range sum {
					sum[l] += T(a[l] * b[l])
				}
			}
			*to = sum
		}
	}
}
