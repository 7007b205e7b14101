package modelfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"descent/nn"
	"descent/nn/internal/walk"
)

const (
	maxDescription = 16 << 20 // bytes
	maxDepth       = 50       // layers that a layer is inside of
)

// decode parses a description.
func decode(text []byte) (*description, error) {
	if len(text) > maxDescription {
		return nil, fmt.Errorf("a description of %d bytes: want %d or fewer", len(text), maxDescription)
	}
	o := parse("description", text)
	if v := o.int("version"); o.err == nil && v != version {
		return nil, fmt.Errorf("a description of version %d: want %d, the only one that is known here", v, version)
	}
	d := &description{input: o.ints("input"), vocabulary: o.int("vocabulary")}
	network := o.raw("network")
	d.Classes, d.Tokens = o.texts("classes"), o.texts("tokens")
	if raw := o.raw("normalization"); raw != nil {
		n := parse("normalization", raw)
		d.Normalization = Normalization{Mean: n.numbers("mean"), SD: n.numbers("sd")}
		o.fail(n.end())
	}
	if err := o.end(); err != nil {
		return nil, err
	}
	if d.vocabulary < 0 || d.vocabulary > math.MaxInt32 {
		return nil, fmt.Errorf("vocabulary = %d: want 0 (no tokens) to %d", d.vocabulary, math.MaxInt32)
	}
	if err := d.check(d.input, d.vocabulary); err != nil {
		return nil, err
	}
	if d.NoNetwork = network == nil; d.NoNetwork {
		return d, nil
	}
	var err error
	d.network, err = decodeLayer("", network, 0)
	return d, err
}

// decodeLayer makes the layer at a path. What values the fields may have is for
// nn.NewModel to say.
func decodeLayer(path string, raw []byte, depth int) (nn.Layer, error) {
	o := parse("network", raw)
	if path != "" {
		o.at = "layer " + path
	}
	kind := o.text("type")
	if kind != "" {
		o.at += fmt.Sprintf(" (%.80s)", kind)
	}
	var l nn.Layer
	switch kind {
	case "Sequential":
		inner, err := o.layers(path, depth)
		if err != nil {
			return nil, err
		}
		l = nn.Seq(inner)
	case "Branches":
		inner, err := o.layers(path, depth)
		if err != nil {
			return nil, err
		}
		l = nn.Branches{Layers: inner, Concat: o.bool("concat")}
	case "Residual":
		body, err := o.layer(path, "body", depth)
		if err != nil {
			return nil, err
		}
		shortcut, err := o.layer(path, "shortcut", depth)
		if err != nil {
			return nil, err
		}
		if body == nil {
			o.fail(errors.New("body is missing: want a layer"))
		}
		l = nn.Residual{Body: body, Shortcut: shortcut}
	case "Conv2D":
		l = nn.Conv2D{
			Filters: o.int("filters"), Kernel: o.int("kernel"), Stride: o.int("stride"), Pad: o.int("pad"), Same: o.bool("same"), Dilation: o.int("dilation"), Groups: o.int("groups"), NoBias: o.bool("no_bias"),
			KernelHW: o.pair("kernel_hw"), StrideHW: o.pair("stride_hw"), PadHW: o.pair("pad_hw"), DilationHW: o.pair("dilation_hw"),
		}
	case "Conv1D":
		l = nn.Conv1D{Filters: o.int("filters"), Kernel: o.int("kernel"), Stride: o.int("stride"), Pad: o.int("pad"), Same: o.bool("same"), Dilation: o.int("dilation"), Groups: o.int("groups"), NoBias: o.bool("no_bias")}
	case "ConvTranspose2D":
		l = nn.ConvTranspose2D{
			Filters: o.int("filters"), Kernel: o.int("kernel"), Stride: o.int("stride"), Pad: o.int("pad"), Same: o.bool("same"), OutputPad: o.int("output_pad"), Dilation: o.int("dilation"), Groups: o.int("groups"), NoBias: o.bool("no_bias"),
			KernelHW: o.pair("kernel_hw"), StrideHW: o.pair("stride_hw"), PadHW: o.pair("pad_hw"), OutputPadHW: o.pair("output_pad_hw"), DilationHW: o.pair("dilation_hw"),
		}
	case "Upsample":
		l = nn.Upsample{Scale: o.int("scale"), ScaleHW: o.pair("scale_hw"), Bilinear: o.bool("bilinear")}
	case "Dense":
		l = nn.Dense{Units: o.int("units"), NoBias: o.bool("no_bias")}
	case "MaxPool2D":
		l = nn.MaxPool2D{Size: o.int("size"), Stride: o.int("stride"), Pad: o.int("pad")}
	case "AvgPool2D":
		l = nn.AvgPool2D{Size: o.int("size"), Stride: o.int("stride"), Pad: o.int("pad")}
	case "Dropout":
		l = nn.Dropout{Rate: o.number("rate"), Channels: o.bool("channels")}
	case "Noise":
		l = nn.Noise{SD: o.number("sd")}
	case "ReLU":
		l = nn.ReLU{}
	case "Sigmoid":
		l = nn.Sigmoid{}
	case "Tanh":
		l = nn.Tanh{}
	case "LeakyReLU":
		l = nn.LeakyReLU{Slope: o.number("slope")}
	case "ELU":
		l = nn.ELU{Alpha: o.number("alpha")}
	case "GELU":
		l = nn.GELU{Tanh: o.bool("tanh")}
	case "SiLU":
		l = nn.SiLU{}
	case "Softplus":
		l = nn.Softplus{Beta: o.number("beta")}
	case "Softmax":
		l = nn.Softmax{}
	case "Flatten":
		l = nn.Flatten{}
	case "GlobalAvgPool":
		l = nn.GlobalAvgPool{}
	case "PadChannels":
		l = nn.PadChannels{Before: o.int("before"), After: o.int("after")}
	case "Reshape":
		l = nn.Reshape{Shape: o.ints("shape")}
	case "BatchNorm":
		l = nn.BatchNorm{Momentum: o.number("momentum"), Cumulative: o.bool("cumulative"), Eps: o.number("eps"), NoAffine: o.bool("no_affine")}
	case "LayerNorm":
		l = nn.LayerNorm{Dims: o.int("dims"), Eps: o.number("eps"), NoAffine: o.bool("no_affine"), NoBias: o.bool("no_bias")}
	case "RMSNorm":
		l = nn.RMSNorm{Dims: o.int("dims"), Eps: o.number("eps"), NoAffine: o.bool("no_affine")}
	case "GroupNorm":
		l = nn.GroupNorm{Groups: o.int("groups"), Eps: o.number("eps"), NoAffine: o.bool("no_affine")}
	default:
		o.fail(errors.New("unknown type of layer: want Sequential, Conv2D, Conv1D, ConvTranspose2D, Upsample, Dense, MaxPool2D, AvgPool2D, GlobalAvgPool, BatchNorm, LayerNorm, RMSNorm, GroupNorm, " +
			"Residual, Branches, Dropout, Noise, ReLU, Sigmoid, Tanh, LeakyReLU, ELU, GELU, SiLU, Softplus, Softmax, Flatten, Reshape or PadChannels"))
	}
	if err := o.end(); err != nil {
		return nil, err
	}
	return l, nil
}

// layers returns the layers inside of the one at a path.
func (o *object) layers(path string, depth int) ([]nn.Layer, error) {
	all := []nn.Layer{}
	if depth == maxDepth {
		return nil, fmt.Errorf("%s: it is inside of %d others: want fewer", o.at, depth)
	}
	for i, raw := range o.list("layers") {
		inner, err := decodeLayer(walk.Join(path, i), raw, depth+1)
		if err != nil {
			return nil, err
		}
		all = append(all, inner)
	}
	return all, nil
}

// layer returns the layer in a field of the one at a path, or nil if there is none.
func (o *object) layer(path, name string, depth int) (nn.Layer, error) {
	raw := o.raw(name)
	if raw == nil || o.err != nil {
		return nil, nil
	}
	if depth == maxDepth {
		return nil, fmt.Errorf("%s: it is inside of %d others: want fewer", o.at, depth)
	}
	return decodeLayer(walk.Within(path, name), raw, depth+1)
}

// list returns the elements of a field that is a list.
func (o *object) list(name string) []json.RawMessage {
	return field[[]json.RawMessage](o, name, "a list")
}
