package nn

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"

	"descent/autograd/lanes"
	"gorgonia.org/gorgonia"
)

// RNN is a recurrent layer (Elman 1990): rows [T, in] to rows [T, Hidden],
//
//	h_t = tanh(weight_ih·x_t + bias_ih + weight_hh·h_(t−1) + bias_hh)
//
// for t = 1 to T. Names and shapes are PyTorch's: "weight_ih_l0" [Hidden, in],
// "weight_hh_l0" [Hidden, Hidden], "bias_ih_l0" and "bias_hh_l0" [Hidden]; names of
// further layers, whose inputs are the outputs of the previous layer, end in "_l1" and
// so on. [Last] selects the output of the last step.
type RNN struct {
	Hidden  int         // units: 1 or more
	Layers  int         // stacked layers; if zero, 1
	Dropout float64     // [0, 1): the Rate of a [Dropout] between the layers
	ReLU    bool        // max(0, ·) instead of tanh
	NoBias  bool        // leave the biases out
	Weight  Initializer // of both weights; if nil, U(−1/√Hidden, 1/√Hidden), as in PyTorch
	Bias    Initializer // of both biases; if nil, the same

	// Carry, if not zero, is the number of rows of every batch, and row r continues row r
	// of the previous batch: h₀ is the last h of that batch. No gradient flows through it
	// (truncated backpropagation through time), and it is zero at the start of an epoch.
	// Evaluation carries a separate state, and predictions start with zeros: see
	// [Scope.Carried]. If Carry is zero, every batch starts with zeros.
	// [datasets.TextConfig] describes the order of such examples.
	Carry int
}

// LSTM is a layer of long short-term memory (Hochreiter and Schmidhuber 1997) with the
// forget gate of Gers et al. (2000): rows [T, in] to rows [T, Hidden], for t = 1 to T
//
//	i, f, o = σ(·), g = tanh(·) of weight_ih·x_t + bias_ih + weight_hh·h_(t−1) + bias_hh
//	c_t = f·c_(t−1) + i·g
//	h_t = o·tanh c_t
//
// Parameters are named as in an [RNN], with the four gates one after another, in
// PyTorch's order i, f, g, o: "weight_ih_l0" [4·Hidden, in].
type LSTM struct {
	Hidden  int         // units: 1 or more
	Layers  int         // stacked layers; if zero, 1
	Dropout float64     // [0, 1): the Rate of a [Dropout] between the layers
	NoBias  bool        // leave the biases out
	Weight  Initializer // of both weights; if nil, U(−1/√Hidden, 1/√Hidden), as in PyTorch
	Bias    Initializer // of both biases; if nil, the same

	// ForgetBias, if not zero, is the initial bias of the forget gate. With 1, for
	// example, a layer remembers at first (Jozefowicz et al. 2015). The gate's part of
	// bias_ih is then ForgetBias, and that of bias_hh is zero.
	ForgetBias float64

	Carry int // rows whose h and c are carried from batch to batch: see [RNN]
}

// GRU is a layer of gated recurrent units (Cho et al. 2014), as in PyTorch: rows
// [T, in] to rows [T, Hidden], for t = 1 to T, with a = weight_ih·x_t + bias_ih and
// p = weight_hh·h_(t−1) + bias_hh for each gate,
//
//	r = σ(a_r + p_r), z = σ(a_z + p_z), n = tanh(a_n + r·p_n)
//	h_t = (1 − z)·n + z·h_(t−1)
//
// Parameters are named as in an [RNN], with the three gates one after another, in
// PyTorch's order r, z, n: "weight_ih_l0" [3·Hidden, in]. TensorFlow's z is 1 minus
// this one.
type GRU struct {
	Hidden  int         // units: 1 or more
	Layers  int         // stacked layers; if zero, 1
	Dropout float64     // [0, 1): the Rate of a [Dropout] between the layers
	NoBias  bool        // leave the biases out
	Weight  Initializer // of both weights; if nil, U(−1/√Hidden, 1/√Hidden), as in PyTorch
	Bias    Initializer // of both biases; if nil, the same
	Carry   int         // rows whose h is carried from batch to batch: see [RNN]
}

// recurrent is what the recurrent layers have in common.
type recurrent struct {
	cell                  lanes.Cell
	hidden, layers, carry int
	dropout, forget       float64
	noBias                bool
	weight, bias          Initializer
}

// Forward implements [Layer].
func (l RNN) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	cell := lanes.TanhCell
	if l.ReLU {
		cell = lanes.ReLUCell
	}
	return recurrent{cell, l.Hidden, l.Layers, l.Carry, l.Dropout, 0, l.NoBias, l.Weight, l.Bias}.forward(s, x)
}

// Forward implements [Layer].
func (l LSTM) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if math.IsNaN(l.ForgetBias) || math.IsInf(l.ForgetBias, 0) {
		return nil, invalid("ForgetBias", l.ForgetBias, "a finite number")
	}
	if l.ForgetBias != 0 && l.NoBias {
		return nil, invalid("ForgetBias", l.ForgetBias, "0 with NoBias")
	}
	return recurrent{lanes.LSTMCell, l.Hidden, l.Layers, l.Carry, l.Dropout, l.ForgetBias, l.NoBias, l.Weight, l.Bias}.forward(s, x)
}

// Forward implements [Layer].
func (l GRU) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	return recurrent{lanes.GRUCell, l.Hidden, l.Layers, l.Carry, l.Dropout, 0, l.NoBias, l.Weight, l.Bias}.forward(s, x)
}

func (r recurrent) forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	row := lanes.RowShape(x)
	err := cmp.Or(checkSize("Hidden", r.hidden, 1), checkSize("Layers", r.layers, 0), checkSize("Carry", r.carry, 0))
	switch {
	case err != nil:
		return nil, err
	case !(r.dropout >= 0 && r.dropout < 1):
		return nil, invalid("Dropout", r.dropout, "[0, 1)")
	case len(row) != 2:
		return nil, fmt.Errorf("rows of shape %v: want [positions features]", row)
	}
	for i := range max(r.layers, 1) {
		if i > 0 {
			if x, err = (Dropout{Rate: r.dropout}).Forward(s.Child(fmt.Sprintf("l%d", i)), x); err != nil {
				return nil, err
			}
		}
		if x, err = r.layer(s, x, fmt.Sprintf("_l%d", i)); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// layer adds one of the layers, whose parameter names have the given ending.
func (r recurrent) layer(s *Scope, x *gorgonia.Node, ending string) (*gorgonia.Node, error) {
	in, gates := lanes.RowShape(x)[1], r.cell.Gates()*r.hidden
	edge := 1 / math.Sqrt(float64(r.hidden))
	weight, bias := cmp.Or[Initializer](r.weight, Uniform{-edge, edge}), cmp.Or[Initializer](r.bias, Uniform{-edge, edge})
	fans := Fans{In: in + r.hidden, Out: gates}
	var w lanes.RecurrentWeights
	var errs [4]error
	w.Input, errs[0] = s.Param("weight_ih"+ending, weight, fans, gates, in)
	w.Hidden, errs[1] = s.Param("weight_hh"+ending, weight, fans, gates, r.hidden)
	if !r.noBias {
		first, second := bias, bias
		if r.forget != 0 {
			first, second = forgetful{bias, r.hidden, r.forget}, forgetful{bias, r.hidden, 0}
		}
		w.InputBias, errs[2] = s.Param("bias_ih"+ending, first, fans, gates)
		w.HiddenBias, errs[3] = s.Param("bias_hh"+ending, second, fans, gates)
	}
	if err := cmp.Or(errs[:]...); err != nil {
		return nil, err
	}
	var start lanes.RecurrentState
	if r.carry > 0 {
		var err error
		start.H, err = s.Carried("h"+ending, r.carry, r.hidden)
		if err == nil && r.cell == lanes.LSTMCell {
			start.C, err = s.Carried("c"+ending, r.carry, r.hidden)
		}
		if err != nil {
			return nil, err
		}
	}
	y, end, err := s.Recurrent(r.cell, x, w, start)
	if err == nil && end.H != nil {
		err = s.Update(start.H, end.H)
	}
	if err == nil && end.C != nil {
		err = s.Update(start.C, end.C)
	}
	return y, err
}

// forgetful draws the bias of an LSTM, except for that of the forget gate, which is
// constant.
type forgetful struct {
	Initializer
	hidden int
	bias   float64
}

func (f forgetful) Init(dst []float32, fans Fans, r *rand.Rand) error {
	err := f.Initializer.Init(dst, fans, r)
	for i := range dst[f.hidden : 2*f.hidden] {
		dst[f.hidden+i] = float32(f.bias)
	}
	return err
}

func (l RNN) String() string {
	return recurrentName("RNN", l.Hidden, l.Layers, l.Carry, l.Dropout, option(l.ReLU, ", ReLU")+option(l.NoBias, ", no bias"))
}

func (l LSTM) String() string {
	return recurrentName("LSTM", l.Hidden, l.Layers, l.Carry, l.Dropout, option(l.NoBias, ", no bias"))
}

func (l GRU) String() string {
	return recurrentName("GRU", l.Hidden, l.Layers, l.Carry, l.Dropout, option(l.NoBias, ", no bias"))
}

func recurrentName(name string, hidden, layers, carry int, dropout float64, more string) string {
	return fmt.Sprintf("%s(%d%s%s%s%s)", name, hidden, option(layers > 1, fmt.Sprintf(", %d layers", layers)),
		option(dropout > 0, fmt.Sprintf(", dropout %g", dropout)), more, option(carry > 0, fmt.Sprintf(", carries %d rows", carry)))
}

// Last selects the last position of a row: rows [T, …] to rows […].
type Last struct{}

// Forward implements [Layer].
func (Last) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) { return s.Ops.Last(x) }

func (Last) String() string { return "Last" }
