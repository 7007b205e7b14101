package onnx

import (
	"fmt"

	"descent/nn"
	"descent/nn/internal/walk"
)

// operator is one of a recurrent layer: for each of its gates, in its own order, the
// place that the gate has in PyTorch's.
type operator struct {
	name       string
	gates      []int
	attributes []message
}

func rnn(relu bool) operator {
	activation := "Tanh"
	if relu {
		activation = "Relu"
	}
	return operator{name: "RNN", gates: []int{0}, attributes: []message{textsAttribute("activations", activation)}}
}

// recurrent adds a recurrent layer with its stacked layers. The operators take the steps
// of a batch one after another, [T, batch, in], and return [T, 1, batch, hidden].
func (g *graph) recurrent(path string, l nn.Layer, o operator, layers int, noBias bool) error {
	x := g.node(walk.Within(path, "steps"), "Transpose", nil, intsAttribute("perm", 1, 0, 2))
	direction := g.join(walk.Within(path, "direction"), "Constant", nil, intsAttribute("value_ints", 1))
	for i := range max(layers, 1) {
		ending := fmt.Sprintf("_l%d", i)
		hidden, err := g.find(path, l, "weight_hh"+ending)
		if err != nil {
			return err
		}
		names, err := g.parameters(path, l, recurrentParameters(ending, noBias)...)
		if err != nil {
			return err
		}
		units := hidden.Shape[1]
		inputs := []string{x, g.ordered(names[0], o, units), g.ordered(names[1], o, units)}
		if !noBias {
			biases := []string{g.ordered(names[2], o, 0), g.ordered(names[3], o, 0)}
			inputs = append(inputs, g.join(walk.Within(path, "bias"+ending), "Concat", biases, intAttribute("axis", 1)))
		}
		g.join(walk.Within(path, "outputs"+ending), o.name, inputs, append([]message{intAttribute("hidden_size", units)}, o.attributes...)...)
		x = g.node(walk.Within(path, "h"+ending), "Squeeze", []string{direction})
	}
	g.join(path, "Transpose", []string{x}, intsAttribute("perm", 1, 0, 2))
	return nil
}

func recurrentParameters(ending string, noBias bool) []string {
	names := []string{"weight_ih" + ending, "weight_hh" + ending}
	if !noBias {
		names = append(names, "bias_ih"+ending, "bias_hh"+ending)
	}
	return names
}

// ordered adds nodes that put the gates of a parameter into the operator's order, in
// the shape [1, gates·units, in] of a weight, or [1, gates·units] of a bias, with units 0.
func (g *graph) ordered(name string, o operator, units int) string {
	ints := func(what string, all ...int) string {
		return g.join(name+what, "Constant", nil, intsAttribute("value_ints", all...))
	}
	gates := g.put(name+".gates", "Reshape", name, ints(".by_gate", len(o.gates), -1))
	gathered := g.join(name+".ordered", "Gather", []string{gates, ints(".order", o.gates...)}, intAttribute("axis", 0))
	shape := []int{1, -1}
	if units > 0 {
		shape = []int{1, len(o.gates) * units, -1}
	}
	return g.put(name+".operand", "Reshape", gathered, ints(".shape", shape...))
}
