package onnx

import (
	"cmp"
	"math"
	"strconv"
	"strings"

	"descent/internal/elementary"
	"descent/nn"
	"descent/nn/internal/paths"
	"descent/nn/internal/walk"
)

// tie adds a layer with the parameters of another.
func (g *graph) tie(path string, l nn.Tied) error {
	home, ok := paths.Outward(path, l.To, func(at string) bool {
		for _, w := range g.weights {
			if strings.HasPrefix(w.Name, at+".") {
				return true
			}
		}
		return false
	})
	if !ok {
		return walk.Error(path, l, "the model has no parameters at "+l.To+": want the network as it was when the model was made")
	}
	defer func(before [2]string) { g.tied = before }(g.tied)
	g.tied = [2]string{path, home}
	return g.add(path, l.Layer)
}

// learnedPositions adds the first places of a table.
func (g *graph) learnedPositions(path string, l nn.LearnedPositions) error {
	from := g.last
	names, err := g.parameters(path, l, "weight")
	if err != nil {
		return err
	}
	row, err := g.model.FeatureShape(path)
	if err != nil {
		return err
	}
	name := func(part string) string { return walk.Within(path, part) }
	first := g.join(name("slice"), "Slice", []string{names[0], g.ints(name("begin"), 0), g.ints(name("end"), row[0])})
	g.join(path, "Add", []string{from, first})
	return nil
}

// sinusoidalPositions adds constants.
func (g *graph) sinusoidalPositions(path string, l nn.SinusoidalPositions) error {
	from := g.last
	row, err := g.model.FeatureShape(path)
	if err != nil {
		return err
	}
	values := make([]float32, row[0]*row[1])
	for i := range values {
		c := i % row[1]
		sin, cos := elementary.Rotation(i/row[1], c/2, row[1], cmp.Or(l.Base, 10000))
		values[i] = float32([2]float64{sin, cos}[c%2])
	}
	g.join(path, "Add", []string{from, g.constant(walk.Within(path, "positions"), values, row...)})
	return nil
}

// ints adds a constant of whole numbers.
func (g *graph) ints(name string, all ...int) string {
	return g.join(name, "Constant", nil, intsAttribute("value_ints", all...))
}

// constant adds a constant of a shape.
func (g *graph) constant(name string, values []float32, shape ...int) string {
	flat := g.join(walk.Within(name, "flat"), "Constant", nil, floatsAttribute("value_floats", values...))
	return g.join(name, "Reshape", []string{flat, g.ints(walk.Within(name, "shape"), shape...)})
}

// attention adds the products of an attention: [batch, heads, T, ...] of each.
func (g *graph) attention(path string, l nn.Attention) error {
	name := func(part string) string { return walk.Within(path, part) }
	row, err := g.model.FeatureShape(path)
	if err != nil {
		return err
	}
	places, width := row[0], row[1]
	head := width / l.Heads
	if err := g.linear(name("qkv"), path, l, "in_proj_", l.NoBias); err != nil {
		return err
	}
	qkv := g.reshape(name("heads"), places, 3, l.Heads, head)
	parts := []string{"q", "k", "v"}
	for i := range parts {
		one := g.join(name(parts[i]+".part"), "Gather", []string{qkv, g.index(name(parts[i]+".index"), i)}, intAttribute("axis", 2))
		perm := []int{0, 2, 1, 3}
		if i == 1 && !l.Rotary {
			perm = []int{0, 2, 3, 1}
		}
		parts[i] = g.join(name(parts[i]), "Transpose", []string{one}, intsAttribute("perm", perm...))
		if i < 2 && l.Rotary {
			parts[i] = g.rotate(parts[i], cmp.Or(l.RotaryBase, 10000), l.Heads, places, head)
		}
	}
	if l.Rotary {
		parts[1] = g.join(name("k.transposed"), "Transpose", []string{parts[1]}, intsAttribute("perm", 0, 1, 3, 2))
	}
	scores := g.put(name("scores"), "MatMul", parts[0], parts[1])
	scores = g.put(name("scaled"), "Mul", scores, g.number(name("scale"), 1/math.Sqrt(float64(head))))
	if l.Padded {
		token := g.join(name("pad.token"), "Cast", []string{g.index(name("pad.index"), l.PadToken)}, intAttribute("to", typeInt32))
		pad := g.put(name("pad"), "Equal", input, token)
		pad = g.join(name("pad.float"), "Cast", []string{pad}, intAttribute("to", typeFloat))
		pad = g.put(name("pad.mask"), "Mul", pad, g.number(name("pad.value"), -1e30))
		pad = g.put(name("pad.column"), "Unsqueeze", pad, g.ints(name("pad.axes"), 1, 2))
		scores = g.put(name("padded"), "Add", scores, pad)
	}
	if l.Causal {
		later := make([]float32, places*places)
		for i := range later {
			if i%places > i/places {
				later[i] = float32(math.Inf(-1))
			}
		}
		scores = g.put(name("causal"), "Add", scores, g.constant(name("later"), later, places, places))
	}
	weights := g.join(name("weights"), "Softmax", []string{scores}, intAttribute("axis", -1))
	g.put(name("values"), "MatMul", weights, parts[2])
	g.node(name("places"), "Transpose", nil, intsAttribute("perm", 0, 2, 1, 3))
	g.reshape(name("joined"), places, width)
	return g.linear(path, path, l, "out_proj.", l.NoBias)
}

// index adds a scalar whole number.
func (g *graph) index(name string, i int) string {
	return g.join(name, "Constant", nil, intAttribute("value_int", i))
}

// rotate adds the rotation of pairs: the angles are those of Descent in float32.
func (g *graph) rotate(x string, base float64, heads, places, head int) string {
	cos, sin := make([]float32, places*head/2), make([]float32, places*head/2)
	for i := range cos {
		s, c := elementary.Rotation(i/(head/2), i%(head/2), head, base)
		cos[i], sin[i] = float32(c), float32(s)
	}
	name := func(part string) string { return x + "." + part }
	cosine, sine := g.constant(name("cos"), cos, places, head/2), g.constant(name("sin"), sin, places, head/2)
	pairs := g.join(name("pairs"), "Reshape", []string{x, g.ints(name("shape"), 0, heads, places, head/2, 2)})
	u := g.join(name("u"), "Gather", []string{pairs, g.index(name("u.index"), 0)}, intAttribute("axis", 4))
	v := g.join(name("v"), "Gather", []string{pairs, g.index(name("v.index"), 1)}, intAttribute("axis", 4))
	first := g.put(name("first"), "Sub", g.put(name("uc"), "Mul", u, cosine), g.put(name("vs"), "Mul", v, sine))
	second := g.put(name("second"), "Add", g.put(name("us"), "Mul", u, sine), g.put(name("vc"), "Mul", v, cosine))
	axis := g.ints(name("axis"), 4)
	all := g.join(name("turned"), "Concat", []string{
		g.put(name("first.column"), "Unsqueeze", first, axis), g.put(name("second.column"), "Unsqueeze", second, axis),
	}, intAttribute("axis", 4))
	return g.join(name("rotated"), "Reshape", []string{all, g.ints(name("row"), 0, heads, places, head)})
}

// transformerBlock adds the layers of a block.
func (g *graph) transformerBlock(path string, l nn.TransformerBlock) error {
	row, err := g.model.FeatureShape(path)
	if err != nil {
		return err
	}
	norm := cmp.Or[nn.Layer](l.Norm, nn.LayerNorm{})
	type part struct {
		name  string
		layer nn.Layer
	}
	for i, parts := range [][]part{
		{{"self_attn", l.Attention}},
		{
			{"linear1", nn.Dense{Units: cmp.Or(l.Hidden, 4*row[1]), NoBias: l.NoBias}},
			{"activation", cmp.Or[nn.Layer](l.Activation, nn.GELU{})},
			{"linear2", nn.Dense{Units: row[1], NoBias: l.NoBias}},
		},
	} {
		from, sum := g.last, walk.Within(path, []string{"mixed", "sum"}[i])
		normal := part{"norm" + strconv.Itoa(i+1), norm}
		if !l.PostNorm {
			parts = append([]part{normal}, parts...)
		}
		for _, p := range parts {
			if err := g.add(walk.Within(path, p.name), p.layer); err != nil {
				return err
			}
		}
		g.put(sum, "Add", from, g.last)
		if l.PostNorm {
			if err := g.add(walk.Within(path, normal.name), norm); err != nil {
				return err
			}
		}
	}
	return nil
}
