package modelfile

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"descent/nn"
)

// layers are the layers that can be described. A description has the exported nonzero
// fields of a layer, except for its initializers.
var layers = []nn.Layer{
	nn.Attention{},
	nn.AvgPool2D{},
	nn.BatchNorm{},
	nn.Branches{},
	nn.Conv1D{},
	nn.Conv2D{},
	nn.ConvTranspose2D{},
	nn.Dense{},
	nn.Dropout{},
	nn.ELU{},
	nn.Embedding{},
	nn.Flatten{},
	nn.GELU{},
	nn.GlobalAvgPool{},
	nn.GroupNorm{},
	nn.GRU{},
	nn.LSTM{},
	nn.Last{},
	nn.LayerNorm{},
	nn.LeakyReLU{},
	nn.LearnedPositions{},
	nn.MaxPool2D{},
	nn.Latent{},
	nn.Noise{},
	nn.PadChannels{},
	nn.RMSNorm{},
	nn.RNN{},
	nn.ReLU{},
	nn.Reshape{},
	nn.Residual{},
	nn.Seq{},
	nn.SiLU{},
	nn.Sigmoid{},
	nn.SinusoidalPositions{},
	nn.Softmax{},
	nn.Softplus{},
	nn.Tanh{},
	nn.Tied{},
	nn.TransformerBlock{},
	nn.Upsample{},
}

// types and names map between each type and its name in a description.
var (
	types = map[string]reflect.Type{}
	names = map[reflect.Type]string{}
)

func init() {
	for _, l := range layers {
		t := reflect.TypeOf(l)
		name := t.Name()
		if name == "Seq" {
			name = "Sequential"
		}
		types[name], names[t] = t, name
	}
}

// layerField is a field of a layer: its name in a description, and the values that it
// accepts.
type layerField struct {
	name, want string
	index      []int
}

// fieldsOf returns the fields of a layer that a description has.
func fieldsOf(layer reflect.Type) (all []layerField) {
	for _, f := range reflect.VisibleFields(layer) {
		if f.IsExported() && !f.Anonymous && f.Type != reflect.TypeFor[nn.Initializer]() {
			name := strings.ReplaceAll(f.Name, "ReLU", "Relu") // one word
			name = strings.ToLower(wordEnd.ReplaceAllString(name, "${1}_${2}"))
			all = append(all, layerField{name, wanted(f.Type), f.Index})
		}
	}
	return all
}

var wordEnd = regexp.MustCompile("([a-z0-9])([A-Z])")

// wanted says what a value of a type is in JSON.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Slice, reflect.Array:
		switch what := "whole numbers"; {
		case t.Elem().Kind() == reflect.String:
			return "a list of texts"
		case t.Elem().Kind() == reflect.Float64:
			what = "numbers"
			fallthrough
		case t.Kind() == reflect.Slice:
			return "a list of " + what
		default:
			return fmt.Sprintf("a list of %d %s", t.Len(), what)
		}
	case reflect.Float64:
		return "a number"
	}
	return "a whole number"
}
