package trainer

import "descent/optimizers"

// group is the mean gradient over the rows of several batches, by their weights.
type group struct {
	from   []optimizers.Param[float32] // the model's
	params []optimizers.Param[float32] // the same values, with the mean as gradient
	weight float64                     // of the rows in the mean; 0 begins a new one
}

func newGroup(params []optimizers.Param[float32]) *group {
	g := &group{from: params}
	for _, p := range params {
		p.Grad = make([]float32, len(p.Grad))
		g.params = append(g.params, p)
	}
	return g
}

// add takes in the model's gradients, which are means over rows of this weight.
// The mean moves toward them by their share of the weight, and so never leaves
// the range of the gradients.
func (g *group) add(weight float64) {
	g.weight += weight
	share := float32(weight / g.weight) // 1 for the first
	for i, p := range g.params {
		mean, from := p.Grad, g.from[i].Grad[:len(p.Grad)]
		if share == 1 {
			copy(mean, from)
			continue
		}
		// Twice a half of the difference, which itself can overflow a float32; and
		// twice the smaller share, from the nearer end.
		if share > .5 {
			twice := float32(2 * (1 - weight/g.weight))
			for j := range mean {
				mean[j] = from[j] + float32(twice*(float32(mean[j]/2)-float32(from[j]/2)))
			}
			continue
		}
		twice := 2 * share
		for j := range mean {
			mean[j] += float32(twice * (float32(from[j]/2) - float32(mean[j]/2)))
		}
	}
}
