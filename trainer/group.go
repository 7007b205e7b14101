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
	share := float64(rows) / float64(g.rows) // 1 for the first
	for i, p := range g.params {
		mean, from := p.Grad, g.from[i].Grad[:len(p.Grad)]
		if share == 1 {
			copy(mean, from)
			continue
		}
		for j := range mean {
			m := float64(mean[j]) // whose difference to another float32 cannot overflow
			mean[j] = float32(m + float64(share*(float64(from[j])-m)))
		}
	}
}
