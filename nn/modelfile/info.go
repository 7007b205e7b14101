package modelfile

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"descent/internal/memory"
)

// Info is what a file says about a model in addition to its layers and weights. All
// of it may be left out.
type Info struct {
	Classes       []string // names of the classes, in the order of the outputs
	Tokens        []string // texts of the nn.Config.Vocabulary tokens, in order
	Normalization Normalization

	// NoNetwork says that the file does not describe the layers, for a network with
	// custom layers. [Load] cannot read such a file: build the network and use
	// [nn.Model.Load] and [ReadInfo].
	NoNetwork bool
}

// Normalization is that of the inputs on which a model was trained:
//
//	(x − Mean)/SD
//
// with one number of each for all values of a row, or one for each index of its
// first axis: the channels of an image, or the features. If empty, there is none.
// For bytes, x is byte/255.
type Normalization struct {
	Mean []float64 `json:"mean"` // finite
	SD   []float64 `json:"sd"`   // finite, more than 0
}

// Apply normalizes rows of inputs of the given shape in place.
func (n Normalization) Apply(rows []float32, shape []int) error {
	if err := n.check(shape); err != nil {
		return fmt.Errorf("modelfile: %w", err)
	}
	size, ok := memory.Product(shape...)
	if !ok || size < 1 || len(rows)%size != 0 {
		return fmt.Errorf("modelfile: %d values of shape %v: want rows of that shape", len(rows), shape)
	}
	if len(n.Mean) == 0 {
		return nil
	}
	each := size / len(n.Mean) // values that share a mean
	for i := range rows {
		k := i % size / each
		rows[i] = float32((float64(rows[i]) - n.Mean[k]) / n.SD[k])
	}
	return nil
}

func (n Normalization) check(shape []int) error {
	switch want := len(n.Mean); {
	case len(shape) == 0 || slices.ContainsFunc(shape, func(d int) bool { return d < 1 }):
		return fmt.Errorf("shape %v: want dimensions of 1 or more", shape)
	case want != len(n.SD) || want > 1 && want != shape[0]:
		return fmt.Errorf("normalization with %d means and %d standard deviations for rows of shape %v: want none, one or %d of each", want, len(n.SD), shape, shape[0])
	}
	for i := range n.Mean {
		if v := n.Mean[i]; math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("normalization: mean [%d] = %v: want finite numbers", i, v)
		}
		if v := n.SD[i]; !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("normalization: standard deviation [%d] = %v: want more than 0, finite", i, v)
		}
	}
	return nil
}

// check returns an error if the info does not fit a model with the given input shape
// and vocabulary.
func (n Info) check(input []int, vocabulary int) error {
	for _, list := range []struct {
		what  string
		names []string
	}{{"class", n.Classes}, {"token", n.Tokens}} {
		for i, name := range list.names {
			if !utf8.ValidString(name) {
				return fmt.Errorf("%s %d: name %.80q: want UTF-8", list.what, i, name)
			}
		}
	}
	if len(n.Tokens) > 0 && len(n.Tokens) != vocabulary {
		return fmt.Errorf("%d texts of tokens: want none or %d, the size of the vocabulary", len(n.Tokens), vocabulary)
	}
	if vocabulary > 0 && len(n.Normalization.Mean) > 0 {
		return errors.New("normalization of tokens: want none")
	}
	return n.Normalization.check(input)
}

// checkOutput returns an error if the classes do not fit an output row.
func (n Info) checkOutput(output []int) error {
	if k := len(n.Classes); k > 0 && (len(output) == 0 || output[len(output)-1] != k) {
		return fmt.Errorf("%d names of classes for outputs of shape %v: want none, or one for each output", k, output)
	}
	return nil
}
