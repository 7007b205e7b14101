package modelfile

import (
	"encoding/json"
	"fmt"

	"descent/nn"
	"descent/nn/internal/walk"
)

// version is that of the description.
const version = 1

// description is what the JSON says.
type description struct {
	Info
	network    nn.Layer // nil with NoNetwork
	input      []int
	vocabulary int
}

// The JSON, in the order in which it is written; [decode] reads the same fields.
type descriptionJSON struct {
	Version       int            `json:"version"`
	Input         []int          `json:"input"`
	Vocabulary    int            `json:"vocabulary,omitempty"`
	Network       *layerJSON     `json:"network,omitempty"`
	Classes       []string       `json:"classes,omitempty"`
	Tokens        []string       `json:"tokens,omitempty"`
	Normalization *Normalization `json:"normalization,omitempty"`
}

// layerJSON has the fields of all layers.
type layerJSON struct {
	Type     string      `json:"type"`
	Layers   []layerJSON `json:"layers,omitempty"`
	Filters  int         `json:"filters,omitempty"`
	Kernel   int         `json:"kernel,omitempty"`
	Units    int         `json:"units,omitempty"`
	Size     int         `json:"size,omitempty"`
	Stride   int         `json:"stride,omitempty"`
	Pad      int         `json:"pad,omitempty"`
	NoBias   bool        `json:"no_bias,omitempty"`
	Rate     float64     `json:"rate,omitempty"`
	Channels bool        `json:"channels,omitempty"`
	SD       float64     `json:"sd,omitempty"`
	Slope    float64     `json:"slope,omitempty"`
	Alpha    float64     `json:"alpha,omitempty"`
	Tanh     bool        `json:"tanh,omitempty"`
	Beta     float64     `json:"beta,omitempty"`
}

func (d *description) encode() ([]byte, error) {
	if err := d.check(d.input, d.vocabulary); err != nil {
		return nil, err
	}
	j := descriptionJSON{Version: version, Input: d.input, Vocabulary: d.vocabulary, Classes: d.Classes, Tokens: d.Tokens}
	if len(d.Normalization.Mean) > 0 {
		j.Normalization = &d.Normalization
	}
	if d.network != nil {
		l, err := encodeLayer("", d.network, 0)
		if err != nil {
			return nil, err
		}
		j.Network = &l
	}
	text, err := json.Marshal(j)
	if err == nil && len(text) > maxDescription {
		err = fmt.Errorf("a description of %d bytes: want %d or fewer", len(text), maxDescription)
	}
	return text, err
}

// encodeLayer is the inverse of decodeLayer.
func encodeLayer(path string, l nn.Layer, depth int) (layerJSON, error) {
	switch l := walk.Value(l).(type) {
	case nn.Seq:
		j := layerJSON{Type: "Sequential"}
		if depth == maxDepth {
			return j, walk.Error(path, l, fmt.Sprintf("it is inside of %d others: want fewer", depth))
		}
		for i, inner := range l {
			one, err := encodeLayer(walk.Join(path, i), inner, depth+1)
			if err != nil {
				return j, err
			}
			j.Layers = append(j.Layers, one)
		}
		return j, nil
	case nn.Conv2D:
		return layerJSON{Type: "Conv2D", Filters: l.Filters, Kernel: l.Kernel, Stride: l.Stride, Pad: l.Pad, NoBias: l.NoBias}, nil
	case nn.Dense:
		return layerJSON{Type: "Dense", Units: l.Units, NoBias: l.NoBias}, nil
	case nn.MaxPool2D:
		return layerJSON{Type: "MaxPool2D", Size: l.Size, Stride: l.Stride, Pad: l.Pad}, nil
	case nn.AvgPool2D:
		return layerJSON{Type: "AvgPool2D", Size: l.Size, Stride: l.Stride, Pad: l.Pad}, nil
	case nn.Dropout:
		return layerJSON{Type: "Dropout", Rate: l.Rate, Channels: l.Channels}, nil
	case nn.Noise:
		return layerJSON{Type: "Noise", SD: l.SD}, nil
	case nn.ReLU:
		return layerJSON{Type: "ReLU"}, nil
	case nn.Sigmoid:
		return layerJSON{Type: "Sigmoid"}, nil
	case nn.Tanh:
		return layerJSON{Type: "Tanh"}, nil
	case nn.LeakyReLU:
		return layerJSON{Type: "LeakyReLU", Slope: l.Slope}, nil
	case nn.ELU:
		return layerJSON{Type: "ELU", Alpha: l.Alpha}, nil
	case nn.GELU:
		return layerJSON{Type: "GELU", Tanh: l.Tanh}, nil
	case nn.SiLU:
		return layerJSON{Type: "SiLU"}, nil
	case nn.Softplus:
		return layerJSON{Type: "Softplus", Beta: l.Beta}, nil
	case nn.Softmax:
		return layerJSON{Type: "Softmax"}, nil
	case nn.Flatten:
		return layerJSON{Type: "Flatten"}, nil
	}
	return layerJSON{}, walk.Error(path, l, "it cannot be described: want the layers of package nn, or Info.NoNetwork")
}
