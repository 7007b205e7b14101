//go:build amd64 && !purego

package kernel

// The costs of both passes on a group, in units of one multiply-add of sixteen lanes in
// the dense pass, which takes 0.14 ns on a Zen 5 core with AVX-512. The constants are
// from BenchmarkSkipZeros on such a core. AVX2 gains more from skipping zeros, but must
// make the same decision. The vectors of an entry are not aligned: most of them cross a
// cache line.
const (
	costDenseSum    = 6   // the gradient of one sum: finding and adding it
	costWeights     = 2.4 // of an entry, for each vector of a window: into dw
	costInputs      = 3.8 // into dx
	costWeightsHalf = 1.6 // where vectors are of eight floats only
	costInputsHalf  = 3
	costList        = 14  // each vector of windows
	costLists       = 900 // each channel
	costBlock       = 35  // four floats of the images, to rows or to lanes
	costPack        = 4   // each weight
)

// setLimits sets the maximum numbers of live entries of a group for which
// skipping zeros pays.
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
	// Products are rounded before they are added, on every processor: the limits choose
	// the bits of a step.
	rows := float64(float64(len(c.blocks))*costBlock) + float64(float64(g.OC*taps)*costPack)
	lists := float64(float64(g.OC*c.pool.OH*c.pool.OW)*costList) + float64(float64(g.OC)*costLists)
	tiles := float64((taps + tileVectors - 1) / tileVectors)
	c.mostDW = int((float64(sums*(float64(tiles*tileVectors)+costDenseSum)) - lists - rows) / (float64(vectors*costWeights) + float64(halves*costWeightsHalf)))
	c.mostDX = int((float64(sums*float64(taps)) - rows) / (float64(vectors*costInputs) + float64(halves*costInputsHalf)))
}

func (c *skipConv) pays(live int) (dx, dw bool) { return live <= c.mostDX, live <= c.mostDW }
