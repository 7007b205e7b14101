package lanes

import (
	"fmt"
	"math"

	"descent/internal/elementary"
	"gorgonia.org/gorgonia"
)

// absoluteError and the other losses of single values have a target of the output's
// shape.
var (
	absoluteError      = Op[struct{}]{Name: "absolute error", Inputs: valueInputs, F32: newAbsoluteError[float32], F64: newAbsoluteError[float64]}
	huber              = Op[float64]{Name: "huber", Inputs: valueInputs, F32: newHuber[float32], F64: newHuber[float64]}
	binaryCrossEntropy = Op[[]float64]{Name: "binary cross-entropy", Inputs: []Input{{Name: "input"}, {Name: "target", Kind: Data}, {Name: "weights", Kind: Data, Optional: true}}, F32: newBinaryCrossEntropy[float32], F64: newBinaryCrossEntropy[float64]}

	valueInputs = []Input{{Name: "input"}, {Name: "target"}, {Name: "weights", Kind: Data, Optional: true}}
)

// AbsoluteError adds the mean, over the active rows and the values of a row, of
// |x − target|, weighted if the batch has weights. The derivative is 0 where they are
// equal. x and target are lanes of the same shape; the gradient goes to both. The
// result is a scalar.
func (o Ops) AbsoluteError(x, target *gorgonia.Node) (*gorgonia.Node, error) {
	return absoluteError.Add(o, struct{}{}, x, target, o.Weights())
}

func newAbsoluteError[T Float](s Site, _ struct{}) (Body[T], error) {
	return valueLoss[T](s, []float64{1, -1}, func(x, target float64, _ int) (loss, d float64) {
		switch e := x - target; {
		case e > 0:
			return e, 1
		case e < 0:
			return -e, -1
		default: // 0 or NaN
			return e, e
		}
	})
}

// Huber adds the mean, over the active rows and the values of a row, of the loss of
// Huber (1964), for e = x − target and δ more than 0,
//
//	e²/2             where |e| ≤ δ
//	δ·(|e| − δ/2)    elsewhere
//
// weighted if the batch has weights. x and target are lanes of the same shape; the
// gradient goes to both. The result is a scalar.
func (o Ops) Huber(x, target *gorgonia.Node, delta float64) (*gorgonia.Node, error) {
	return huber.Add(o, delta, x, target, o.Weights())
}

func newHuber[T Float](s Site, delta float64) (Body[T], error) {
	if !(delta > 0 && delta <= math.MaxFloat64) {
		return Body[T]{}, fmt.Errorf("delta = %v: want more than 0, finite", delta)
	}
	return valueLoss[T](s, []float64{1, -1}, func(x, target float64, _ int) (loss, d float64) {
		e := x - target
		if a := math.Abs(e); a > delta {
			return delta * (a - float64(delta/2)), math.Copysign(delta, e)
		}
		return e * e / 2, e
	})
}

// BinaryCrossEntropy adds the mean, over the active rows and the values of a row, of
//
//	−(p·target·log σ(x) + (1 − target)·log(1 − σ(x)))
//
// for logits x, σ(x) = 1/(1 + e⁻ˣ), and weights p of positive labels, finite and 0 or
// more: none (for 1), one, or one for each value of a row. It is computed without
// overflow, and weighted if the batch has weights. x and target are lanes of the same
// shape; a target outside of [0, 1] whose weight is not 0 makes the run fail. The
// gradient goes only to x. The result is a scalar.
func (o Ops) BinaryCrossEntropy(x, target *gorgonia.Node, positiveWeights []float64) (*gorgonia.Node, error) {
	return binaryCrossEntropy.Add(o, positiveWeights, x, target, o.Weights())
}

func newBinaryCrossEntropy[T Float](s Site, positive []float64) (Body[T], error) {
	n := size(s.Row(0))
	if d := s.in[1].Dtype(); d != s.b.dtype {
		return Body[T]{}, fmt.Errorf("target of %v: want %v", d, s.b.dtype)
	}
	if len(positive) > 1 && len(positive) != n {
		return Body[T]{}, fmt.Errorf("%d weights of positives: want none, one, or one for each of %d values of a row", len(positive), n)
	}
	for i, p := range positive {
		if !(p >= 0 && p <= math.MaxFloat64) {
			return Body[T]{}, fmt.Errorf("weight of positives [%d] = %v: want 0 or more, finite", i, p)
		}
	}
	weights := make([]float64, n)
	for i := range weights {
		switch len(positive) {
		case 0:
			weights[i] = 1
		case 1:
			weights[i] = positive[0]
		default:
			weights[i] = positive[i]
		}
	}
	// (1 − t)·softplus(x) + p·t·softplus(−x)
	body, err := valueLoss[T](s, []float64{1}, func(x, target float64, i int) (loss, d float64) {
		yes, no := weights[i]*target, 1-target
		small := elementary.Log1p(math.Exp(-math.Abs(x)))
		loss = float64(no*(max(x, 0)+small)) + float64(yes*(max(-x, 0)+small))
		return loss, float64(no*elementary.Logistic(x)) - float64(yes*elementary.Logistic(-x))
	})
	if err != nil {
		return body, err
	}
	mean := body.Forward
	body.Forward = func(p *Pass[T]) error {
		for row := range p.Rows() {
			target := group(p.In[1], row/Lanes, n)
			for i := range n {
				if t := target[i*Lanes+row%Lanes]; !(t >= 0 && t <= 1) && weightOf(p, 2, row, i) != 0 {
					return fmt.Errorf("target %v of row %d: want [0, 1]", t, row)
				}
			}
		}
		return mean(p)
	}
	return body, nil
}

// valueLoss is the mean of a loss of each value of a row and its target, which is
// computed in float64.
func valueLoss[T Float](s Site, factor []float64, loss func(x, target float64, i int) (loss, d float64)) (Body[T], error) {
	if a, b := s.in[0].Shape(), s.in[1].Shape(); !a.Eq(b) {
		return Body[T]{}, fmt.Errorf("rows of shape %v with targets of shape %v: want the same", s.Row(0), []int(b[1:max(1, len(b)-1)]))
	}
	n := size(s.Row(0))
	terms := 1
	if s.Has(2) && size(s.Shape(2)) > s.b.rows { // a weight for each value
		terms = n
	}
	return meanLoss[T]{row: n, terms: terms, scale: 1 / float64(n), factor: factor, term: func(g Group[T], term int, d []T) (losses [Lanes]float64) {
		first := term * (n / terms)
		x, target := group(g.In(0), term, n/terms), group(group(g.p.In[1], g.Index, n), term, n/terms)
		clear(d)
		for i := range n / terms {
			for l := range g.Rows() {
				at := i*Lanes + l
				v, slope := loss(float64(x[at]), float64(target[at]), first+i)
				losses[l] += v
				d[at] = T(slope)
			}
		}
		return losses
	}}.body(s)
}
