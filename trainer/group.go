package trainer

import "descent/optimizers"

// group is the mean gradient over the rows of several batches.
type group struct {
	from   []optimizers.Param[float32] // the model's
	params []optimizers.Param[float32] // the same values, with the mean as gradient
	rows   int                         // in the mean; zero begins a new one
}

func newGroup(params []optimizers.Param[float32]) *group {
	g := &group{from: params}
	for _, p := range params {
		p.Grad = make([]float32, len(p.Grad))
		g.params = append(g.params, p)
	}
	return g
}

// add takes in the model's gradients, which are means over this many rows. The
// mean moves towards them by their share of the rows, and so never leaves the
// range of the gradients.
func (g *group) add(rows int) {
	g.rows += rows
	share := float32(rows) / float32(g.rows) // 1 for the first, then at most a half
	for i, p := range g.params {
		mean, from := p.Grad, g.from[i].Grad[:len(p.Grad)]
		if share == 1 {
			copy(mean, from)
			continue
		}
		twice := 2 * share
		for j := range mean { // of halves: the difference of two float32 can overflow
			mean[j] += float32(twice * (float32(from[j]/2) - float32(mean[j]/2)))
		}
	}
}
