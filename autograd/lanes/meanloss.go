package lanes

import (
	"errors"
	"fmt"

	"descent/internal/kernel"
)

// meanLoss is the scalar scale/count · Σ_g sums[g], whose derivative with
// respect to input i is factor[i]·scale/count·d. The count is that of the active
// rows, or the sum of their weights.
type meanLoss[T Float] struct {
	site    Site
	at      int // the input that has the weights
	weights []T // nil if there are none
	scale   float64
	factor  []float64
	count   float64
	d       []T // from the forward to the backward pass
	sums    []float64
}

// newMeanLoss is for n terms a row.
func newMeanLoss[T Float](s Site, at, n int, scale float64, factor ...float64) (*meanLoss[T], error) {
	if s.Has(at) {
		if w := size(s.Shape(at)) / s.b.rows; w != 1 && w != n {
			return nil, fmt.Errorf("%d weights a row: want 1, or one for each of %d terms", w, n)
		}
	}
	if err := take[T](s, s.Shape(0)...); err != nil {
		return nil, err
	}
	return &meanLoss[T]{site: s, at: at, scale: scale, factor: factor, d: kernel.Alloc[T](size(s.Shape(0))), sums: make([]float64, s.Groups())}, nil
}

// weightOf returns what a term of a row counts.
func weightOf[T Float](p *Pass[T], at, row, term int) T {
	if p.In[at] == nil {
		return 1
	}
	n := len(p.In[at]) / p.b.rows
	return p.In[at][row*n+term%n]
}

func (l *meanLoss[T]) weight(g Group[T], lane, term int) T {
	return weightOf(g.Pass(), l.at, g.Index*Lanes+lane, term)
}

// weigh multiplies the derivatives of a term by the weights of the lanes, and
// returns the sum of the losses, so multiplied.
func (l *meanLoss[T]) weigh(g Group[T], term int, d []T, losses *[Lanes]float64) (sum float64) {
	var weights [Lanes]T // 0 beyond the batch
	for r := range g.Rows() {
		if weights[r] = l.weight(g, r, term); weights[r] != 0 {
			sum += float64(float64(weights[r]) * losses[r])
		}
	}
	for i := range d {
		if w := weights[i%Lanes]; w == 0 {
			d[i] = 0
		} else {
			d[i] *= w
		}
	}
	return sum
}

// body has the two passes, of which sum fills d for a group and returns its
// sum.
func (l *meanLoss[T]) body(sum func(g Group[T], d []T) float64) Body[T] {
	k := set[T](l.site)
	each := func(g Group[T]) { l.sums[g.Index] = sum(g, g.part(l.d, true)) }
	return Body[T]{
		Forward: func(p *Pass[T]) error {
			if err := l.counted(p); err != nil {
				return err
			}
			p.Each(each)
			var all float64
			for _, s := range l.sums {
				all += s
			}
			p.Out[0] = T(all * l.scale / l.count)
			return nil
		},
		Backward: func(p *Pass[T]) error {
			c := float64(p.OutGrad[0]) * l.scale / l.count
			for i, f := range l.factor {
				if p.Grad[i] != nil {
					k.Scale(p.Grad[i], l.d, T(c*f))
				}
			}
			return nil
		},
	}
}

// counted sets the count.
func (l *meanLoss[T]) counted(p *Pass[T]) error {
	l.weights, l.count = p.In[l.at], float64(p.Rows())
	if l.weights == nil {
		return nil
	}
	var err error
	l.count, err = sumOfWeights(p, l.weights)
	return err
}

// sumOfWeights returns the sum of the weights of the active rows, of several in a
// row their mean.
func sumOfWeights[T Float](p *Pass[T], weights []T) (float64, error) {
	n := len(weights) / p.b.rows
	var sum float64
	for i, w := range weights[:p.Rows()*n] {
		if !(w >= 0) || w-w != 0 {
			return 0, fmt.Errorf("weight %v of row %d: want finite numbers, 0 or more", w, i/n)
		}
		sum += float64(w)
	}
	if sum == 0 {
		return 0, errors.New("all weights of the batch are 0: want one that is not")
	}
	return sum / float64(n), nil
}
