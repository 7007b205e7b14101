package onnx

import "math"

// put adds a node that computes with the outputs of others, and returns its own.
// That of a layer's last node has the layer's path; the others have a name after it.
func (g *graph) put(name, operator string, inputs ...string) string {
	g.nodes = append(g.nodes, node{name, operator, inputs, name, nil})
	return name
}

// number adds a constant.
func (g *graph) number(name string, v float64) string {
	g.nodes = append(g.nodes, node{name, "Constant", nil, name, []message{floatAttribute("value_float", v)}})
	return name
}

// gelu adds x·(1 + erf(x/√2))/2, as the operator set has no Gelu yet, or its
// approximation as x·σ(c·(x + a·x³)).
func (g *graph) gelu(path string, tanh bool) {
	x := g.last()
	if tanh {
		const a = .044715
		c := 2 * math.Sqrt(2/math.Pi)
		square := g.put(path+"/square", "Mul", x, x)
		scaled := g.put(path+"/scaled", "Mul", square, g.number(path+"/ac", a*c))
		sum := g.put(path+"/sum", "Add", scaled, g.number(path+"/c", c))
		g.put(path, "Mul", x, g.put(path+"/gate", "Sigmoid", g.put(path+"/product", "Mul", x, sum)))
		return
	}
	scaled := g.put(path+"/scaled", "Mul", x, g.number(path+"/root", 1/math.Sqrt2))
	sum := g.put(path+"/sum", "Add", g.put(path+"/erf", "Erf", scaled), g.number(path+"/one", 1))
	g.put(path, "Mul", g.put(path+"/product", "Mul", x, sum), g.number(path+"/half", .5))
}

// softplus adds log(1 + e^(β·x))/β.
func (g *graph) softplus(path string, beta float64) {
	if beta == 1 {
		g.node(path, "Softplus", nil)
		return
	}
	x, b := g.last(), g.number(path+"/beta", beta)
	g.put(path, "Div", g.put(path+"/softplus", "Softplus", g.put(path+"/scaled", "Mul", x, b)), b)
}
