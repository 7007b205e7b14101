package lanes

import (
	"fmt"
	"slices"

	"descent/internal/kernel"
	"gorgonia.org/gorgonia"
)

// Cell is what a recurrent layer computes in a step. For an input x, the output h of
// the previous step and, for each gate, the products a = W·x + b and p = R·h + c:
//
//	TanhCell   h ← tanh(a + p)
//	ReLUCell   h ← max(0, a + p)
//	LSTMCell   gates i, f, g, o: c ← σ(a_f + p_f)·c + σ(a_i + p_i)·tanh(a_g + p_g); h ← σ(a_o + p_o)·tanh c
//	GRUCell    gates r, z, n: n = tanh(a_n + σ(a_r + p_r)·p_n); h ← (1 − z)·n + z·h with z = σ(a_z + p_z)
//
// for σ(x) = 1/(1 + e⁻ˣ). The cells of Hochreiter and Schmidhuber (1997), with the
// forget gate of Gers et al. (2000), and of Cho et al. (2014) are as in PyTorch.
type Cell = kernel.Cell

// The cells.
const (
	TanhCell = kernel.TanhCell
	ReLUCell = kernel.ReLUCell
	LSTMCell = kernel.LSTMCell
	GRUCell  = kernel.GRUCell
)

// RecurrentWeights are the parameters of a recurrent layer, in PyTorch's shapes, for
// the gates of its cell one after another.
type RecurrentWeights struct {
	Input, Hidden         *gorgonia.Node // W [gates·hidden, in] and R [gates·hidden, hidden]
	InputBias, HiddenBias *gorgonia.Node // b and c [gates·hidden], or nil: zeros
}

// RecurrentState is the state that goes from step to step, for the first n rows of a
// batch: their outputs H and, for an LSTM, C. Each has shape [n, hidden], or is nil for
// zeros.
type RecurrentState struct{ H, C *gorgonia.Node }

// Recurrent adds a recurrent layer, which processes a row step by step:
//
//	x [groups, steps, in, 16]
//	y [groups, steps, hidden, 16], the outputs of all steps
//
// It begins with the state start, whose last row is repeated for rows beyond n, and
// returns the state after the last step for each part that start has. start gets no
// gradient.
func (o Ops) Recurrent(cell Cell, x *gorgonia.Node, w RecurrentWeights, start RecurrentState) (y *gorgonia.Node, end RecurrentState, err error) {
	r := &recurrence{cell: cell}
	if y, err = recurrent.Add(o, r, x, w.Input, w.Hidden, w.InputBias, w.HiddenBias, start.H, start.C); err != nil {
		return nil, end, err
	}
	if start.H != nil {
		if end.H, err = recurrentEnd.Add(o, recurrenceEnd{r, start.H.Shape()[0], false}, y); err != nil {
			return nil, end, err
		}
	}
	if start.C != nil {
		end.C, err = recurrentEnd.Add(o, recurrenceEnd{r, start.C.Shape()[0], true}, y)
	}
	return y, end, err
}

// recurrence is a cell and, when it has been added, the layer.
type recurrence struct {
	cell  Cell
	layer any // *kernel.Recurrent[T]
}

var recurrent = Op[*recurrence]{
	Name: "recurrent", Inputs: []Input{
		{Name: "input", Dims: 2},
		{Name: "input weight", Kind: Whole, Dims: 2},
		{Name: "hidden weight", Kind: Whole, Dims: 2},
		{Name: "input bias", Kind: Whole, Dims: 1, Optional: true},
		{Name: "hidden bias", Kind: Whole, Dims: 1, Optional: true},
		{Name: "state h", Kind: Data, Dims: 2, Optional: true},
		{Name: "state c", Kind: Data, Dims: 2, Optional: true},
	},
	F32: newRecurrent[float32], F64: newRecurrent[float64],
}

func newRecurrent[T Float](s Site, c *recurrence) (Body[T], error) {
	if c.cell < TanhCell || c.cell > GRUCell {
		return Body[T]{}, fmt.Errorf("cell = %d: want TanhCell, ReLUCell, LSTMCell or GRUCell", c.cell)
	}
	steps, in, hidden, gates := s.Row(0)[0], s.Row(0)[1], s.Shape(2)[1], c.cell.Gates()
	for i, want := range [][]int{1: {gates * hidden, in}, 2: {gates * hidden, hidden}, 3: {gates * hidden}, 4: {gates * hidden}} {
		if i > 0 && s.Has(i) && !slices.Equal(s.Shape(i), want) {
			return Body[T]{}, fmt.Errorf("%s of shape %v with rows of shape %v: want %v", s.inputs[i].Name, s.Shape(i), s.Row(0), want)
		}
	}
	for i := 5; i < 7; i++ {
		switch {
		case !s.Has(i):
		case s.Shape(i)[1] != hidden || s.in[i].Dtype() != s.b.dtype:
			return Body[T]{}, fmt.Errorf("%s %v of shape %v: want [rows %d] of %v", s.inputs[i].Name, s.in[i].Dtype(), s.Shape(i), hidden, s.b.dtype)
		case i == 6 && c.cell != LSTMCell:
			return Body[T]{}, fmt.Errorf("state c for cell %d: want one only for an LSTM", c.cell)
		}
	}
	// What the kernel works with: gates, and what they are computed from; and for the
	// gradients the inputs of products as rows.
	each := (gates + 3) * hidden
	if s.Trains() {
		each += (gates+2)*hidden + in
	}
	if err := take[T](s, s.Groups()*steps, each, Lanes); err != nil {
		return Body[T]{}, err
	}
	if err := take[T](s, 2, gates*hidden, in+hidden+2); err != nil { // packed
		return Body[T]{}, err
	}
	k := set[T](s)
	layer := k.NewRecurrent(c.cell, in, hidden, steps, s.Groups(), s.Threads())
	c.layer = layer
	return Body[T]{
		Shape: s.InLanes(steps, hidden),
		Forward: func(p *Pass[T]) error {
			for i, to := range [][]T{5: layer.H0, 6: layer.C0} {
				if i >= 5 && s.Has(i) {
					last := min(s.Shape(i)[0], p.Rows()) - 1
					for g := range s.Groups() {
						k.RowsToLanes(hidden, g*Lanes, last, group(to, g, hidden), p.In[i])
					}
				}
			}
			layer.Forward(p.Run, p.Out, p.In[0], p.In[1], p.In[2], p.In[3], p.In[4])
			return nil
		},
		// Through time: the gradients of a step's products come from that of its
		// output, and from those of the step after it.
		Backward: func(p *Pass[T]) error {
			layer.Backward(p.Run, p.Grad[0], p.Grad[1], p.Grad[2], p.Grad[3], p.Grad[4], p.OutGrad, p.Out, p.In[0])
			return nil
		},
	}, nil
}

// recurrenceEnd says which part of the last state is wanted, for how many rows.
type recurrenceEnd struct {
	*recurrence
	rows int
	c    bool
}

var recurrentEnd = Op[recurrenceEnd]{
	Name: "last state", Inputs: []Input{{Name: "output", Kind: Data}},
	F32: newRecurrentEnd[float32], F64: newRecurrentEnd[float64],
}

// newRecurrentEnd copies the state after the last step, which comes after the output.
// Rows beyond those of the largest batch stay zero.
func newRecurrentEnd[T Float](s Site, c recurrenceEnd) (Body[T], error) {
	k, layer := set[T](s), c.layer.(*kernel.Recurrent[T])
	steps, hidden := s.Shape(0)[1], s.Shape(0)[2]
	return Body[T]{Shape: []int{c.rows, hidden}, Forward: func(p *Pass[T]) error {
		for g := range min(s.Groups(), (c.rows-1)/Lanes+1) {
			last := group(p.In[0], (g+1)*steps-1, hidden)
			if c.c {
				last = layer.C(g)
			}
			k.LanesToRows(hidden, g*Lanes, min(Lanes, c.rows-g*Lanes), p.Out, last)
		}
		return nil
	}}, nil
}
