package onnx

import (
	"descent/nn"
	"descent/nn/internal/walk"
)

// residual adds a residual layer.
func (g *graph) residual(path string, l nn.Residual) error {
	from := g.last
	body, err := g.inside(walk.Within(path, "body"), l.Body, from)
	if err != nil {
		return err
	}
	shortcut := from
	if l.Shortcut != nil {
		if shortcut, err = g.inside(walk.Within(path, "shortcut"), l.Shortcut, from); err != nil {
			return err
		}
	}
	g.join(path, "Add", []string{body, shortcut})
	return nil
}

// branches adds layers side by side.
func (g *graph) branches(path string, l nn.Branches) error {
	from, outputs := g.last, make([]string, len(l.Layers))
	for i, inner := range l.Layers {
		var err error
		if outputs[i], err = g.inside(walk.Join(path, i), inner, from); err != nil {
			return err
		}
	}
	if l.Concat {
		g.join(path, "Concat", outputs, intAttribute("axis", 1))
	} else {
		g.join(path, "Sum", outputs)
	}
	return nil
}

// inside adds the layer at a path to what computes from, and returns its output.
func (g *graph) inside(path string, l nn.Layer, from string) (output string, err error) {
	g.last = from
	err = g.add(path, l)
	return g.last, err
}

// reshape adds a node that gives rows another shape.
func (g *graph) reshape(path string, row ...int) string {
	from := g.last
	shape := g.join(walk.Within(path, "shape"), "Constant", nil, intsAttribute("value_ints", append([]int{0}, row...)...))
	return g.join(path, "Reshape", []string{from, shape})
}

// padChannels adds a node that pads the channels of images with zeros.
func (g *graph) padChannels(path string, l nn.PadChannels) {
	from := g.last
	pads := g.join(walk.Within(path, "pads"), "Constant", nil, intsAttribute("value_ints", 0, l.Before, 0, 0, 0, l.After, 0, 0))
	g.join(path, "Pad", []string{from, pads})
}
