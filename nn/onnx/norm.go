package onnx

import (
	"cmp"

	"descent/nn"
	"descent/nn/internal/walk"
)

// norm returns the names of the parameters that a norm has.
func norm(noAffine, noBias bool) []string {
	if noAffine {
		return nil
	}
	return weightAndBias(noBias)
}

// batchNorm adds a batch normalization by the running statistics.
func (g *graph) batchNorm(path string, l nn.BatchNorm) error {
	from := g.last
	mean, err := g.find(path, l, "running_mean")
	if err != nil {
		return err
	}
	affine, err := g.parameters(path, l, norm(l.NoAffine, false)...)
	if err != nil {
		return err
	}
	if l.NoAffine { // the operator wants both
		for i, name := range []string{"weight", "bias"} {
			same := make([]float32, len(mean.Value))
			for c := range same {
				same[c] = float32(1 - i)
			}
			affine = append(affine, g.join(walk.Within(path, name), "Constant", nil, floatsAttribute("value_floats", same...)))
		}
	}
	statistics, err := g.parameters(path, l, "running_mean", "running_var")
	g.join(path, "BatchNormalization", append(append([]string{from}, affine...), statistics...), floatAttribute("epsilon", cmp.Or(l.Eps, 1e-5)))
	return err
}

// rowNorm adds a normalization of the last dimensions of rows. Operator set 13 has none.
func (g *graph) rowNorm(path string, l nn.Layer, centered bool, dims int, eps, preset float64, own []string) error {
	axes := make([]int, max(dims, 1))
	for i := range axes {
		axes[i] = i - len(axes)
	}
	names, err := g.parameters(path, l, own...)
	if err != nil {
		return err
	}
	g.normalize(path, centered, cmp.Or(eps, preset), axes)
	for i, name := range names {
		g.node(walk.Within(path, []string{"scaled", "shifted"}[i]), []string{"Mul", "Add"}[i], []string{name})
	}
	return nil
}

// groupNorm adds a normalization of groups of channels, as one of rows of other
// shapes.
func (g *graph) groupNorm(path string, l nn.GroupNorm) error {
	from := g.last
	names, err := g.parameters(path, l, norm(l.NoAffine, false)...)
	if err != nil {
		return err
	}
	g.reshape(walk.Within(path, "grouped"), l.Groups, -1)
	g.normalize(path, true, cmp.Or(l.Eps, 1e-5), []int{-1})
	if len(names) > 0 {
		weight, err := g.find(path, l, "weight")
		if err != nil {
			return err
		}
		x := g.reshape(walk.Within(path, "channels"), len(weight.Value), -1)
		axis := g.join(walk.Within(path, "axis"), "Constant", nil, intsAttribute("value_ints", 1))
		for i, name := range names {
			column := g.join(name+".column", "Unsqueeze", []string{name, axis})
			x = g.join(walk.Within(path, []string{"scaled", "shifted"}[i]), []string{"Mul", "Add"}[i], []string{x, column})
		}
	}
	y := g.last
	shape := g.join(walk.Within(path, "shape"), "Shape", []string{from})
	g.join(path, "Reshape", []string{y, shape})
	return nil
}

// normalize adds nodes that bring the mean over some axes to 0, if centered, and the
// mean square to 1.
func (g *graph) normalize(path string, centered bool, eps float64, axes []int) {
	name := func(part string) string { return walk.Within(path, part) }
	x := g.last
	if centered {
		mean := g.node(name("mean"), "ReduceMean", nil, intsAttribute("axes", axes...))
		x = g.join(name("centered"), "Sub", []string{x, mean})
	}
	g.join(name("squares"), "Mul", []string{x, x})
	variance := g.node(name("variance"), "ReduceMean", nil, intsAttribute("axes", axes...))
	small := g.join(name("eps"), "Constant", nil, floatAttribute("value_float", eps))
	g.join(name("sum"), "Add", []string{variance, small})
	sd := g.node(name("sd"), "Sqrt", nil)
	g.join(name("normalized"), "Div", []string{x, sd})
}
