//go:build amd64 && !purego

package kernel

// The cost of both passes on a group, in multiply-adds of the dense pass: 0.14
// ns for sixteen lanes on a Zen 5 core with AVX-512, where the constants are
// from (BenchmarkSkipZeros). AVX2 gains more from the sparse pass, but the same
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

// setLimits sets the numbers of live entries of a group up to which the sparse
// pass pays.
func (c *skipConv) setLimits() {
	g := c.g
	var vectors, halves float64
	for _, cols := range c.cols {
		if cols.kernel == 0 {
			halves += float64(g.KH)
		} else {
			vectors += float64(g.KH * cols.kernel)
		}
	}
	sums, taps := float64(g.OC*g.OH*g.OW), g.C*g.KH*g.KW
	// Rounded twice on every processor: the limits choose the bits of a step.
	rows := float64(float64(len(c.blocks))*costBlock) + float64(float64(g.OC*taps)*costPack)
	lists := float64(float64(g.OC*c.pool.OH*c.pool.OW)*costList) + float64(float64(g.OC)*costLists)
	tiles := float64((taps + tileVectors - 1) / tileVectors)
	c.mostDW = int((float64(sums*(float64(tiles*tileVectors)+costDenseSum)) - lists - rows) / (float64(vectors*costWeights) + float64(halves*costWeightsHalf)))
	c.mostDX = int((float64(sums*float64(taps)) - rows) / (float64(vectors*costInputs) + float64(halves*costInputsHalf)))
}

func (c *skipConv) pays(live int) (dx, dw bool) { return live <= c.mostDX, live <= c.mostDW }
