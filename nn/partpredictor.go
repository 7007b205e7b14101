package nn

import (
	"slices"

	"descent/datasets"
	"descent/internal/graph"
	"descent/internal/prefix"
	"gorgonia.org/gorgonia"
)

// NewPartPredictor is [Model.NewPredictor] for a single layer of the network, which
// gets rows of shape input: for example, for the decoder of an autoencoder, to make rows
// from codes. The path is that of the layer, as in [Model.Features]. A path without a
// layer, or a shape that does not fit the layer's parameters, is an error.
func (m *Model) NewPartPredictor(path string, input []int, threads int) (*Predictor, error) {
	at, err := m.place("predictor", path)
	if err != nil {
		return nil, err
	}
	p, err := m.NewPredictor(threads)
	if err != nil {
		return nil, err
	}
	p.net, p.places, p.cfg.Loss, p.cfg.Vocabulary = part{path, at.layer}, nil, nil, 0
	p.cfg.Input = slices.Clone(input)
	err = p.cfg.check(p.net)
	if err == nil {
		_, err = p.PredictBatch(nil, &datasets.Batch{Rows: 1, Inputs: make([]float32, graph.Size(input))})
	}
	if err != nil {
		p.Close()
		return nil, prefix.Error("nn", err, "predictor")
	}
	return p, nil
}

// part is a layer at its place in a network, on its own.
type part struct {
	path string
	Layer
}

func (p part) Forward(s *Scope, x *gorgonia.Node) (*gorgonia.Node, error) {
	if p.path == "" {
		return p.Layer.Forward(s, x)
	}
	return s.Apply(p.path, p.Layer, x)
}
