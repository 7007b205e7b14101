package onnx

import (
	"descent/nn"
	"descent/nn/internal/walk"
)

// dense adds a dense layer. Gemm accepts only matrices: a sequence needs a different
// product.
func (g *graph) dense(path string, l nn.Dense) error {
	row, err := g.model.FeatureShape(path)
	if err != nil {
		return err
	}
	if len(row) > 1 {
		return g.linear(path, path, l, "", l.NoBias)
	}
	from := g.last
	names, err := g.parameters(path, l, weightAndBias(l.NoBias)...)
	g.join(path, "Gemm", append([]string{from}, names...), intAttribute("transB", 1))
	return err
}

// linear adds, as the output of a name, the product of a sequence and a weight of the
// layer at a path, plus a bias: parameters whose own names begin with a prefix.
func (g *graph) linear(name, path string, l nn.Layer, prefix string, noBias bool) error {
	from, own := g.last, weightAndBias(noBias)
	for i := range own {
		own[i] = prefix + own[i]
	}
	names, err := g.parameters(path, l, own...)
	if err != nil {
		return err
	}
	product := name
	if !noBias {
		product = walk.Within(name, "product")
	}
	columns := g.join(walk.Within(name, "columns"), "Transpose", names[:1])
	g.join(product, "MatMul", []string{from, columns})
	if !noBias {
		g.node(name, "Add", names[1:])
	}
	return nil
}
