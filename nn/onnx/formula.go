package onnx

import (
	"math"

	"descent/nn/internal/walk"
)

// number adds a constant.
func (g *graph) number(name string, v float64) string {
	return g.join(name, "Constant", nil, floatAttribute("value_float", v))
}

// put adds a node that computes with the outputs of others, and returns its output.
// The output of a layer's last node has the layer's path; others have a name within it.
func (g *graph) put(name, operator string, inputs ...string) string {
	return g.join(name, operator, inputs)
}

// gelu adds x·(1 + erf(x/√2))/2, as the operator set has no Gelu yet, or its
// approximation as x·σ(c·(x + a·x³)).
func (g *graph) gelu(path string, tanh bool) {
	x := g.last
	if tanh {
		const a = .044715
		c := 2 * math.Sqrt(2/math.Pi)
		square := g.put(walk.Within(path, "square"), "Mul", x, x)
		scaled := g.put(walk.Within(path, "scaled"), "Mul", square, g.number(walk.Within(path, "ac"), a*c))
		sum := g.put(walk.Within(path, "sum"), "Add", scaled, g.number(walk.Within(path, "c"), c))
		g.put(path, "Mul", x, g.put(walk.Within(path, "gate"), "Sigmoid", g.put(walk.Within(path, "product"), "Mul", x, sum)))
		return
	}
	scaled := g.put(walk.Within(path, "scaled"), "Mul", x, g.number(walk.Within(path, "root"), 1/math.Sqrt2))
	sum := g.put(walk.Within(path, "sum"), "Add", g.put(walk.Within(path, "erf"), "Erf", scaled), g.number(walk.Within(path, "one"), 1))
	g.put(path, "Mul", g.put(walk.Within(path, "product"), "Mul", x, sum), g.number(walk.Within(path, "half"), .5))
}

// softplus adds log(1 + e^(β·x))/β.
func (g *graph) softplus(path string, beta float64) {
	if beta == 1 {
		g.node(path, "Softplus", nil)
		return
	}
	x := g.last
	b := g.number(walk.Within(path, "beta"), beta)
	g.put(path, "Div", g.put(walk.Within(path, "softplus"), "Softplus", g.put(walk.Within(path, "scaled"), "Mul", x, b)), b)
}
