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
	Type    string      `json:"type"`
	Layers  []layerJSON `json:"layers,omitempty"`
	Filters int         `json:"filters,omitempty"`
	Kernel  int         `json:"kernel,omitempty"`
	Units   int         `json:"units,omitempty"`
	Size    int         `json:"size,omitempty"`
	Stride  int         `json:"stride,omitempty"`
	Pad     int         `json:"pad,omitempty"`
	NoBias  bool        `json:"no_bias,omitempty"`
	Rate    float64     `json:"rate,omitempty"`

	Body       *layerJSON `json:"body,omitempty"`
	Shortcut   *layerJSON `json:"shortcut,omitempty"`
	Concat     bool       `json:"concat,omitempty"`
	Shape      []int      `json:"shape,omitempty"`
	Before     int        `json:"before,omitempty"`
	After      int        `json:"after,omitempty"`
	Groups     int        `json:"groups,omitempty"`
	Dims       int        `json:"dims,omitempty"`
	Eps        float64    `json:"eps,omitempty"`
	Momentum   float64    `json:"momentum,omitempty"`
	Cumulative bool       `json:"cumulative,omitempty"`
	NoAffine   bool       `json:"no_affine,omitempty"`
	Channels   bool       `json:"channels,omitempty"`
	SD         float64    `json:"sd,omitempty"`
	Slope      float64    `json:"slope,omitempty"`
	Alpha      float64    `json:"alpha,omitempty"`
	Tanh       bool       `json:"tanh,omitempty"`
	Beta       float64    `json:"beta,omitempty"`
	Same       bool       `json:"same,omitempty"`
	OutputPad  int        `json:"output_pad,omitempty"`
	Dilation   int        `json:"dilation,omitempty"`
	Scale      int        `json:"scale,omitempty"`
	Bilinear   bool       `json:"bilinear,omitempty"`

	KernelHW    [2]int `json:"kernel_hw,omitzero"`
	StrideHW    [2]int `json:"stride_hw,omitzero"`
	PadHW       [2]int `json:"pad_hw,omitzero"`
	OutputPadHW [2]int `json:"output_pad_hw,omitzero"`
	DilationHW  [2]int `json:"dilation_hw,omitzero"`
	ScaleHW     [2]int `json:"scale_hw,omitzero"`
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
		inner, err := encodeLayers(path, l, l, depth)
		return layerJSON{Type: "Sequential", Layers: inner}, err
	case nn.Branches:
		inner, err := encodeLayers(path, l, l.Layers, depth)
		return layerJSON{Type: "Branches", Layers: inner, Concat: l.Concat}, err
	case nn.Residual:
		j := layerJSON{Type: "Residual"}
		if err := checkDepth(path, l, depth); err != nil {
			return j, err
		}
		body, err := encodeLayer(walk.Within(path, "body"), l.Body, depth+1)
		if err != nil {
			return j, err
		}
		if j.Body = &body; l.Shortcut == nil {
			return j, nil
		}
		shortcut, err := encodeLayer(walk.Within(path, "shortcut"), l.Shortcut, depth+1)
		j.Shortcut = &shortcut
		return j, err
	case nn.Conv2D:
		return layerJSON{
			Type: "Conv2D", Filters: l.Filters, Kernel: l.Kernel, Stride: l.Stride, Pad: l.Pad, Same: l.Same, Dilation: l.Dilation, Groups: l.Groups, NoBias: l.NoBias,
			KernelHW: l.KernelHW, StrideHW: l.StrideHW, PadHW: l.PadHW, DilationHW: l.DilationHW,
		}, nil
	case nn.Conv1D:
		return layerJSON{Type: "Conv1D", Filters: l.Filters, Kernel: l.Kernel, Stride: l.Stride, Pad: l.Pad, Same: l.Same, Dilation: l.Dilation, Groups: l.Groups, NoBias: l.NoBias}, nil
	case nn.ConvTranspose2D:
		return layerJSON{
			Type: "ConvTranspose2D", Filters: l.Filters, Kernel: l.Kernel, Stride: l.Stride, Pad: l.Pad, Same: l.Same, OutputPad: l.OutputPad, Dilation: l.Dilation, Groups: l.Groups, NoBias: l.NoBias,
			KernelHW: l.KernelHW, StrideHW: l.StrideHW, PadHW: l.PadHW, OutputPadHW: l.OutputPadHW, DilationHW: l.DilationHW,
		}, nil
	case nn.Upsample:
		return layerJSON{Type: "Upsample", Scale: l.Scale, ScaleHW: l.ScaleHW, Bilinear: l.Bilinear}, nil
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
	case nn.GlobalAvgPool:
		return layerJSON{Type: "GlobalAvgPool"}, nil
	case nn.PadChannels:
		return layerJSON{Type: "PadChannels", Before: l.Before, After: l.After}, nil
	case nn.Reshape:
		return layerJSON{Type: "Reshape", Shape: l.Shape}, nil
	case nn.BatchNorm:
		return layerJSON{Type: "BatchNorm", Momentum: l.Momentum, Cumulative: l.Cumulative, Eps: l.Eps, NoAffine: l.NoAffine}, nil
	case nn.LayerNorm:
		return layerJSON{Type: "LayerNorm", Dims: l.Dims, Eps: l.Eps, NoAffine: l.NoAffine, NoBias: l.NoBias}, nil
	case nn.RMSNorm:
		return layerJSON{Type: "RMSNorm", Dims: l.Dims, Eps: l.Eps, NoAffine: l.NoAffine}, nil
	case nn.GroupNorm:
		return layerJSON{Type: "GroupNorm", Groups: l.Groups, Eps: l.Eps, NoAffine: l.NoAffine}, nil
	}
	return layerJSON{}, walk.Error(path, l, "it cannot be described: want the layers of package nn, or Info.NoNetwork")
}

// encodeLayers describes the layers inside of the one at a path.
func encodeLayers(path string, l nn.Layer, inner []nn.Layer, depth int) (all []layerJSON, err error) {
	if err := checkDepth(path, l, depth); err != nil {
		return nil, err
	}
	for i, one := range inner {
		j, err := encodeLayer(walk.Join(path, i), one, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, j)
	}
	return all, nil
}

// checkDepth returns an error if a layer that holds others is too deep.
func checkDepth(path string, l nn.Layer, depth int) error {
	if depth == maxDepth {
		return walk.Error(path, l, fmt.Sprintf("it is inside of %d others: want fewer", depth))
	}
	return nil
}
