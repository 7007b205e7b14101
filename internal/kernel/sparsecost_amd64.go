//go:build amd64 && !purego

package kernel

// The cost of both passes on a group, in multiply-adds of the dense pass: 0.14
// ns for sixteen lanes on a Zen 5 core with AVX-512, where the constants are
// from (BenchmarkSparse). AVX2 gains more from the sparse pass, but the same
// decision must be taken there. Vectors of an entry are not aligned, so that
// most of them are in two cache lines.
const (
	costDenseSum    = 6   // the gradient of one sum, found and summed
	costWeights     = 2.4 // of an entry, for each vector of a window: into dw
	costInputs      = 3.8 // into dx
	costWeightsHalf = 1.6 // where vectors are of eight floats only
	costInputsHalf  = 3
	costList        = 14  // each vector of windows
	costLists       = 900 // each channel
	costBlock       = 35  // four floats of the images, to rows or to lanes
	costPack        = 4   // each weight
)

// mostLive returns the number of live entries of a group up to which the sparse
// pass pays.
func (c *sparseConv) mostLive(dx, dw bool) int {
	g := c.g
	sums, taps := float64(g.OC*g.OH*g.OW), g.C*g.KH*g.KW
	var vectors, halves float64
	for _, cols := range c.cols {
		switch n := float64(g.KH); cols.kernel {
		case 0:
			halves += n
		case 1:
			vectors += n
		case 2:
			vectors += 2 * n
		}
	}
	dense := sums * costDenseSum
	fixed := float64(g.OC*c.pool.OH*c.pool.OW)*costList + float64(g.OC)*costLists
	var entry float64
	if dw {
		dense += sums * float64((taps+tileVectors-1)/tileVectors*tileVectors)
		entry += vectors*costWeights + halves*costWeightsHalf
		fixed += float64(len(c.blocks))*costBlock + float64(taps*g.OC)*costPack
	}
	if dx {
		dense += sums * float64(taps)
		entry += vectors*costInputs + halves*costInputsHalf
		fixed += float64(len(c.blocks))*costBlock + float64(taps*g.OC)*costPack
	}
	return int((dense - fixed) / max(entry, 1))
}

func (c *sparseConv) pays(live int, dx, dw bool) bool {
	return live <= c.most[bit(dx)+2*bit(dw)]
}
