package dive

import (
	"fmt"
	"math"

	"descent/examples/book/internal/page"
	"descent/internal/figure"
	"descent/internal/rng"
	"descent/lrsched"
	"descent/optimizers"
)

// counted divides the rate by the root of the number of nonzero gradients of an
// element so far: η/√(s + c), the rate for sparse features of 11.7.1.
type counted struct{ C float64 }

func (r counted) Validate() error {
	if !(r.C >= 0) {
		return fmt.Errorf("counted: C = %v: want 0 or more, finite", r.C)
	}
	return nil
}

func (counted) Slots() []string { return []string{"count"} }

func (r counted) Update32(u optimizers.Update[float32]) { count(r, u) }

func (r counted) Update64(u optimizers.Update[float64]) { count(r, u) }

func count[T optimizers.Float](r counted, u optimizers.Update[T]) {
	s := u.Slots[0]
	for i, g := range u.Grad {
		if g != 0 {
			s[i]++
			u.Value[i] -= T(u.LR/math.Sqrt(float64(s[i])+r.C)) * g
		}
	}
}

// sparseFeatures learns y = Σwᵢxᵢ, where feature i is present with a
// probability of its own, row by row.
func sparseFeatures(p *page.Page) error {
	p.Say("A linear model with five features. They are 1 in a fraction of 1/2, 1/5, 1/20, 1/100 and 1/500 of the rows, and otherwise 0. All true weights are 1, the noise is 0.1, and each of 4,000 steps uses one row. " +
		"We compare three rates: η/√t for all features, η/√(count of the feature), which is a rule of twenty lines in this program, and Adagrad. The first becomes small before the rare features are learned.")
	frequency := []float64{0.5, 0.2, 0.05, 0.01, 0.002}
	const rows = 4000
	panel := figure.Panel{Title: "Weights after 4,000 rows", XLabel: "frequency of the feature", YLabel: "distance from the true weight", LogX: true, LogY: true}
	rarest := page.Numbers{}
	for _, way := range []struct {
		name     string
		rule     optimizers.Rule
		schedule lrsched.Schedule
	}{
		{"η/√t", optimizers.SGD{}, lrsched.SquareRoot{Base: 0.5}},
		{"η/√count", counted{}, lrsched.Constant(0.5)},
		{"Adagrad", optimizers.D2LAdagrad(), lrsched.Constant(0.5)},
	} {
		distance := make([]float64, len(frequency))
		const seeds = 20
		for seed := range uint64(seeds) {
			r := rng.New(seed, "book", "sparse features")
			w := []optimizers.Param[float64]{{Name: "w", Shape: []int{len(frequency)}, Value: make([]float64, len(frequency)), Grad: make([]float64, len(frequency))}}
			o, err := optimizers.New(way.rule, w, optimizers.Config{})
			if err != nil {
				return err
			}
			for t := range rows {
				present := make([]bool, len(frequency))
				miss := 0.1 * r.NormFloat64()
				for i, f := range frequency {
					if present[i] = r.Float64() < f; present[i] {
						miss += 1 - w[0].Value[i]
					}
				}
				for i := range frequency { // of ½(y − wᵀx)²
					w[0].Grad[i] = 0
					if present[i] {
						w[0].Grad[i] = -miss
					}
				}
				if err := o.Step(way.schedule.At(t)); err != nil {
					return err
				}
			}
			for i, v := range w[0].Value {
				distance[i] += math.Abs(v-1) / seeds
			}
		}
		rarest = append(rarest, distance[len(distance)-1])
		panel.Series = append(panel.Series, figure.Series{Name: way.name, X: frequency, Y: distance})
	}
	p.Figure("sparse", "Rare features need their own learning rate; mean of 20 seeds", figure.Figure{Panels: []figure.Panel{panel}})
	p.Erratum("distance of the rarest feature's weight from its true value, with η/√t, η/√count and Adagrad", nil, rarest, rarest[1] < rarest[0]/2 && rarest[2] < rarest[0]/2,
		page.Slip{
			Place: "11.7.1", Quote: "either decreases too slowly for frequent features or too slowly for infrequent ones",
			Right: "too quickly for infrequent ones",
			Why:   "With η/√t the rate is small before the rare features have been seen.",
		})
	return nil
}
