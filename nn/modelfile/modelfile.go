// Package modelfile keeps a description of a model in its weights file, so that a
// program can use the model without code for the network.
//
// The file is that of [nn.Model.Save]: a safetensors file that PyTorch and
// [nn.Model.Load] can also read. The description is JSON, in the metadata under
// "descent.model":
//
//	{"version": 1,
//	 "input": [1, 28, 28],
//	 "network": {"type": "Sequential", "layers": [
//	   {"type": "Conv2D", "filters": 6, "kernel": 5, "pad": 2}, {"type": "ReLU"}, …]},
//	 "classes": ["T-shirt/top", "Trouser", …]}
//
// It lists the layers of package nn by their names and fields, without the
// initializers, which are no longer needed. Zero fields are left out, and so are
// "vocabulary", "tokens" and "normalization" if there are none. An unknown field,
// layer type or version is an error that names it.
package modelfile

import (
	"errors"
	"fmt"
	"slices"

	"descent/internal/prefix"
	"descent/internal/safetensors"
	"descent/nn"
)

// metadataKey is the key of the description in the metadata.
const metadataKey = "descent.model"

// Save writes a model and its description to a file, completely or not at all.
// Unless info.NoNetwork is set, a layer that is not from package nn, or that holds a
// function, is an error that names it. Other errors are those of [nn.Model.Save].
func Save(path string, m *nn.Model, info Info) error {
	if m == nil || m.Network() == nil {
		return errors.New("modelfile: the model is empty: want one from nn.NewModel")
	}
	cfg := m.Config()
	d := description{Info: info, input: cfg.Input, vocabulary: cfg.Vocabulary}
	if !info.NoNetwork {
		d.network = m.Network()
	}
	err := d.Info.checkOutput(m.OutputShape())
	var text []byte
	if err == nil {
		text, err = d.encode()
	}
	if err == nil {
		err = m.SaveMetadata(path, map[string]string{metadataKey: string(text)})
	}
	return prefix.Error("modelfile", err)
}

// Load creates the model that a file describes and reads its weights. The input shape
// and the vocabulary come from the file: cfg may leave them out, and otherwise must
// agree. All other settings are those of cfg; without a loss, the model only predicts.
// Call [nn.Model.Close] when done.
//
// A file can describe a network of any size: cfg.MaxBytes limits the memory.
func Load(path string, cfg nn.Config) (*nn.Model, Info, error) {
	m, info, err := load(path, cfg)
	if err != nil {
		return nil, Info{}, prefix.Error("modelfile", err)
	}
	return m, info, nil
}

func load(path string, cfg nn.Config) (*nn.Model, Info, error) {
	text, d, err := read(path)
	if err != nil {
		return nil, Info{}, err
	}
	named := func(err error) error { return prefix.Error(path, err) }
	switch {
	case d.network == nil:
		return nil, Info{}, named(errors.New("it does not describe the network: build the network and use Model.Load of package nn"))
	case len(cfg.Input) > 0 && !slices.Equal(cfg.Input, d.input):
		return nil, Info{}, named(fmt.Errorf("Config.Input = %v: want %v, the file's, or none", cfg.Input, d.input))
	case cfg.Vocabulary != 0 && cfg.Vocabulary != d.vocabulary:
		return nil, Info{}, named(fmt.Errorf("Config.Vocabulary = %d: want %d, the file's, or 0", cfg.Vocabulary, d.vocabulary))
	}
	cfg.Input, cfg.Vocabulary = d.input, d.vocabulary
	m, err := nn.NewModel(d.network, cfg)
	if err != nil {
		return nil, Info{}, named(err)
	}
	err = named(d.Info.checkOutput(m.OutputShape()))
	if err == nil {
		err = m.Load(path)
	}
	if err == nil {
		var after string // another file may have replaced this one
		if after, _, err = read(path); err == nil && after != text {
			err = named(errors.New("its description changed while it was read: load it again"))
		}
	}
	if err != nil {
		m.Close()
		return nil, Info{}, err
	}
	return m, d.Info, nil
}

// ReadInfo returns the information in a file other than the layers and weights. It
// does not read the weights.
func ReadInfo(path string) (Info, error) {
	_, d, err := read(path)
	if err != nil {
		return Info{}, prefix.Error("modelfile", err)
	}
	return d.Info, nil
}

// read returns the description in a file, both as text and decoded.
func read(path string) (text string, d *description, err error) {
	metadata, err := safetensors.ReadMetadata(path)
	if err != nil {
		return "", nil, err
	}
	text, ok := metadata[metadataKey]
	if !ok {
		return "", nil, fmt.Errorf("%s: no description of the model: want a file of modelfile.Save", path)
	}
	if d, err = decode([]byte(text)); err != nil {
		return "", nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, d, nil
}
