package nn

import (
	"fmt"
	"slices"

	"descent/datasets"
)

// place is where a layer is, and the shape of a row that it returns.
type place struct {
	path  string
	shape []int
	layer Layer
}

// place returns the place of a path, or an error that lists the known ones.
func (m *runner) place(what, path string) (place, error) {
	if m.net == nil {
		return place{}, errEmpty
	}
	var known []string
	for _, p := range m.places {
		if p.path == path {
			return p, nil
		}
		known = append(known, p.path)
	}
	return place{}, fmt.Errorf("nn: %s: path %q: want one of %q", what, path, known)
}

// InputGradient computes the loss of a batch and its gradient with respect to the
// inputs, in evaluation mode: for saliency maps (Simonyan, Vedaldi and Zisserman 2013)
// and adversarial examples.
//
// The gradient has the inputs' shape [Rows, Input...]: element i is ∂loss/∂x[i]. The loss is
// that of [Model.Evaluate], the mean over the rows, so a row's gradient is 1/Rows of its
// gradient as the only row. The loss includes the terms that layers add. For Pixels, the
// gradient is with respect to the numbers byte/255 that the network sees.
//
// The gradient is valid until the next call. The gradients of parameters do not change. A
// model without a loss, or a model of tokens, is an error.
func (m *Model) InputGradient(b *datasets.Batch) (loss float64, gradient []float32, err error) {
	if m.cfg.Vocabulary > 0 {
		return 0, nil, fmt.Errorf("nn: input gradient: tokens have none: want a model with Config.Vocabulary = 0, not %d", m.cfg.Vocabulary)
	}
	return m.run(b, differentiate, 0, nil, "")
}

// Features returns the output of the layer at a path for a batch of inputs, in evaluation
// mode, one row after another, and the shape of a row. Paths are those of [Model.Summary]
// and of layers that contain others, such as "2" for the layers "2.0" and "2.1"; "" is the
// entire network, whose features are its output. If layers share a path, the first counts.
//
// It uses the memory of dst if that is large enough. If the path is unknown, the error
// lists the known ones.
func (m *runner) Features(dst []float32, b *datasets.Batch, path string) (output []float32, shape []int, err error) {
	if shape, err = m.FeatureShape(path); err != nil {
		return nil, nil, err
	}
	if _, output, err = m.run(b, features, 0, dst, path); err != nil {
		return nil, nil, err
	}
	return output, shape, nil
}

// FeatureShape returns the shape of a row of [Model.Features] for a path.
func (m *runner) FeatureShape(path string) ([]int, error) {
	p, err := m.place("features", path)
	if err != nil {
		return nil, err
	}
	return slices.Clone(p.shape), nil
}
