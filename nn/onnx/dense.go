package onnx

import (
	"descent/nn"
	"descent/nn/internal/walk"
)

// dense adds a dense layer. Gemm takes matrices alone: a sequence has a product of
// its own kind.
func (g *graph) dense(path string, l nn.Dense) error {
	from := g.last
	names, err := g.parameters(path, l, weightAndBias(l.NoBias)...)
	if err != nil {
		return err
	}
	row, err := g.model.FeatureShape(path)
	if err != nil {
		return err
	}
	if len(row) == 1 {
		g.node(path, "Gemm", names, intAttribute("transB", 1))
		return nil
	}
	product := path
	if !l.NoBias {
		product = walk.Within(path, "product")
	}
	columns := g.join(walk.Within(path, "columns"), "Transpose", names[:1])
	g.join(product, "MatMul", []string{from, columns})
	if !l.NoBias {
		g.node(path, "Add", names[1:])
	}
	return nil
}
