package lecture

import (
	"descent/autograd"
	"descent/examples/book/internal/paths"
	"descent/internal/rng"
	"descent/optimizers"
)

// inputs is the number of inputs in an example of the airfoil data. A model is a
// vector w of their weights, followed by the bias.
const inputs = 5

// lecture is the data of the lecture page's loops, and the gradient of its loss
// in two ways: by autograd, for the rules, and by hand, for the page's loops.
type lecture struct {
	x, y  []float64 // row by row
	loss  *autograd.Objective
	point []float64 // working memory: w, the bias, an example and its target
	grad  []float64
}

// newLecture reads the airfoil data.
func newLecture() (*lecture, error) {
	all, err := paths.Airfoil()
	if err != nil {
		return nil, err
	}
	l := &lecture{point: make([]float64, 2*(inputs+1)), grad: make([]float64, 2*(inputs+1))}
	for _, v := range all.Inputs {
		l.x = append(l.x, float64(v))
	}
	for _, v := range all.Targets {
		l.y = append(l.y, float64(v))
	}
	l.loss, err = autograd.NewObjective(func(z autograd.Var) autograd.Var {
		w, b := z.Slice(0, inputs), z.Index(inputs)
		x, y := z.Slice(inputs+1, 2*inputs+1), z.Index(2*inputs+1)
		return w.Dot(x).Add(b).Sub(y).Square().Mul(autograd.Const(0.5))
	}, len(l.point))
	return l, err
}

// gradient is the page's gradient(loss, rows, w) by autograd: the mean of the
// rows' losses, and dw if it is not nil.
func (l *lecture) gradient(rows []int, w, dw []float64) (loss float64, err error) {
	grad := l.grad
	if dw == nil {
		grad = nil
	}
	clear(dw)
	n := float64(len(rows))
	for _, r := range rows {
		copy(l.point, w)
		copy(l.point[inputs+1:], l.x[r*inputs:(r+1)*inputs])
		l.point[2*inputs+1] = l.y[r]
		v, err := l.loss.Evaluate(l.point, grad)
		if err != nil {
			return 0, err
		}
		loss += v / n
		for i := range dw {
			dw[i] += grad[i] / n
		}
	}
	return loss, nil
}

// byHand is the same dw in plain Go.
func (l *lecture) byHand(rows []int, w []float64) (dw []float64) {
	dw = make([]float64, len(w))
	for _, r := range rows {
		x := l.x[r*inputs : (r+1)*inputs]
		residual := w[inputs] - l.y[r]
		for i, v := range x {
			residual += w[i] * v
		}
		for i, v := range x {
			dw[i] += residual * v / float64(len(rows))
		}
		dw[inputs] += residual / float64(len(rows))
	}
	return dw
}

// batches are the rows of each update of an epoch, shuffled unless one batch
// has all of them.
func (l *lecture) batches(size, epoch int) (list [][]int) {
	rows := rng.New(uint64(epoch+1), "book", "002").Perm(len(l.y))
	for len(rows) > 0 {
		n := min(size, len(rows))
		list, rows = append(list, rows[:n]), rows[n:]
	}
	return list
}

// course is the course of a run: the loss over all rows at the start and after each
// epoch, and the last w.
type course struct {
	losses []float64
	w      []float64
}

// byRule trains with a rule of the library.
func (l *lecture) byRule(rule optimizers.Rule, rate float64, size, epochs int) (course, error) {
	w, dw := make([]float64, inputs+1), make([]float64, inputs+1)
	o, err := optimizers.New(rule, []optimizers.Param[float64]{{Name: "w", Shape: []int{len(w)}, Value: w, Grad: dw}}, optimizers.Config{})
	if err != nil {
		return course{}, err
	}
	return l.train(w, size, epochs, func(rows []int, _ int) error {
		if _, err := l.gradient(rows, w, dw); err != nil {
			return err
		}
		return o.Step(rate)
	})
}

// byLoop trains with the body of a loop of the page, which updates w, given dw and
// the number t of the update, from 1.
func (l *lecture) byLoop(size, epochs int, inside func(w, dw []float64, t int)) (course, error) {
	w := make([]float64, inputs+1)
	return l.train(w, size, epochs, func(rows []int, t int) error {
		inside(w, l.byHand(rows, w), t)
		return nil
	})
}

func (l *lecture) train(w []float64, size, epochs int, update func(rows []int, t int) error) (c course, err error) {
	everything := l.batches(len(l.y), 0)[0]
	t := 0
	for epoch := 0; ; epoch++ {
		loss, err := l.gradient(everything, w, nil)
		if err != nil {
			return c, err
		}
		c.losses, c.w = append(c.losses, loss), w
		if epoch == epochs {
			return c, nil
		}
		for _, rows := range l.batches(size, epoch) {
			t++
			if err := update(rows, t); err != nil {
				return c, err
			}
		}
	}
}
